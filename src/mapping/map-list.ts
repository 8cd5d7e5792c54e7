// SPDX-License-Identifier: GPL-3.0-or-later
import type { Mailman2List } from '../model/mailman2-list.js';
import { type ArchivePolicy, type DesiredList, listIdOf } from '../model/mailman3-list.js';
import { withoutBounceWarnings } from './bounce-warnings.js';
import { type Identity, nameFindings, newAddress } from './identity.js';
import { leftBehind } from './left-behind.js';
import { asLaterRelease } from './older-release.js';
import { mapRequests } from './requests.js';
import { mapTemplates, withTextVerdicts } from './templates/map-templates.js';
import { mapRosters } from './rosters.js';
import type { MappingContext } from './row.js';
import { mapSettings } from './settings.js';

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
  const { settings, verdicts, findings } = withoutBounceWarnings(
    mapSettings(list, context),
    mapped.rosters,
    list.name,
    context,
  );
  const waiting = mapRequests(list, fqdnListname, mapped.rosters.member, context);
  const listId = listIdOf(fqdnListname);
  const coreLanguage = String(settings['preferred_language'] ?? 'en');
  const texts = mapTemplates(list, { listId, fqdnListname, coreLanguage }, context);
  return {
    sourceName: list.name,
    fqdnListname,
    listId,
    mailHost: fqdnListname.slice(at + 1),
    settings,
    verdicts: withTextVerdicts(verdicts, texts.verdicts),
    rosters: mapped.rosters,
    leftOut: mapped.leftOut,
    // A list that says nothing of its archive stays private, as plan/ creates it.
    archivePolicy: (settings['archive_policy'] as ArchivePolicy | undefined) ?? 'private',
    bans: [],
    contestedBans: [],
    headerMatches: [],
    templates: texts.templates,
    coreAttributes: {},
    requests: waiting.requests,
    findings: [
      ...list.findings,
      ...leftBehind(list, context),
      ...nameFindings(list.name, fqdnListname),
      ...findings,
      ...texts.findings,
      ...mapped.findings,
      ...waiting.findings,
    ],
  };
}
