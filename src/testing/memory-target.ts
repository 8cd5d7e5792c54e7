// SPDX-License-Identifier: GPL-3.0-or-later
import { type CoreAttributes, fallsShort } from '../model/core-attributes.js';
import {
  type DesiredMember,
  listIdOf,
  type ObservedList,
  type ObservedMember,
  type Role,
  ROLES,
  type Settings,
} from '../model/mailman3-list.js';
import { heldKey, membershipKey } from '../model/moderation-request.js';
import type { Languages, MemberChange, Target } from '../plan/target-port.js';
import { coreTakes } from './core-validators.js';
import { isBanned, outcomes, refusal } from './memory-refusals.js';
import { Steps } from './memory-store.js';

export { CutOff, MemoryStore, Steps } from './memory-store.js';

/** One setting or member that Core would refuse. */
export type Refuse = (what: string) => boolean;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
interface HeldList extends Mutable<
  Pick<
    ObservedList,
    'fqdnListname' | 'bans' | 'headerMatches' | 'templates' | 'coreAttributes' | 'requests'
  >
> {
  settings: Record<string, Settings[string]>;
  rosters: Record<Role, Mutable<ObservedMember>[]>;
}

// Core's private-default style, as far as the tool looks at it (mailman/styles/default.py).
const FRESH: Settings = {
  admin_immed_notify: true,
  admin_notify_mchanges: false,
  advertised: false,
  archive_policy: 'private',
  default_member_action: 'defer',
  description: '',
  emergency: false,
  process_bounces: true,
  send_goodbye_message: true,
  send_welcome_message: true,
};

// Those of a new list that Core keeps to itself (mailman/styles/base.py).
const FRESH_ATTRIBUTES: CoreAttributes = {
  created_at: '2026-01-01T00:00:00',
  next_digest_number: 1,
  post_id: 1,
  topics: [],
  topics_bodylines_limit: 5,
  topics_enabled: false,
  volume: 1,
};

/** What Core's own preferences say where a member has none. */
const NO_PREFERENCES = {};

/**
 * Mailman Core in memory, as {@link Target} shows it: every write takes the steps that REST takes,
 * and is safe to repeat.
 */
export class MemoryTarget implements Target {
  readonly reachesCore: boolean = true;
  readonly rosterBatch: number = 200;
  /** Everything that was written, in order. */
  readonly log: string[] = [];
  /** Mail that Core would have sent. */
  readonly mail: string[] = [];
  readonly lists = new Map<string, HeldList>();
  steps = new Steps();
  refuse: Refuse = () => false;
  #ids = 0;

  languages(): Promise<Languages> {
    return Promise.resolve({ known: new Set(['en']), site: 'en' });
  }

  newsServer(): Promise<string> {
    return Promise.resolve('news.example.org');
  }

  observe(listId: string): Promise<ObservedList | null> {
    const list = this.lists.get(listId);
    if (list === undefined) return Promise.resolve(null);
    return Promise.resolve(structuredClone({ listId, ...list }));
  }

  async createDomain(mailHost: string): Promise<void> {
    await this.#write(`domain ${mailHost}`);
  }

  async createList(fqdnListname: string, style: string): Promise<void> {
    await this.#write(`create ${fqdnListname} ${style}`);
    const listId = listIdOf(fqdnListname);
    if (!this.lists.has(listId)) this.put(listId, {}, fqdnListname);
  }

  /** A list that somebody else made. */
  put(
    listId: string,
    settings: Settings,
    fqdnListname: string = listId.replace('.', '@'),
  ): HeldList {
    const rosters = { owner: [], moderator: [], member: [], nonmember: [] };
    const list: HeldList = {
      fqdnListname,
      settings: { ...FRESH, ...settings },
      rosters,
      bans: [],
      headerMatches: [],
      templates: [],
      coreAttributes: FRESH_ATTRIBUTES,
      requests: { held: [], membership: [] },
    };
    this.lists.set(listId, list);
    return list;
  }

