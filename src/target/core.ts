// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../diagnostics.js';
import type { Command, Host } from '../host.js';
import { isJsonObject, jsonArray, jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import {
  type DesiredMember,
  listIdOf,
  type ModerationAction,
  type ObservedList,
  type ObservedMember,
  type Role,
  ROLES,
} from '../model/mailman3-list.js';
import type { TaskQueue } from '../plan/apply.js';
import type { MemberChange, Target } from '../plan/target-port.js';
import { helperRecords } from './python-helper.js';
import { changeBans, readBans } from './core/bans.js';
import { readCoreAttributes, setCoreAttributes } from './core/attributes.js';
import { readHeaderMatches, setHeaderMatches } from './core/header-matches.js';
import { addRequests, readRequests, withdrawSubscription } from './core/requests.js';
import { readTemplates, setTemplates } from './core/templates.js';
import type { RestClient } from './rest-client.js';

// Entries of one page of a roster.
const PAGE = 500;

/** How a program of Mailman 3's own Python is run, where the tool reaches its host. */
export interface PythonCommand {
  readonly host: Host;
  readonly command: Command;
}

/** Mailman Core over its REST API (3.1). `queue` bounds how many requests go side by side. */
export function coreTarget(
  rest: RestClient,
  queue: TaskQueue,
  python: PythonCommand | null,
  django: PythonCommand | null,
): Target {
  return {
    async languages() {
      const found = await rest.get('system/configuration');
      const sections = isJsonObject(found) ? jsonArray(found['sections']) : [];
      const codes = sections
        .filter((name): name is string => typeof name === 'string')
        .filter((name) => name.startsWith('language.'))
        .map((name) => name.slice('language.'.length));
      return new Set(codes.filter((code) => code !== 'master'));
    },

    async observe(listId) {
      const settings = await rest.get(`lists/${encodeURIComponent(listId)}/config`);
      if (!isJsonObject(settings)) return null;
      const rosters: Record<Role, readonly ObservedMember[]> = {
        owner: [],
        moderator: [],
        member: [],
        nonmember: [],
      };
      for (const role of ROLES) rosters[role] = await readRoster(rest, queue, listId, role);
      const observed: ObservedList = {
        fqdnListname: jsonText(settings['fqdn_listname']) ?? '',
        listId,
        settings,
        rosters,
        bans: await readBans(rest, listId),
        headerMatches: await readHeaderMatches(rest, listId),
        templates: await readTemplates(django, jsonText(settings['fqdn_listname']) ?? ''),
        coreAttributes: await readCoreAttributes(python, listId),
        requests: await readRequests(rest, listId),
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

    async addMember(listId, role, member) {
      const made = await subscribe(rest, listId, role, member);
      if (member.moderationAction === null && member.preferences === null) return;
      const memberId = made ?? (await findMember(rest, listId, role, member.email));
      await changeMember(rest, memberId, {
        ...(member.moderationAction === null ? {} : { moderationAction: member.moderationAction }),
        ...(member.preferences === null ? {} : { preferences: member.preferences }),
      });
    },

    async changeMember(memberId, change) {
      await changeMember(rest, memberId, change);
    },

    reachesCore: python !== null,
    async setBounceStates(listId, states) {
      if (python === null) throw new Error('planned without a way to Core');
      const members = states.map(({ email, state }) => ({ email, ...state }));
      const request = { do: 'bounce-state', list: listId, members };
      const command: Command = [...python.command, '-c'];
      for await (const record of helperRecords(python.host, command, 'core_helper.py', request)) {
        if (record['type'] === 'result' && record['members'] !== members.length) {
          throw new DiagnosticError({
            code: 'target.bounce-state-incomplete',
            summary: `the bounces of ${members.length - (jsonNumber(record['members']) ?? 0)} members were not written`,
            why: 'they left the list meanwhile',
            next: 'run the same command again',
          });
        }
      }
    },

    setCoreAttributes: (listId, attributes) => setCoreAttributes(python, listId, attributes),
    setTemplates: (fqdnListname, templates, remove) =>
      setTemplates(django, fqdnListname, templates, remove),
    changeBans: (listId, change) => changeBans(rest, python, listId, change),
    setHeaderMatches: (listId, matches) => setHeaderMatches(rest, listId, matches),
    addRequests: (listId, requests) => addRequests(python, listId, requests),

    async removeMember(memberId) {
      // Without these two the unsubscription would wait for somebody's consent.
      await rest.send('DELETE', `members/${memberId}`, { pre_approved: true, pre_confirmed: true });
    },
  };
}

/** Core's id of the new member; null where the address was subscribed already. */
async function subscribe(
  rest: RestClient,
  listId: string,
  role: Role,
  member: DesiredMember,
): Promise<string | null> {
  try {
    const location = await rest.send('POST', 'members', {
      list_id: listId,
      subscriber: member.email,
      role,
      ...(member.displayName === '' ? {} : { display_name: member.displayName }),
      ...(role === 'member'
        ? {
            // Mailman 2 knew the address to be good: nobody is asked again, nobody is told.
            pre_verified: true,
            pre_confirmed: true,
            pre_approved: true,
            send_welcome_message: false,
          }
        : {}),
    });
    return location?.split('/').at(-1) ?? null;
  } catch (error) {
    if (!(error instanceof DiagnosticError) || !error.diagnostic.summary.includes('answered 409')) {
      throw withAddress(error, role, member.email);
    }
    // The old side's moderators took in somebody whose wish waits here since an earlier apply.
    if (
      error.diagnostic.why?.includes('pending') === true &&
      (await withdrawSubscription(rest, listId, member.email))
    ) {
      return subscribe(rest, listId, role, member);
    }
    // Subscribed already, by a run that was cut off between this and the next request.
    return null;
  }
}

function withAddress(error: unknown, role: Role, email: string): unknown {
  if (!(error instanceof DiagnosticError) || error.diagnostic.code !== 'target.refused')
    return error;
  return new DiagnosticError(
    {
      ...error.diagnostic,
      summary: `Core refuses ${role} ${email}`,
      next: 'add it by hand in Postorius',
    },
    { cause: error },
  );
}

async function findMember(
  rest: RestClient,
  listId: string,
  role: Role,
  email: string,
): Promise<string> {
  const path = `lists/${encodeURIComponent(listId)}/${role}/${encodeURIComponent(email)}`;
  const found = await rest.get(path);
  if (!isJsonObject(found) || typeof found['member_id'] !== 'string') {
    throw new DiagnosticError({
      code: 'target.refused',
      summary: `${role} ${email} was subscribed and cannot be found`,
      why: `Core knows no ${path}`,
    });
  }
  return found['member_id'];
}

async function changeMember(
  rest: RestClient,
  memberId: string,
  change: MemberChange,
): Promise<void> {
  if (change.moderationAction !== undefined) {
    await rest.send('PATCH', `members/${memberId}`, {
      // An empty text is how this resource is told "the list's default".
      moderation_action: change.moderationAction ?? '',
    });
  }
  if (change.preferences !== undefined) {
    await rest.send('PATCH', `members/${memberId}/preferences`, { ...change.preferences });
  }
}

async function readRoster(
  rest: RestClient,
  queue: TaskQueue,
  listId: string,
  role: Role,
): Promise<readonly ObservedMember[]> {
  const entries: JsonObject[] = [];
  for (let page = 1; ; page += 1) {
    const path = `lists/${encodeURIComponent(listId)}/roster/${role}?count=${PAGE}&page=${page}`;
    const found = await rest.get(path);
    const batch = isJsonObject(found) ? jsonArray(found['entries']) : [];
    entries.push(...batch.filter(isJsonObject));
    if (batch.length < PAGE) break;
  }
  const members: ObservedMember[] = [];
  await queue.runAll(
    entries.map((entry, index) => async () => {
      const memberId = jsonText(entry['member_id']) ?? '';
      // The roster shows neither status nor options; `all/preferences` leaves out hide_address.
      const preferences =
        role === 'member' ? await rest.get(`members/${memberId}/preferences`) : {};
      members[index] = {
        memberId,
        email: jsonText(entry['email']) ?? '',
        displayName: jsonText(entry['display_name']) ?? '',
        moderationAction: (entry['moderation_action'] as ModerationAction | undefined) ?? null,
        preferences: isJsonObject(preferences) ? preferences : {},
        bounce: {
          score: jsonNumber(entry['bounce_score']) ?? 0,
          lastReceived: jsonText(entry['last_bounce_received']),
          // Core writes the year 1 where it never warned.
          lastWarned: (jsonText(entry['last_warning_sent']) ?? '0001').startsWith('0001')
            ? null
            : jsonText(entry['last_warning_sent']),
        },
      };
    }),
  );
  return members;
}
