// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { counted } from '../../model/counted.js';
import type { ListTemplate } from '../../model/list-template.js';
import { isTruthy, type Mailman2List, type Mailman2Template } from '../../model/mailman2-list.js';
import type { Verdict } from '../../model/mailman3-list.js';
import { keepLongWords } from './core-limits.js';
import { percentForm } from './dollar-strings.js';
import type { Pages } from './pages.js';
import type { Translation } from './translate.js';

/** What translating a list's texts needs to know. */
export interface TextContext {
  readonly list: Mailman2List;
  /** Of the old list: that of its texts. */
  readonly language: string;
  /** Of the list in Mailman 3, which does not know every language of Mailman 2. */
  readonly coreLanguage: string;
  readonly pages: Pages;
}

/** What becomes of an attribute that is a text. */
export interface TextVerdict {
  readonly attribute: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

export interface MappedTexts {
  readonly templates: readonly ListTemplate[];
  readonly verdicts: readonly TextVerdict[];
  readonly findings: readonly Diagnostic[];
}

/** The one file of a list's own that an attribute, welcome_msg, is put into. */
export const WELCOME_FILE = 'subscribeack.txt';

/** Where a text of the list's own lies on the old server. */
export const filePath = ({ path }: Mailman2List, { language, name }: Mailman2Template): string =>
  `${path.slice(0, path.lastIndexOf('/'))}/${language}/${name}`;

/** A text of the list as a template of Mailman 3. */
export function template(context: TextContext, name: string, text: string): ListTemplate {
  return { name, language: context.language, text: keepLongWords(text, name) };
}

/** A header or footer in percent form, as Mailman 2 makes it before it fills it in. */
export const inPercentForm = ({ attributes }: Mailman2List, text: string): string =>
  isTruthy(attributes['use_dollar_strings']) ? percentForm(text) : text;

// Long enough to work from; the whole stands in the snapshot and on the old server.
const SHOWN = 2000;

/** A reason, and below it the text that it is about. */
export function withText(why: string, text: string): string {
  const rest = text.length - SHOWN;
  const shown = rest > 0 ? `${text.slice(0, SHOWN)}… (${rest} characters more)` : text;
  return `${why}. The text:\n${shown.trimEnd()}`;
}

/** The same on one line, for a table; null where nothing is otherwise. */
export function inShort({ notes, removed }: Pick<Translation, 'notes' | 'removed'>): string | null {
  const lost =
    removed.length === 0 ? [] : [`${counted(removed.length, 'line is', 'lines are')} left out`];
  return notes.length + lost.length === 0 ? null : [...notes, ...lost].join('; ');
}

/** What is otherwise in Mailman 3's text than in the old one; null where nothing is. */
export function approximation(
  { list }: TextContext,
  what: string,
  target: string,
  { notes, removed }: Pick<Translation, 'notes' | 'removed'>,
): Diagnostic | null {
  if (notes.length === 0 && removed.length === 0) return null;
  const lines = [
    ...notes,
    ...removed.map(({ text, why }) => `left out, since ${why}: ${text.trim()}`),
  ];
  return {
    code: 'mapping.template-approximated',
    severity: removed.length > 0 ? 'warning' : 'info',
    list: list.name,
    summary: `${what} is approximated`,
    why: lines.join('\n'),
    next: `read the template ${target} of the list in Postorius`,
  };
}

/** A text of the list's own that cannot be said with Core's placeholders. */
export function refusedFile(
  context: TextContext,
  file: Mailman2Template,
  target: string,
  why: string,
): Diagnostic {
  return notCarried(context, file, {
    why,
    next: `write the template ${target} of the list anew in Postorius, from this text`,
  });
}

/** A text of the list's own that stays behind, with its words. */
export function notCarried(
  { list }: TextContext,
  file: Mailman2Template,
  { why, next }: { readonly why: string; readonly next: string },
): Diagnostic {
  return {
    code: 'mapping.template-not-carried',
    severity: 'warning',
    list: list.name,
    path: filePath(list, file),
    summary: `${file.language}/${file.name} is not carried over`,
    why: withText(why, file.text),
    next,
  };
}
