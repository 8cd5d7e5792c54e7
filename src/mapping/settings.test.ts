// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../model/json.js';
import { mailman2List, mappingContext } from '../testing/builders.js';
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
    expect(map({ subscribe_policy: 9 })).toMatchObject({
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
    expect(acceptable_aliases).toEqual(['old@example.net', '^dev-.*@', '^first.*last@x', '^dev@']);
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

describe('DMARC', () => {
  it.each([
    [0, 0, 'no_mitigation', false],
    [1, 0, 'munge_from', true],
    [2, 2, 'wrap_message', true],
    [0, 3, 'reject', false],
    [0, 4, 'discard', false],
  ])('from_is_list %i and an action of %i become %s, always: %s', (always, action, word, all) => {
    const both = map({ from_is_list: always, dmarc_moderation_action: action });
    expect(both.settings).toEqual({
      dmarc_mitigate_action: word,
      dmarc_mitigate_unconditionally: all,
    });
    expect(both.findings).toEqual([]);
  });

  it('of a release that knew only from_is_list applies to all mail too', () => {
    expect(mapWhole({ from_is_list: 1 }).settings).toMatchObject({
      dmarc_mitigate_action: 'munge_from',
      dmarc_mitigate_unconditionally: true,
    });
  });

  it('says so where only one of two different actions survives', () => {
    const { settings: found, findings } = map({ from_is_list: 1, dmarc_moderation_action: 3 });
    expect(found).toEqual({
      dmarc_mitigate_action: 'reject',
      dmarc_mitigate_unconditionally: false,
    });
    expect(findings.map(({ code }) => code)).toContain('mapping.approximate');
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

  it('rounds a bounce score up and says so', () => {
    expect(map({ bounce_score_threshold: 4.5 })).toMatchObject({
      settings: { bounce_score_threshold: 5 },
      verdicts: [{ verdict: 'approximate' }],
    });
  });

  it('uses English, and says so, where Core does not know the language', () => {
    expect(map({ preferred_language: 'eo' })).toMatchObject({
      settings: { preferred_language: 'en' },
      verdicts: [{ verdict: 'approximate' }],
      findings: [{ severity: 'info', next: 'add a [language.xx] section to mailman.cfg' }],
    });
  });
});
