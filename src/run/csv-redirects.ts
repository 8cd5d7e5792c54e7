// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ComputedRedirects } from './write-redirects.js';
import { apartFinding, eachList, findingsOf, type ReadLists } from './each-list.js';
import { preparedParts, redirectsOf } from './list-archive.js';
import type { Ports } from './ports.js';
import type { Selection } from './select.js';
import { describeJob, type RunSettings } from './steps.js';

/** Hands on the redirects of every selected list; returns why some have none. */
export async function csvRedirects(
  selection: Selection,
  {
    ports,
    settings,
    readLists,
  }: { readonly ports: Ports; readonly settings: RunSettings; readonly readLists: ReadLists },
  take: (computed: ComputedRedirects) => Promise<void>,
): Promise<readonly Diagnostic[]> {
  const all = await eachList<readonly Diagnostic[]>(selection, readLists, {
    site: settings.site,
    identities: settings.identities,
    async list(unit) {
      const { outcome, findings, value: job } = await describeJob(unit, ports, settings);
      // Of a list that Mailman 3 does not take, the new pages will never be.
      if (outcome === 'failed') return findings.filter(({ severity }) => severity === 'error');
      const prepared = await preparedParts(job, ports);
      const computed = await redirectsOf(job.desired, prepared, ports, settings);
      for (const each of computed) await take(each);
      return [];
    },
    failed: (_name, _fqdn, findings) => findings,
    part: (failures, { name }) => findingsOf(failures, name, name),
    apart: (list, into) => [apartFinding(list.name, into)],
  });
  return all.flat();
}
