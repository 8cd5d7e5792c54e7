// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { HeldAttachment, Importer } from '../model/archive-state.js';
import { type Mailman2List, truthyAttribute } from '../model/mailman2-list.js';
import type { DesiredList } from '../model/mailman3-list.js';
import { importArchive } from './import-archive.js';
import { type OldMessage, readMessages } from './old-messages.js';
import type { PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import { prepareArchive } from './prepare-archive.js';
import { withMbox } from './rebuilt-list.js';
import type { ListJob, ListPart, RunSettings } from './steps.js';
import { type ComputedRedirects, computeRedirects } from './write-redirects.js';

/** Every part's archive goes into the list's one. */
export async function archiveStep(
  job: ListJob,
  ports: Ports,
  { importer }: Pick<RunSettings, 'importer'>,
): Promise<PhaseResult<null>> {
  const results: PhaseResult<null>[] = [];
  for (const part of job.parts) results.push(await archivePart(part, job.desired, ports, importer));
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  const outcome = (['done', 'unchanged'] as const).find((each) => outcomes.has(each)) ?? 'skipped';
  const amount = results.reduce((sum, { figures }) => sum + (figures?.work?.amount ?? 0), 0);
  return {
    outcome,
    findings: results.flatMap(({ findings }) => findings),
    value: null,
    figures: { work: { amount, unit: 'messages' } },
  };
}

/**
 * Prepares every part's mbox, which needs nothing of Mailman 3; the archive's step finds it done,
 * and has the findings.
 */
export async function prepareStep(job: ListJob, ports: Ports): Promise<PhaseResult<null>> {
  for (const { list: named, folder } of job.parts) {
    const { list, ports: reading } = await withMbox(named, folder, ports);
    if (wouldBeExposed(list, job.desired) === null) await prepareArchive(list, folder, reading);
  }
  return { outcome: 'unchanged', findings: [], value: null };
}

async function archivePart(
  { list: named, folder }: ListPart,
  desired: DesiredList,
  ports: Ports,
  importer: Importer,
): Promise<PhaseResult<null>> {
  const { list, ports: reading, findings } = await withMbox(named, folder, ports);
  const exposed = wouldBeExposed(list, desired);
  if (exposed !== null) return { outcome: 'skipped', findings: [exposed], value: null };
  const prepared = await prepareArchive(list, folder, reading);
  const imported = await importArchive(desired, prepared.value, folder, ports, importer);
  return { ...imported, findings: [...findings, ...prepared.findings, ...imported.findings] };
}

/**
 * HyperKitty shows strangers whatever it holds of a list that is not private; and a list that
 * archives nothing cannot be private besides. So such an archive stays where it is.
 */
export function wouldBeExposed(list: Mailman2List, desired: DesiredList): Diagnostic | null {
  const hasMbox = list.archive.mbox !== null;
  if (desired.archivePolicy !== 'never' || !hasMbox || !truthyAttribute(list, 'archive_private')) {
    return null;
  }
  return {
    code: 'archive.would-be-public',
    severity: 'warning',
    list: list.name,
    summary: 'the private archive is not imported',
    why: 'the list archives nothing any more, and HyperKitty would show its old messages to everybody',
    next: 'turn archiving on in Mailman 2 (archive = Yes, archive_private = private) and migrate again',
  };
}

/** One of the lists that a list is made of, with the messages of its old archive. */
export interface PreparedPart {
  readonly list: Mailman2List;
  /** None where the archive stays where it is. */
  readonly messages: readonly OldMessage[];
}

/** The messages of every mbox, prepared where that was not done yet; none that must not be seen. */
export async function preparedParts(
  { parts, desired }: ListJob,
  ports: Ports,
): Promise<readonly PreparedPart[]> {
  const prepared: PreparedPart[] = [];
  for (const { list: named, folder } of parts) {
    const { list, ports: reading } = await withMbox(named, folder, ports);
    if (wouldBeExposed(list, desired) !== null) prepared.push({ list, messages: [] });
    else {
      const { value } = await prepareArchive(list, folder, reading);
      prepared.push({ list, messages: await readMessages(value) });
    }
  }
  return prepared;
}

/** Old addresses of every part with their new ones, from the old pages and the manifests. */
export async function redirectsOf(
  desired: DesiredList,
  prepared: readonly PreparedPart[],
  ports: Ports,
  { web, redirects }: RunSettings,
): Promise<readonly ComputedRedirects[]> {
  const computed: ComputedRedirects[] = [];
  const observed = await ports.archive.observe(desired.fqdnListname);
  // Before its import a list leads to where its messages are going to be.
  const seen =
    observed.emails.size === 0
      ? null
      : {
          hashes: observed.emails,
          attachments: (messages: ReadonlySet<string>) =>
            attachmentsOf(desired.fqdnListname, messages, ports),
        };
  const context = { source: ports.source, web, keepStatic: redirects.keepStatic };
  for (const part of prepared)
    computed.push(await computeRedirects({ ...part, desired, seen }, context));
  return computed;
}

async function attachmentsOf(
  fqdnListname: string,
  messages: ReadonlySet<string>,
  { archive }: Ports,
): Promise<ReadonlyMap<string, readonly HeldAttachment[]>> {
  const byMessage = new Map<string, HeldAttachment[]>();
  for await (const attachment of archive.attachments(fqdnListname)) {
    if (!messages.has(attachment.hash)) continue;
    const known = byMessage.get(attachment.hash);
    if (known === undefined) byMessage.set(attachment.hash, [attachment]);
    else known.push(attachment);
  }
  return byMessage;
}

/** Of messages that came to several parts HyperKitty keeps one: the first. */
export function keptOf(prepared: readonly PreparedPart[]): readonly OldMessage[] {
  const seen = new Set<string>();
  return prepared
    .flatMap(({ messages }) => messages)
    .filter(({ hash, kept }) => {
      if (!kept || seen.has(hash)) return false;
      seen.add(hash);
      return true;
    });
}
