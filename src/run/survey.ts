// SPDX-License-Identifier: GPL-3.0-or-later
import { MboxSplitter } from '../archive/splitter.js';
import { type Mailman2List, stringsAttribute } from '../model/mailman2-list.js';
import type { SurveyedList } from '../model/report.js';
import type { ReadLists, SiteListing } from './run-lists.js';
import type { SourcePort } from './ports.js';
import type { Selection } from './select.js';

/** Looks at the selected lists of the old site and counts; reads only. */
export async function surveyLists(
  selection: Selection,
  readLists: ReadLists,
  source: Pick<SourcePort, 'read'>,
): Promise<readonly SurveyedList[]> {
  const lists: SurveyedList[] = [];
  for await (const found of readLists(selection.names)) {
    const fqdn = found.kind === 'list' ? found.list.fqdn : null;
    if (selection.includes(found.list.name, fqdn)) lists.push(await survey(found, source));
  }
  return lists;
}

async function survey(found: SiteListing, source: Pick<SourcePort, 'read'>): Promise<SurveyedList> {
  if (found.kind === 'unreadable') {
    const { name, findings } = found.list;
    const unknown = { members: null, owners: null, moderators: null, archive: null };
    return { name, fqdn: null, ...unknown, problems: findings };
  }
  const { list } = found;
  return {
    name: list.name,
    fqdn: list.fqdn,
    members: list.members.length,
    owners: stringsAttribute(list, 'owner').length,
    moderators: stringsAttribute(list, 'moderator').length,
    archive: await measure(list, source),
    problems: list.findings,
  };
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
