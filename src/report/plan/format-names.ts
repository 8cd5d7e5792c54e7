// SPDX-License-Identifier: GPL-3.0-or-later

/** The forms that a plan comes in, apart from what makes them: the command line names them. */
export const PLAN_FORMAT_NAMES = ['text', 'json', 'markdown', 'html'] as const;
export type PlanFormat = (typeof PLAN_FORMAT_NAMES)[number];
