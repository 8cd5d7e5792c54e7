// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { mapList } from '../../mapping/map-list.js';
import { applyPlan } from '../../plan/apply.js';
import { planList } from '../../plan/plan-list.js';
import { mappingContext } from '../../testing/builders.js';
import { MemoryStore, MemoryTarget } from '../../testing/memory-target.js';
import { disagreements } from './disagreements.js';
import { randomLists } from './generator.js';

const SEED = Number(process.env['RANDOM_SEED'] ?? 20_261_129);
const IDENTITY = { rename: {}, domains: {}, merge: {} };
const OPTIONS = { overwrite: false, reachesCore: true };

// Core in memory takes whatever it is given; the live test of the same lists asks the real one.
describe(`100 random lists in memory (RANDOM_SEED=${SEED})`, () => {
  const lists = randomLists(SEED, 100);

  it.each(lists.map((list) => [list.name, list] as const))(
    '%s is as it is to be after apply, and nothing is left to do',
    async (_, list) => {
      const desired = mapList(list, IDENTITY, mappingContext);
      const [target, store] = [new MemoryTarget(), new MemoryStore()];
      const first = planList(desired, null, await store.load(), OPTIONS);
      const { refused } = await applyPlan(desired, first.operations, target, store, first.kept);
      expect(refused).toEqual([]);
      const observed = await target.observe(desired.listId);
      if (observed === null) throw new Error('the list was not made');
      expect(disagreements(desired, observed)).toEqual([]);
      const second = planList(desired, observed, await store.load(), OPTIONS);
      expect(second.operations).toEqual([]);
      expect(second.findings).toEqual([]);
      expect(target.mail).toEqual([]);
    },
  );

  it.each(lists.map((list) => [list.name, list] as const))(
    '%s has a word for every attribute and every person',
    (_, list) => {
      const { verdicts, rosters, findings } = mapList(list, IDENTITY, mappingContext);
      const judged = new Set(verdicts.map(({ attribute }) => attribute));
      expect(Object.keys(list.attributes).filter((name) => !judged.has(name))).toEqual([]);
      const said = findings.map(({ summary }) => summary);
      const arrived = new Set(rosters.member.map(({ email }) => email.toLowerCase()));
      const lost = list.members.filter(
        ({ address, originalAddress }) =>
          !arrived.has(address) &&
          !said.some((summary) => summary.includes(JSON.stringify(originalAddress))),
      );
      expect(lost).toEqual([]);
    },
  );
});
