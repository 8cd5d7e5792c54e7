// SPDX-License-Identifier: GPL-3.0-or-later
import { MboxSplitter } from '../archive/splitter.js';
import { type Mailman2List, stringsAttribute } from '../model/mailman2-list.js';
import type { SurveyedList } from '../model/report.js';
import { eachList, type ReadLists } from './each-list.js';
import type { SourcePort } from './ports.js';
import type { Selection } from './select.js';

/** Looks at the selected lists of the old site and counts; reads only. */
export async function surveyLists(
  selection: Selection,
  readLists: ReadLists,
  source: Pick<SourcePort, 'read'>,
): Promise<readonly SurveyedList[]> {
  const unknown = { members: null, owners: null, moderators: null, archive: null };
  return eachList<SurveyedList>(selection, readLists, {
    list: async ({ list }) => ({
      name: list.name,
      fqdn: list.fqdn,
      members: list.members.length,
      owners: stringsAttribute(list, 'owner').length,
      moderators: stringsAttribute(list, 'moderator').length,
      archive: await measure(list, source),
      problems: list.findings,
    }),
    failed: (name, fqdn, findings) => ({ name, fqdn, ...unknown, problems: findings }),
  });
}

async function measure(
  { archive: { mbox } }: Mailman2List,
  source: Pick<SourcePort, 'read'>,
): Promise<SurveyedList['archive']> {
  if (mbox === null) return null;
  const splitter = new MboxSplitter();
  let messages = 0;
  for await (const chunk of source.read(mbox.path)) messages += splitter.push(chunk).length;
  messages += splitter.end().length;
  return { messages, bytes: splitter.bytes };
}
