// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import {
  isTruthy,
  type Mailman2List,
  type Mailman2Member,
  MEMBER_OPTION,
  numberAttribute,
  stringsAttribute,
} from '../model/mailman2-list.js';

// Older names, and the later one that takes their value where the list does not have it yet.
const RENAMED: readonly (readonly [string, string])[] = [
  ['reminders_to_admins', 'umbrella_list'],
  ['auto_subscribe', 'open_subscribe'],
  ['closed', 'private_roster'],
  ['bad_posters', 'forbidden_posters'],
  ['accepable_aliases', 'acceptable_aliases'],
  ['author_is_list', 'from_is_list'],
];

// The form of the lists of 2.1.39 (its Version.py, DATA_FILE_VERSION): these are not renewed.
const LATEST_FORM = 112;

// Bit of `user_options` of Mailman 2.0; later the delivery status says it.
const DISABLE_DELIVERY = 1;
const DELIVERY_UNKNOWN = 1;

/**
 * A list as Mailman 2.1.39 would have it once it opened it (its versions.py): lists that no 2.1 ever
 * saved say in other attributes who may post, and read naively a moderated one would be open. The
 * old attributes stay beside the new ones, so that each gets its verdict.
 */
export function asLaterRelease(list: Mailman2List): Mailman2List {
  const attributes: Record<string, Json> = { ...list.attributes };
  const has = (name: string): boolean => Object.hasOwn(attributes, name);
  for (const [older, later] of RENAMED) {
    const value = attributes[older];
    if (value !== undefined && !has(later)) attributes[later] = value;
  }
  if (has('open_subscribe') && !has('subscribe_policy')) {
    // Open subscription needs the site's consent since then (ALLOW_OPEN_SUBSCRIBE).
    attributes['subscribe_policy'] = isTruthy(attributes['open_subscribe']) ? 1 : 2;
  }
  if (has('dont_respond_to_post_requests') && !has('respond_to_post_requests')) {
    attributes['respond_to_post_requests'] = !isTruthy(attributes['dont_respond_to_post_requests']);
  }
  const upgraded = { ...list, attributes };
  return withForbiddenPosters(withPosters(withDeliveryStatus(upgraded)));
}

function withDeliveryStatus(list: Mailman2List): Mailman2List {
  const form = numberAttribute(list, 'data_version') ?? 0;
  if (form >= LATEST_FORM || isTruthy(list.attributes['useropts_version'])) return list;
  return changeMembers(list, (member) =>
    (member.options & DISABLE_DELIVERY) === 0
      ? member
      : {
          ...member,
          options: member.options & ~DISABLE_DELIVERY,
          deliveryStatus: member.deliveryStatus === 0 ? DELIVERY_UNKNOWN : member.deliveryStatus,
        },
  );
}

/**
 * `moderated`, `member_posting_only` and `posters` of Mailman 2.0. Who posts freely is whoever
 * `posters` names, and every member where the list is not moderated and either takes posts from
 * members only or names no posters; where it does neither, it is open to all.
 */
function withPosters(list: Mailman2List): Mailman2List {
  const { attributes } = list;
  if (!Object.hasOwn(attributes, 'moderated')) return list;
  const posters = stringsAttribute(list, 'posters');
  const listed = new Set(posters.map((address) => address.toLowerCase()));
  const moderated = isTruthy(attributes['moderated']);
  const membersOnly =
    isTruthy(attributes['member_posting_only']) ||
    (posters.length > 0 && isTruthy(attributes['posters_includes_members']));
  const membersPost = !moderated && (membersOnly || posters.length === 0);
  const open = !moderated && !membersOnly && posters.length === 0;
  const isMember = memberTest(list);
  return changeMembers(
    {
      ...list,
      attributes: {
        ...attributes,
        default_member_moderation: membersPost ? 0 : 1,
        generic_nonmember_action: open ? 0 : 1,
        accept_these_nonmembers: [
          ...stringsAttribute(list, 'accept_these_nonmembers'),
          ...posters.filter((address) => !isMember(address)),
        ],
      },
    },
    (member) => moderate(member, !membersPost && !listed.has(member.address.toLowerCase())),
  );
}

function withForbiddenPosters(list: Mailman2List): Mailman2List {
  const forbidden = stringsAttribute(list, 'forbidden_posters');
  if (forbidden.length === 0) return list;
  const listed = new Set(forbidden.map((address) => address.toLowerCase()));
  const isMember = memberTest(list);
  return changeMembers(
    {
      ...list,
      attributes: {
        ...list.attributes,
        hold_these_nonmembers: [
          ...stringsAttribute(list, 'hold_these_nonmembers'),
          ...forbidden.filter((address) => !isMember(address)),
        ],
      },
    },
    (member) => (listed.has(member.address.toLowerCase()) ? moderate(member, true) : member),
  );
}

function memberTest(list: Mailman2List): (address: string) => boolean {
  const members = new Set(list.members.map(({ address }) => address.toLowerCase()));
  return (address) => members.has(address.toLowerCase());
}

function moderate(member: Mailman2Member, on: boolean): Mailman2Member {
  const { moderate: flag } = MEMBER_OPTION;
  return { ...member, options: on ? member.options | flag : member.options & ~flag };
}

const changeMembers = (
  list: Mailman2List,
  change: (member: Mailman2Member) => Mailman2Member,
): Mailman2List => ({ ...list, members: list.members.map(change) });
