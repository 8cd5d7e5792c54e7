// SPDX-License-Identifier: GPL-3.0-or-later
import { counted } from '../../model/counted.js';
import { isTruthy, type Mailman2List, truthyAttribute } from '../../model/mailman2-list.js';
import {
  asNumber,
  bound,
  choice,
  count,
  days,
  flag,
  oneLine,
  required,
  seconds,
  strings,
} from '../conversions.js';
import { responseText } from '../response-text.js';
import {
  type AttributeRow,
  carried,
  changed,
  type Conversion,
  exact,
  internal,
  kept,
  lost,
  unsupported,
  unneeded,
} from '../row.js';

const blank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';

// How well one arrives is decided text by text (templates/).
const template = (attribute: string, name: string): AttributeRow =>
  carried(attribute, name, 'becomes this template, its placeholders translated');

const response = (attribute: string, target: string): AttributeRow =>
  exact(attribute, target, responseText);

// Judged value by value (core-attributes.ts).
const inCore = (attribute: string, target: string, reason = 'same meaning'): AttributeRow => ({
  ...carried(attribute, target, reason),
  limit: "where the tool does not reach Core's host",
  instead: 'set `target: core: python`',
});

// In kilobytes: a terabyte.
const NO_DIGEST_IS_THAT_LARGE = 1e9;

/** 0 means no limit in Mailman 2 (Handlers/ToDigest.py), a digest a message in Core. */
const digestSize: Conversion = (value) => {
  const size = asNumber(value);
  if (size === null) return lost('not a number of kilobytes');
  if (size > 0 && size < NO_DIGEST_IS_THAT_LARGE) return kept(size);
  return kept(
    NO_DIGEST_IS_THAT_LARGE,
    `no limit; 0 would send each message as a digest of its own, ${NO_DIGEST_IS_THAT_LARGE} never`,
  );
};

/** What surrounds each message and each digest, and how digests are sent. */
export const DIGESTS: readonly AttributeRow[] = [
  template('msg_header', 'list:member:regular:header'),
  template('msg_footer', 'list:member:regular:footer'),
  template('digest_header', 'list:member:digest:header'),
  template('digest_footer', 'list:member:digest:footer'),

  exact('digestable', 'digests_enabled', flag),
  unsupported(
    'nondigestable',
    'Mailman 3 has no digest-only lists',
    'ask members to choose digests, or set their delivery mode in Postorius',
    isTruthy,
  ),
  unsupported(
    'digest_is_default',
    'Mailman 3 subscribes everybody to single messages at first',
    'tell new members in the welcome text how to choose digests',
    (value) => !isTruthy(value),
  ),
  unneeded(
    'mime_is_default_digest',
    'Mailman 3 has no default kind of digest per list; members choose',
    () => true,
  ),
  exact('digest_size_threshhold', 'digest_size_threshold', digestSize, {
    reason: 'kilobytes in both',
    limit: '0, no limit, becomes a number that no digest reaches',
    instead: 'nothing to do',
  }),
  exact('digest_send_periodic', 'digest_send_periodic', flag),
  exact(
    'digest_volume_frequency',
    'digest_volume_frequency',
    choice('yearly', 'monthly', 'quarterly', 'weekly', 'daily'),
  ),
  inCore('volume', 'volume'),
  inCore('next_digest_number', 'next_digest_number'),
  inCore('digest_last_sent_at', 'digest_last_sent_at'),
  inCore('post_id', 'post_id'),
  inCore('created_at', 'created_at'),
  inCore('last_post_time', 'last_post_at'),
];

/**
 * Core removes whoever is disabled by bounces at its next look where no warning is to be sent
 * (mailman/model/member.py, memberships_pending_removal): in the middle of a migration, by mail.
 */
const warnings: Conversion = (value, list) => {
  const converted = count(value);
  const disabled = list.members.filter(({ deliveryStatus }) => deliveryStatus === 4).length;
  return converted.kind === 'kept' && converted.value === 0 && disabled > 0
    ? changed(
        1,
        `with 0 Core would at once remove ${counted(disabled, 'member')} disabled by bounces`,
      )
    : converted;
};

const DAY = 86_400;

/** Mailman 2 looks after them once a day (cron/disabled), Core every few minutes. */
const warningsInterval: Conversion = (value) => {
  const number = asNumber(value);
  return number !== null && number < DAY
    ? changed('1d', 'Mailman 2 sends such warnings once a day at most, whatever stands here')
    : seconds(value);
};

