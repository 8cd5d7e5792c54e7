// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { DesiredList, ObservedList, SettingValue } from '../model/mailman3-list.js';
import { sameSetting } from './compare.js';
import type { LastApplied, Operation } from './operation.js';
import { planBounces } from './plan-bounces.js';
import { planRosters, type RosterCounts } from './plan-rosters.js';

/** What is to be done for one list, and what stands in the way: a plain value, safe to store. */
export interface ListPlan {
  readonly operations: readonly Operation[];
  readonly roster: RosterCounts;
  readonly findings: readonly Diagnostic[];
}

export interface PlanOptions {
  /** Overrule what was changed in Mailman 3 since the last apply. */
  readonly overwrite: boolean;
  /** Whether Core's host can be reached, to write what REST cannot. */
  readonly reachesCore: boolean;
}

/**
 * Settings that keep a list silent and closed while its roster grows: Core mails owners on every
 * subscription where admin_notify_mchanges is on, warns members who are disabled by bounces within
 * minutes where process_bounces is on, and holds posts in an emergency.
 */
const QUIET = {
  admin_immed_notify: false,
  admin_notify_mchanges: false,
  send_welcome_message: false,
  send_goodbye_message: false,
  process_bounces: false,
} as const;
const CLOSED = { emergency: true } as const;

/**
 * Compares three ways (last applied, observed, desired) and returns ordered operations. What was
 * changed in Mailman 3 since the last apply is a conflict: reported, and left as it is unless
 * `overwrite` is set.
 */
export function planList(
  desired: DesiredList,
  observed: ObservedList | null,
  last: LastApplied,
  options: PlanOptions,
): ListPlan {
  const findings: Diagnostic[] = [];
  const create = observed === null;
  const differing = differingSettings(desired, observed, last, options, findings);
  const rosters = planRosters(desired, observed, last, options);
  findings.push(...rosters.findings);

  const bounces = options.reachesCore ? planBounces(desired, observed, rosters.operations) : [];

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
  const silence = create || rosters.operations.length > 0 || bounces.length > 0;
  if (silence) {
    operations.push({
      id: 'quieten',
      kind: 'quieten',
      settings: create ? { ...QUIET, ...CLOSED } : QUIET,
      summary: create
        ? 'close it to posts and keep notifications off until it is complete'
        : 'keep notifications off meanwhile',
    });
  }
  const last_: Record<string, SettingValue> = {};
  const now: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(differing)) {
    (name in QUIET || name in CLOSED ? last_ : now)[name] = value;
  }
  if (Object.keys(now).length > 0) {
    operations.push({
      id: 'settings',
      kind: 'change-settings',
      settings: now,
      summary: `set ${Object.keys(now).length} settings`,
    });
  }
  operations.push(...rosters.operations, ...bounces);
  const reopened = silence ? { ...restored(desired, observed, create), ...last_ } : last_;
  if (Object.keys(reopened).length > 0) {
    operations.push({
      id: 'open',
      kind: 'open',
      settings: reopened,
      summary: create ? 'open it, notifications as they were' : 'notifications as they were',
    });
  }
  return { operations, roster: rosters.counts, findings };
}

/** What the silenced settings go back to: the desired value, else the one found, else Core's own. */
function restored(
  desired: DesiredList,
  observed: ObservedList | null,
  create: boolean,
): Record<string, SettingValue> {
  // The private-default style's own values, for a list that the old side says nothing of.
  const fresh: Readonly<Record<string, boolean>> = {
    admin_immed_notify: true,
    admin_notify_mchanges: false,
    send_welcome_message: true,
    send_goodbye_message: true,
    process_bounces: true,
    emergency: false,
  };
  const names = Object.keys(create ? { ...QUIET, ...CLOSED } : QUIET);
  return Object.fromEntries(
    names.map((name) => {
      const current = observed?.settings[name];
      const value =
        desired.settings[name] ?? (typeof current === 'boolean' ? current : (fresh[name] ?? false));
      return [name, value];
    }),
  );
}

function differingSettings(
  desired: DesiredList,
  observed: ObservedList | null,
  last: LastApplied,
  options: PlanOptions,
  findings: Diagnostic[],
): Record<string, SettingValue> {
  const differing: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(desired.settings)) {
    const current = observed?.settings[name];
    if (observed !== null && sameSetting(value, current)) continue;
    const base = last.settings[name];
    const interim = last.interim[name];
    const ours =
      observed === null ||
      (base === undefined && last.created) ||
      (base !== undefined && sameSetting(base, current)) ||
      (interim !== undefined && sameSetting(interim, current));
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
