// SPDX-License-Identifier: GPL-3.0-or-later
import { WEB_SERVERS } from '../redirects/writers/writers.js';

/** What rules are written for as files, and what is printed. */
export const REDIRECT_FORMATS = [...WEB_SERVERS, 'csv', 'json'] as const;
