#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes the attribute table into MIGRATION.md, between its markers. With --check it writes
// nothing, and exits with 1 where the guide is not what the table says.
import { readFile, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { argv, exit, stderr } from 'node:process';
import { format, resolveConfig } from 'prettier';

register('./typescript-loader.js', import.meta.url);
const { ATTRIBUTE_GROUPS } = await import('../../src/mapping/attribute-table.ts');
const { attributeGuide } = await import('../../src/mapping/attribute-guide.ts');

const GUIDE = new URL('../../MIGRATION.md', import.meta.url);
const BEGIN = '<!-- The attribute table: written by `npm run docs`, not by hand. -->';
const END = '<!-- End of the attribute table. -->';

const old = await readFile(GUIDE, 'utf8');
const [before, rest] = old.split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) {
  stderr.write(`MIGRATION.md lacks the markers of the attribute table:\n${BEGIN}\n${END}\n`);
  exit(1);
}
const options = await resolveConfig(GUIDE);
const whole = `${before}${BEGIN}\n\n${attributeGuide(ATTRIBUTE_GROUPS)}\n\n${END}${after}`;
const written = await format(whole, { ...options, parser: 'markdown' });

if (!argv.includes('--check')) {
  await writeFile(GUIDE, written);
} else if (written !== old) {
  stderr.write('MIGRATION.md does not say what the attribute table says: run `npm run docs`\n');
  exit(1);
}
