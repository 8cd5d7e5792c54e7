// SPDX-License-Identifier: GPL-3.0-or-later
import { type Conversion, kept, lost } from './row.js';

const escapeForRegExp = (literal: string): string => literal.replaceAll(/[^\w@-]/g, '\\$&');

/**
 * Mailman 2 takes each line as a regular expression that must match from the start, ignoring
 * case, and takes the list's own name at any domain as an explicit destination
 * (Handlers/Hold.py, MailList.HasExplicitDest). Core takes a line as a pattern only where it begins
 * with `^`, and keeps it in lower case (model/mailinglist.py, AcceptableAliasSet).
 */
export const acceptableAliases: Conversion = (value, list) => {
  if (typeof value !== 'string') return lost('not a text');
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const patterns = lines
    .filter((line) => line !== '')
    .map((line) => (line.startsWith('^') ? line : `^${line}`));
  const all = [...patterns, `^${escapeForRegExp(list.name)}@`];
  return kept([...new Set(all.map((pattern) => pattern.toLowerCase()))]);
};
