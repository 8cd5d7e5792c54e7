// SPDX-License-Identifier: GPL-3.0-or-later
import { oneLine } from './conversions.js';
import { changed, type Conversion, kept } from './row.js';

// What Python 3 formats a number with (printf-style formatting); with anything else behind a
// percent sign Core's handler raises ValueError, and every post to the list would be shunted.
const DIRECTIVE = /%(?:%|(?:\(\w*\))?[#0 +-]{0,3}(?:\*|\d{1,3})?(?:\.\d{1,3})?[dioxXeEfFgGsra])/g;

/**
 * Mailman 2 strips the prefix and puts one blank behind it (Handlers/CookHeaders.py); Core puts it
 * before the subject as it stands (handlers/subject_prefix.py). Both number the post at `%d`.
 */
export const subjectPrefix: Conversion = (value) => {
  const line = oneLine(value);
  if (line.kind === 'lost' || typeof line.value !== 'string') return line;
  const trimmed = line.value.trim();
  if (trimmed === '') return kept('');
  const parts = trimmed.split(DIRECTIVE);
  if (!parts.some((part) => part.includes('%'))) return kept(`${trimmed} `, line.note);
  const directives = [...trimmed.matchAll(DIRECTIVE)].map(([directive]) => directive);
  const safe = parts
    .map((part, index) => part.replaceAll('%', '') + (directives[index] ?? ''))
    .join('');
  return changed(
    `${safe.trim()} `,
    'percent signs left out: with them Core would hold up all posts',
  );
};
