// SPDX-License-Identifier: GPL-3.0-or-later
import type { Role, Settings } from '../model/mailman3-list.js';
import { type LastApplied, nothingApplied } from './operation.js';
import type { KeptMember } from './plan-rosters.js';
import type { BanChange } from './target-port.js';

/** Remembers what the tool made of a list; written after each effect, before it where said so. */
export interface AppliedStore {
  load(): Promise<LastApplied>;
  save(state: LastApplied): Promise<void>;
}

/**
 * Whether no killed apply left anything behind that the next apply would take for its own doing,
 * and all of these memberships are written down.
 */
export function isSettled(
  { pending, interim, before, rosters }: LastApplied,
  kept: readonly KeptMember[],
): boolean {
  return (
    [pending, interim, before].every((left) => Object.keys(left).length === 0) &&
    kept.every(
      ({ role, member }) =>
        JSON.stringify(rosters[role][member.email.toLowerCase()]) === JSON.stringify(member),
    )
  );
}

/** The state of one apply: gathered in memory, saved after every group of operations. */
export class Memory {
  #state: LastApplied;
  readonly #store: AppliedStore;

  constructor(state: LastApplied, store: AppliedStore) {
    this.#state = state;
    this.#store = store;
  }

  /** Whatever an earlier list of the same list-id was given is gone with it. */
  async willCreate(): Promise<void> {
    this.#state = { ...nothingApplied(), listId: this.#state.listId, created: true };
    await this.save();
  }

  async notCreated(): Promise<void> {
    this.#state = { ...this.#state, created: false };
    await this.save();
  }

  async willQuieten(settings: Settings, before: Settings): Promise<void> {
    this.#state = { ...this.#state, interim: settings, before };
    await this.save();
  }

  /** Should the tool die among these, the next run knows that half-made ones are its own. */
  async willWrite(role: Role, emails: readonly string[]): Promise<void> {
    const addresses = emails.map((email) => email.toLowerCase());
    this.#state = { ...this.#state, pending: { [role]: addresses } };
    await this.save();
  }

  async willChangeBans({ add, remove }: BanChange): Promise<void> {
    const bansInFlight = [...new Set([...this.#state.bansInFlight, ...add, ...remove])];
    this.#state = { ...this.#state, bansInFlight };
    await this.save();
  }

  bansChanged({ add, remove }: BanChange, refused: ReadonlySet<string>): void {
    const gone = new Set(remove.filter((ban) => !refused.has(ban)));
    const made = add.filter((ban) => !refused.has(ban));
    const ours = new Set([...this.#state.bans, ...made]);
    const bans = [...ours].filter((ban) => !gone.has(ban));
    this.#state = { ...this.#state, bans, bansInFlight: [] };
  }

  async willSetHeaderMatches(matches: LastApplied['headerMatches']): Promise<void> {
    this.#state = { ...this.#state, headerMatchesInFlight: matches };
    await this.save();
  }

  nothingPending(): void {
    this.#state = { ...this.#state, pending: {} };
  }

  /** Recorded together with the settings of that step: from here on no value is interim. */
  opened(): void {
    this.#state = { ...this.#state, complete: true, interim: {}, before: {} };
  }

  settingsApplied(settings: Settings): void {
    this.#state = { ...this.#state, settings: { ...this.#state.settings, ...settings } };
  }

  record(change: (state: LastApplied) => Partial<LastApplied>): void {
    this.#state = { ...this.#state, ...change(this.#state) };
  }

  memberApplied(
    role: Role,
    email: string,
    member: LastApplied['rosters'][Role][string] | null,
  ): void {
    const roster = this.#state.rosters[role] as Record<string, typeof member>;
    if (member === null) Reflect.deleteProperty(roster, email.toLowerCase());
    else roster[email.toLowerCase()] = member;
  }

  async finish(): Promise<void> {
    this.#state = { ...this.#state, interim: {}, before: {}, pending: {} };
    await this.save();
  }

  async save(): Promise<void> {
    await this.#store.save(this.#state);
  }
}
