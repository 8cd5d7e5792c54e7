// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../../model/json.js';
import type { Role } from '../../model/mailman3-list.js';
import type {
  MemberOutcome,
  OperationKind,
  PlannedAddresses,
  PlannedArchive,
  PlannedListReport,
  PlannedOperation,
} from '../../model/plan-report.js';
import type { RedirectKind } from '../../model/redirect.js';
import { ADDRESS_KINDS } from '../redirect-words.js';
import { counted, number, size } from '../words.js';

/** A value of either side, cut short: texts in quotation marks, so that blanks at their ends show. */
export function shown(value: Json | undefined, length: number): string {
  if (value === null || value === undefined) return '–';
  const text = JSON.stringify(value);
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** What a form of the plan says of personal data in it. */
export const PRIVACY = {
  shown: 'This holds addresses and names of members: keep it where only those see it who may.',
  hidden: 'Addresses and names of members are left out; --members shows them.',
} as const;

/** What becomes of a list as a whole. */
export type ListState = 'blocked' | 'new' | 'changed' | 'disputed' | 'unchanged';

export const STATES: Readonly<Record<ListState, string>> = {
  blocked: 'cannot be migrated yet',
  new: 'to be made',
  changed: 'to be changed',
  disputed: 'in conflict',
  unchanged: 'as wanted already',
};

export function stateOf(list: PlannedListReport): ListState {
  const { failed, exists, operations, conflicts } = list;
  if (failed) return 'blocked';
  if (!exists) return 'new';
  if (operations.length > 0) return 'changed';
  return conflicts.length > 0 ? 'disputed' : 'unchanged';
}

export const OUTCOMES: Readonly<Record<MemberOutcome, string>> = {
  add: 'add',
  change: 'change',
  keep: 'as wanted',
  remove: 'remove',
  conflict: 'conflict',
  'left-out': 'left out',
  theirs: 'only in Mailman 3',
};

/** Memberships by what becomes of them. */
export function outcomes({
  members,
}: Pick<PlannedListReport, 'members'>): Readonly<Record<MemberOutcome, number>> {
  const counts = {
    add: 0,
    change: 0,
    keep: 0,
    remove: 0,
    conflict: 0,
    'left-out': 0,
    theirs: 0,
  } satisfies Record<MemberOutcome, number>;
  for (const { outcome } of members) counts[outcome] += 1;
  return counts;
}

/** `48 to add, 2 left out`; nothing that is 0. */
export function rosterWords(counts: Readonly<Record<MemberOutcome, number>>): string {
  const parts = [
    [counts.add, 'to add'],
    [counts.change, 'to change'],
    [counts.keep, 'as wanted'],
    [counts.remove, 'to remove'],
    [counts.conflict, 'in conflict'],
    [counts['left-out'], 'left out'],
    [counts.theirs, 'only in Mailman 3'],
  ] as const;
  const words = parts.filter(([count]) => count > 0);
  return words.length === 0
    ? 'nobody'
    : words.map(([count, what]) => `${number(count)} ${what}`).join(', ');
}

const ROLE_NAMES: Readonly<Record<Role, readonly [string, string]>> = {
  owner: ['owner', 'owners'],
  moderator: ['moderator', 'moderators'],
  member: ['member', 'members'],
  nonmember: ['nonmember', 'nonmembers'],
};

interface OperationWords {
  /** What the step is part of. */
  readonly stage: string;
  /** Of kinds that come in great numbers: what all of them do together. */
  readonly many?: string;
}

// Every kind of step: a kind that is missing here does not compile.
const OPERATIONS: Readonly<Record<OperationKind, OperationWords>> = {
  'create-domain': { stage: 'Create' },
  'create-list': { stage: 'Create' },
  quieten: { stage: 'Silence' },
  'change-settings': { stage: 'Settings' },
  'set-core-attributes': { stage: 'Settings' },
  'set-templates': { stage: 'Texts' },
  'add-member': { stage: 'Rosters', many: 'add' },
  'change-member': { stage: 'Rosters', many: 'change' },
  'remove-member': { stage: 'Rosters', many: 'remove' },
  'set-bounce-states': { stage: 'Rosters' },
  'set-header-matches': { stage: 'Moderation' },
  'set-bans': { stage: 'Moderation' },
  'add-requests': { stage: 'Moderation' },
  open: { stage: 'At last' },
};

/** One stage of an apply and what is done in it. */
export interface Stage {
  readonly title: string;
  readonly steps: readonly string[];
}

/** The steps of a plan in words, in their order; memberships as numbers. */
export function stages(operations: readonly PlannedOperation[]): readonly Stage[] {
  const titles = [...new Set(operations.map(({ kind }) => OPERATIONS[kind].stage))];
  return titles.map((title) => {
    const within = operations.filter(({ kind }) => OPERATIONS[kind].stage === title);
    const single = within.filter(({ kind }) => OPERATIONS[kind].many === undefined);
    const many = new Map<string, Map<Role, number>>();
    for (const { kind, role } of within) {
      const verb = OPERATIONS[kind].many;
      if (verb === undefined || role === null) continue;
      const roles = many.get(verb) ?? new Map<Role, number>();
      many.set(verb, roles.set(role, (roles.get(role) ?? 0) + 1));
    }
    const gathered = [...many].map(
      ([verb, roles]) =>
        `${verb} ${[...roles].map(([role, count]) => counted(count, ...ROLE_NAMES[role])).join(', ')}`,
    );
    return { title, steps: [...gathered, ...single.map(({ summary }) => summary)] };
  });
}

/** The archive in a few words: `1.2 MB, 436 pages`. */
export function archiveShort({ bytes, pages, prepared, missing }: PlannedArchive): string {
  const parts = [
    ...(bytes === null ? [] : [size(bytes)]),
    ...(prepared === null ? [] : [counted(prepared.messages, 'message')]),
    ...(pages === null || pages === 0 ? [] : [counted(pages, 'page')]),
    ...(missing === null || bytes === null ? [] : [`${number(missing)} to import`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** What is known of the archive, on both sides. */
export function archiveWords(archive: PlannedArchive): string {
  const { bytes, pages, prepared, held, missing, policy } = archive;
  const old = [
    bytes === null ? 'no mbox' : `mbox of ${size(bytes)}`,
    ...(pages === null ? [] : [counted(pages, 'message page')]),
  ];
  if (bytes !== null) {
    old.push(
      prepared === null
        ? 'messages not counted yet (not prepared)'
        : counted(prepared.messages, 'message') +
            (prepared.kept < prepared.messages
              ? ` (${number(prepared.messages - prepared.kept)} of them repeated)`
              : ''),
    );
  }
  const there = held === null ? [] : [`HyperKitty holds ${number(held)}`];
  const todo = missing === null || bytes === null ? [] : [`${number(missing)} to import`];
  const kind = policy === 'never' ? 'no archive from now on' : `${policy} archive`;
  return [...old, ...there, ...todo, kind].join(', ');
}

/** Old addresses of each kind, those that most readers meet first. */
export function addressWords({ kinds, total, matched }: PlannedAddresses): string {
  const parts = (Object.keys(ADDRESS_KINDS) as RedirectKind[]).flatMap((kind) => {
    const count = kinds[kind] ?? 0;
    return count === 0 ? [] : [counted(count, ...ADDRESS_KINDS[kind])];
  });
  const note = matched ? '' : ' (pages are matched with messages once the archive is prepared)';
  return `${number(total)} lead on: ${parts.join(', ')}${note}`;
}
