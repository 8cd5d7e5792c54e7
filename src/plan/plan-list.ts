// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { DesiredList, ObservedList, SettingValue } from '../model/mailman3-list.js';
import type { Conflict } from '../model/plan-report.js';
import { sameSetting } from './compare.js';
import { planBans, planLiftedBans } from './facets/plan-bans.js';
import { planCoreAttributes } from './facets/plan-core-attributes.js';
import { planHeaderMatches } from './facets/plan-header-matches.js';
import { planRequests } from './facets/plan-requests.js';
import { planTemplates } from './facets/plan-templates.js';
import type { PlanFacet } from './facets/facet.js';
import { appliedTo, type LastApplied, nothingApplied, type Operation } from './operation.js';
import { planBounces } from './plan-bounces.js';
import { type KeptMember, planRosters, type RosterCounts } from './plan-rosters.js';
import { isSilenced, planSilence, settledSettings } from './silence.js';

// Before the rosters, and after them: Core lets nobody in who is banned already.
const BEFORE_ROSTERS: readonly PlanFacet[] = [planCoreAttributes, planTemplates, planLiftedBans];
const AFTER_ROSTERS: readonly PlanFacet[] = [planHeaderMatches, planBans, planRequests];

/** What is to be done for one list, and what stands in the way: a plain value, safe to store. */
export interface ListPlan {
  readonly operations: readonly Operation[];
  /** Memberships of the tool's own that are as wanted: once applied, they are written down. */
  readonly kept: readonly KeptMember[];
  readonly roster: RosterCounts;
  /** Where both sides differ and the tool cannot know which is right; each is a finding, too. */
  readonly conflicts: readonly Conflict[];
  readonly findings: readonly Diagnostic[];
}

export interface PlanOptions {
  /** Overrule what was changed in Mailman 3 since the last apply. */
  readonly overwrite: boolean;
  /** Whether Core's host can be reached, to write what REST cannot. */
  readonly reachesCore: boolean;
}

/**
 * Compares three ways (last applied, observed, desired) and returns ordered operations. What was
 * changed in Mailman 3 since the last apply is a conflict: reported, and left as it is unless
 * `overwrite` is set.
 */
export function planList(
  desired: DesiredList,
  observed: ObservedList | null,
  lastApplied: LastApplied,
  options: PlanOptions,
): ListPlan {
  // With a list that is gone, all that was applied to it is gone.
  const last = observed === null ? nothingApplied() : appliedTo(desired.listId, lastApplied);
  const findings: Diagnostic[] = [];
  const conflicts: Conflict[] = [];
  const create = observed === null;
  const differing = differingSettings(desired, observed, last, options, findings, conflicts);
  const rosters = planRosters(desired, observed, last, options);
  findings.push(...rosters.findings);
  conflicts.push(...rosters.conflicts);

  const bounces = options.reachesCore ? planBounces(desired, observed, rosters.operations) : [];

  const facets = (all: readonly PlanFacet[]): readonly Operation[] =>
    all.flatMap((plan) => {
      const planned = plan(desired, observed, last, options);
      findings.push(...planned.findings);
      conflicts.push(...(planned.conflicts ?? []));
      return planned.operations;
    });
  const before = facets(BEFORE_ROSTERS);
  const after = facets(AFTER_ROSTERS);

  const operations: Operation[] = [];
  if (create) {
    operations.push(
      {
        id: 'domain',
        kind: 'create-domain',
        mailHost: desired.mailHost,
        summary: `make the domain ${desired.mailHost} if it is missing`,
      },
      {
        id: 'list',
        kind: 'create-list',
        fqdnListname: desired.fqdnListname,
        // Archives start private: a list is made public only together with its other settings.
        style: 'private-default',
        summary: `create ${desired.fqdnListname}`,
      },
    );
  }
  const busy = [rosters.operations, bounces, before, after].some(({ length }) => length > 0);
  const silence = planSilence(desired, observed, last, differing, busy);
  operations.push(...silence.quieten);
  const now = Object.fromEntries(Object.entries(differing).filter(([name]) => !isSilenced(name)));
  if (Object.keys(now).length > 0) {
    operations.push({
      id: 'settings',
      kind: 'change-settings',
      settings: now,
      summary: `set ${Object.keys(now).length} ${Object.keys(now).length === 1 ? 'setting' : 'settings'}`,
    });
  }
  operations.push(...before, ...rosters.operations, ...bounces, ...after, ...silence.open);
  return { operations, kept: rosters.kept, roster: rosters.counts, conflicts, findings };
}

function differingSettings(
  desired: DesiredList,
  observed: ObservedList | null,
  last: LastApplied,
  options: PlanOptions,
  findings: Diagnostic[],
  conflicts: Conflict[],
): Record<string, SettingValue> {
  const differing: Record<string, SettingValue> = {};
  const settled = settledSettings(observed, last);
  for (const [name, value] of Object.entries(desired.settings)) {
    const current = settled[name];
    if (observed !== null && sameSetting(value, current)) continue;
    const base = last.settings[name];
    const interim = last.interim[name];
    const ours =
      observed === null ||
      (base === undefined && last.created) ||
      (base !== undefined && sameSetting(base, current)) ||
      (interim !== undefined && sameSetting(interim, current));
    if (!ours) {
      conflicts.push({
        kind: 'setting',
        what: name,
        role: null,
        lastApplied: base ?? null,
        observed: current ?? null,
        desired: value,
        overruled: options.overwrite,
      });
    }
    if (ours || options.overwrite) {
      differing[name] = value;
    } else {
      findings.push({
        code: 'plan.setting-conflict',
        severity: 'warning',
        list: desired.sourceName,
        summary: `${name} is left at ${JSON.stringify(current ?? null)}`,
        why:
          base === undefined
            ? `the list was in Mailman 3 before; Mailman 2 has ${JSON.stringify(value)}`
            : `it was changed in Mailman 3 since the last apply; Mailman 2 has ${JSON.stringify(value)}`,
        next: 'apply with --overwrite to give it the value of Mailman 2',
      });
    }
  }
  return differing;
}
