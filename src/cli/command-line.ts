// SPDX-License-Identifier: GPL-3.0-or-later
import { shellWord } from '../report/words.js';
import type { GlobalOptions } from './command.js';

/** Values that are told again; the others say how to speak, and not what to do. */
const TOLD: readonly (keyof GlobalOptions)[] = ['config', 'workspace', 'source'];

/** A command as somebody would type it in a shell, to be shown. */
export function commandLine(
  globals: GlobalOptions,
  command: string,
  words: readonly string[],
  options: object,
): string {
  const own = Object.entries(options).flatMap(([key, value]) => flag(key, value));
  return [programLine(globals), ...[command, ...words, ...own].map(shellWord)].join(' ');
}

/** What every command about the same two sides begins with. */
export const programLine = (globals: GlobalOptions): string =>
  ['mm2to3', ...TOLD.flatMap((key) => flag(key, globals[key]))].map(shellWord).join(' ');

function flag(key: string, value: unknown): readonly string[] {
  const name = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === true) return [name];
  return typeof value === 'string' || typeof value === 'number' ? [name, String(value)] : [];
}
