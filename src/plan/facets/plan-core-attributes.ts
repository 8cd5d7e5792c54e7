// SPDX-License-Identifier: GPL-3.0-or-later
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/** Attributes that only Core's own Python can write. */
export const planCoreAttributes: PlanFacet = () => NOTHING_TO_DO;
