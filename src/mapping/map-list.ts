// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import {
  type ArchivePolicy,
  type DesiredList,
  type DesiredMember,
  listIdOf,
  type Rosters,
} from '../model/mailman3-list.js';
import { type Identity, nameFindings, newAddress } from './identity.js';
import { leftBehind } from './left-behind.js';
import { asLaterRelease } from './older-release.js';
import { mapRequests } from './requests.js';
import { mapTemplates, withTextVerdicts } from './templates/map-templates.js';
import { mapModeration } from './moderation/moderation.js';
import { mapRosters } from './rosters.js';
import type { MappingContext } from './row.js';
import { mapSettings, type MappedSettings } from './settings.js';

export type { MappingContext } from './row.js';

/** Computes the state that a Mailman 2 list is to have in Mailman 3: pure, and once per snapshot. */
export function mapList(
  saved: Mailman2List,
  identity: Identity,
  context: MappingContext,
): DesiredList {
  const list = asLaterRelease(saved);
  const fqdnListname = newAddress(list, identity);
  const at = fqdnListname.lastIndexOf('@');
  const mapped = mapRosters(list, fqdnListname, context);
  const { settings, verdicts, findings } = withoutWarnings(
    mapSettings(list, context),
    mapped.rosters,
    list.name,
    context,
  );
  const waiting = mapRequests(list, fqdnListname, mapped.rosters.member, context);
  const listId = listIdOf(fqdnListname);
  const coreLanguage = String(settings['preferred_language'] ?? 'en');
  const texts = mapTemplates(list, { listId, fqdnListname, coreLanguage }, context);
  const moderation = mapModeration(list, mapped.rosters, context);
  return {
    sourceName: list.name,
    fqdnListname,
    listId,
    mailHost: fqdnListname.slice(at + 1),
    settings,
    verdicts: moderation.verdicts(withTextVerdicts(verdicts, texts.verdicts)),
    rosters: mapped.rosters,
    leftOut: mapped.leftOut,
    // A list that says nothing of its archive stays private, as plan/ creates it.
    archivePolicy: (settings['archive_policy'] as ArchivePolicy | undefined) ?? 'private',
    bans: moderation.bans,
    contestedBans: moderation.contestedBans,
    headerMatches: moderation.headerMatches,
    templates: texts.templates,
    coreAttributes: moderation.coreAttributes,
    requests: waiting.requests,
    findings: [
      ...list.findings,
      ...leftBehind(list, context),
      ...nameFindings(list.name, fqdnListname),
      ...findings,
      ...texts.findings,
      ...mapped.findings,
      ...waiting.findings,
      ...moderation.findings,
    ],
  };
}

/**
 * Without Core's host nobody can tell Core that it has warned the members who are disabled by
 * bounces; with bounce processing on it would write to all of them at once. So it stays off.
 */
function withoutWarnings(
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
    why: `Core would at once warn ${disabled} members whose delivery is disabled by bounces`,
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
