// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type {
  Conflict,
  PlannedListReport,
  PlannedMember,
  PlannedSetting,
  PlanReport,
} from '../model/plan-report.js';

// One plan with all that a plan can hold: a list to be made, one that was changed in Mailman 3
// meanwhile, one that is as wanted, one that stands in the way, and texts meant to do harm.

/** Tries to be markup, a script, a command of a terminal, and text that reads backwards. */
export const HOSTILE = '"><script>alert(1)</script>\u001b[31m\u202egnp.exe`|*_[x](http://x.y)@all';

export function plannedList(list: Partial<PlannedListReport> = {}): PlannedListReport {
  const name = list.name ?? 'dev';
  return {
    name,
    fqdn: `${name}@lists.example.org`,
    failed: false,
    exists: false,
    settings: [],
    roster: { add: 0, change: 0, keep: 0, remove: 0 },
    members: [],
    archive: null,
    addresses: null,
    conflicts: [],
    operations: [],
    findings: [],
    ...list,
  };
}

export function plannedSetting(
  setting: Partial<PlannedSetting> & { readonly attribute: string },
): PlannedSetting {
  return {
    verdict: 'exact',
    source: null,
    target: setting.attribute,
    desired: null,
    reason: 'same meaning',
    lastApplied: null,
    observed: null,
    change: 'set',
    next: null,
    harmless: false,
    ...setting,
  };
}

export function plannedMember(
  member: Partial<PlannedMember> & { readonly address: string },
): PlannedMember {
  return { role: 'member', name: '', outcome: 'add', fields: [], reason: null, ...member };
}

const lost = (list: string, attribute: string, why: string, next: string): Diagnostic => ({
  code: 'mapping.unsupported',
  severity: 'warning',
  list,
  attribute,
  summary: `${attribute} is not carried over`,
  why,
  next,
});

const topics = ['Mailman 3 does not offer topics', 'members filter by subject'] as const;

const announce = plannedList({
  name: 'announce',
  settings: [
    plannedSetting({ attribute: 'advertised', source: 1, desired: true }),
    plannedSetting({
      attribute: 'bounce_score_threshold',
      verdict: 'approximate',
      source: 7.5,
      desired: 8,
      reason: 'Core counts whole bounces, so a fraction is rounded up',
    }),
    plannedSetting({
      attribute: 'owner',
      source: ['ann@example.net', 'root'],
      target: 'roster of owners',
      change: 'none',
    }),
    plannedSetting({
      attribute: 'topics',
      verdict: 'unsupported',
      source: [['Releases', '.*release.*', '', 0]],
      target: null,
      reason: topics[0],
      change: 'none',
      next: topics[1],
    }),
    plannedSetting({
      attribute: 'created_at',
      verdict: 'unsupported',
      source: 1_165_000_000,
      target: null,
      reason: 'nobody reads it',
      change: 'none',
      harmless: true,
    }),
    plannedSetting({
      attribute: 'data_version',
      verdict: 'internal',
      source: 98,
      target: null,
      reason: "Mailman 2's own bookkeeping",
      change: 'none',
    }),
  ],
  roster: { add: 3, change: 0, keep: 0, remove: 0 },
  members: [
    plannedMember({ role: 'owner', address: 'ann@example.net' }),
    plannedMember({
      role: 'owner',
      address: 'root',
      outcome: 'left-out',
      reason: 'it has no domain, which Mailman Core wants',
    }),
    plannedMember({ address: 'Bob@example.com', name: 'Bob Müller' }),
    plannedMember({ address: 'eve@example.com', name: HOSTILE }),
  ],
  archive: {
    policy: 'private',
    bytes: 1_234_567,
    pages: 436,
    prepared: null,
    held: null,
    missing: null,
  },
  addresses: {
    kinds: { article: 436, volume: 60, download: 10, list: 2, listinfo: 8, admin: 6 },
    total: 522,
    matched: false,
  },
  operations: [
    {
      id: 'domain',
      kind: 'create-domain',
      role: null,
      summary: 'make the domain lists.example.org if it is missing',
    },
    {
      id: 'list',
      kind: 'create-list',
      role: null,
      summary: 'create announce@lists.example.org',
    },
    { id: 'settings', kind: 'change-settings', role: null, summary: 'set 2 settings' },
    {
      id: 'add:owner:ann@example.net',
      kind: 'add-member',
      role: 'owner',
      summary: 'add owner ann@example.net',
    },
    {
      id: 'add:member:bob@example.com',
      kind: 'add-member',
      role: 'member',
      summary: 'add member Bob@example.com',
    },
    {
      id: 'add:member:eve@example.com',
      kind: 'add-member',
      role: 'member',
      summary: 'add member eve@example.com',
    },
    { id: 'open', kind: 'open', role: null, summary: 'open it, notifications as they were' },
  ],
  findings: [
    lost('announce', 'topics', ...topics),
    {
      code: 'mapping.address-invalid',
      severity: 'warning',
      list: 'announce',
      summary: 'owner "root" is left out',
      why: 'it has no domain, which Mailman Core wants',
      next: 'add the right address in Postorius',
    },
    {
      code: 'mapping.approximate',
      severity: 'info',
      list: 'announce',
      attribute: 'bounce_score_threshold',
      summary: 'bounce_score_threshold is approximated',
      why: 'Core counts whole bounces, so a fraction is rounded up',
    },
  ],
});

