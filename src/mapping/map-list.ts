// SPDX-License-Identifier: GPL-3.0-or-later
import type { Mailman2List } from '../model/mailman2-list.js';
import { type ArchivePolicy, type DesiredList, listIdOf } from '../model/mailman3-list.js';
import { withoutBounceWarnings } from './bounce-warnings.js';
import { bouncesLeft } from './bounces-left.js';
import { mapCoreAttributes, withCoreVerdicts } from './core-attributes.js';
import { type Identity, nameFindings, newAddress } from './identity.js';
import { leftBehind } from './left-behind.js';
import { asLaterRelease } from './older-release.js';
import { mapRequests } from './requests.js';
import { mapTemplates, withTextVerdicts } from './templates/map-templates.js';
import { banOn } from './moderation/bans.js';
import { NOTHING_ASKED } from './moderation/facts.js';
import { mapModeration } from './moderation/moderation.js';
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
  const inCore = mapCoreAttributes(list, context);
  const listId = listIdOf(fqdnListname);
  const coreLanguage = String(settings['preferred_language'] ?? 'en');
  const texts = mapTemplates(list, { listId, fqdnListname, coreLanguage }, context);
  const moderation = mapModeration(list, mapped.rosters, context);
  const waiting = mapRequests(
    list,
    fqdnListname,
    mapped.rosters.member,
    (email) => banOn(email, moderation.bans, context.moderation ?? NOTHING_ASKED),
    context,
  );
  return {
    sourceName: list.name,
    fqdnListname,
    listId,
    mailHost: fqdnListname.slice(at + 1),
    settings,
    verdicts: moderation.verdicts(
      withCoreVerdicts(withTextVerdicts(verdicts, texts.verdicts), inCore.verdicts),
    ),
    rosters: mapped.rosters,
    leftOut: mapped.leftOut,
    // A list that says nothing of its archive stays private, as plan/ creates it.
    archivePolicy: (settings['archive_policy'] as ArchivePolicy | undefined) ?? 'private',
    bans: moderation.bans,
    contestedBans: moderation.contestedBans,
    headerMatches: moderation.headerMatches,
    templates: texts.templates,
    coreAttributes: { ...inCore.attributes, ...moderation.coreAttributes },
    requests: waiting.requests,
    findings: [
      ...list.findings,
      ...leftBehind(list, context),
      ...nameFindings(list.name, fqdnListname),
      ...findings.filter(({ attribute = '' }) => !inCore.verdicts.has(attribute)),
      ...inCore.findings,
      ...texts.findings,
      ...mapped.findings,
      ...bouncesLeft(mapped.rosters, list.name, context),
      ...waiting.findings,
      ...moderation.findings,
    ],
  };
}
