// SPDX-License-Identifier: GPL-3.0-or-later
import type { Mailman2Template } from '../../model/mailman2-list.js';
import { IN_MAILS } from './placeholders.js';
import {
  approximation,
  type MappedTexts,
  refusedFile,
  template,
  type TextContext,
  type TextVerdict,
  WELCOME_FILE,
} from './text-context.js';
import { cleaned, escaped, translate } from './translate.js';
import { welcomeText } from './welcome.js';

const WELCOME = 'list:user:notice:welcome';
const GOODBYE = 'list:user:notice:goodbye';

/** Welcome and goodbye mails (Mailman 2: Deliverer.py). Both attributes go out as they stand. */
export function mapNotices(context: TextContext): MappedTexts {
  const welcome = mapWelcome(context);
  const words = textOf(context, 'goodbye_msg');
  const goodbye = words.trim() === '' ? [] : [template(context, GOODBYE, mail(words))];
  return {
    templates: [...welcome.templates, ...goodbye],
    verdicts: [
      ...welcome.verdicts,
      { attribute: 'goodbye_msg', verdict: 'exact', reason: 'becomes this template' },
    ],
    findings: welcome.findings,
  };
}

function mapWelcome(context: TextContext): MappedTexts {
  const { list, language, pages } = context;
  const words = textOf(context, 'welcome_msg');
  const own = list.templates.find(
    (file) => file.name === WELCOME_FILE && file.language === language,
  );
  const used = own === undefined ? null : ownWelcome(own, words, context);
  if (used?.templates.length === 1) return used;
  const findings = used?.findings ?? [];
  const verdict = (value: TextVerdict['verdict'], reason: string): readonly TextVerdict[] => [
    { attribute: 'welcome_msg', verdict: value, reason },
  ];
  if (words.trim() === '') {
    return {
      templates: [],
      verdicts: verdict('exact', "not in use: Mailman 3's own welcome"),
      findings,
    };
  }
  const { text, english } = welcomeText(cleaned(words), language, pages('list'));
  const notes = [
    'Mailman 2 puts it into a welcome mail; here that mail is written anew around it',
    ...(english ? [`the words around it are English, for want of ${language}`] : []),
  ];
  const finding = approximation(context, 'welcome_msg', WELCOME, { notes, removed: [] });
  return {
    templates: [template(context, WELCOME, text)],
    verdicts: verdict('approximate', notes.join('; ')),
    findings: finding === null ? findings : [...findings, finding],
  };
}

/** The list's own welcome mail, with what its owner has to say in it; no template where that cannot be. */
function ownWelcome(own: Mailman2Template, words: string, context: TextContext): MappedTexts {
  const { list, pages } = context;
  const what = `${own.language}/${own.name}`;
  const translation = translate(own.text, {
    list,
    pages,
    placeholders: IN_MAILS.subscribeack,
    layout: 'prose',
    literals: { welcome: words.trim() === '' ? '' : `${cleaned(words).trimEnd()}\n` },
  });
  if ('refused' in translation) {
    const findings = [refusedFile(context, own, WELCOME, translation.refused)];
    return { templates: [], verdicts: [], findings };
  }
  const finding = approximation(context, what, WELCOME, translation);
  const shows = own.text.includes('%(welcome)');
  const reason = shows
    ? "stands in the list's own welcome mail"
    : "the list's own welcome mail does not show it, neither in Mailman 2";
  return {
    templates: [template(context, WELCOME, mail(translation.text, true))],
    verdicts: [{ attribute: 'welcome_msg', verdict: 'exact', reason }],
    findings: finding === null ? [] : [finding],
  };
}

const mail = (text: string, translated = false): string =>
  `${(translated ? text : escaped(cleaned(text))).trimEnd()}\n`;

function textOf({ list }: TextContext, attribute: string): string {
  const value = list.attributes[attribute];
  return typeof value === 'string' ? value : '';
}
