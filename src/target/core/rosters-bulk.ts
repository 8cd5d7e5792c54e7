// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../../diagnostics.js';
import {
  isJsonObject,
  jsonArray,
  jsonNumber,
  type JsonObject,
  jsonText,
} from '../../model/json.js';
import {
  type ModerationAction,
  type ObservedMember,
  type Role,
  ROLES,
  type Rosters,
} from '../../model/mailman3-list.js';
import type { MemberOutcome } from '../../plan/target-port.js';
import type { CoreSession } from '../core-session.js';
import type { HelperRequest } from '../python-helper.js';
import { warnedAt } from './rosters-rest.js';
import type { RosterAccess } from './rosters.js';

const READER = 'core_roster_reader.py';
const LOADER = ['core_transaction.py', 'core_roster_loader.py'];
// The helper commits every thousand; what the tool remembers of them is written once.
const BATCH = 20_000;

/**
 * Rosters by Core's own Python: one query to read them all, bulk inserts to write them. On a
 * database that the helper does not know how to lock, `rest` writes.
 */
export function bulkRosters(core: CoreSession, rest: RosterAccess): RosterAccess {
  async function write(
    request: HelperRequest & { readonly role: Role },
    slowly: () => Promise<readonly MemberOutcome[]>,
  ): Promise<readonly MemberOutcome[]> {
    try {
      return outcomes(await core.ask(LOADER, request), request.role);
    } catch (error) {
      const why = error instanceof DiagnosticError ? error.diagnostic.why : undefined;
      if (why?.startsWith('unsupported database') !== true) throw error;
      return slowly();
    }
  }
  return {
    batch: BATCH,
    async read(listId) {
      const rosters = Object.fromEntries(
        ROLES.map((role) => [role, [] as ObservedMember[]]),
      ) as Record<Role, ObservedMember[]>;
      for (const entry of entriesOf(await core.ask(READER, { do: 'read', list: listId })))
        rosters[entry['role'] as Role].push(observed(entry));
      return rosters satisfies Rosters<ObservedMember>;
    },
    async add(listId, role, members) {
      const wanted = members.map(({ email, displayName, moderationAction, preferences }) => ({
        email,
        displayName,
        moderationAction,
        preferences: preferences && { ...preferences },
      }));
      return write({ do: 'load', list: listId, role, members: wanted }, () =>
        rest.add(listId, role, members),
      );
    },
    async change(listId, role, changes) {
      const wanted = changes.map(({ memberId, email, change }) => ({
        ...change,
        ...(change.preferences === undefined ? {} : { preferences: { ...change.preferences } }),
        memberId,
        email,
      }));
      return write({ do: 'change', list: listId, role, changes: wanted }, () =>
        rest.change(listId, role, changes),
      );
    },
  };
}

const entriesOf = (records: readonly JsonObject[]): readonly JsonObject[] =>
  records.flatMap((record) => jsonArray(record['members']).filter(isJsonObject));

function observed(entry: JsonObject): ObservedMember {
  return {
    memberId: jsonText(entry['memberId']) ?? '',
    email: jsonText(entry['email']) ?? '',
    displayName: jsonText(entry['displayName']) ?? '',
    moderationAction: jsonText(entry['moderationAction']) as ModerationAction | null,
    preferences: isJsonObject(entry['preferences']) ? entry['preferences'] : {},
    bounce: {
      score: jsonNumber(entry['bounceScore']) ?? 0,
      lastReceived: jsonText(entry['lastBounce']),
      lastWarned: warnedAt(jsonText(entry['lastWarning'])),
    },
  };
}

const outcomes = (records: readonly JsonObject[], role: Role): readonly MemberOutcome[] =>
  entriesOf(records).map((entry) => {
    const email = jsonText(entry['email']) ?? '';
    const refused: Diagnostic | null =
      entry['outcome'] !== 'refused'
        ? null
        : {
            code: 'target.refused',
            severity: 'warning',
            summary: `Core refuses ${role} ${email}`,
            why: jsonText(entry['why']) ?? 'it gave no reason',
            next: 'add it by hand in Postorius',
          };
    return { email, refused, nameKept: jsonText(entry['nameKept']) };
  });
