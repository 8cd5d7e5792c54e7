// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import { type DesiredList, type Role, type Settings } from '../model/mailman3-list.js';
import type { ModerationRequests } from '../model/moderation-request.js';
import { requestRefused } from './facets/plan-requests.js';
import { appliedTo, type LastApplied, nothingApplied, type Operation } from './operation.js';
import type { KeptMember } from './plan-rosters.js';
import type { BanChange, Refused, Target } from './target-port.js';

/** Runs tasks side by side up to some limit and resolves when all are done. */
export interface TaskQueue {
  runAll(tasks: readonly (() => Promise<void>)[]): Promise<void>;
}

/** Remembers what the tool made of a list; written after each effect, before it where said so. */
export interface AppliedStore {
  load(): Promise<LastApplied>;
  save(state: LastApplied): Promise<void>;
}

export interface ApplyResult {
  readonly applied: number;
  /** Operations that Core refused for good; everything else went on. */
  readonly refused: readonly Diagnostic[];
}

/**
 * Carries out a plan in its order; memberships of one roster go side by side. What Core refuses
 * for good (a value it will not take) becomes a finding and the rest goes on; any other failure is
 * thrown, and the same command continues later.
 */
export async function applyPlan(
  desired: DesiredList,
  operations: readonly Operation[],
  target: Target,
  store: AppliedStore,
  queue: TaskQueue,
  kept: readonly KeptMember[] = [],
): Promise<ApplyResult> {
  const last = appliedTo(desired.listId, await store.load());
  const memory = new Memory({ ...last, listId: desired.listId }, store);
  for (const { role, member } of kept) memory.memberApplied(role, member.email, member);
  const refused: Diagnostic[] = [];
  let applied = 0;

  const run = async (operation: Operation): Promise<void> => {
    try {
      await perform(desired, operation, target, memory, refused);
      applied += 1;
    } catch (error) {
      if (!(error instanceof DiagnosticError) || error.diagnostic.code !== 'target.refused')
        throw error;
      // Without the list nothing else can follow.
      if (operation.kind === 'create-domain' || operation.kind === 'create-list') {
        await memory.notCreated();
        throw error;
      }
      refused.push({ ...error.diagnostic, severity: 'warning', list: desired.sourceName });
    }
  };

  for (let next = 0; next < operations.length;) {
    const group = sameRoster(operations, next);
    await memory.willAdd(group);
    try {
      await queue.runAll(group.map((operation) => () => run(operation)));
      memory.nothingPending();
    } finally {
      await memory.save();
    }
    next += group.length;
  }
  if (operations.length > 0) await memory.finish();
  return { applied, refused };
}

// State is saved after so many memberships: a lost tail costs only a comparison on the next run.
const GROUP = 200;

/** The run of operations from `start` that may go side by side: memberships of the same role. */
function sameRoster(operations: readonly Operation[], start: number): readonly Operation[] {
  const role = roleOf(operations[start]);
  let end = start + 1;
  if (role !== null) {
    while (end < operations.length && end - start < GROUP && roleOf(operations[end]) === role)
      end += 1;
  }
  return operations.slice(start, end);
}

const roleOf = (operation: Operation | undefined): Role | null =>
  operation !== undefined && 'role' in operation ? operation.role : null;