const conflicts: readonly Conflict[] = [
  {
    kind: 'setting',
    what: 'description',
    role: null,
    lastApplied: 'Développement',
    observed: 'changed by hand',
    desired: 'Développement | libre',
    overruled: false,
  },
  {
    kind: 'member',
    what: 'carl@example.com',
    role: 'member',
    lastApplied: { delivery_status: 'enabled' },
    observed: { delivery_status: 'by_user' },
    desired: { delivery_status: 'enabled' },
    overruled: false,
  },
];

const dev = plannedList({
  name: 'dev',
  exists: true,
  settings: [
    plannedSetting({
      attribute: 'description',
      source: 'Développement | libre',
      desired: 'Développement | libre',
      lastApplied: 'Développement',
      observed: 'changed by hand',
      change: 'conflict',
    }),
    plannedSetting({
      attribute: 'subject_prefix',
      source: '[dev] ',
      desired: '[dev] ',
      lastApplied: '[dev] ',
      observed: '[dev] ',
      change: 'keep',
    }),
    plannedSetting({
      attribute: 'info',
      source: HOSTILE,
      desired: HOSTILE,
      lastApplied: '',
      observed: '',
    }),
    plannedSetting({
      attribute: 'topics',
      verdict: 'unsupported',
      source: [['Bugs', '.*bug.*', '', 0]],
      target: null,
      reason: topics[0],
      change: 'none',
      next: topics[1],
    }),
  ],
  roster: { add: 1, change: 1, keep: 3, remove: 1 },
  members: [
    plannedMember({ role: 'owner', address: 'ann@example.net', outcome: 'keep' }),
    plannedMember({ address: 'dora@example.com', name: 'Dora' }),
    plannedMember({
      address: 'bob@example.com',
      outcome: 'change',
      fields: [{ field: 'delivery_mode', from: 'regular', to: 'mime_digests' }],
    }),
    plannedMember({
      address: 'carl@example.com',
      outcome: 'conflict',
      fields: [{ field: 'delivery_status', from: 'by_user', to: 'enabled' }],
      reason: 'Mailman 3 has other options: they stay',
    }),
    plannedMember({
      address: 'gone@example.com',
      outcome: 'remove',
      reason: 'left in Mailman 2 since the last apply',
    }),
    plannedMember({
      address: 'new@example.com',
      outcome: 'theirs',
      reason: 'only in Mailman 3: it stays',
    }),
    plannedMember({
      role: 'nonmember',
      address: 'quote"d x@example.net',
      outcome: 'left-out',
      reason: 'Mailman Core refuses this form of address',
    }),
  ],
  archive: {
    policy: 'public',
    bytes: 4_321,
    pages: 12,
    prepared: { messages: 12, kept: 11, repaired: 3 },
    held: 9,
    missing: 2,
  },
  addresses: {
    kinds: { article: 11, ghost: 1, volume: 5, list: 2, listinfo: 8, admin: 6 },
    total: 33,
    matched: true,
  },
  conflicts,
  operations: [
    { id: 'settings', kind: 'change-settings', role: null, summary: 'set 1 setting' },
    {
      id: 'add:member:dora@example.com',
      kind: 'add-member',
      role: 'member',
      summary: 'add member dora@example.com',
    },
    {
      id: 'change:member:bob@example.com',
      kind: 'change-member',
      role: 'member',
      summary: 'change member bob@example.com',
    },
    {
      id: 'remove:member:gone@example.com',
      kind: 'remove-member',
      role: 'member',
      summary: 'remove member gone@example.com, who left in Mailman 2',
    },
    {
      id: 'bans',
      kind: 'set-bans',
      role: null,
      summary: 'ban 2 addresses or patterns',
    },
  ],
  findings: [
    lost('dev', 'topics', ...topics),
    {
      code: 'plan.setting-conflict',
      severity: 'warning',
      list: 'dev',
      summary: 'description is left at "changed by hand"',
      why: 'it was changed in Mailman 3 since the last apply',
      next: 'apply with --overwrite to give it the value of Mailman 2',
    },
    {
      code: 'plan.member-conflict',
      severity: 'warning',
      list: 'dev',
      summary: 'member carl@example.com is left as it is in Mailman 3',
      why: 'its options were changed in Mailman 3 since the last apply',
      next: 'apply with --overwrite to give it the options of Mailman 2',
    },
    {
      code: 'mapping.address-invalid',
      severity: 'warning',
      list: 'dev',
      summary: `nonmember "quote\\"d x@example.net" is left out`,
      why: 'Mailman Core refuses this form of address',
      next: 'add the right address in Postorius',
    },
    {
      code: 'mapping.member-language',
      severity: 'info',
      list: 'dev',
      summary: 'dora@example.com: language eo becomes en',
      why: 'Core does not know that language',
    },
  ],
});

