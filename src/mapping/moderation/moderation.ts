// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { CoreAttributes } from '../../model/core-attributes.js';
import type { Mailman2List } from '../../model/mailman2-list.js';
import type {
  AttributeVerdict,
  DesiredList,
  DesiredMember,
  Rosters,
} from '../../model/mailman3-list.js';
import type { MappingContext } from '../row.js';
import { mapBans } from './bans.js';
import { isDefaultBounceMatching, mapBounceMatching } from './bounce-matching.js';
import { NOTHING_ASKED } from './facts.js';
import { mapHeaderRules } from './header-rules.js';

export interface MappedModeration extends Pick<
  DesiredList,
  'bans' | 'contestedBans' | 'headerMatches'
> {
  readonly coreAttributes: CoreAttributes;
  readonly findings: readonly Diagnostic[];
  /** The table's verdicts, where this list's own values make them others. */
  readonly verdicts: (verdicts: readonly AttributeVerdict[]) => readonly AttributeVerdict[];
}

const OUT_OF_REACH =
  "Core reads these patterns, but its REST interface does not reach them; Core's defaults apply";

/** Bans, header filters and suspicious headers; nonmembers are with the rosters. */
export function mapModeration(
  list: Mailman2List,
  rosters: Rosters<DesiredMember>,
  { reachesCore, moderation = NOTHING_ASKED }: MappingContext,
): MappedModeration {
  const bans = mapBans(list, rosters, moderation);
  const filters = mapHeaderRules(list, moderation);
  const bounce = mapBounceMatching(list, moderation);
  const unreached =
    !reachesCore && !isDefaultBounceMatching(list.attributes['bounce_matching_headers']);
  return {
    bans: bans.bans,
    contestedBans: bans.contested,
    headerMatches: filters.headerMatches,
    coreAttributes:
      reachesCore && bounce.value !== null ? { bounce_matching_headers: bounce.value } : {},
    findings: [
      ...bans.findings,
      ...filters.findings,
      ...(reachesCore ? bounce.findings : []),
      ...(unreached ? [unreachedFinding(list.name)] : []),
    ],
    verdicts: (verdicts) =>
      verdicts.map((verdict) =>
        unreached && verdict.attribute === 'bounce_matching_headers'
          ? { ...verdict, verdict: 'unsupported', target: null, reason: OUT_OF_REACH }
          : verdict,
      ),
  };
}

const unreachedFinding = (list: string): Diagnostic => ({
  code: 'mapping.unsupported',
  severity: 'warning',
  list,
  attribute: 'bounce_matching_headers',
  summary: 'bounce_matching_headers is not carried over',
  why: OUT_OF_REACH,
  next: "set target: core: python, so that the tool reaches Core's host, or enter them under the list's header filters in Postorius",
});
