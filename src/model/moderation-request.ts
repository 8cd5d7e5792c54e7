// SPDX-License-Identifier: GPL-3.0-or-later

/** A post that waits for a moderator. */
export interface HeldMessage {
  /** Made from the old list's own number: the same on every run. */
  readonly id: string;
  readonly sender: string;
  readonly subject: string;
  readonly reason: string;
  /** Seconds since 1970: when it was held. */
  readonly heldAt: number;
  /** The message as it lies on the old server, base64. */
  readonly message: string;
}

/** Somebody's wish to join or to leave that waits for a moderator. */
export interface MembershipRequest {
  readonly id: string;
  readonly kind: 'subscription' | 'unsubscription';
  readonly email: string;
  readonly displayName: string;
  readonly language: string;
  readonly digest: boolean;
  /** Seconds since 1970; null where the old server kept none. */
  readonly askedAt: number | null;
}

/** All that waits for a moderator of one list. */
export interface ModerationRequests {
  readonly held: readonly HeldMessage[];
  readonly membership: readonly MembershipRequest[];
}
