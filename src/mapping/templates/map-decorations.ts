// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { Json } from '../../model/json.js';
import type { ListTemplate } from '../../model/list-template.js';
import { asciiText, isAsciiOnly, isBeyondAscii } from './core-limits.js';
import { isDefaultFooter } from './default-footer.js';
import { IN_DIGESTS, IN_MESSAGES, type Placeholders } from './placeholders.js';
import {
  approximation,
  inShort,
  inPercentForm,
  type MappedTexts,
  template,
  type TextContext,
  type TextVerdict,
} from './text-context.js';
import { cleaned, translate, type Translation } from './translate.js';

interface Decoration {
  readonly attribute: string;
  readonly target: string;
  readonly placeholders: Placeholders;
  /** Mailman 3 has one by default, so that a list without any needs an empty one. */
  readonly byDefault: boolean;
}

const DECORATIONS: readonly Decoration[] = [
  {
    attribute: 'msg_header',
    target: 'list:member:regular:header',
    placeholders: IN_MESSAGES,
    byDefault: false,
  },
  {
    attribute: 'msg_footer',
    target: 'list:member:regular:footer',
    placeholders: IN_MESSAGES,
    byDefault: true,
  },
  {
    attribute: 'digest_header',
    target: 'list:member:digest:header',
    placeholders: IN_DIGESTS,
    byDefault: false,
  },
  {
    attribute: 'digest_footer',
    target: 'list:member:digest:footer',
    placeholders: IN_DIGESTS,
    byDefault: true,
  },
];

/** Headers and footers (Mailman 2: Handlers/Decorate.py). */
export function mapDecorations(context: TextContext): MappedTexts {
  const templates: ListTemplate[] = [];
  const verdicts: TextVerdict[] = [];
  const findings: Diagnostic[] = [];
  for (const decoration of DECORATIONS) {
    const { attribute } = decoration;
    if (!Object.hasOwn(context.list.attributes, attribute)) continue;
    const value = context.list.attributes[attribute] ?? null;
    const decided = decide(decoration, value, context);
    const { text, finding, verdict, reason } = decided;
    if (text !== null) templates.push(template(context, decoration.target, text));
    if (finding !== null) findings.push(finding);
    verdicts.push({ attribute, verdict, reason });
  }
  return { templates, verdicts, findings };
}

interface Decided extends Omit<TextVerdict, 'attribute'> {
  /** null: Mailman 3's own text stays. */
  readonly text: string | null;
  readonly finding: Diagnostic | null;
}

function decide(decoration: Decoration, value: Json, context: TextContext): Decided {
  const { attribute, target, placeholders, byDefault } = decoration;
  if (typeof value === 'string' ? !/[^ \t\n\r\f\v]/.test(value) : value === null) {
    return {
      text: byDefault ? '' : null,
      finding: null,
      verdict: 'exact',
      reason: 'none in Mailman 2, none in Mailman 3',
    };
  }
  if (typeof value !== 'string') {
    const reason = `not a text but ${JSON.stringify(value).slice(0, 60)}; Mailman 3's default stays`;
    return { text: null, finding: null, verdict: 'unsupported', reason };
  }
  const source = inPercentForm(context.list, value);
  if (byDefault && isDefaultFooter(source)) {
    const reason = "the default of Mailman 2: Mailman 3's own default stays";
    return { text: null, finding: null, verdict: 'exact', reason };
  }
  const ascii = isAsciiOnly(target, context.coreLanguage);
  const translation = translate(source, {
    list: context.list,
    pages: context.pages,
    placeholders,
    layout: 'lines',
    literals: ascii ? asciiValues(context) : {},
  });
  if ('refused' in translation) throw new Error(`a line is never refused: ${translation.refused}`);
  const finished = finish(translation, ascii);
  const finding = approximation(context, attribute, target, finished);
  return {
    text: finished.text,
    finding,
    verdict: finding === null ? 'exact' : 'approximate',
    reason: inShort(finished) ?? 'becomes this template, its placeholders translated',
  };
}

/** As Mailman 2 sends it: without blanks at line ends, with a line end at its end. */
function finish(translation: Translation, ascii: boolean): Translation {
  const { text, notes, removed } = translation;
  if (removed.length > 0 && text.trim() === '') return { ...translation, text: '' };
  const whole = text.endsWith('\n') ? text : `${text}\n`;
  const lines = whole.split('\n');
  // A last line without an end keeps its blanks.
  const ended = lines.length - (whole === text ? 1 : 2);
  const sent = lines
    .map((line, at) => (translation.formatted && at < ended ? withoutTrailingBlanks(line) : line))
    .join('\n');
  if (!ascii || !isBeyondAscii(sent)) return { ...translation, text: sent };
  const note = 'in ASCII letters, without which Core could not send digests of a list in English';
  return { ...translation, text: asciiText(sent), notes: [...notes, note] };
}

/** Blanks alone, and not the one after a signature's dashes. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') end -= 1;
  return line.slice(0, end) === '--' && end < line.length ? '-- ' : line.slice(0, end);
}

/** Values that Core would fill in and could not send. */
function asciiValues({ list }: TextContext): Readonly<Record<string, string>> {
  const names = ['real_name', 'description', 'info'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = list.attributes[name];
      return isBeyondAscii(value) ? [[name, asciiText(cleaned(value))]] : [];
    }),
  );
}
