// SPDX-License-Identifier: GPL-3.0-or-later

/** A post that waits for a moderator. */
export interface HeldMessage {
  /** `held:NUMBER:MESSAGE-ID`, with the old list's number: the same on every run. */
  readonly id: string;
  /** By which Core knows it: the message's own one wherever that can be kept. */
  readonly messageId: string;
  readonly sender: string;
  /** As its header has it, encoded words and all, on one line. */
  readonly subject: string;
  readonly reason: string;
  /** Seconds since 1970: when it was held; null where the old server kept no time. */
  readonly heldAt: number | null;
  /** It came from the list's newsgroup, and must not go back there. */
  readonly fromUsenet: boolean;
  /** The message as it lies on the old server, base64. */
  readonly message: string;
}

/** Somebody's wish to join or to leave that waits for a moderator. */
export interface MembershipRequest {
  /** `KIND:NUMBER:ADDRESS`, with the old list's number: the same on every run. */
  readonly id: string;
  readonly kind: 'subscription' | 'unsubscription';
  readonly email: string;
  readonly displayName: string;
  readonly language: string;
  /** How posts are to come to who joins. */
  readonly deliveryMode: 'regular' | 'plaintext_digests' | 'mime_digests';
  /** Seconds since 1970; null where the old server kept none. */
  readonly askedAt: number | null;
}

/** All that waits for a moderator of one list. */
export interface ModerationRequests {
  readonly held: readonly HeldMessage[];
  readonly membership: readonly MembershipRequest[];
}

/** A request that Core will not take, and why. */
export interface RefusedRequest {
  readonly id: string;
  readonly why: string;
}

/** What Core calls a held message: its Message-ID. */
export const heldKey = ({ messageId }: Pick<HeldMessage, 'messageId'>): string => messageId;

/** What a request to join or to leave is known by, as `ObservedRequests` has it. */
export const membershipKey = ({ kind, email }: Pick<MembershipRequest, 'kind' | 'email'>): string =>
  `${kind} ${email.toLowerCase()}`;

/** The key of a request in Core, from its id alone: of one that is gone from the old server. */
export function keyOfId(id: string): string {
  const [kind = '', , ...rest] = id.split(':');
  const key = rest.join(':');
  return kind === 'held' ? key : `${kind} ${key}`;
}
