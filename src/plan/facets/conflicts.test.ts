// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { ListTemplate } from '../../model/list-template.js';
import { desiredList, observedList } from '../../testing/builders.js';
import { type LastApplied, nothingApplied } from '../operation.js';
import { planList } from '../plan-list.js';

const footer = (text: string): ListTemplate => ({
  name: 'list:member:regular:footer',
  language: '',
  text,
});

const last: LastApplied = {
  ...nothingApplied(),
  listId: 'dev.lists.example.org',
  bans: ['troll@x.org'],
  headerMatches: [{ header: 'x-spam', pattern: 'yes', action: 'discard' }],
  templates: [footer('from the last apply')],
  coreAttributes: { topics_enabled: true },
};

const desired = desiredList({
  bans: ['troll@x.org'],
  headerMatches: [{ header: 'x-spam', pattern: 'yes', action: 'discard' }],
  templates: [footer('from the last apply')],
  coreAttributes: { topics_enabled: true },
});

const observed = observedList({
  bans: [],
  headerMatches: [{ header: 'x-spam', pattern: 'no', action: null }],
  templates: [{ ...footer('by hand'), inPostorius: true, uri: 'http://x/' }],
  coreAttributes: { topics_enabled: false },
});

describe.each([false, true])(
  'what was changed in Mailman 3 meanwhile (overwrite: %s)',
  (overwrite) => {
    const plan = planList(desired, observed, last, { overwrite, reachesCore: true });

    it('is a conflict with all three values', () => {
      const conflicts = plan.conflicts.map(
        ({ what, lastApplied, observed: now, desired: wanted }) => [what, lastApplied, now, wanted],
      );
      expect(conflicts).toEqual([
        ['topics_enabled', true, false, true],
        [
          'template list:member:regular:footer',
          'from the last apply',
          'by hand',
          'from the last apply',
        ],
        [
          'header filters',
          ['x-spam: yes → discard'],
          ["x-spam: no → the site's action"],
          ['x-spam: yes → discard'],
        ],
        ['ban troll@x.org', 'banned', null, 'banned'],
      ]);
      expect(plan.conflicts.every(({ overruled }) => overruled === overwrite)).toBe(true);
    });

    it('is written only where it is overruled, and is a finding elsewhere', () => {
      const kinds = plan.operations
        .map(({ kind }) => kind)
        .filter((kind) => kind.startsWith('set-'));
      expect(kinds).toEqual(
        overwrite ? ['set-core-attributes', 'set-templates', 'set-header-matches', 'set-bans'] : [],
      );
      expect(plan.findings).toHaveLength(overwrite ? 0 : 4);
    });
  },
);
