// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { ListTemplate } from '../../model/list-template.js';
import type { Mailman2Template } from '../../model/mailman2-list.js';
import { asciiText, isAsciiOnly, isBeyondAscii } from './core-limits.js';
import { type TemplateFile, templateFile } from './template-files.js';
import {
  approximation,
  filePath,
  type MappedTexts,
  notCarried,
  refusedFile,
  template,
  type TextContext,
  WELCOME_FILE,
  withText,
} from './text-context.js';
import { translate } from './translate.js';

/** Files of the list's own (Mailman 2: Utils.maketext), but for that of the welcome mail. */
export function mapFiles(context: TextContext): MappedTexts {
  const templates: ListTemplate[] = [];
  const findings: Diagnostic[] = [];
  const pages: Mailman2Template[] = [];
  for (const file of context.list.templates) {
    const row = templateFile(file.name);
    if (file.name.endsWith('.html')) pages.push(file);
    else if (row.target === null) findings.push(withoutCounterpart(file, row, context));
    else if (file.language !== context.language) findings.push(ofOtherLanguage(file, row, context));
    else if (file.name !== WELCOME_FILE) {
      const mapped = mapFile(file, row, context);
      if (mapped.template !== null) templates.push(mapped.template);
      if (mapped.finding !== null) findings.push(mapped.finding);
    }
  }
  return { templates, verdicts: [], findings: [...findings, ...ofPages(pages, context)] };
}

type WithTarget = Extract<TemplateFile, { target: string }>;
type WithoutTarget = Extract<TemplateFile, { target: null }>;

function mapFile(
  file: Mailman2Template,
  { target, placeholders, appended }: WithTarget,
  context: TextContext,
): { readonly template: ListTemplate | null; readonly finding: Diagnostic | null } {
  const what = `${file.language}/${file.name}`;
  const { list, pages } = context;
  const translation = translate(file.text, { list, pages, placeholders, layout: 'prose' });
  if ('refused' in translation) {
    return { template: null, finding: refusedFile(context, file, target, translation.refused) };
  }
  let text = `${translation.text.trimEnd()}\n${appended ?? ''}`;
  const notes = [...translation.notes];
  if (isAsciiOnly(target, context.coreLanguage) && isBeyondAscii(text)) {
    text = asciiText(text);
    notes.push('in ASCII letters, without which Core could not send digests of a list in English');
  }
  return {
    template: template(context, target, text),
    finding: approximation(context, what, target, { notes, removed: translation.removed }),
  };
}

function withoutCounterpart(
  file: Mailman2Template,
  { reason, instead, unused }: WithoutTarget,
  context: TextContext,
): Diagnostic {
  const finding = notCarried(context, file, { why: reason, next: instead });
  return unused === true ? { ...finding, severity: 'info' } : finding;
}

function ofOtherLanguage(
  file: Mailman2Template,
  { target }: WithTarget,
  context: TextContext,
): Diagnostic {
  return {
    ...notCarried(context, file, {
      why: `Mailman 3 has one text for a list, whatever language a member has, and this list's is ${context.language}`,
      next: `if members need it, add it to the template ${target} of the list in Postorius`,
    }),
    code: 'mapping.template-language',
  };
}

/** Pages of the old web interface, all in one: there may be dozens in each language. */
function ofPages(pages: readonly Mailman2Template[], { list }: TextContext): readonly Diagnostic[] {
  if (pages.length === 0) return [];
  const texts = pages.map((page) => `${filePath(list, page)}:\n${page.text.trim()}`).join('\n\n');
  return [
    {
      code: 'mapping.custom-pages',
      severity: 'warning',
      list: list.name,
      summary: `${pages.length} ${pages.length === 1 ? 'page' : 'pages'} of its own ${pages.length === 1 ? 'is' : 'are'} not carried over`,
      why: withText(
        `they belong to the old web interface: ${pages.map(({ language, name }) => `${language}/${name}`).join(', ')}`,
        texts,
      ),
      next: "put what members need to know into the list's description in Postorius (info)",
    },
  ];
}