async function perform(
  desired: DesiredList,
  operation: Operation,
  target: Target,
  memory: Memory,
  refused: Diagnostic[],
): Promise<void> {
  const { listId } = desired;
  switch (operation.kind) {
    case 'create-domain':
      await target.createDomain(operation.mailHost);
      return;
    case 'create-list':
      // Before the effect: should the tool die in between, the list is still known to be its own.
      await memory.willCreate();
      await target.createList(operation.fqdnListname, operation.style);
      return;
    case 'quieten':
      await memory.willQuieten(operation.settings, operation.before);
      await target.changeSettings(listId, operation.settings);
      return;
    case 'change-settings':
    case 'open': {
      const set = await changeSettings(
        listId,
        operation.settings,
        target,
        refused,
        desired.sourceName,
      );
      memory.settingsApplied(set);
      if (operation.kind === 'open') memory.opened();
      return;
    }
    case 'add-member':
      await target.addMember(listId, operation.role, operation.member);
      memory.memberApplied(operation.role, operation.member.email, operation.member);
      return;
    case 'change-member':
      await target.changeMember(operation.memberId, operation.change);
      memory.memberApplied(operation.role, operation.member.email, operation.member);
      return;
    case 'set-bounce-states':
      await target.setBounceStates(listId, operation.members);
      return;
    case 'set-core-attributes':
      await target.setCoreAttributes(listId, operation.attributes);
      memory.record(({ coreAttributes }) => ({
        coreAttributes: { ...coreAttributes, ...operation.attributes },
      }));
      return;
    case 'set-templates':
      await target.setTemplates(desired.fqdnListname, operation.templates, operation.remove);
      memory.record(() => ({ templates: desired.templates }));
      return;
    case 'set-bans':
      await memory.willChangeBans(operation);
      memory.bansChanged(
        operation,
        noted(await target.changeBans(listId, operation), refused, desired.sourceName),
      );
      return;
    case 'set-header-matches': {
      await memory.willSetHeaderMatches(operation.matches);
      const all = await target.setHeaderMatches(listId, operation.matches);
      const left = noted(all, refused, desired.sourceName);
      memory.record(() => ({
        headerMatches: operation.matches.filter((match) => !left.has(match)),
        headerMatchesInFlight: null,
      }));
      return;
    }
    case 'add-requests':
      await addRequests(desired, operation.requests, target, memory, refused);
      return;
    case 'remove-member':
      await target.removeMember(operation.memberId);
      memory.memberApplied(operation.role, operation.email, null);
      return;
  }
}

/** Makes findings of what Core refused for good, and returns what it was. */
function noted<Item>(
  all: readonly Refused<Item>[],
  refused: Diagnostic[],
  list: string,
): ReadonlySet<Item> {
  refused.push(...all.map(({ finding }) => ({ ...finding, list })));
  return new Set(all.map(({ item }) => item));
}

/** What Core will not take costs only itself: it becomes a finding, and is not tried every time. */
async function addRequests(
  { listId, sourceName }: DesiredList,
  requests: ModerationRequests,
  target: Target,
  memory: Memory,
  refused: Diagnostic[],
): Promise<void> {
  const notTaken = await target.addRequests(listId, requests);
  refused.push(...notTaken.map(({ id, why }) => requestRefused(sourceName, id, why)));
  const reasons = Object.fromEntries(notTaken.map(({ id, why }) => [id, why]));
  const taken = [...requests.held, ...requests.membership]
    .map(({ id }) => id)
    .filter((id) => !Object.hasOwn(reasons, id));
  memory.record((state) => ({
    requests: [...new Set([...state.requests, ...taken])],
    refusedRequests: { ...state.refusedRequests, ...reasons },
  }));
}

/** All at once; where Core refuses the lot, one by one, so that one bad value costs only itself. */
async function changeSettings(
  listId: string,
  settings: Settings,
  target: Target,
  refused: Diagnostic[],
  list: string,
): Promise<Settings> {
  try {
    await target.changeSettings(listId, settings);
    return settings;
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostic.code !== 'target.refused')
      throw error;
  }
  const set: Record<string, Settings[string]> = {};
  for (const [name, value] of Object.entries(settings)) {
    try {
      await target.changeSettings(listId, { [name]: value });
      set[name] = value;
    } catch (error) {
      if (!(error instanceof DiagnosticError) || error.diagnostic.code !== 'target.refused')
        throw error;
      refused.push({
        ...error.diagnostic,
        code: 'apply.setting-refused',
        severity: 'warning',
        list,
        summary: `Core refuses ${name} = ${JSON.stringify(value)}`,
        next: `set ${name} by hand in Postorius`,
      });
    }
  }
  return set;
}

/** The state of one apply: gathered in memory, saved after every group of operations. */
class Memory {
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
  async willAdd(group: readonly Operation[]): Promise<void> {
    const added = group.filter((operation) => operation.kind === 'add-member');
    const [first] = added;
    if (first === undefined) return;
    const addresses = added.map(({ member }) => member.email.toLowerCase());
    this.#state = { ...this.#state, pending: { [first.role]: addresses } };
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
    this.#state = { ...this.#state, interim: {}, before: {} };
    await this.save();
  }

  async save(): Promise<void> {
    await this.#store.save(this.#state);
  }
}
