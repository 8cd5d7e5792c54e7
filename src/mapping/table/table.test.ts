// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../diagnostics.js';
import type { Json, JsonObject } from '../../model/json.js';
import type { Settings } from '../../model/mailman3-list.js';
import { mailman2List, mappingContext } from '../../testing/builders.js';
import { ATTRIBUTE_TABLE } from '../attribute-table.js';
import { mapSettings } from '../settings.js';

/** What becomes of attributes: their settings, and the gravest of what is said about them. */
function map(attributes: JsonObject): { settings: Settings; said: Severity | 'nothing' } {
  const { settings, findings } = mapSettings(mailman2List({ attributes }), mappingContext);
  const names = Object.keys(attributes).map((name) => ATTRIBUTE_TABLE.get(name)?.target ?? '');
  if (names.includes('dmarc_mitigate_action')) names.push('dmarc_mitigate_unconditionally');
  const own = Object.entries(settings).filter(([name]) => names.includes(name));
  const severities = findings.map(({ severity }) => severity);
  const said = severities.includes('warning') ? 'warning' : (severities[0] ?? 'nothing');
  return { settings: Object.fromEntries(own), said };
}

type Row = readonly [JsonObject, Settings, Severity | 'nothing'];
const MOST = 2_147_483_647;

describe.each<readonly [string, readonly Row[]]>([
  [
    'texts',
    [
      [{ real_name: 'Dev' }, { display_name: 'Dev' }, 'nothing'],
      [{ real_name: 'De\nv' }, { display_name: 'De v' }, 'info'],
      [{ description: 'one' }, { description: 'one' }, 'nothing'],
      [{ description: 'one\r\ntwo\n' }, { description: 'one two' }, 'info'],
      [{ description: 'one\n' }, { description: 'one' }, 'nothing'],
      [{ description: 7 }, {}, 'warning'],
      [{ info: 'one\r\ntwo\n' }, { info: 'one\r\ntwo\n' }, 'nothing'],
      [{ subject_prefix: '[Dev %d]  ' }, { subject_prefix: '[Dev %d] ' }, 'nothing'],
      [{ subject_prefix: '[5%]' }, { subject_prefix: '[5] ' }, 'warning'],
      [{ linked_newsgroup: 'comp.x\n' }, { linked_newsgroup: 'comp.x' }, 'nothing'],
    ],
  ],
  [
    'languages',
    [
      [{ preferred_language: 'fr' }, { preferred_language: 'fr' }, 'nothing'],
      [{ preferred_language: 'eo' }, { preferred_language: 'en' }, 'warning'],
      [{ preferred_language: null }, { preferred_language: 'en' }, 'warning'],
      [
        { available_languages: ['en', 'fr'], preferred_language: 'en' },
        { preferred_language: 'en' },
        'info',
      ],
    ],
  ],
  [
    'replies',
    [
      [{ reply_goes_to_list: 0 }, { reply_goes_to_list: 'no_munging' }, 'nothing'],
      [{ reply_goes_to_list: '' }, { reply_goes_to_list: 'no_munging' }, 'nothing'],
      [{ reply_goes_to_list: 1 }, { reply_goes_to_list: 'point_to_list' }, 'nothing'],
      [
        { reply_goes_to_list: 2, reply_to_address: 'a@example.org ' },
        { reply_goes_to_list: 'explicit_header', reply_to_address: 'a@example.org' },
        'nothing',
      ],
      [
        { reply_goes_to_list: 2, reply_to_address: 'Ann <a@example.org>' },
        { reply_goes_to_list: 'explicit_header', reply_to_address: 'Ann <a@example.org>' },
        'nothing',
      ],
      [
        { reply_goes_to_list: 2, reply_to_address: '' },
        { reply_goes_to_list: 'no_munging', reply_to_address: '' },
        'warning',
      ],
      [
        { reply_goes_to_list: 2, reply_to_address: 'ännchen@example.org' },
        { reply_goes_to_list: 'no_munging', reply_to_address: '' },
        'warning',
      ],
      [{ reply_to_address: 'nobody' }, { reply_to_address: '' }, 'info'],
      [{ reply_goes_to_list: 7 }, {}, 'warning'],
    ],
  ],
  [
    'numbers',
    [
      [{ max_message_size: 40 }, { max_message_size: 40 }, 'nothing'],
      [{ max_message_size: 0 }, { max_message_size: 0 }, 'nothing'],
      [{ max_message_size: -1 }, { max_message_size: 0 }, 'nothing'],
      [{ max_message_size: 0.5 }, { max_message_size: 1 }, 'info'],
      [{ max_message_size: 5e9 }, { max_message_size: MOST }, 'info'],
      [{ max_num_recipients: '10' }, { max_num_recipients: 10 }, 'nothing'],
      [{ max_days_to_hold: 0 }, { max_days_to_hold: 0 }, 'nothing'],
      [{ max_days_to_hold: 7 }, { max_days_to_hold: 7 }, 'warning'],
      [{ bounce_score_threshold: 5.0 }, { bounce_score_threshold: 5 }, 'nothing'],
      [{ bounce_score_threshold: 4.5 }, { bounce_score_threshold: 5 }, 'info'],
      [{ bounce_you_are_disabled_warnings: 0 }, { bounce_you_are_disabled_warnings: 0 }, 'nothing'],
      [
        { bounce_you_are_disabled_warnings_interval: 60 },
        { bounce_you_are_disabled_warnings_interval: '1d' },
        'warning',
      ],
      [
        { bounce_you_are_disabled_warnings_interval: -31 },
        { bounce_you_are_disabled_warnings_interval: '1d' },
        'warning',
      ],
      [
        { bounce_you_are_disabled_warnings_interval: 86_400 },
        { bounce_you_are_disabled_warnings_interval: '1d' },
        'nothing',
      ],
      [{ autoresponse_graceperiod: -1 }, { autoresponse_grace_period: '0d' }, 'nothing'],
      [{ bounce_info_stale_after: 1e15 }, { bounce_info_stale_after: '36525d' }, 'info'],
      [{ digest_size_threshhold: 30 }, { digest_size_threshold: 30 }, 'nothing'],
      [{ digest_size_threshhold: 0 }, { digest_size_threshold: 1e9 }, 'info'],
      [{ digest_size_threshhold: 'x' }, {}, 'warning'],
    ],
  ],
  [
    'policies',
    [
      [{ subscribe_policy: 0 }, { subscription_policy: 'open' }, 'nothing'],
      [{ subscribe_policy: 1 }, { subscription_policy: 'confirm' }, 'nothing'],
      [{ subscribe_policy: 2 }, { subscription_policy: 'moderate' }, 'nothing'],
      [{ subscribe_policy: 3 }, { subscription_policy: 'confirm_then_moderate' }, 'nothing'],
      [{ subscribe_policy: 4 }, { subscription_policy: 'confirm_then_moderate' }, 'warning'],
      [{ unsubscribe_policy: 0 }, { unsubscription_policy: 'confirm' }, 'nothing'],
      [{ unsubscribe_policy: 1 }, { unsubscription_policy: 'confirm_then_moderate' }, 'nothing'],
      [{ private_roster: 0 }, { member_roster_visibility: 'public' }, 'nothing'],
      [{ private_roster: 9 }, { member_roster_visibility: 'moderators' }, 'warning'],
      [{ digestable: 0 }, { digests_enabled: false }, 'nothing'],
      [{ nondigestable: 0 }, {}, 'warning'],
      [{ nondigestable: 1 }, {}, 'nothing'],
      [{ personalize: 2 }, { personalize: 'full' }, 'nothing'],
      [{ include_list_post_header: 0 }, { allow_list_posts: false }, 'info'],
      [{ news_moderation: 2 }, { newsgroup_moderation: 'moderated' }, 'nothing'],
      [{ gateway_to_mail: 1 }, { gateway_to_mail: true }, 'warning'],
      [{ gateway_to_news: 1 }, { gateway_to_news: true }, 'nothing'],
      [{ nntp_host: 'news.example.org' }, {}, 'nothing'],
      [{ nntp_host: 'news.example.org', gateway_to_news: 1 }, { gateway_to_news: true }, 'warning'],
    ],
  ],
  [
    'the content filter and responses',
    [
      [{ filter_action: 3 }, { filter_action: 'preserve' }, 'nothing'],
      [
        { filter_mime_types: [' text/html', '', 'text/html'] },
        { filter_types: ['text/html'] },
        'nothing',
      ],
      [{ filter_mime_types: ['a', 1] }, { filter_types: ['a'] }, 'info'],
      [{ pass_filename_extensions: [''] }, { pass_extensions: [''] }, 'nothing'],
      [{ autorespond_postings: 1 }, { autorespond_postings: 'respond_and_continue' }, 'nothing'],
      [{ autorespond_admin: 2 }, { autorespond_owner: 'respond_and_continue' }, 'nothing'],
      [{ autorespond_requests: 1 }, { autorespond_requests: 'respond_and_discard' }, 'nothing'],
    ],
  ],
  [
    'what Core lacks',
    [
      [{ subscribe_auto_approval: ['^x'] }, {}, 'warning'],
      [{ regular_exclude_lists: ['a@example.org'] }, {}, 'warning'],
      [{ umbrella_list: 1 }, {}, 'warning'],
      [{ equivalent_domains: 'a.example,b.example' }, {}, 'warning'],
      [{ member_verbosity_threshold: 3 }, {}, 'warning'],
      [{ member_verbosity_threshold: 0 }, {}, 'nothing'],
      [{ topics: [['a', 'b', 'c', false]] }, {}, 'warning'],
      [{ new_member_options: 256 }, {}, 'nothing'],
      [{ new_member_options: 16 }, {}, 'warning'],
      [{ forward_auto_discards: 1 }, {}, 'nothing'],
      [{ forward_auto_discards: 1, generic_nonmember_action: 3 }, {}, 'info'],
      [{ requests: { post: [1] } }, {}, 'warning'],
    ],
  ],
])('%s', (_title, rows) => {
  it.each(rows)('%j becomes %j, and %s is said', (attributes, settings, said) => {
    const found = map(attributes);
    expect(found.settings).toMatchObject(settings);
    expect(found.said).toBe(said);
    if (Object.keys(settings).length === 0) {
      for (const name of Object.keys(attributes)) {
        const target = ATTRIBUTE_TABLE.get(name)?.target;
        if (target != null && name !== 'generic_nonmember_action')
          expect(found.settings).not.toHaveProperty([target]);
      }
    }
  });
});

