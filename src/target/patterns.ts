// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../diagnostics.js';
import type { Command } from '../host.js';
import {
  isJsonObject,
  type Json,
  jsonArray,
  jsonNumber,
  type JsonObject,
  jsonText,
} from '../model/json.js';
import type {
  HeaderTrial,
  PatternQuestion,
  PatternVerdict,
  RuleTrial,
  TrialMessage,
  TrialRule,
} from '../model/pattern-verdict.js';
import type { PythonCommand } from './core.js';
import { helperRecords, type HelperRequest } from './python-helper.js';

const NO_PYTHON = 'no Python was found to try it';
const TOO_SLOW = 'it takes too long';

/**
 * Regular expressions in a real Python: its engine is the one that Core runs them in, and no other
 * agrees with it. `findPython` is asked once, when it is first needed.
 */
export function pythonPatterns(findPython: () => Promise<PythonCommand | null>) {
  let found: Promise<PythonCommand | null> | null = null;
  const python = (): Promise<PythonCommand | null> => (found ??= findPython());
  return {
    /** Verdicts in the order of the questions; without a Python all are `unjudged`. */
    async judge(
      patterns: readonly PatternQuestion[],
      texts: readonly string[],
    ): Promise<readonly PatternVerdict[]> {
      const unjudged = (why: string): readonly PatternVerdict[] =>
        patterns.map(() => ({ kind: 'unjudged', why }));
      const there = await python();
      if (there === null) return unjudged(NO_PYTHON);
      const asked = patterns.map((question) => ({ ...question }));
      const request = { do: 'judge', list: '', patterns: asked, texts };
      const records = await gather(there, request, null);
      if (typeof records === 'string') return unjudged(records);
      return records.filter(({ type }) => type === 'verdict').map((each) => verdict(each, texts));
    },

    /** Tries header filters on messages; null where there is no Python, or it did not end well. */
    async tryHeaders(
      rules: readonly TrialRule[],
      messages: AsyncIterable<TrialMessage>,
    ): Promise<HeaderTrial | null> {
      const there = await python();
      if (there === null) return null;
      const request = {
        do: 'try-headers',
        list: '',
        rules: rules.map((rule) => ({
          old: rule.old,
          new: rule.new.map(({ header, pattern }) => [header, pattern]),
        })),
      };
      const records = await gather(there, request, framed(messages));
      if (typeof records === 'string') return null;
      const result = records.find(({ type }) => type === 'result') ?? {};
      return {
        rules: records.filter(({ type }) => type === 'rule').map(ruleTrial),
        messages: jsonNumber(result['messages']) ?? 0,
        undecodable: jsonNumber(result['undecodable']) ?? 0,
      };
    },
  };
}

/** All records of a helper; why not, where it was killed, by its own limits or from outside. */
async function gather(
  { host, command: python }: PythonCommand,
  request: HelperRequest,
  body: AsyncIterable<Uint8Array> | null,
): Promise<readonly JsonObject[] | string> {
  const command: Command = [...python, '-c'];
  const records: JsonObject[] = [];
  try {
    for await (const record of helperRecords(host, command, 'pattern_helper.py', request, body)) {
      records.push(record);
    }
    return records;
  } catch (error) {
    if (error instanceof DiagnosticError)
      return `the Python that tried it did not end well: ${error.diagnostic.summary}`;
    throw error;
  }
}

function verdict(record: JsonObject, texts: readonly string[]): PatternVerdict {
  switch (record['kind']) {
    case 'valid': {
      const matched = jsonArray(record['matches']).map((index) => texts[jsonNumber(index) ?? -1]);
      return { kind: 'valid', matches: new Set(matched.filter((text) => text !== undefined)) };
    }
    case 'invalid':
      return { kind: 'invalid', why: jsonText(record['why']) ?? 'it is no pattern' };
    default:
      return { kind: 'unjudged', why: TOO_SLOW };
  }
}

const count = (record: JsonObject, key: string): number => jsonNumber(record[key]) ?? 0;

const numbers = (value: Json | undefined): readonly number[] =>
  jsonArray(value).filter((each): each is number => typeof each === 'number');

function ruleTrial(record: JsonObject): RuleTrial {
  const named = isJsonObject(record['named']) ? record['named'] : {};
  return {
    slow: record['slow'] === true,
    old: count(record, 'old'),
    new: count(record, 'new'),
    onlyOld: count(record, 'onlyOld'),
    onlyNew: count(record, 'onlyNew'),
    named: { onlyOld: numbers(named['onlyOld']), onlyNew: numbers(named['onlyNew']) },
  };
}

async function* framed(messages: AsyncIterable<TrialMessage>): AsyncGenerator<Uint8Array> {
  for await (const { number, bytes } of messages) {
    yield Buffer.from(`${number} ${bytes.length}\n`);
    yield bytes;
  }
}
