// SPDX-License-Identifier: GPL-3.0-or-later
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/** Texts of the list's own. */
export const planTemplates: PlanFacet = () => NOTHING_TO_DO;
