// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { counted } from '../../model/counted.js';
import type { Mailman2List } from '../../model/mailman2-list.js';
import type { AttributeVerdict } from '../../model/mailman3-list.js';
import { mapDecorations } from './map-decorations.js';
import { mapFiles } from './map-files.js';
import { mapNotices } from './map-notices.js';
import { type ListOnTheWeb, pagesOf, type WebBases } from './pages.js';
import type { MappedTexts, TextContext, TextVerdict } from './text-context.js';

/**
 * A list's headers, footers, welcome and goodbye texts and the files of its own, as templates of
 * Mailman 3. `coreLanguage` is the one that the list has there. Mailman 3 has one text for a list,
 * whatever language a reader has, so the texts are those in the list's own language.
 */
export function mapTemplates(
  list: Mailman2List,
  target: ListOnTheWeb & { readonly coreLanguage: string },
  bases: WebBases,
): MappedTexts {
  const preferred = list.attributes['preferred_language'];
  const context: TextContext = {
    list,
    language: typeof preferred === 'string' ? preferred : 'en',
    coreLanguage: target.coreLanguage,
    pages: pagesOf(target, bases),
  };
  const all = [mapDecorations(context), mapNotices(context), mapFiles(context)];
  const templates = all.flatMap((mapped) => mapped.templates);
  return {
    templates,
    verdicts: all.flatMap(({ verdicts }) => verdicts),
    findings: [
      ...all.flatMap(({ findings }) => findings),
      ...ofOneLanguage(
        context,
        templates.map(({ name }) => name),
      ),
    ],
  };
}

/** Members of another language had these mails in it. */
function ofOneLanguage(
  { list, language }: TextContext,
  names: readonly string[],
): readonly Diagnostic[] {
  const mails = names.filter((name) => name.startsWith('list:user:'));
  const others = list.members.filter((member) => (member.language ?? language) !== language);
  if (mails.length === 0 || others.length === 0) return [];
  return [
    {
      code: 'mapping.template-one-language',
      severity: 'info',
      list: list.name,
      summary: `${counted(others.length, 'member of another language gets', 'members of another language get')} some mails in ${language}`,
      why: `Mailman 3 has one text for a list, whatever language a member has: ${mails.join(', ')}`,
      next: 'write these templates in several languages in Postorius, if that matters',
    },
  ];
}

/** The verdicts of the attribute table, with what was decided of this list's texts. */
export function withTextVerdicts(
  verdicts: readonly AttributeVerdict[],
  texts: readonly TextVerdict[],
): readonly AttributeVerdict[] {
  const decided = new Map(texts.map((text) => [text.attribute, text]));
  return verdicts.map((verdict) => ({ ...verdict, ...decided.get(verdict.attribute) }));
}
