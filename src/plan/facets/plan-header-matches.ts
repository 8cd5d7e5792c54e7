// SPDX-License-Identifier: GPL-3.0-or-later
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/** Header filters: an ordered list, replaced as a whole. */
export const planHeaderMatches: PlanFacet = () => NOTHING_TO_DO;
