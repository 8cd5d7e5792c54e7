// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import type { Defect } from '../model/archive.js';

/**
 * Ids that Python's email package (3.11 to 3.13, policy.default) reads whole: a dot-atom with dots
 * anywhere, or a quoted word, then at most one "@" with a dot-atom or a domain literal. At any
 * other character it stops and drops the rest, or raises and with it ends the whole import.
 */
const ATOM = "[!#$%&'*+\\-./0-9=?A-Z^_`a-z{|}~]";
const SAFE = new RegExp(`^(?:${ATOM}+|"${ATOM}+"(?=@))(?:@(?:${ATOM}+|\\[${ATOM}*\\])?)?$`);
/** Of a header that has to be taken apart; HyperKitty keeps 254 characters. */
const LONGEST_READ = 2000;
/** Threads of a thousand messages have shorter ones. */
const LONGEST_REFERENCES = 50_000;
const SAFE_CHARACTER = new RegExp(`^${ATOM}$`);

/** A Message-ID that HyperKitty takes as it stands, and what had to be mended for it. */
export interface CanonicalId {
  /** In angle brackets; null where the header names no id. */
  readonly id: string | null;
  readonly defects: readonly Defect[];
}

/**
 * @param value the header's text, latin1 of its raw bytes, unfolded and trimmed
 */
export function canonicalMessageId(value: string): CanonicalId {
  if (value.startsWith('<') && value.endsWith('>') && SAFE.test(value.slice(1, -1))) {
    return { id: value, defects: value.length > 256 ? ['message-id.too-long'] : [] };
  }
  const defects = new Set<Defect>();
  const inner = innerId(value.slice(0, LONGEST_READ), defects);
  // What is white space for Python's regular expressions, which HyperKitty removes it with.

  const dense = inner.replaceAll(/[\s\x00-\x1f]+/g, '');
  if (dense !== inner) defects.add('message-id.whitespace');
  if (dense === '') return { id: null, defects: ['message-id.empty'] };
  const safe = SAFE.test(dense) ? dense : escapeId(dense);
  if (safe !== dense) defects.add('message-id.characters');
  if (safe.length > 254) defects.add('message-id.too-long');
  return { id: `<${safe}>`, defects: [...defects] };
}

/** What stands in the brackets, or what was meant to. */
function innerId(value: string, defects: Set<Defect>): string {
  const bracketed = /<+([^<>]*)>/.exec(value);
  if (bracketed?.[1] !== undefined && bracketed[1].trim() !== '') {
    const [whole, inner] = bracketed;
    if (whole.startsWith('<<') || value[bracketed.index + whole.length] === '>') {
      defects.add('message-id.brackets');
    } else if (whole !== value) {
      defects.add('message-id.trailing-text');
    }
    return inner;
  }
  defects.add('message-id.brackets');
  const bare = value.replaceAll(/[<>]/g, '');
  const commented = bare.replace(/\s+\(.*$/s, '');
  if (commented !== bare) defects.add('message-id.trailing-text');
  return commented.replace(/^(["'])(.*)\1$/s, '$2').trim();
}

/** Every byte Python would stumble on becomes %XX: two different ids stay different. */
function escapeId(id: string): string {
  const at = id.lastIndexOf('@');
  let safe = '';
  for (let index = 0; index < id.length; index++) {
    const character = id.charAt(index);
    const keep = SAFE_CHARACTER.test(character) || (character === '@' && index === at && index > 0);
    safe += keep ? character : percent(id.charCodeAt(index));
  }
  return safe;
}

function percent(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

/**
 * The id of a message that has none: a function of header and body alone. The separator line, the
 * kind of line end, blank lines at the end and the escaping of lines that start with "From " make
 * no difference, since mail programs and Mailman's own tools change all of these.
 */
export function generateMessageId(message: Buffer): string {
  const neutral = message
    .toString('latin1')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/^>+(?=From )/gm, '');
  const digest = hash('sha256', Buffer.from(withoutBlankEnd(neutral), 'latin1'), 'hex');
  return `<${digest.slice(0, 40)}@mm2to3.invalid>`;
}

function withoutBlankEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--;
  return text.slice(0, end);
}

/** The ids in an In-Reply-To or References header, as their messages are now called. */
export function canonicalReferences(value: string): string {
  if (value.length > LONGEST_REFERENCES) return value;
  return value.replaceAll(/<+([^<>]*@[^<>]*)>+/g, (whole, inner: string) => {
    if (whole.length === inner.length + 2 && SAFE.test(inner)) return whole;
    return canonicalMessageId(`<${inner}>`).id ?? whole;
  });
}
