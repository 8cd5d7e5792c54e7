// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver } from './lmtp.js';
import type { Sandbox } from './sandbox.js';

/** A post to a list, and what Mailman is to do with it. */
export interface Post {
  readonly list: string;
  readonly from: string;
  /** More header lines. */
  readonly headers?: readonly string[];
  readonly subject?: string;
}

/** What became of a post. */
export type Fate = 'accepted' | 'held' | 'rejected' | 'discarded';

const PATIENCE_MS = 60_000;
const LOOK_MS = 500;

/**
 * Hands posts to Core as a mail server does and waits until Core has decided on all of them and
 * sent its answers. It takes posts in their order, but an accepted post and a notice of rejection
 * reach the mail server by queues of their own; so the last posts are one of each, known to be so.
 */
export async function fatesOf(
  sandbox: Sandbox,
  posts: readonly Post[],
  known: { readonly accepted: Post; readonly rejected: Post },
): Promise<readonly Fate[]> {
  const all = [...posts, known.accepted, known.rejected].map((post, index) => ({
    ...post,
    token: `post-${index}-of-test`,
  }));
  for (const { list, from, headers = [], subject = '', token } of all) {
    const message = [
      `From: ${from}`,
      `To: ${list}`,
      `Subject: ${subject} ${token}`,
      `Message-ID: <${token}@example.net>`,
      'Date: Thu, 26 Nov 2026 10:00:00 +0000',
      ...headers,
      '',
      'Some words.',
      '',
    ].join('\n');
    await deliver(sandbox.facts, { from, to: list, message });
  }
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const fates: Fate[] = [];
    // The known ones first, so that nothing is looked at before its answer can be there.
    for (const { list, token } of all.toReversed()) fates.push(await fateOf(sandbox, list, token));
    const [rejected, accepted, ...decided] = fates;
    if (rejected === 'rejected' && accepted === 'accepted') return decided.toReversed();
    if (Date.now() > until)
      throw new Error(`the last posts were not answered: ${fates.toReversed().join(', ')}`);
    await sleep(LOOK_MS);
  }
}

async function fateOf(sandbox: Sandbox, list: string, token: string): Promise<Fate> {
  // The hold notices of moderators and senders have the post inside, and another subject.
  const heads = (await sandbox.mails())
    .map((mail) => mail.slice(0, /\r?\n\r?\n/.exec(mail)?.index ?? mail.length))
    .filter((head) => new RegExp(`^Subject:.*${token}$`, 'm').test(head.replaceAll('\r', '')));
  if (heads.some((head) => /^List-Id:/im.test(head) && !isNotice(head))) return 'accepted';
  const held = (await sandbox.rest(`/lists/${list.replace('@', '.')}/held`)) as {
    readonly entries?: readonly { readonly message_id: string }[];
  };
  if (held.entries?.some(({ message_id: id }) => id === `<${token}@example.net>`) === true)
    return 'held';
  return heads.some(isNotice) ? 'rejected' : 'discarded';
}

/** Written by the list itself. */
const isNotice = (head: string): boolean => /^From: .*-(owner|bounces)@/im.test(head);
