// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { ListTemplate, ObservedTemplate } from '../../model/list-template.js';
import { desiredList, observedList } from '../../testing/builders.js';
import { MemoryStore, MemoryTarget } from '../../testing/memory-target.js';
import { applyPlan } from '../apply.js';
import { nothingApplied } from '../operation.js';
import { planList } from '../plan-list.js';
import { planTemplates } from './plan-templates.js';

const NAME = 'list:member:regular:footer';
const template = (text: string, name = NAME): ListTemplate => ({ name, language: 'en', text });
const observed = (
  text: string | null,
  changed: Partial<ObservedTemplate> = {},
): ObservedTemplate => ({
  name: NAME,
  uri: 'http://localhost/p/api/templates/list/dev.lists.example.org/' + NAME,
  inPostorius: true,
  text,
  ...changed,
});

interface Case {
  readonly desired?: readonly ListTemplate[];
  /** null: the list is not there. */
  readonly found: readonly ObservedTemplate[] | null;
  readonly applied?: readonly ListTemplate[];
  readonly overwrite?: boolean;
}

/** What is set, removed, and left alone. */
function plan({ desired = [], found, applied = [], overwrite = false }: Case) {
  const { operations, findings } = planTemplates(
    desiredList({ templates: desired }),
    found === null ? null : observedList({ templates: found }),
    { ...nothingApplied(), templates: applied },
    { overwrite, reachesCore: true },
  );
  return [
    ...operations.flatMap((operation) =>
      operation.kind === 'set-templates'
        ? [
            ...operation.templates.map(({ text }) => `set ${text}`),
            ...operation.remove.map(({ text }) => `remove ${text}`),
          ]
        : [],
    ),
    ...findings.map(({ code, why }) => `${code}: ${why ?? ''}`),
  ];
}

describe('a template', () => {
  it.each<[string, Case, readonly string[]]>([
    ['of a new list is set', { desired: [template('a')], found: null }, ['set a']],
    ['that is empty is set as well', { desired: [template('')], found: [] }, ['set ']],
    ['of a list without it is set', { desired: [template('a')], found: [] }, ['set a']],
    ['that stands is left', { desired: [template('a')], found: [observed('a')] }, []],
    [
      'that a browser saved anew is the same',
      { desired: [template('a\nb\n')], found: [observed('a\r\nb\r\n')] },
      [],
    ],
    [
      'that changed in Mailman 2 alone is set anew',
      { desired: [template('b')], found: [observed('a')], applied: [template('a')] },
      ['set b'],
    ],
    [
      'of a list that is gone is set again',
      { desired: [template('a')], found: null, applied: [template('a')] },
      ['set a'],
    ],
    [
      'that is wanted no more is removed',
      { found: [observed('a')], applied: [template('a')] },
      ['remove a'],
    ],
    ['that is nobody’s is left', { found: [observed('a')] }, []],
    ['that is gone already needs no removal', { found: [], applied: [template('a')] }, []],
  ])('%s', (_, given, expected) => {
    expect(plan(given)).toEqual(expected);
  });

  it.each<[string, Case, string, string]>([
    [
      'edited in Postorius',
      { desired: [template('a')], found: [observed('x')], applied: [template('a')] },
      'plan.template-conflict: it was changed in Mailman 3 since the last apply',
      'set a',
    ],
    [
      'deleted in Postorius',
      { desired: [template('a')], found: [], applied: [template('a')] },
      'plan.template-conflict: it was deleted in Mailman 3 since the last apply',
      'set a',
    ],
    [
      'that stood before',
      { desired: [template('a')], found: [observed('x')] },
      `plan.template-conflict: Mailman 3 had another text already, at ${observed('').uri}`,
      'set a',
    ],
    [
      'that Core takes from elsewhere',
      {
        desired: [template('a')],
        found: [observed('a', { inPostorius: false, uri: 'https://www.example.org/footer' })],
      },
      'plan.template-conflict: Mailman 3 had another text already, at https://www.example.org/footer',
      'set a',
    ],
    [
      'that cannot be read',
      { desired: [template('a')], found: [observed(null)], applied: [template('a')] },
      'plan.template-conflict: it was changed in Mailman 3 since the last apply',
      'set a',
    ],
    [
      'wanted no more, but edited',
      { found: [observed('x')], applied: [template('a')] },
      'plan.template-conflict: Mailman 2 has no such text any more, but it was changed in Mailman 3 since the last apply',
      'remove a',
    ],
  ])('%s is a conflict, until it is overruled', (_, given, conflict, overruled) => {
    expect(plan(given)).toEqual([conflict]);
    expect(plan({ ...given, overwrite: true })).toEqual([overruled]);
  });
});

it('apply remembers what it wrote, and only that', async () => {
  const target = new MemoryTarget();
  const store = new MemoryStore();
  const options = { overwrite: false, reachesCore: true };
  const OTHER = 'list:user:notice:goodbye';
  const run = async (templates: readonly ListTemplate[]): Promise<readonly string[]> => {
    const desired = desiredList({ templates });
    const planned = planList(desired, await target.observe(desired.listId), store.state, options);
    await applyPlan(desired, planned.operations, target, store, planned.kept);
    return planned.findings.map(({ code }) => code);
  };
  const texts = () =>
    target.lists.get('dev.lists.example.org')?.templates.map(({ name, text }) => [name, text]);

  await run([template('a'), template('bye', OTHER)]);
  expect(texts()).toEqual([
    [NAME, 'a'],
    [OTHER, 'bye'],
  ]);
  const list = target.lists.get('dev.lists.example.org');
  if (list === undefined) throw new Error('no list');
  // Somebody edits the footer; Mailman 2 changes both meanwhile, then has none any more.
  list.templates = list.templates.map((each) =>
    each.name === NAME ? { ...each, text: 'x' } : each,
  );
  expect(await run([template('b'), template('so long', OTHER)])).toEqual([
    'plan.template-conflict',
  ]);
  expect(store.state.templates).toEqual([template('a'), template('so long', OTHER)]);
  expect(await run([])).toEqual(['plan.template-conflict']);
  expect(texts()).toEqual([[NAME, 'x']]);
});
