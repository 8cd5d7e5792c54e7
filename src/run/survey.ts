// SPDX-License-Identifier: GPL-3.0-or-later
import { MboxSplitter } from '../archive/splitter.js';
import type { Diagnostic } from '../diagnostics.js';
import { type Mailman2List, stringsAttribute } from '../model/mailman2-list.js';
import type { SurveyedList } from '../model/report.js';
import { eachList, type ReadLists } from './each-list.js';
import type { SourcePort } from './ports.js';
import { lacksMbox, lostMbox } from './rebuilt-list.js';
import type { Selection } from './select.js';

/** Looks at the selected lists of the old site and counts; reads only. */
export async function surveyLists(
  selection: Selection,
  readLists: ReadLists,
  source: Pick<SourcePort, 'read' | 'readVolumes'>,
): Promise<readonly SurveyedList[]> {
  const unknown = { members: null, owners: null, moderators: null, archive: null };
  return eachList<SurveyedList>(selection, readLists, {
    list: async ({ list }) => {
      const { archive, problems } = await measure(list, source);
      return {
        name: list.name,
        fqdn: list.fqdn,
        members: list.members.length,
        owners: stringsAttribute(list, 'owner').length,
        moderators: stringsAttribute(list, 'moderator').length,
        archive,
        problems: [...list.findings, ...problems],
      };
    },
    failed: (name, fqdn, findings) => ({ name, fqdn, ...unknown, problems: findings }),
  });
}

/** The mbox's messages; where it is lost, the pages, of which there is about one for each. */
async function measure(
  list: Mailman2List,
  source: Pick<SourcePort, 'read' | 'readVolumes'>,
): Promise<{
  readonly archive: SurveyedList['archive'];
  readonly problems: readonly Diagnostic[];
}> {
  const { mbox } = list.archive;
  const volumes = lacksMbox(list) ? await source.readVolumes(list) : [];
  if (volumes.length > 0) {
    const messages = volumes.reduce((sum, { articles }) => sum + articles, 0);
    const bytes = volumes.reduce((sum, volume) => sum + volume.bytes, 0);
    return { archive: { messages, bytes }, problems: [lostMbox(list.name, volumes)] };
  }
  if (mbox === null) return { archive: null, problems: [] };
  const splitter = new MboxSplitter();
  let messages = 0;
  for await (const chunk of source.read(mbox.path)) messages += splitter.push(chunk).length;
  messages += splitter.end().length;
  return { archive: { messages, bytes: splitter.bytes }, problems: [] };
}
