// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, isTrouble } from '../diagnostics.js';
import { counted } from '../model/counted.js';
import type { DesiredList, Settings } from '../model/mailman3-list.js';
import type { ModerationRequests } from '../model/moderation-request.js';
import { type AppliedStore, isSettled, Memory } from './applied-memory.js';
import {
  applyMemberships,
  isLeft,
  type Result,
  stepsOf,
  type SingleOperation,
} from './apply-rosters.js';
import { requestRefused } from './facets/plan-requests.js';
import { appliedTo, type Operation } from './operation.js';
import type { KeptMember } from './plan-rosters.js';
import type { Refused, Target } from './target-port.js';

export interface ApplyResult {
  readonly applied: number;
  /** Operations that Core refused for good; everything else went on. */
  readonly refused: readonly Diagnostic[];
  /** What a reader may want to know of the others. */
  readonly notes: readonly Diagnostic[];
}

const NOTHING_DONE: ApplyResult = { applied: 0, refused: [], notes: [] };

/**
 * Carries out a plan in its order; memberships of one roster go together. What Core refuses for
 * good (a value it will not take) becomes a finding and the rest goes on; any other failure is
 * thrown, and the same command continues later. Where there is nothing to do, what a killed apply
 * left unsettled is written down.
 */
export async function applyPlan(
  desired: DesiredList,
  operations: readonly Operation[],
  target: Target,
  store: AppliedStore,
  kept: readonly KeptMember[] = [],
): Promise<ApplyResult> {
  const last = appliedTo(desired.listId, await store.load());
  if (operations.length === 0 && isSettled(last, kept)) return NOTHING_DONE;
  const memory = new Memory({ ...last, listId: desired.listId }, store);
  const result: Result = { refused: [], notes: [], left: new Set() };
  let applied = 0;

  for (const { role, member } of kept) memory.memberApplied(role, member.email, member);
  for (const step of stepsOf(operations)) {
    try {
      if ('kind' in step) {
        if (await run(desired, step, target, memory, result)) applied += 1;
      } else {
        applied += await applyMemberships(desired, step, target, memory, result);
      }
    } finally {
      await memory.save();
    }
  }
  await memory.finish();
  return { applied, refused: result.refused, notes: result.notes };
}

/** Whether it was done; false where Core refuses it. */
async function run(
  desired: DesiredList,
  operation: SingleOperation,
  target: Target,
  memory: Memory,
  result: Result,
): Promise<boolean> {
  try {
    await perform(desired, operation, target, memory, result);
    return true;
  } catch (error) {
    if (!isTrouble(error, 'target.refused')) throw error;
    // Without the list nothing else can follow.
    if (operation.kind === 'create-domain' || operation.kind === 'create-list') {
      await memory.notCreated();
      throw error;
    }
    result.refused.push({ ...error.diagnostic, severity: 'warning', list: desired.sourceName });
    return false;
  }
}

async function perform(
  desired: DesiredList,
  operation: SingleOperation,
  target: Target,
  memory: Memory,
  result: Result,
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
        result.refused,
        desired.sourceName,
      );
      memory.settingsApplied(set);
      if (operation.kind === 'open') memory.opened();
      return;
    }
    case 'set-bounce-states': {
      const members = operation.members.filter(({ email }) => !isLeft(result, 'member', email));
      const missing = await target.setBounceStates(listId, members);
      if (missing.length > 0) result.refused.push(bouncesMissing(desired.sourceName, missing));
      return;
    }
    case 'set-core-attributes': {
      const all = await target.setCoreAttributes(listId, operation.attributes);
      const left = noted(all, result.refused, desired.sourceName);
      const set = Object.entries(operation.attributes).filter(([name]) => !left.has(name));
      memory.record(({ coreAttributes }) => ({
        coreAttributes: { ...coreAttributes, ...Object.fromEntries(set) },
      }));
      return;
    }
    case 'set-templates':
      await target.setTemplates(desired.fqdnListname, operation.templates, operation.remove);
      memory.record(({ templates }) => {
        const written = [...operation.templates, ...operation.remove].map(({ name }) => name);
        const others = templates.filter(({ name }) => !written.includes(name));
        return { templates: [...others, ...operation.templates] };
      });
      return;
    case 'set-bans':
      await memory.willChangeBans(operation);
      memory.bansChanged(
        operation,
        noted(await target.changeBans(listId, operation), result.refused, desired.sourceName),
      );
      return;
    case 'set-header-matches': {
      await memory.willSetHeaderMatches(operation.matches);
      const all = await target.setHeaderMatches(listId, operation.matches);
      const left = noted(all, result.refused, desired.sourceName);
      memory.record(() => ({
        headerMatches: operation.matches.filter((match) => !left.has(match)),
        headerMatchesInFlight: null,
      }));
      return;
    }
    case 'add-requests':
      await addRequests(desired, operation.requests, target, memory, result.refused);
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

const bouncesMissing = (list: string, emails: readonly string[]): Diagnostic => ({
  code: 'apply.bounce-state-missing',
  severity: 'warning',
  list,
  summary: `the bounces of ${counted(emails.length, 'member')} were not written: ${emails.join(', ')}`,
  why: 'they left the list meanwhile',
  next: 'nothing, or run the same command again',
});

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
    if (!isTrouble(error, 'target.refused')) throw error;
  }
  const set: Record<string, Settings[string]> = {};
  for (const [name, value] of Object.entries(settings)) {
    try {
      await target.changeSettings(listId, { [name]: value });
      set[name] = value;
    } catch (error) {
      if (!isTrouble(error, 'target.refused')) throw error;
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
