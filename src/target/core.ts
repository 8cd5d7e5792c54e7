// SPDX-License-Identifier: GPL-3.0-or-later
import { isJsonObject, jsonArray, jsonText } from '../model/json.js';
import { listIdOf, type ObservedList } from '../model/mailman3-list.js';
import type { TaskQueue } from '../plan/task-queue.js';
import type { Target } from '../plan/target-port.js';
import { coreSession } from './core-session.js';
import { changeBans, readBans } from './core/bans.js';
import { readCoreAttributes, setCoreAttributes } from './core/attributes.js';
import { setBounceStates } from './core/bounces.js';
import { readHeaderMatches, setHeaderMatches } from './core/header-matches.js';
import { addRequests, readRequests } from './core/requests.js';
import { bulkRosters } from './core/rosters-bulk.js';
import { restRosters } from './core/rosters-rest.js';
import { readTemplates, setTemplates, templatesInUse } from './core/templates.js';
import { postoriusSession } from './postorius-session.js';
import type { PythonCommand } from './python-helper.js';
import type { RestClient } from './rest-client.js';

export type { PythonCommand } from './python-helper.js';

/**
 * Mailman Core over its REST API (3.1). `queue` bounds how many requests go side by side; with
 * `eager`, Core's Python starts at once and not when it is needed.
 */
export function coreTarget(
  rest: RestClient,
  queue: TaskQueue,
  python: PythonCommand | null,
  django: PythonCommand | null,
  eager = false,
): Target {
  const core = python === null ? null : coreSession(python);
  if (eager) core?.begin();
  const postorius = django === null ? null : postoriusSession(django);
  const overRest = restRosters(rest, queue);
  const rosters = core === null ? overRest : bulkRosters(core, overRest);
  return {
    async languages() {
      const found = await rest.get('system/configuration');
      const sections = isJsonObject(found) ? jsonArray(found['sections']) : [];
      const codes = sections
        .filter((name): name is string => typeof name === 'string')
        .filter((name) => name.startsWith('language.'))
        .map((name) => name.slice('language.'.length));
      const site = await rest.get('system/configuration/mailman');
      return {
        known: new Set(codes.filter((code) => code !== 'master')),
        site: (isJsonObject(site) ? jsonText(site['default_language']) : null) ?? 'en',
      };
    },

    async newsServer() {
      const nntp = await rest.get('system/configuration/nntp');
      return (isJsonObject(nntp) ? (jsonText(nntp['host']) ?? '') : '').trim();
    },

    async observe(listId) {
      const settings = await rest.get(`lists/${encodeURIComponent(listId)}/config`);
      if (!isJsonObject(settings)) return null;
      const observed: ObservedList = {
        fqdnListname: jsonText(settings['fqdn_listname']) ?? '',
        listId,
        settings,
        rosters: await rosters.read(listId),
        bans: await readBans(rest, listId),
        headerMatches: await readHeaderMatches(rest, listId),
        templates: await readTemplates(rest, postorius, listId),
        coreAttributes: await readCoreAttributes(core, listId),
        requests: await readRequests(rest, python, listId),
      };
      return observed;
    },

    async createDomain(mailHost) {
      const existing = await rest.get(`domains/${encodeURIComponent(mailHost)}`);
      if (existing === null) await rest.send('POST', 'domains', { mail_host: mailHost });
    },

    async createList(fqdnListname, style) {
      const listId = listIdOf(fqdnListname);
      const existing = await rest.get(`lists/${encodeURIComponent(listId)}`);
      if (existing !== null) return;
      await rest.send('POST', 'lists', { fqdn_listname: fqdnListname, style_name: style });
    },

    async changeSettings(listId, settings) {
      await rest.send('PATCH', `lists/${encodeURIComponent(listId)}/config`, settings);
    },

    rosterBatch: rosters.batch,
    addMembers: (listId, role, members) => rosters.add(listId, role, members),
    changeMembers: (listId, role, changes) => rosters.change(listId, role, changes),

    reachesCore: python !== null,
    setBounceStates: (listId, states) => setBounceStates(core, listId, states),
    setCoreAttributes: (listId, attributes) => setCoreAttributes(core, listId, attributes),
    setTemplates: (fqdnListname, templates, remove) =>
      setTemplates(rest, postorius, fqdnListname, templates, remove),
    templatesInUse: (listId, names) => templatesInUse(rest, core, listId, names),
    changeBans: (listId, change) => changeBans(rest, python, listId, change),
    setHeaderMatches: (listId, matches) => setHeaderMatches(rest, listId, matches),
    addRequests: (listId, requests) => addRequests(python, listId, requests),

    async removeMember(memberId) {
      // Without these two the unsubscription would wait for somebody's consent.
      await rest.send('DELETE', `members/${memberId}`, { pre_approved: true, pre_confirmed: true });
    },
  };
}
