// SPDX-License-Identifier: GPL-3.0-or-later
import type { HeldEmails, ObservedArchive } from '../model/archive-state.js';
import type { Check, FeedObservation } from '../model/check.js';
import { counted } from '../model/counted.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';

/** One message that HyperKitty is to hold. */
export interface ExpectedMessage {
  readonly messageId: string;
  readonly hash: string;
  /** Seconds since 1970. */
  readonly date: number;
}

const NAMED = 5;

/** The archive by Message-ID and by month, and the search index by count. */
export function archiveChecks(
  expected: readonly ExpectedMessage[],
  policy: ArchivePolicy,
  observed: ObservedArchive,
): readonly Check[] {
  const held = observed.emails;
  const missing = expected.filter(({ hash }) => !held.has(hash)).map(({ messageId }) => messageId);
  const checks: Check[] = [
    {
      id: 'archive.message-ids',
      ok: missing.length === 0,
      expected: expected.length,
      actual: { held: observed.emails.size, missing: missing.slice(0, 100) },
      summary:
        missing.length === 0
          ? `${counted(expected.length, 'message is', 'messages are')} in HyperKitty, and none is missing`
          : `${missing.length} of ${counted(expected.length, 'message is', 'messages are')} missing: ${missing.slice(0, NAMED).join(', ')}`,
    },
    monthsCheck(expected, held),
    {
      id: 'index.documents',
      ok: observed.documents === observed.emails.size,
      expected: observed.emails.size,
      actual: observed.documents,
      summary: `the search index knows ${observed.documents} of ${counted(observed.emails.size, 'message')}`,
    },
  ];
  if (observed.exists) {
    checks.push({
      id: 'archive.policy',
      ok: observed.archivePolicy === policy,
      expected: policy,
      actual: observed.archivePolicy,
      summary: `the archive is ${observed.archivePolicy ?? 'missing'}`,
    });
  }
  return checks;
}

const monthName = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 7);

function countByMonth(dates: Iterable<number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const date of dates) {
    const month = monthName(date);
    counts.set(month, (counts.get(month) ?? 0) + 1);
  }
  return counts;
}

/** Of the messages that came from the old archive; later mail may be there besides. */
function monthsCheck(expected: readonly ExpectedMessage[], held: HeldEmails): Check {
  const wanted = countByMonth(expected.map(({ date }) => date));
  const found = countByMonth(
    expected.map(({ hash }) => held.get(hash)).filter((date) => date !== undefined),
  );
  const months = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  const different = months.filter((month) => wanted.get(month) !== found.get(month));
  const pick = (counts: ReadonlyMap<string, number>): Record<string, number> =>
    Object.fromEntries(different.map((month) => [month, counts.get(month) ?? 0]));
  return {
    id: 'archive.months',
    ok: different.length === 0,
    expected: different.length === 0 ? months.length : pick(wanted),
    actual: different.length === 0 ? months.length : pick(found),
    summary:
      different.length === 0
        ? `${counted(months.length, 'month holds', 'months hold')} as many messages as before`
        : `other counts in ${different.slice(0, NAMED).join(', ')}`,
  };
}

/** A public list's feed shows its newest messages; a private list's shows nothing to a stranger. */
export function feedCheck(
  policy: ArchivePolicy,
  expected: readonly ExpectedMessage[],
  held: Pick<HeldEmails, 'has'>,
  feed: FeedObservation,
): Check {
  const base = { id: 'feed', actual: { status: feed.status, items: feed.hashes?.length ?? null } };
  if (policy === 'private') {
    const closed = feed.status !== 200 && feed.hashes === null;
    return {
      ...base,
      ok: closed,
      expected: 'no answer to strangers',
      summary: closed
        ? 'strangers get no feed of the private archive'
        : 'a stranger reads the private archive',
    };
  }
  const foreign = feed.hashes?.filter((hash) => !held.has(hash)) ?? [];
  const ok =
    feed.status === 200 &&
    feed.hashes !== null &&
    foreign.length === 0 &&
    (expected.length === 0 || feed.hashes.length > 0);
  return {
    ...base,
    ok,
    expected: 'the newest messages',
    summary: ok
      ? `the feed shows ${counted(feed.hashes.length, 'message')} of this list`
      : `the feed answers ${feed.status} with ${feed.hashes?.length ?? 'no'} items, ${foreign.length} of them unknown`,
  };
}