describe('DMARC', () => {
  it.each([
    [0, 0, 'no_mitigation', false, 'nothing'],
    [0, 1, 'munge_from', false, 'nothing'],
    [0, 2, 'wrap_message', false, 'nothing'],
    [0, 3, 'reject', false, 'nothing'],
    [0, 4, 'discard', false, 'nothing'],
    [1, 0, 'munge_from', true, 'nothing'],
    [1, 1, 'munge_from', true, 'nothing'],
    [1, 2, 'munge_from', true, 'info'],
    [1, 3, 'reject', false, 'warning'],
    [1, 4, 'discard', false, 'warning'],
    [2, 0, 'wrap_message', true, 'nothing'],
    [2, 1, 'wrap_message', true, 'info'],
    [2, 2, 'wrap_message', true, 'nothing'],
    [7, 0, 'munge_from', true, 'nothing'],
    [0, 9, 'no_mitigation', false, 'nothing'],
    [0, -1, 'no_mitigation', false, 'nothing'],
  ] as const)(
    'from_is_list %i and an action of %i become %s, always: %s, and %s is said',
    (always, onPolicy, action, all, said) => {
      expect(map({ from_is_list: always, dmarc_moderation_action: onPolicy })).toEqual({
        settings: { dmarc_mitigate_action: action, dmarc_mitigate_unconditionally: all },
        said,
      });
    },
  );

  it('of a release that knew only from_is_list applies to all mail too', () => {
    expect(map({ from_is_list: 1 }).settings).toEqual({
      dmarc_mitigate_action: 'munge_from',
      dmarc_mitigate_unconditionally: true,
    });
  });

  const about = (attributes: JsonObject): Severity | 'nothing' =>
    map({ dmarc_moderation_action: 1, ...attributes }).said;

  it.each<readonly [Record<string, Json>, Severity | 'nothing']>([
    [{ dmarc_quarantine_moderation_action: 1 }, 'nothing'],
    [{ dmarc_quarantine_moderation_action: 0 }, 'info'],
    [{ dmarc_none_moderation_action: 0 }, 'nothing'],
    [{ dmarc_none_moderation_action: 1 }, 'warning'],
    [{ dmarc_moderation_addresses: ['^.*@example.org'] }, 'warning'],
    [{ dmarc_moderation_addresses: [] }, 'nothing'],
  ])('%j on top of an action: %s is said', (attributes, said) => {
    expect(about(attributes)).toBe(said);
    // Where all mail is munged, or none, it makes no difference.
    expect(about({ ...attributes, from_is_list: 1 })).toBe('nothing');
    expect(about({ ...attributes, dmarc_moderation_action: 0 })).toBe('nothing');
  });
});

describe('passwords', () => {
  it('are named, never shown, and said to stay behind', () => {
    const list = mailman2List({ secrets: ['password', 'passwords', 'post_password'] });
    const { verdicts, findings } = mapSettings(list, mappingContext);
    const named = verdicts.filter(({ attribute }) => attribute.includes('passw'));
    expect(named.map(({ attribute, verdict, source }) => [attribute, verdict, source])).toEqual([
      ['password', 'unsupported', null],
      ['passwords', 'internal', null],
      ['post_password', 'unsupported', null],
    ]);
    expect(findings.map(({ severity }) => severity)).toEqual(['info', 'warning']);
  });
});
