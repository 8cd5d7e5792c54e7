// SPDX-License-Identifier: GPL-3.0-or-later
import { styleText } from 'node:util';
import { type Paint, plain } from '../report/paint.js';
import type { Io } from './io.js';

/** Colors where standard output shows them and nobody asked for none (no-color.org). */
export function stdoutPaint({ stdout, env }: Io, wanted: boolean): Paint {
  const set = (name: string): boolean => env[name] !== undefined && env[name] !== '';
  const shows = set('FORCE_COLOR') || (stdout.isTTY && env['TERM'] !== 'dumb');
  if (!wanted || set('NO_COLOR') || !shows) return plain;
  return (style, text) => styleText(style, text, { validateStream: false });
}
