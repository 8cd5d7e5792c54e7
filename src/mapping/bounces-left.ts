// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { counted } from '../model/counted.js';
import type { DesiredMember, Rosters } from '../model/mailman3-list.js';
import type { MappingContext } from './row.js';

/** Scores and dates of bounces, which REST shows and cannot set. */
export function bouncesLeft(
  { member }: Rosters<DesiredMember>,
  list: string,
  { reachesCore }: Pick<MappingContext, 'reachesCore'>,
): readonly Diagnostic[] {
  const bounced = member.filter(({ bounce }) => bounce !== null).length;
  if (reachesCore || bounced === 0) return [];
  return [
    {
      code: 'mapping.bounce-states',
      severity: 'info',
      list,
      summary: `the bounces of ${counted(bounced, 'member')} are not carried over`,
      why: "only Core's own Python can set them, and the tool does not reach Core's host",
      next: 'set target: core: python in mm2to3.yaml, or let Core count anew',
    },
  ];
}
