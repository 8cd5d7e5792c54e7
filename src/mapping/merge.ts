// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Json } from '../model/json.js';
import { type Mailman2List, truthyAttribute } from '../model/mailman2-list.js';
import type { DesiredList, SettingValue } from '../model/mailman3-list.js';
import { withoutBounceWarnings } from './bounce-warnings.js';
import { mergePeople } from './merge-people.js';
import { mergeModeration } from './merge-moderation.js';
import { banOn } from './moderation/bans.js';
import { type ModerationFacts, NOTHING_ASKED } from './moderation/facts.js';
import type { MappingContext } from './row.js';

/** A list of Mailman 2 and what becomes of it at the target's address. */
export interface MappedList {
  readonly list: Mailman2List;
  readonly desired: DesiredList;
  /** What was found out about the patterns of this one of the lists. */
  readonly moderation?: ModerationFacts;
}

/**
 * Makes one list of several: people, bans, header filters and requests of all, everything else as
 * the target has it. Whatever of the others is dropped is named. Whoever reads the archive of the
 * others must not grow: a private one is never merged into a public one.
 */
export function mergeLists(
  target: MappedList,
  others: readonly MappedList[],
  context: MappingContext,
): DesiredList {
  const own = new Set(
    [target, ...others].flatMap(({ list, desired }) => [
      list.fqdn.toLowerCase(),
      desired.fqdnListname.toLowerCase(),
    ]),
  );
  const merged = others.reduce(
    (into, other) => mergeOne(into, target.list, other, own),
    target.desired,
  );
  const allowed = withoutBanned(merged, [target, ...others]);
  const quiet = withoutBounceWarnings(allowed, allowed.rosters, allowed.sourceName, context);
  return { ...allowed, ...quiet };
}

/** Wishes to join that a ban of another one of the lists keeps out now. */
function withoutBanned(merged: DesiredList, parts: readonly MappedList[]): DesiredList {
  const findings: Diagnostic[] = [];
  const membership = merged.requests.membership.filter((request) => {
    const bans = parts.map(({ desired: { bans }, moderation = NOTHING_ASKED }) =>
      banOn(request.email, bans, moderation),
    );
    const ban = bans.find((each) => each !== null) ?? null;
    if (ban === null || request.kind !== 'subscription') return true;
    const from = parts.find(({ desired }) => desired.requests.membership.includes(request));
    findings.push({
      code: 'merge.request-left-out',
      severity: 'warning',
      list: from?.list.name ?? merged.sourceName,
      summary: `the ${request.kind} request of ${JSON.stringify(request.email)} is left out`,
      why: `the ban ${ban} holds for all of ${merged.fqdnListname}, and keeps the address out`,
      next: 'nothing, or remove the ban in Mailman 2 and apply again',
    });
    return false;
  });
  if (findings.length === 0) return merged;
  return {
    ...merged,
    requests: { ...merged.requests, membership },
    findings: [...merged.findings, ...findings],
  };
}

function mergeOne(
  into: DesiredList,
  targetList: Mailman2List,
  { list, desired }: MappedList,
  own: ReadonlySet<string>,
): DesiredList {
  const people = mergePeople(into, desired, own);
  const moderation = mergeModeration({ ...into, rosters: people.rosters }, into, desired);
  const aliases = mergedAliases(into, desired);
  // Field by field: what is added to a list has to find its place here too.
  return {
    sourceName: into.sourceName,
    fqdnListname: into.fqdnListname,
    listId: into.listId,
    mailHost: into.mailHost,
    settings: { ...into.settings, ...aliases },
    verdicts: into.verdicts.map((verdict) =>
      verdict.target === ALIASES && aliases[ALIASES] !== undefined
        ? {
            ...verdict,
            desired: aliases[ALIASES],
            reason: `${verdict.reason}; with those of ${list.name}`,
          }
        : verdict,
    ),
    archivePolicy: into.archivePolicy,
    templates: into.templates,
    coreAttributes: into.coreAttributes,
    rosters: people.rosters,
    leftOut: [...into.leftOut, ...desired.leftOut, ...people.leftOut],
    bans: moderation.bans,
    contestedBans: moderation.contestedBans,
    headerMatches: moderation.headerMatches,
    requests: moderation.requests,
    findings: [
      ...into.findings,
      mergedFinding(list, into),
      ...archiveFindings(into, targetList, list, desired, people.rosters.member.length),
      ...desired.findings.filter(({ code }) => !OF_TARGET.has(code)),
      ...people.findings,
      ...moderation.findings,
      ...droppedSettings(into, desired),
      ...droppedRest(into, desired),
    ],
  };
}

// Settings and name are the target's: what becomes of the other list's own is told below.
const OF_TARGET: ReadonlySet<string> = new Set([
  'mapping.approximate',
  'mapping.bounce-processing-off',
  'mapping.list-domain-refused',
  'mapping.list-name-refused',
  'mapping.template-approximated',
  'mapping.template-language',
  'mapping.template-one-language',
]);

const ALIASES = 'acceptable_aliases';

