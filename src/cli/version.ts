// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from 'node:fs';

const packageJson = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');

/** The version of this program. */
export const VERSION = (JSON.parse(packageJson) as { version: string }).version;