  async changeSettings(listId: string, settings: Settings): Promise<void> {
    // Core checks all of a request before it writes any of it.
    for (const [name, value] of Object.entries(settings)) {
      if (!coreTakes(name, value)) throw refusal(`set ${name}`, 'no such value');
    }
    await this.#write(
      ...Object.entries(settings).map(([name, value]) => `set ${name} ${String(value)}`),
    );
    Object.assign(this.#list(listId).settings, settings);
  }

  addMembers(...[listId, role, members]: Parameters<Target['addMembers']>) {
    return outcomes(members, (member) => this.#add(listId, role, member));
  }

  changeMembers(...[, , changes]: Parameters<Target['changeMembers']>) {
    return outcomes(changes, ({ memberId, change }) => this.#change(memberId, change));
  }

  async #add(listId: string, role: Role, member: DesiredMember): Promise<string | null> {
    const list = this.#list(listId);
    await this.#write(`add ${role} ${member.email}`);
    const key = member.email.toLowerCase();
    let found = list.rosters[role].find(({ email }) => email.toLowerCase() === key);
    if (found === undefined) {
      if (isBanned(list.bans, key)) throw refusal(`add ${role} ${member.email}`);
      this.#ids += 1;
      found = {
        memberId: String(this.#ids),
        // Core shows addresses in lower case.
        email: key,
        displayName: this.#nameOf(key),
        moderationAction: role === 'owner' || role === 'moderator' ? 'accept' : null,
        preferences: NO_PREFERENCES,
        bounce: { score: 0, lastReceived: null, lastWarned: null },
      };
      list.rosters[role].push(found);
      if (role === 'member') withdrawWish(list, key);
      if (list.settings['admin_notify_mchanges'] === true) this.mail.push(`joined: ${key}`);
    }
    if (member.moderationAction !== null) {
      await this.#write(`moderate ${member.email} ${member.moderationAction}`);
      found.moderationAction = member.moderationAction;
    }
    if (member.preferences !== null) {
      await this.#write(`prefer ${member.email}`);
      found.preferences = { ...member.preferences };
    }
    return this.#name(key, member.displayName);
  }

  async #change(memberId: string, change: MemberChange): Promise<string | null> {
    const member = this.#everybody().find((each) => each.memberId === memberId);
    if (member === undefined) throw refusal(`member ${memberId}`);
    if (change.moderationAction !== undefined) {
      await this.#write(`moderate ${member.email} ${String(change.moderationAction)}`);
      member.moderationAction = change.moderationAction;
    }
    if (change.preferences !== undefined) {
      await this.#write(`prefer ${member.email}`);
      member.preferences = { ...member.preferences, ...change.preferences };
    }
    return this.#name(member.email, change.displayName ?? '');
  }

  #nameOf(key: string): string {
    return this.#everybody().find(({ email }) => email === key)?.displayName ?? '';
  }

  /** One name of an address for all of its lists: an empty one is filled, another one stays. */
  #name(key: string, name: string): string | null {
    const shown = this.#nameOf(key);
    if (name === '' || shown !== '') return shown === name || name === '' ? null : shown;
    for (const member of this.#everybody()) if (member.email === key) member.displayName = name;
    return null;
  }

  async removeMember(memberId: string): Promise<void> {
    for (const list of this.lists.values()) {
      for (const role of ROLES) {
        const at = list.rosters[role].findIndex((member) => member.memberId === memberId);
        const member = list.rosters[role][at];
        if (member === undefined) continue;
        await this.#write(`remove ${role} ${member.email}`);
        list.rosters[role].splice(at, 1);
        if (list.settings['admin_notify_mchanges'] === true)
          this.mail.push(`left: ${member.email}`);
        return;
      }
    }
    throw refusal(`member ${memberId}`);
  }

