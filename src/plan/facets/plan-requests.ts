// SPDX-License-Identifier: GPL-3.0-or-later
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/** Held messages and requests of people who want to join or to leave. */
export const planRequests: PlanFacet = () => NOTHING_TO_DO;
