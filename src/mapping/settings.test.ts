// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../model/json.js';
import { mailman2List, mappingContext } from '../testing/builders.js';
import { coreTakes } from '../testing/core-validators.js';
import { ATTRIBUTE_TABLE } from './attribute-table.js';
import { MAILMAN2_DEFAULTS } from './defaults.js';
import { type MappedSettings, mapSettings } from './settings.js';

const mapWhole = (attributes: Record<string, Json>): MappedSettings =>
  mapSettings(mailman2List({ attributes }), mappingContext);

/** What becomes of the attributes that are given; what is filled in for older lists is left out. */
function map(attributes: Record<string, Json>): MappedSettings {
  const { settings: all, verdicts, findings } = mapWhole(attributes);
  const given = verdicts.filter(({ attribute }) => Object.hasOwn(attributes, attribute));
  const filled = verdicts.filter((verdict) => !given.includes(verdict));
  const targets = new Set(filled.map(({ target }) => target));
  // What goes along with the DMARC action, which both of its attributes decide.
  if (targets.has('dmarc_mitigate_action')) targets.add('dmarc_mitigate_unconditionally');
  const own = Object.entries(all).filter(([name]) => !targets.has(name));
  return { settings: Object.fromEntries(own), verdicts: given, findings };
}
const settings = (attributes: Record<string, Json>) => map(attributes).settings;

describe('the verdict on each attribute', () => {
  it('is passed on every attribute, known or not, in the order of their names', () => {
    const names = fc.oneof(fc.constantFrom(...ATTRIBUTE_TABLE.keys()), fc.string());
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (attributes) => {
        const { verdicts } = map(attributes as Record<string, Json>);
        expect(verdicts.map(({ attribute }) => attribute)).toEqual(Object.keys(attributes).sort());
      }),
    );
  });

  it('comes with a finding whenever something is lost or approximated', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...ATTRIBUTE_TABLE.keys()), fc.jsonValue()),
        (attributes) => {
          const { verdicts, findings } = map(attributes as Record<string, Json>);
          const named = verdicts.filter(
            ({ verdict }) => verdict === 'approximate' || verdict === 'unsupported',
          );
          expect(findings.map(({ why }) => why)).toEqual(named.map(({ reason }) => reason));
          expect(findings.filter(({ next }) => (next ?? '') === '')).toEqual([]);
        },
      ),
    );
  });

  it('keeps the value of Mailman 2 beside the new one', () => {
    expect(map({ digest_volume_frequency: 1 }).verdicts).toEqual([
      {
        attribute: 'digest_volume_frequency',
        verdict: 'exact',
        source: 1,
        target: 'digest_volume_frequency',
        desired: 'monthly',
        reason: 'same meaning',
      },
    ]);
  });

  it('is unsupported, with a warning, for an attribute that no release has', () => {
    expect(map({ local_hack: 1 })).toMatchObject({
      settings: {},
      verdicts: [{ attribute: 'local_hack', verdict: 'unsupported', target: null }],
      findings: [{ code: 'mapping.unknown-attribute', severity: 'warning', list: 'dev' }],
    });
  });

  it('is unsupported, and sets nothing, for a value that cannot be carried over', () => {
    expect(map({ personalize: 9 })).toMatchObject({
      settings: {},
      verdicts: [{ verdict: 'unsupported', desired: null }],
      findings: [{ code: 'mapping.unsupported', severity: 'warning' }],
    });
  });

  it('is exact, without a finding, for an unsupported attribute that is not in use', () => {
    expect(map({ umbrella_list: 0, topics: [], welcome_msg: '  ' })).toMatchObject({
      verdicts: [{ verdict: 'exact' }, { verdict: 'exact' }, { verdict: 'exact' }],
      findings: [],
    });
  });

  it('says what to do instead where an unsupported attribute is in use', () => {
    const { findings } = map({ umbrella_list: 1 });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code: 'mapping.unsupported', severity: 'warning' });
    expect(findings[0]?.next).toContain('subscribe the sub-lists');
  });

  it('is only a note where nobody will miss what is lost', () => {
    expect(map({ obscure_addresses: 0 }).findings).toMatchObject([{ severity: 'info' }]);
  });
});

describe('what a list is to have in Core', () => {
  // Texts with everything in them that a text can hold, and the numbers that no column does.
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\0', 'a\ud800b', 'x\n', '^[', '10', -1, 2 ** 31, 1e300, 0.5, 9, Infinity),
    fc.array(fc.string({ unit: 'binary' })),
  );

  it('is something that Core takes, whatever stands in the old list', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...ATTRIBUTE_TABLE.keys()), odd, { maxKeys: 40 }),
        (attributes) => {
          const { settings: found, verdicts } = mapWhole(attributes as Record<string, Json>);
          const refused = Object.entries(found).filter(([name, value]) => !coreTakes(name, value));
          expect(refused).toEqual([]);
          expect(verdicts.length).toBeGreaterThanOrEqual(Object.keys(attributes).length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says so where characters are left out that no database keeps', () => {
    expect(map({ info: 'a\0b\ud800' })).toMatchObject({
      settings: { info: 'ab\uFFFD' },
      verdicts: [
        { verdict: 'approximate', reason: 'characters that no database keeps are left out' },
      ],
    });
    expect(map({ filter_mime_types: ['a\0'] }).settings).toEqual({ filter_types: ['a'] });
  });
});

