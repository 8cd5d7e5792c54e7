// SPDX-License-Identifier: GPL-3.0-or-later
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/** Bans: after the rosters, since Core would refuse banned members. */
export const planBans: PlanFacet = () => NOTHING_TO_DO;