/** Mail to the old address of the merged list comes in by an alias: it must not count as implicit. */
function mergedAliases(
  { settings }: DesiredList,
  other: DesiredList,
): Readonly<Record<string, SettingValue>> {
  const [ours, theirs] = [settings[ALIASES], other.settings[ALIASES]];
  if (!Array.isArray(ours) || !Array.isArray(theirs)) return {};
  return { [ALIASES]: [...new Set([...(ours as string[]), ...(theirs as string[])])] };
}

const mergedFinding = (list: Mailman2List, into: DesiredList): Diagnostic => ({
  code: 'merge.done',
  severity: 'info',
  list: list.name,
  summary: `${list.name} becomes part of ${into.fqdnListname}, the list ${into.sourceName}`,
  why: 'lists: merge: of mm2to3.yaml says so; people, bans, filters, requests, archive and old links come along, settings do not',
});

function archiveFindings(
  into: DesiredList,
  targetList: Mailman2List,
  list: Mailman2List,
  desired: DesiredList,
  members: number,
): readonly Diagnostic[] {
  const hasArchive = list.archive.mbox !== null || list.archive.pipermail !== null;
  const isPrivate = truthyAttribute(list, 'archive_private');
  const [from, to] = [list.name, into.sourceName];
  const findings: Diagnostic[] = [];
  if (hasArchive && isPrivate && into.archivePolicy === 'public') {
    const refusal = {
      code: 'merge.private-into-public',
      severity: 'error',
      summary: `the private archive of ${from} cannot go into the public one of ${to}`,
      why: 'everybody could read it',
      next: `make the archive of ${to} private in Mailman 2, or remove lists: merge: { "${from}": … } from mm2to3.yaml`,
    } as const;
    // Neither of them is migrated, so both say why.
    findings.push({ ...refusal, list: to }, { ...refusal, list: from });
  }
  if (hasArchive && !isPrivate && into.archivePolicy === 'private') {
    findings.push({
      code: 'merge.public-into-private',
      severity: 'warning',
      list: from,
      summary: `the public archive of ${from} will be for members of ${to} only`,
      why: `it becomes part of the private archive of ${to}`,
      next: `make the archive of ${to} public in Mailman 2 if both may be`,
    });
  }
  const joined = members - into.rosters.member.length;
  const readable = targetList.archive.mbox !== null && into.archivePolicy === 'private';
  if (readable && joined > 0) {
    findings.push({
      code: 'merge.private-archive-opened',
      severity: 'warning',
      list: from,
      summary: `${joined} people of ${from} can read the private archive of ${to}`,
      why: 'they become members of it',
      next: 'do not merge the lists if that is not meant',
    });
  }
  return findings.concat(
    desired.archivePolicy === 'never' || into.archivePolicy !== 'never' ? [] : [stopped(from, to)],
  );
}

const stopped = (from: string, to: string): Diagnostic => ({
  code: 'merge.archiving-ends',
  severity: 'warning',
  list: from,
  summary: `posts that went into the archive of ${from} will not be archived any more`,
  why: `${to} archives nothing`,
  next: `turn archiving on for ${to} in Mailman 2 if its posts are to be kept`,
});

/** Settings whose loss shows people or posts to more eyes; values from closed to open. */
const EXPOSING: Readonly<Record<string, readonly SettingValue[]>> = {
  // Who may see who the members are.
  member_roster_visibility: ['moderators', 'members', 'public'],
  // The list was not to be found by strangers.
  advertised: [false, true],
  // Posts did not name their senders.
  anonymous_list: [true, false],
};

/** Every setting of the merged list that does not hold any more. */
function droppedSettings(into: DesiredList, other: DesiredList): readonly Diagnostic[] {
  const [from, to] = [other.sourceName, into.sourceName];
  return other.verdicts.flatMap(({ attribute, target, desired }): readonly Diagnostic[] => {
    if (target === null || desired === null || target === ALIASES) return [];
    const holds = into.settings[target] ?? null;
    if (same(holds, desired)) return [];
    const steps = EXPOSING[target] ?? [];
    const opens = holds !== null && steps.indexOf(holds) > steps.indexOf(desired);
    return [
      {
        code: opens ? 'merge.setting-opened' : 'merge.setting-dropped',
        severity: opens ? 'warning' : 'info',
        list: from,
        attribute,
        summary: `${attribute} of ${from} is dropped: ${short(desired)}`,
        why: `the settings of ${to} hold: ${short(holds)}`,
        ...(opens
          ? { next: `set ${attribute} of ${to} in Mailman 2 or 3 if that shows too much` }
          : {}),
      },
    ];
  });
}

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** Texts and what only Core's own Python can write. */
function droppedRest(into: DesiredList, other: DesiredList): readonly Diagnostic[] {
  const [from, to] = [other.sourceName, into.sourceName];
  const rest = [
    {
      what: 'texts of its own',
      names: other.templates.map(({ name, language }) =>
        language === '' ? name : `${name} (${language})`,
      ),
    },
    { what: 'numbers and dates of its own', names: Object.keys(other.coreAttributes) },
  ];
  return rest.flatMap(({ what, names }): readonly Diagnostic[] =>
    names.length === 0
      ? []
      : [
          {
            code: 'merge.setting-dropped',
            severity: 'info',
            list: from,
            summary: `${what} of ${from} are dropped: ${names.join(', ')}`,
            why: `those of ${to} hold`,
          },
        ],
  );
}
