// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ObservedArchive } from '../model/archive-state.js';
import type { DesiredList } from '../model/mailman3-list.js';
import type { PlannedAddresses, PlannedArchive } from '../model/plan-report.js';
import type { Redirect, RedirectKind } from '../model/redirect.js';
import { listRedirects } from '../redirects/redirects.js';
import { failureFindings } from './each-list.js';
import { wouldBeExposed } from './list-archive.js';
import type { Ports } from './ports.js';
import { archiveFindings } from './archive-findings.js';
import { type OldMessage, readMessages } from './old-messages.js';
import { standingArchive } from './prepared-archive.js';
import { lacksMbox, lostMbox, withStandingMbox } from './rebuilt-list.js';
import type { ListPart, RunSettings } from './steps.js';
import { computeRedirects } from './write-redirects.js';

/** What a plan says of a list's archive and of its old web addresses. */
export interface ArchivePlan {
  readonly archive: PlannedArchive;
  readonly addresses: PlannedAddresses | null;
  readonly findings: readonly Diagnostic[];
}

/**
 * Counts without preparing anything: the old pages are listed, the mbox is only measured, and its
 * messages are known where an earlier run prepared this very mbox. HyperKitty is asked about lists
 * that Mailman 3 has already. Whatever cannot be found out is null and a finding, and the plan
 * goes on.
 */
export async function planArchive(
  { list: named, folder }: ListPart,
  desired: DesiredList,
  exists: boolean,
  ports: Ports,
  settings: RunSettings,
): Promise<ArchivePlan> {
  const findings: Diagnostic[] = [];
  const trying = attempts(named.name, findings);
  const found = await trying('plan.pages-unreadable', 'the old archive pages', () =>
    withStandingMbox(named, folder, ports),
  );
  const lost = found === null && lacksMbox(named);
  if (lost) findings.push(lostMbox(named.name, await ports.source.readVolumes(named)));
  findings.push(...(found?.findings ?? []));
  const { list, ports: reading } = found ?? { list: named, ports };
  const exposed = wouldBeExposed(list, desired);
  if (exposed !== null) findings.push(exposed);

  const standing = await trying('plan.mbox-unreadable', 'the mbox of the archive', () =>
    standingArchive(list, folder, reading.source),
  );
  if (standing !== null) {
    findings.push(...archiveFindings(list.name, standing));
  }
  const messages = exposed === null && standing !== null ? await readMessages(standing) : [];
  const computed = await trying('plan.pages-unreadable', 'the old archive pages', () =>
    computeRedirects(
      { list, desired, messages, seen: null },
      { source: ports.source, web: settings.web, keepStatic: null },
    ),
  );
  const matched = (list.archive.mbox === null && !lost) || standing !== null;
  if (computed !== null) {
    // Before the archive is prepared no page has its message: that says nothing yet.
    const early = matched ? [] : ['redirects.article-unmatched'];
    findings.push(...computed.findings.filter(({ code }) => !early.includes(code)));
  }
  const held = exists
    ? await trying('plan.hyperkitty-unknown', "HyperKitty's archive of the list", () =>
        ports.archive.observe(desired.fqdnListname),
      )
    : null;
  return {
    archive: {
      policy: desired.archivePolicy,
      bytes: list.archive.mbox?.bytes ?? null,
      pages:
        list.archive.pipermail === null || computed === null
          ? null
          : computed.list.listing.articles.length,
      prepared:
        standing === null
          ? null
          : {
              messages: standing.account.messages,
              kept: standing.account.prepared,
              repaired: standing.tally.repaired,
            },
      held: held?.emails.size ?? null,
      missing: missing(messages, matched, exists, held),
    },
    addresses:
      computed === null ? null : addresses(listRedirects(computed.rules, settings.web), matched),
    findings,
  };
}

/** Runs what a plan can do without: trouble becomes a finding. */
function attempts(list: string, findings: Diagnostic[]) {
  return async <Value>(
    code: string,
    what: string,
    work: () => Promise<Value>,
  ): Promise<Value | null> => {
    try {
      return await work();
    } catch (error) {
      const [trouble] = failureFindings(error, list);
      findings.push({
        code,
        severity: 'warning',
        list,
        summary: `${what} could not be read`,
        why: [trouble?.summary, trouble?.why].filter((text) => text !== undefined).join(': '),
        next: 'mend that before the archive is migrated; the rest of the plan holds',
      });
      return null;
    }
  };
}

function missing(
  messages: readonly OldMessage[],
  known: boolean,
  exists: boolean,
  held: ObservedArchive | null,
): number | null {
  if (!known || (exists && held === null)) return null;
  return messages.filter(({ kept, hash }) => kept && held?.emails.has(hash) !== true).length;
}

function addresses(redirects: Iterable<Redirect>, matched: boolean): PlannedAddresses {
  const kinds: Partial<Record<RedirectKind, number>> = {};
  let total = 0;
  for (const { kind } of redirects) {
    total += 1;
    // A message page that is not matched yet leads to its month so far.
    const as = kind === 'other' && !matched ? 'article' : kind;
    kinds[as] = (kinds[as] ?? 0) + 1;
  }
  return { kinds, total, matched };
}
