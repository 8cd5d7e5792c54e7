// SPDX-License-Identifier: GPL-3.0-or-later
import { isTruthy, type Mailman2List } from '../model/mailman2-list.js';
import { text } from './conversions.js';
import { changed, type Conversion, kept } from './row.js';

// Mailman 2 fills these into automatic responses (Handlers/Replybot.py); Core fills the names on
// the right (its handlers/replybot.py and utilities/string.py).
const PLACEHOLDERS: ReadonlyMap<string, string> = new Map([
  ['listname', '${display_name}'],
  ['requestemail', '${requestemail}'],
  ['adminemail', '${owneremail}'],
  ['owneremail', '${owneremail}'],
]);

const PERCENT = /%\((\w+)\)s|%%|\$/g;
const DOLLAR = /\$(?:(\$)|(\w+)|\{(\w+)\})|\$/g;

/**
 * An automatic response. Placeholders become Core's, and every other `$` a literal one; a name that
 * Mailman 2 does not fill either stays to be seen, as it was in its letters. Lists that a site's
 * administrator converted once (bin/convert.py) hold `$name` instead of `%(name)s`.
 */
export const responseText: Conversion = (value, list) => {
  if (typeof value !== 'string') return text(value);
  const address = listinfo(list);
  let links = 0;
  const fill = (name: string, otherwise: string): string => {
    if (name !== 'listurl') return PLACEHOLDERS.get(name) ?? otherwise;
    links += 1;
    return address ?? otherwise;
  };
  const translated = isTruthy(list.attributes['use_dollar_strings'])
    ? value.replaceAll(DOLLAR, (whole, dollar?: string, bare?: string, braced?: string) => {
        if (dollar !== undefined) return '$$';
        return fill(bare ?? braced ?? '', whole.replace('$', '$$$$'));
      })
    : value.replaceAll(PERCENT, (whole, name?: string) => {
        if (name !== undefined) return fill(name, whole);
        return whole === '%%' ? '%' : '$$';
      });
  if (links === 0) return kept(translated);
  return address === null
    ? changed(translated, 'Core has no placeholder for the address of the page')
    : kept(translated, 'the link to the list is the old one, which the redirects lead on');
};

/** The old page of the list, where it says itself under which address its pages are. */
function listinfo(list: Mailman2List): string | null {
  const base = list.attributes['web_page_url'];
  if (typeof base !== 'string' || !/^https?:\/\/[^\s$]+$/.test(base)) return null;
  return `${base.replace(/\/*$/, '/')}listinfo/${encodeURIComponent(list.name)}`;
}