describe('who may post', () => {
  it('defers members of a list that does not moderate them', () => {
    expect(settings({ default_member_moderation: 0, member_moderation_action: 2 })).toEqual({
      default_member_action: 'defer',
    });
  });

  it.each([
    [0, 'hold'],
    [1, 'reject'],
    [2, 'discard'],
  ])('gives moderated members action %i: %s', (action, word) => {
    expect(settings({ default_member_moderation: 1, member_moderation_action: action })).toEqual({
      default_member_action: word,
    });
  });

  it.each<Json>([3, -1, 0.5, 'x', {}])(
    'keeps a moderated list moderated, and says so, where its action is %j',
    (action) => {
      const attributes = { default_member_moderation: 1, member_moderation_action: action };
      expect(map(attributes)).toMatchObject({
        settings: { default_member_action: 'hold' },
        verdicts: [{ verdict: 'approximate' }, { verdict: 'approximate' }],
        findings: [{ severity: 'warning' }, { severity: 'warning' }],
      });
    },
  );

  it('holds the mail of nonmembers, and says so, where their action is out of range', () => {
    expect(map({ generic_nonmember_action: 7 })).toMatchObject({
      settings: { default_nonmember_action: 'hold' },
      findings: [{ severity: 'warning' }],
    });
  });

  it.each([
    [0, 'defer'],
    [1, 'hold'],
    [2, 'reject'],
    [3, 'discard'],
  ])('gives nonmembers action %i: %s', (action, word) => {
    expect(settings({ generic_nonmember_action: action })).toEqual({
      default_nonmember_action: word,
    });
  });

  it('keeps patterns of nonmembers and leaves their addresses to the roster', () => {
    const entries = ['^.*@spam\\.example$', 'friend@example.org', ' ^a ', '@other'];
    expect(settings({ discard_these_nonmembers: entries })).toEqual({
      discard_these_nonmembers: ['^.*@spam\\.example$', '^a'],
    });
  });

  it("makes every alias a pattern that Core reads as one, and adds the list's own name", () => {
    const attributes = { acceptable_aliases: 'old@example.net\r\n^dev-.*@\n\nfirst.*last@x' };
    const { acceptable_aliases } = settings(attributes);
    expect(acceptable_aliases).toEqual(['^old@example.net', '^dev-.*@', '^first.*last@x', '^dev@']);
  });

  it("escapes the list's own name in that pattern", () => {
    const list = mailman2List({ name: 'c++.users', attributes: { acceptable_aliases: '' } });
    const [pattern] = mapSettings(list, mappingContext).settings['acceptable_aliases'] as string[];
    const expression = new RegExp(pattern ?? '');
    expect(expression.test('c++.users@any.example')).toBe(true);
    expect(expression.test('cccXusers@any.example')).toBe(false);
  });
});

describe('a list of an older release', () => {
  it('gets the default of Mailman 2, not that of Mailman 3, for what it does not have', () => {
    const whole = mapWhole({});
    for (const [attribute, value] of Object.entries(MAILMAN2_DEFAULTS)) {
      const { settings: expected } = map({ [attribute]: value });
      expect(whole.settings).toMatchObject(expected);
    }
    expect(whole.findings).toEqual([]);
    expect(new Set(whole.verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['exact']));
    expect(new Set(whole.verdicts.map(({ source }) => source))).toEqual(new Set([null]));
  });

  it('keeps what it has', () => {
    expect(mapWhole({ archive_private: 1 }).settings['archive_policy']).toBe('private');
    expect(mapWhole({ advertised: 0 }).settings['advertised']).toBe(false);
    expect(mapWhole({ default_member_moderation: 1 }).settings['default_member_action']).toBe(
      'hold',
    );
  });
});

describe('single conversions', () => {
  it.each<[Record<string, Json>, Record<string, Json>]>([
    [{ subject_prefix: '[Dev] ' }, { subject_prefix: '[Dev] ' }],
    [{ subject_prefix: '[Dev %d]' }, { subject_prefix: '[Dev %d] ' }],
    [{ subject_prefix: '  ' }, { subject_prefix: '' }],
    [{ archive: 1, archive_private: 0 }, { archive_policy: 'public' }],
    [{ archive: 1, archive_private: 1 }, { archive_policy: 'private' }],
    [{ archive: 0, archive_private: 0 }, { archive_policy: 'never' }],
    [{ preferred_language: 'fr' }, { preferred_language: 'fr' }],
    [{ unsubscribe_policy: 1 }, { unsubscription_policy: 'confirm_then_moderate' }],
    [{ digestable: 0 }, { digests_enabled: false }],
    [{ bounce_info_stale_after: 604_800 }, { bounce_info_stale_after: '7d' }],
    [{ bounce_score_threshold: 5 }, { bounce_score_threshold: 5 }],
    [{ autoresponse_graceperiod: 90 }, { autoresponse_grace_period: '90d' }],
    [{ digest_size_threshhold: 30 }, { digest_size_threshold: 30 }],
  ])('%j becomes %j', (attributes, expected) => {
    const mapped = map(attributes);
    expect(mapped.settings).toEqual(expected);
    expect(mapped.findings).toEqual([]);
  });
});
