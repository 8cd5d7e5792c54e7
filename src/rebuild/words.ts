// SPDX-License-Identifier: GPL-3.0-or-later

/** What stands for "@" in an obscured address, in the languages of Mailman 2.1; longest first. */
const AT_WORDS = [
  ' a bildua ', ' عند ', ' στο ', ' tại ', ' at ', ' en ', ' na ', ' ĉe ', ' op ', ' em ', ' la ',
  ' на ', ' a ', ' w ', ' ב ', ' ＠ ', ' at', '  ', 'در', '在', '於',
] as const; // prettier-ignore

/** The line between two parts of a scrubbed message, in the languages of Mailman 2.1. */
const SEPARATORS: ReadonlySet<string> = new Set([
  '-------------- next part --------------',
  '-------------- القسم الثاني --------------',
  '---------- siguiente parte ------------',
  '-------------- part següent --------------',
  '------------- další část ---------------',
  '-------------- næste del --------------',
  '-------------- nächster Teil --------------',
  '-------------- επόμενο μέρος --------------',
  '-------------- sekvanta parto --------------',
  '------------ próxima parte ------------',
  '-------------- hurrengo zatia --------------',
  '-------------- قسمت بعدی --------------',
  '-------------- seuraava osa --------------',
  '-------------- section suivante --------------',
  '---------------·הקטע הבא·---------------',
  '-------------- sljedeći dio --------------',
  '--------- következő rész ---------',
  '-------------- proxime parte --------------',
  '-------------- parte successiva --------------',
  '------------- volgend deel ------------',
  '-------------- neste del --------------',
  '-------------- następna część ---------',
  '-------------- próxima parte ----------',
  '-------------- Próxima Parte ----------',
  '-------------- partea următoare --------------',
  '----------- следующая часть -----------',
  '------------- ďalšia časť ---------------',
  '-------------- naslednji del --------------',
  '-------------- следећи дио --------------',
  '-------------- sonraki bölüm --------------',
  '---------- наступна частина -----------',
  '━━━━━━phần kế tiếp━━━━━━',
  '-------------- 下一部分 --------------',
  '-------------- 下一部份 --------------',
]);

export const isSeparator = (line: string): boolean => SEPARATORS.has(line.trimEnd());

const LOCAL = /^[^\s@<>()[\]",;:\\]+$/;
const DOMAIN = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/i;

/**
 * The address behind an obscured one; null where it is not certain. Nothing but one word for "@"
 * may stand between what can be a mailbox and what can be a host.
 */
export function plainAddress(text: string): string | null {
  const joined = (at: number, length: number): string | null => {
    const local = text.slice(0, at);
    const domain = text.slice(at + length);
    return LOCAL.test(local) && DOMAIN.test(domain) ? `${local}@${domain}` : null;
  };
  if (text.includes('@')) return joined(text.indexOf('@'), 1);
  for (const word of AT_WORDS) {
    const at = text.indexOf(word);
    if (at < 0) continue;
    const address = joined(at, word.length);
    if (address !== null) return address;
  }
  return null;
}

// A no-break space is a character that a charset may lack, so \s would be too wide.
const BLANK = '[ \\t\\r\\n\\f\\v]';
const BLANKS = new RegExp(`${BLANK}+`, 'g');
const ANY_AT = new RegExp(AT_WORDS.map((word) => word.replaceAll(' ', BLANK)).join('|'), 'g');

/**
 * Text brought to what the witnesses have in common, to be compared and for nothing else: obscured
 * or not, with or without the characters that the list's charset lacks.
 */
export function comparable(text: string): string {
  return text
    .replaceAll('\0', ' ')
    .replaceAll(ANY_AT, '@')
    .replaceAll(/(?:[^\x00-\x7f]|\?)+/g, '?')
    .replaceAll(BLANKS, ' ')
    .trim();
}
