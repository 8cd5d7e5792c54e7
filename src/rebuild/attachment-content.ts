// SPDX-License-Identifier: GPL-3.0-or-later
import { isUtf8 } from '../archive/charset.js';
import type { ScrubbedPart } from './scrubbed.js';

/** A part of a message again. */
export interface RestoredPart {
  readonly type: string;
  /** Of text; null for anything else. */
  readonly charset: string | null;
  readonly bytes: Buffer;
}

/**
 * What the scrubber had in hand when it wrote a file. It wrote HTML and whole messages escaped, so
 * that no browser would run them; all else went to disk as it was.
 *
 * @param charset that of the list's language, for text that nothing else tells the charset of
 */
export function restorePart(part: ScrubbedPart, file: Buffer, charset: string): RestoredPart {
  switch (part.kind) {
    case 'html': {
      const bytes = readHtml(file);
      return { type: 'text/html', charset: textCharset(bytes, charset), bytes };
    }
    case 'message':
      return { type: 'message/rfc822', charset: null, bytes: readMessage(file) };
    case 'text':
      return { type: 'text/plain', charset: textCharset(file, charset), bytes: file };
    case 'file': {
      const type = part.type ?? 'application/octet-stream';
      const isText = type.startsWith('text/');
      return { type, charset: isText ? textCharset(file, charset) : null, bytes: file };
    }
  }
}

const FRAME_START = '<tt>\n';
const FRAME_END = '\n</tt>\n';

/** Escaped, line by line, spaces unbreakable; tabs are spaces for good. */
function readHtml(file: Buffer): Buffer {
  const text = file.toString('latin1');
  // Where a site's sanitizer leaves HTML as it is, the file is the part.
  if (!text.startsWith(FRAME_START) || !text.endsWith(FRAME_END)) return file;
  const escaped = text
    .slice(FRAME_START.length, -FRAME_END.length)
    .replaceAll('<br>\n', '\n')
    .replaceAll('&nbsp;', ' ');
  const html = withComments(escaped)
    .replaceAll(MARKUP, (tag) => unescape(tag.replaceAll('&amp;', '&amp;amp;')))
    .replaceAll(RAW_TEXT, unescape);
  return Buffer.from(html, 'latin1');
}

// HTML 4 and 5, and names with a prefix as word processors write them.
const ELEMENTS =
  'a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blockquote|' +
  'body|br|button|canvas|caption|center|cite|code|col|colgroup|data|dd|del|details|dfn|dir|div|dl|' +
  'dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hr|' +
  'html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|menu|meta|nav|nobr|noframes|' +
  'noscript|object|ol|optgroup|option|p|param|picture|pre|q|s|samp|script|section|select|small|' +
  'source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|' +
  'title|tr|track|tt|u|ul|var|video|wbr|xml|[a-z]\\w{0,15}:[a-z]\\w{0,30}';
/**
 * The scrubber escapes what is not escaped yet, so that `&lt;` in its file was a bracket or `&lt;`.
 * What reads as a tag was one, all else is left: it shows the same, escaped or not.
 */
const MARKUP = new RegExp(
  `&lt;(?:/?(?:${ELEMENTS})(?=[\\s/&])|!(?!--))(?:(?!&lt;|&gt;)[^])*&gt;`,
  'gi',
);
/** Comments hold what they like; one that does not end is none. */
function withComments(html: string): string {
  const out: string[] = [];
  let last = 0;
  for (let at = html.indexOf(COMMENT); at >= 0; at = html.indexOf(COMMENT, last)) {
    const end = html.indexOf(COMMENT_END, at);
    if (end < 0) break;
    out.push(html.slice(last, at), unescape(html.slice(at, end + COMMENT_END.length)));
    last = end + COMMENT_END.length;
  }
  return out.join('') + html.slice(last);
}

const COMMENT = '&lt;!--';
const COMMENT_END = '--&gt;';

/** Entities mean nothing in there. */
const RAW_TEXT = /(?<=<(style|script)\b[^<>]*>)(?:(?!<\/\1)[^])*/gi;

/** Python's text of a list of one message, escaped: `[From nobody …\n…]`. */
function readMessage(file: Buffer): Buffer {
  const text = unescape(file.toString('latin1'));
  const inner =
    text.startsWith('[') && text.trimEnd().endsWith(']')
      ? text.slice(1, text.lastIndexOf(']'))
      : text;
  return Buffer.from(inner.replace(/^From [^\n]*\n/, ''), 'latin1');
}

const ENTITY = /&(amp|lt|gt|quot|#8249|#8250);/g;
// The last two stand for bytes that some browsers took for brackets.
const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', '#8249': '\x8b', '#8250': '\x9b',
}; // prettier-ignore

function unescape(text: string): string {
  return text.replaceAll(ENTITY, (whole, name: string) => CHARACTERS[name] ?? whole);
}

const DECLARED = /charset\s{0,3}=\s{0,3}["']?([-a-z0-9_.:]{1,40})/i;

/** The charset went with the part's header: what the text says of itself, or what it looks like. */
function textCharset(bytes: Buffer, charset: string): string {
  if (!/[^\x00-\x7f]/.test(bytes.toString('latin1'))) return 'us-ascii';
  if (isUtf8(bytes)) return 'utf-8';
  const declared = DECLARED.exec(bytes.toString('latin1', 0, 4096))?.[1]?.toLowerCase();
  const known = [declared, charset].find(
    (name) => name !== undefined && !/^(?:us-)?ascii$|^utf-?8$/.test(name),
  );
  return known ?? 'windows-1252';
}