  async setBounceStates(
    listId: string,
    states: Parameters<Target['setBounceStates']>[1],
  ): Promise<readonly string[]> {
    await this.#write(`bounces ${states.map(({ email }) => email).join(' ')}`);
    const missing: string[] = [];
    for (const { email, state } of states) {
      const member = this.#list(listId).rosters.member.find(
        (each) => each.email.toLowerCase() === email.toLowerCase(),
      );
      if (member === undefined) {
        missing.push(email);
        continue;
      }
      const lastWarned = state.disabled ? 'now' : null;
      member.bounce = { score: state.score, lastReceived: state.lastReceived, lastWarned };
    }
    return missing;
  }

  async setCoreAttributes(...[listId, attributes]: Parameters<Target['setCoreAttributes']>) {
    await this.#write(`attributes ${Object.keys(attributes).join(' ')}`);
    const list = this.#list(listId);
    const set = Object.entries(attributes).filter(([name]) =>
      fallsShort(name, attributes, list.coreAttributes),
    );
    list.coreAttributes = { ...list.coreAttributes, ...Object.fromEntries(set) };
    return [];
  }

  async setTemplates(...[fqdnListname, templates, remove]: Parameters<Target['setTemplates']>) {
    await this.#write(`templates ${templates.map(({ name }) => name).join(' ')}`);
    const list = this.#list(listIdOf(fqdnListname));
    const replaced = new Set([...templates, ...remove].map(({ name }) => name));
    const others = list.templates.filter(({ name }) => !replaced.has(name));
    const stored = templates.map(({ name, text }) => ({
      name,
      text,
      inPostorius: true,
      uri: `http://localhost/postorius/api/templates/list/${listIdOf(fqdnListname)}/${name}`,
    }));
    list.templates = [...others, ...stored];
  }

  templatesInUse(listId: string, names: readonly string[]) {
    const { templates } = this.#list(listId);
    return Promise.resolve(
      names.map((name) => {
        const text = templates.find((template) => template.name === name)?.text ?? null;
        return { name, text, trouble: text === null ? 'the default' : null };
      }),
    );
  }

  async changeBans(
    ...[listId, { add, remove }]: Parameters<Target['changeBans']>
  ): ReturnType<Target['changeBans']> {
    const list = this.#list(listId);
    for (const ban of remove) {
      await this.#write(`unban ${ban}`);
      list.bans = list.bans.filter((each) => each !== ban);
    }
    for (const ban of add) {
      await this.#write(`ban ${ban}`);
      list.bans = [...new Set([...list.bans, ban])];
    }
    return [];
  }

  async setHeaderMatches(
    ...[listId, matches]: Parameters<Target['setHeaderMatches']>
  ): ReturnType<Target['setHeaderMatches']> {
    const list = this.#list(listId);
    await this.#write('no header matches');
    list.headerMatches = [];
    for (const match of matches) {
      await this.#write(`header match ${match.header}`);
      list.headerMatches = [...list.headerMatches, match];
    }
    return [];
  }

  async addRequests(...[listId, { held, membership }]: Parameters<Target['addRequests']>) {
    await this.#write(`requests ${[...held, ...membership].map(({ id }) => id).join(' ')}`);
    const list = this.#list(listId);
    // Core would not let them join: mailman/app/subscriptions.py, _step_sanity_checks.
    const banned = membership.filter(
      ({ kind, email }) => kind === 'subscription' && list.bans.includes(email.toLowerCase()),
    );
    const taken = membership.filter((request) => !banned.includes(request));
    list.requests = {
      held: [...new Set([...list.requests.held, ...held.map(heldKey)])],
      membership: [...new Set([...list.requests.membership, ...taken.map(membershipKey)])],
    };
    return banned.map(({ id }) => ({ id, why: 'the address is banned' }));
  }

  #list(listId: string): HeldList {
    const list = this.lists.get(listId);
    if (list === undefined) throw refusal(`list ${listId}`);
    return list;
  }

  #everybody(): readonly Mutable<ObservedMember>[] {
    return [...this.lists.values()].flatMap(({ rosters }) => Object.values(rosters).flat());
  }

  /** One request: refused as a whole, or cut off before it happens, or done. */
  async #write(...what: readonly string[]): Promise<void> {
    await Promise.resolve();
    const refused = what.find((each) => this.refuse(each));
    if (refused !== undefined) throw refusal(refused);
    this.steps.take();
    this.log.push(...what);
  }
}

/** Subscribing takes back a wish to join that waits. */
function withdrawWish(list: HeldList, email: string): void {
  const wish = membershipKey({ kind: 'subscription', email });
  const membership = list.requests.membership.filter((each) => each !== wish);
  list.requests = { ...list.requests, membership };
}