/** What becomes of mail that comes back. */
export const BOUNCES: readonly AttributeRow[] = [
  exact('bounce_processing', 'process_bounces', flag),
  exact('bounce_info_stale_after', 'bounce_info_stale_after', seconds),
  exact('bounce_score_threshold', 'bounce_score_threshold', bound, {
    limit: 'Core counts whole bounces, so a fraction is rounded up',
    instead: 'nothing to do',
  }),
  exact('bounce_you_are_disabled_warnings', 'bounce_you_are_disabled_warnings', warnings),
  exact(
    'bounce_you_are_disabled_warnings_interval',
    'bounce_you_are_disabled_warnings_interval',
    warningsInterval,
  ),
  exact('bounce_unrecognized_goes_to_list_owner', 'forward_unrecognized_bounces_to', (value) =>
    kept(isTruthy(value) ? 'administrators' : 'discard'),
  ),
  ...['bounce_increment', 'disable', 'removal'].map((event) =>
    exact(`bounce_notify_owner_on_${event}`, `bounce_notify_owner_on_${event}`, flag),
  ),
];

/** What is cut out of messages. */
export const CONTENT: readonly AttributeRow[] = [
  exact('filter_content', 'filter_content', flag),
  exact('filter_mime_types', 'filter_types', strings),
  exact('pass_mime_types', 'pass_types', required),
  exact('filter_filename_extensions', 'filter_extensions', strings),
  exact('pass_filename_extensions', 'pass_extensions', required),
  exact('filter_action', 'filter_action', choice('discard', 'reject', 'forward', 'preserve')),
  exact('collapse_alternatives', 'collapse_alternatives', flag),
  exact('convert_html_to_plaintext', 'convert_html_to_plaintext', flag),
  unsupported(
    'scrub_nondigest',
    'Core never cuts attachments out of single messages',
    'use the content filter if attachments must not reach members',
    (value) => !isTruthy(value),
  ),
];

const responds: Conversion = (value) => kept(isTruthy(value) ? 'respond_and_continue' : 'none');

/** Letters that the list answers by itself. */
export const RESPONSES: readonly AttributeRow[] = [
  exact('autorespond_postings', 'autorespond_postings', responds),
  exact('autorespond_admin', 'autorespond_owner', responds),
  exact(
    'autorespond_requests',
    'autorespond_requests',
    choice('none', 'respond_and_discard', 'respond_and_continue'),
  ),
  response('autoresponse_postings_text', 'autoresponse_postings_text'),
  response('autoresponse_admin_text', 'autoresponse_owner_text'),
  response('autoresponse_request_text', 'autoresponse_request_text'),
  exact('autoresponse_graceperiod', 'autoresponse_grace_period', days),
  carried('use_dollar_strings', 'texts', 'placeholders of the list are read as $name'),
];

const gatewayed = (list: Mailman2List): boolean =>
  truthyAttribute(list, 'gateway_to_news') || truthyAttribute(list, 'gateway_to_mail');

const gatewayToMail: Conversion = (value) =>
  isTruthy(value)
    ? changed(true, 'Core fetches articles only where cron runs `mailman gatenews`')
    : kept(false);

/** The gateway to a newsgroup. */
export const NEWS: readonly AttributeRow[] = [
  exact('gateway_to_news', 'gateway_to_news', flag),
  exact('gateway_to_mail', 'gateway_to_mail', gatewayToMail, {
    limit: 'Core fetches articles only where cron runs `mailman gatenews`',
    instead: 'begin with that at the switch: until then the old server fetches the same articles',
  }),
  exact('linked_newsgroup', 'linked_newsgroup', oneLine),
  exact('news_moderation', 'newsgroup_moderation', choice('none', 'open_moderated', 'moderated')),
  exact('news_prefix_subject_too', 'nntp_prefix_subject_too', flag),
  unsupported(
    'nntp_host',
    "the news server stands in Core's own configuration",
    'set host under [nntp] in mailman.cfg, at the switch',
    (value, list) => blank(value) || !gatewayed(list),
  ),
  inCore('usenet_watermark', 'usenet_watermark', 'if Core asks the same news server'),
];

/** The archive, topics, and counters. */
export const ARCHIVE: readonly AttributeRow[] = [
  exact(
    'archive',
    'archive_policy',
    (value, list) =>
      kept(
        !isTruthy(value)
          ? 'never'
          : isTruthy(list.attributes['archive_private'])
            ? 'private'
            : 'public',
      ),
    { reason: 'with archive_private' },
  ),
  carried('archive_private', 'archive_policy', 'see archive'),
  carried('archive_volume_frequency', 'redirects', 'names the volumes in the old addresses'),

  {
    ...inCore(
      'topics',
      'topics',
      'Core marks posts with X-Topics as before; everybody gets every post',
    ),
    verdict: 'approximate',
    unused: (value) => !isTruthy(value),
  },
  inCore('topics_enabled', 'topics_enabled'),
  inCore('topics_bodylines_limit', 'topics_bodylines_limit'),
  internal('next_post_number', 'a counter of the old software'),
  internal('next_request_id', 'a counter of the old software'),
];
