// SPDX-License-Identifier: GPL-3.0-or-later
import { MboxSplitter } from '../archive/splitter.js';
import type { Diagnostic } from '../diagnostics.js';
import { type HeaderRule, mapHeaderRules } from '../mapping/moderation/header-rules.js';
import { asLaterRelease } from '../mapping/older-release.js';
import { counted } from '../model/counted.js';
import type { HeaderTrial, RuleTrial, TrialMessage } from '../model/pattern-verdict.js';
import type { Ports, SourcePort } from './ports.js';
import type { ListPart } from './steps.js';

// What is enough to trust a filter, and takes seconds.
const MESSAGES = 5_000;
// Rather below the size of a usual message, so that the sample is rather too large.
const MESSAGE_BYTES = 4_000;
// Headers of a message and its first parts; the rest of a large attachment has none.
const HEAD_BYTES = 256 * 1024;

/**
 * Tries every header filter of a list on the messages of its own archive, as Mailman 2 meant it and
 * as Core will have it. A large archive is sampled.
 */
export async function tryHeaderRules(
  { list, moderation }: Pick<ListPart, 'list' | 'moderation'>,
  { source, patterns }: Pick<Ports, 'source' | 'patterns'>,
): Promise<readonly Diagnostic[]> {
  const { rules } = mapHeaderRules(asLaterRelease(list), moderation);
  const { mbox } = list.archive;
  if (rules.length === 0 || mbox === null) return [];
  const every = Math.max(1, Math.ceil(mbox.bytes / (MESSAGES * MESSAGE_BYTES)));
  const asked = rules.map((rule) => ({ old: rule.patterns, new: rule.matches }));
  const trial = await patterns.tryHeaders(asked, sample(mbox.path, every, source));
  if (trial === null) {
    return [
      {
        code: 'plan.header-rules-untried',
        severity: 'warning',
        list: list.name,
        summary: 'the header filters were not tried on the archive',
        why: 'no Python was found for it, or it did not end well',
        next: 'set target: core: python, so that the tool finds the Python that Core runs in',
      },
    ];
  }
  const of = `${every === 1 ? 'the' : `every ${ordinal(every)} of the`} messages of the archive`;
  const findings = rules.flatMap((rule, index) => {
    const found = trial.rules[index];
    return found === undefined ? [] : [ruleFinding(list.name, rule, found, trial, of)];
  });
  return [...findings, ...undecodable(list.name, trial, of)];
}

const ordinal = (number: number): string => {
  const last = number % 100;
  const ending = last > 10 && last < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
};

async function* sample(
  path: string,
  every: number,
  source: Pick<SourcePort, 'read'>,
): AsyncGenerator<TrialMessage> {
  const splitter = new MboxSplitter();
  let number = 0;
  const taken = (messages: ReturnType<MboxSplitter['push']>): readonly TrialMessage[] =>
    messages.flatMap(({ bytes, fromLength }) => {
      number += 1;
      // The newest are as good as any: the first of each group, from the first message on.
      if ((number - 1) % every !== 0) return [];
      return [{ number, bytes: Buffer.from(bytes.subarray(fromLength, fromLength + HEAD_BYTES)) }];
    });
  for await (const chunk of source.read(path)) yield* taken(splitter.push(chunk));
  yield* taken(splitter.end());
}

function ruleFinding(
  list: string,
  { number, action, patterns, matches }: HeaderRule,
  trial: RuleTrial,
  { messages }: HeaderTrial,
  of: string,
): Diagnostic {
  const what = `header filter rule ${number}`;
  if (trial.slow) {
    return {
      code: 'plan.header-rule-slow',
      severity: 'warning',
      list,
      summary: `${what} takes too long to be tried`,
      why: `one of its patterns is slow on ${of}: ${patterns.join(' | ')}`,
      next: 'write it anew in Mailman 2 before the switch: Core would spend as long on every post',
    };
  }
  if (matches.length === 0 || trial.onlyOld + trial.onlyNew === 0) {
    const means =
      action === 'accept'
        ? ' in Mailman 2, and exempted them from later rules'
        : matches.length === 0
          ? ' in Mailman 2, and is not in Mailman 3'
          : ' in Mailman 2 and in Mailman 3';
    return {
      code: 'plan.header-rule-tried',
      severity: 'info',
      list,
      summary: `${what} matches ${trial.old} of ${counted(messages, 'message')}${means}`,
      why: `tried on ${of}`,
    };
  }
  const { named } = trial;
  const differing = [
    ...(trial.onlyOld > 0
      ? [`${trial.onlyOld} only in Mailman 2 (${numbers(named.onlyOld)})`]
      : []),
    ...(trial.onlyNew > 0
      ? [`${trial.onlyNew} only in Mailman 3 (${numbers(named.onlyNew)})`]
      : []),
  ];
  return {
    code: 'plan.header-rule-differs',
    severity: 'warning',
    list,
    summary: `${what} matches ${trial.old} of ${counted(messages, 'message')} in Mailman 2, ${trial.new} in Mailman 3`,
    why: `tried on ${of}: ${differing.join(', ')}`,
    next: `look at these messages, and at ${matches.map(({ header, pattern }) => `${header}: ${pattern}`).join(' | ')}`,
  };
}

/** `message 3, 17 and on`. */
const numbers = (all: readonly number[]): string => `beginning with message ${all.join(', ')}`;

function undecodable(list: string, trial: HeaderTrial, of: string): readonly Diagnostic[] {
  if (trial.undecodable === 0) return [];
  return [
    {
      code: 'plan.header-undecodable',
      severity: 'warning',
      list,
      summary: `Core could not look into the headers of ${trial.undecodable} of ${counted(trial.messages, 'message')}`,
      why: `their character set is unknown to Python; with a filter on such a header Core sets the message aside (tried on ${of})`,
      next: "look into Core's queue of shunted messages now and then",
    },
  ];
}