const quiet = plannedList({
  name: 'quiet',
  exists: true,
  settings: [
    plannedSetting({
      attribute: 'advertised',
      source: 0,
      desired: false,
      lastApplied: false,
      observed: false,
      change: 'keep',
    }),
  ],
  roster: { add: 0, change: 0, keep: 1, remove: 0 },
  members: [plannedMember({ role: 'owner', address: 'ann@example.net', outcome: 'keep' })],
  archive: { policy: 'never', bytes: null, pages: null, prepared: null, held: 0, missing: 0 },
  addresses: { kinds: { list: 2, listinfo: 8, admin: 6 }, total: 16, matched: true },
});

const hostile = plannedList({
  name: `bad${HOSTILE}${'-very-long'.repeat(20)}`,
  fqdn: `bad${HOSTILE}`,
  failed: true,
  findings: [
    {
      code: 'source.pickle-refused',
      severity: 'error',
      list: `bad${HOSTILE}${'-very-long'.repeat(20)}`,
      path: '/var/lib/mailman/lists/bad/config.pck',
      summary: 'config.pck is hostile or damaged',
      why: `it asks for ${HOSTILE}`,
      next: 'do not let Mailman open this file',
    },
  ],
});

export const planReport: PlanReport = {
  plannedAt: Date.UTC(2026, 4, 2, 3, 12),
  version: '0.1.0',
  source: 'root@old.example.org:/var/lib/mailman',
  target: 'http://localhost:8001/3.1',
  asked: ['announce', 'dev', 'quiet', 'bad*'],
  overwrite: false,
  lists: [announce, dev, quiet, hostile],
  findings: [
    {
      code: 'source.site-configuration',
      severity: 'warning',
      summary: 'mm_cfg.py was not found',
      why: 'old web addresses are taken to be the usual ones',
      next: 'name it under source: config',
    },
  ],
};
