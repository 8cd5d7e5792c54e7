// SPDX-License-Identifier: GPL-3.0-or-later
import { banQuestions, type BanQuestion } from '../mapping/moderation/bans.js';
import type { BanDecision, ModerationFacts } from '../mapping/moderation/facts.js';
import { listsNamed, moderationQuestions } from '../mapping/moderation/questions.js';
import { mapRosters } from '../mapping/rosters.js';
import { newAddress } from '../mapping/identity.js';
import { asLaterRelease } from '../mapping/older-release.js';
import { type Mailman2List, stringsAttribute } from '../model/mailman2-list.js';
import type { PatternVerdict } from '../model/pattern-verdict.js';
import type { Ports } from './ports.js';
import type { RunSettings } from './steps.js';
import type { ListFolder } from './workspace.js';

/** What is to become of bans that match people of a list. */
export interface BanPolicy {
  /** As `--bans` says; null: as decided before, else they stay away and that is said. */
  readonly decide: ((list: string, question: BanQuestion) => Promise<BanDecision>) | null;
  /** Whether decisions are kept in the workspace, for later runs without `--bans`. */
  readonly remember: boolean;
}

const DECISIONS = 'bans.json';

/** Asks whatever the moderation of one list depends on: rosters of other lists, Python, a person. */
export async function gatherModeration(
  saved: Mailman2List,
  folder: ListFolder,
  { source, patterns }: Pick<Ports, 'source' | 'patterns'>,
  settings: Pick<RunSettings, 'identity' | 'site' | 'context' | 'bans'>,
  mergedWith: readonly Mailman2List[] = [],
): Promise<ModerationFacts> {
  const list = asLaterRelease(saved);
  const rosters = new Map<string, readonly string[] | null>();
  for (const name of listsNamed(list)) {
    // Names come from an old list: only those that the site has are asked for.
    const known = settings.site.find((each) => each.name.toLowerCase() === name);
    rosters.set(name, known === undefined ? null : await source.readMembers(known.name));
  }
  const joining = mergedWith.map(asLaterRelease).flatMap(peopleOf);
  const asking = mergedWith.flatMap(({ requests }) =>
    requests.membership.map((one) => one.address),
  );
  const asked = moderationQuestions(list, rosters, joining, asking);
  const verdicts = new Map<string, PatternVerdict>();
  if (asked.patterns.length > 0) {
    const answers = await patterns.judge(asked.patterns, asked.addresses);
    asked.patterns.forEach(({ pattern }, index) => {
      const answer = answers[index];
      if (answer !== undefined) verdicts.set(pattern, answer);
    });
  }
  const facts = { verdicts, rosters, joining, decisions: new Map<string, BanDecision>() };
  const questions = (): readonly BanQuestion[] => {
    const fqdnListname = newAddress(list, settings.identity);
    const context = { ...settings.context, moderation: facts };
    return banQuestions(list, mapRosters(list, fqdnListname, context).rosters, facts);
  };
  return { ...facts, decisions: await decisions(list.name, questions, folder, settings.bans) };
}

const peopleOf = (list: Mailman2List): ModerationFacts['joining'] => [
  ...list.members.map(({ address }) => ({ role: 'member' as const, email: address })),
  ...(['owner', 'moderator'] as const).flatMap((role) =>
    stringsAttribute(list, role).map((email) => ({ role, email: email.trim() })),
  ),
];

/** A decision once made holds until another one is made; questions are put only to somebody. */
async function decisions(
  list: string,
  questions: () => readonly BanQuestion[],
  folder: ListFolder,
  { decide, remember }: BanPolicy,
): Promise<ReadonlyMap<string, BanDecision>> {
  const made = new Map(Object.entries(await remembered(folder)));
  if (decide === null) return made;
  const asked = questions();
  for (const question of asked) made.set(question.ban, await decide(list, question));
  if (remember && asked.length > 0) await folder.writeJson(DECISIONS, Object.fromEntries(made));
  return made;
}

async function remembered(folder: ListFolder): Promise<Readonly<Record<string, BanDecision>>> {
  const found = (await folder.readJson(DECISIONS)) as Record<string, BanDecision> | null;
  return found ?? {};
}
