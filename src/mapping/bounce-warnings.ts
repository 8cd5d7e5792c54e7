// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { counted } from '../model/counted.js';
import type { DesiredMember, Rosters } from '../model/mailman3-list.js';
import type { MappingContext } from './row.js';
import type { MappedSettings } from './settings.js';

/**
 * Without Core's host nobody can tell Core that it has warned the members who are disabled by
 * bounces; with bounce processing on it would write to all of them at once. So it stays off.
 */
export function withoutBounceWarnings(
  mapped: MappedSettings,
  rosters: Rosters<DesiredMember>,
  list: string,
  { reachesCore }: MappingContext,
): MappedSettings {
  const disabled = rosters.member.filter(({ bounce }) => bounce?.disabled === true).length;
  if (reachesCore || disabled === 0 || mapped.settings['process_bounces'] === false) return mapped;
  const finding: Diagnostic = {
    code: 'mapping.bounce-processing-off',
    severity: 'warning',
    list,
    summary: 'bounce processing stays off in Mailman 3',
    why: `Core would at once warn ${counted(disabled, 'member')} whose delivery is disabled by bounces`,
    next: "set target: core: python, so that the tool reaches Core's host, or turn it on in Postorius",
  };
  return {
    settings: { ...mapped.settings, process_bounces: false },
    verdicts: mapped.verdicts.map((verdict) =>
      verdict.target === 'process_bounces'
        ? { ...verdict, verdict: 'approximate', desired: false, reason: finding.why ?? '' }
        : verdict,
    ),
    findings: [...mapped.findings, finding],
  };
}
