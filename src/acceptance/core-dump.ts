// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from 'execa';
import type { Sandbox } from './sandbox.js';

/** Everything in Core's database that belongs to people and lists, without the numbers of rows. */
export interface CoreDump {
  /** By address: the address, its user, their options, and every membership. */
  readonly people: Readonly<Record<string, unknown>>;
  /** By list-id: every column, bans and header filters. */
  readonly lists: Readonly<Record<string, unknown>>;
  /** Texts that Core fetches: context, name, address and who may fetch it. */
  readonly templates: readonly unknown[];
  /** By list-id: what waits for moderators, with what is known of it. */
  readonly requests: Readonly<Record<string, unknown>>;
  /** By Message-ID: a digest of each message that Core keeps for moderators; null: its file is gone. */
  readonly messages: Readonly<Record<string, string | null>>;
  /** What waits for an answer: the pairs of each, and the state of its workflow. */
  readonly pended: readonly unknown[];
  readonly counts: {
    readonly uids: number;
    readonly usersAndMembers: number;
    readonly preferences: number;
    readonly theirOwners: number;
    readonly pended: number;
  };
}

// Times that Core takes from its clock are told as whether they are recent.
const PROGRAM = `
import hashlib
import json
import re
from mailman.core.initialize import initialize
initialize()
from collections import Counter
from datetime import datetime
from mailman.interfaces.messages import IMessageStore
from mailman.interfaces.requests import IListRequests
from zope.component import getUtility
from mailman.config import config
from mailman.model.address import Address
from mailman.model.bans import Ban
from mailman.model.mailinglist import MailingList
from mailman.model.message import Message
from mailman.model.member import Member
from mailman.model.pending import Pended
from mailman.model.preferences import Preferences
from mailman.model.template import Template
from mailman.model.uid import UID
from mailman.model.user import User
from mailman.model.workflow import WorkflowState
from mailman.utilities.datetime import now
store = config.db.store
uids = Counter(row.uid for row in store.query(UID))
prefs = {row.id: json.dumps({
    c.name: str(getattr(row, '_preferred_language' if c.name == 'preferred_language' else c.name))
    for c in Preferences.__table__.c if c.name != 'id'}, sort_keys=True)
    for row in store.query(Preferences)}
def told(moment):
    recent = moment is not None and abs((now() - moment).total_seconds()) < 900
    return 'recent' if recent else str(moment)
members = {}
for m in store.query(Member):
    members.setdefault(('address', m.address_id) if m.address_id else ('user', m.user_id), []).append((
        m.list_id, m.role.name, str(m.moderation_action), str(m.bounce_score),
        str(m.last_bounce_received), told(m.last_warning_sent), str(m.total_warnings_sent),
        str(uids[m._member_id]), prefs[m.preferences_id]))
people = {}
for a in store.query(Address):
    u = a.user
    people[a.email] = {
        'original': a._original, 'name': a.display_name, 'verified': told(a.verified_on),
        'registered': told(a.registered_on), 'preferences': prefs[a.preferences_id],
        'user': u and {
            'name': u.display_name, 'password': u._password, 'created': told(u._created_on),
            'owner': u.is_server_owner, 'uid': uids[u._user_id],
            'preferred': u.preferred_address and u.preferred_address.email,
            'addresses': sorted(each.email for each in u.addresses),
            'preferences': prefs[u.preferences_id]},
        'memberships': sorted(members.get(('address', a.id), [])),
        'user memberships': sorted(members.get(('user', a.user_id), []))}
def column(mlist, c):
    value = getattr(mlist, {'list_id': '_list_id', 'preferred_language': '_preferred_language'}.get(c.name, c.name))
    return told(value) if isinstance(value, datetime) else repr(value)
lists = {m.list_id: {
    **{c.name: column(m, c) for c in MailingList.__table__.c if c.name != 'id'},
    'bans': sorted(b.email for b in store.query(Ban).filter_by(list_id=m.list_id)),
    'filters': [(h.header, h.pattern, h.chain) for h in m.header_matches],
    } for m in store.query(MailingList)}
# Core takes these ids at random.
def stable(text):
    return text and re.sub('[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'UUID', text)
def requests_of(mlist):
    queue = IListRequests(mlist)
    for row in queue.held_requests:
        key, data = queue.get_request(row.id)
        yield [row.request_type.name, key, {k: repr(v) for k, v in (data or {}).items()}]
def kept(message_id):
    message = getUtility(IMessageStore).get_message_by_id(message_id)
    return message and hashlib.sha256(message.as_bytes()).hexdigest()
states = {}
for state in store.query(WorkflowState):
    states.setdefault(state.token, []).append([state.step, stable(state.data)])
def pair_of(key, value):
    if key == 'when':  # of a request whose time Mailman 2 does not know
        return told(datetime.fromisoformat(json.loads(value)))
    return stable(value)
def pended_as(row):
    pairs = {pair.key: pair_of(pair.key, pair.value) for pair in row.key_values}
    return [pairs, sorted(states.pop(row.token, []), key=str), (row.expiration_date - now()).days]
pended = sorted((pended_as(row) for row in store.query(Pended)), key=lambda each: json.dumps(each, sort_keys=True))
users_and_members = store.query(User).count() + store.query(Member).count()
print('DUMP' + json.dumps({'people': people, 'lists': lists,
    'templates': sorted([t.context, t.name, t.uri, t.username, t.password] for t in store.query(Template)),
    'requests': {m.list_id: sorted(requests_of(m), key=str) for m in store.query(MailingList)},
    'messages': {m.message_id: kept(m.message_id) for m in store.query(Message).all()},
    'pended': [*pended, *sorted(states.values(), key=str)], 'counts': {
    'uids': sum(uids.values()), 'usersAndMembers': users_and_members, 'preferences': len(prefs),
    'theirOwners': users_and_members + len(people), 'pended': store.query(Pended).count()}}))
`;

/** Runs a program in Core's own Python and returns what it prints. */
export async function corePython(sandbox: Sandbox, program: string): Promise<string> {
  const [command, ...words] = sandbox.facts.corePython;
  return (await execa(command, [...words, '-'], { input: program })).stdout;
}

export async function dumpCore(sandbox: Sandbox): Promise<CoreDump> {
  const printed = await corePython(sandbox, PROGRAM);
  return JSON.parse(printed.split('DUMP')[1] ?? '') as CoreDump;
}
