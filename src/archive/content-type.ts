// SPDX-License-Identifier: GPL-3.0-or-later

/** A Content-Type header, read as Python's email package reads it. */
export interface ContentType {
  /** Lower case `type/subtype`; text/plain where the header says nothing that can be read. */
  readonly type: string;
  /** As written, without quotes. */
  readonly charset: string | null;
  readonly boundary: string | null;
}

const TYPE = /^\s*([!#$%&'*+.^_`{|}~0-9A-Za-z-]+\/[!#$%&'*+.^_`{|}~0-9A-Za-z-]+)\s*(?:[;(]|$|\s)/;

/**
 * @param value unfolded
 * @param fallback the type of a part without a header: message/rfc822 inside multipart/digest
 */
export function parseContentType(value: string | null, fallback: string): ContentType {
  if (value === null) return { type: fallback, charset: null, boundary: null };
  const type = TYPE.exec(value)?.[1]?.toLowerCase() ?? 'text/plain';
  return { type, charset: parameter(value, CHARSET), boundary: parameter(value, BOUNDARY) };
}

function parameterNamed(name: string): RegExp {
  return new RegExp(
    `;\\s*${name}(?:\\*0?)?\\*?\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"?|([^;\\s"]*))`,
    'i',
  );
}
const CHARSET = parameterNamed('charset');
const BOUNDARY = parameterNamed('boundary');

function parameter(value: string, pattern: RegExp): string | null {
  const match = pattern.exec(value);
  if (match === null) return null;
  return match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2] ?? '';
}

/** The same header with another charset; keeps all its other parameters to the byte. */
export function withCharset(value: string, charset: string): string {
  const replaced = value.replace(
    /(;\s*)charset\*?\s*=\s*(?:"(?:[^"\\]|\\.)*"?|[^;\s]*)/i,
    `$1charset="${charset}"`,
  );
  return replaced === value ? `${value.replace(/[;\s]+$/, '')}; charset="${charset}"` : replaced;
}

/** The same header with another type. */
export function withType(value: string, type: string): string {
  return value.replace(/^\s*[^\s;(]+/, type);
}

/** Beyond it, PostgreSQL refuses the names in it, and reading takes long. */
const LONGEST = 8000;

const PARAMETER = /([!#$&+.^_`{|}~0-9A-Za-z-]+)(\s*=\s*)(?:"([^"]*)"|([^;"\s]*))/g;
/** An extended parameter without a value ("name*") makes Python raise IndexError. */
const BARE_STAR = /;[^=;"]*\*\d*\*?\s*(?=;|$)/g;

const TOKEN = "[!#$%&'*+\\-.^_`{|}~0-9A-Za-z]+";
const STRICT = new RegExp(
  `^${TOKEN}/${TOKEN}(?:\\s*;\\s*${TOKEN}=(?:${TOKEN}|"[^"\\\\]*"))*\\s*;?$`,
);

/**
 * A multipart's header with its boundary where Python's two parsers, of which the import uses first
 * the one and then the other, find the same: unquoted boundaries with "=" or spaces they read
 * differently, and then all parts are lost. Null where there is nothing to do.
 */
export function soundMultipart(value: string, { type, boundary }: ContentType): string | null {
  if (!type.startsWith('multipart/') || STRICT.test(value)) return null;
  if (boundary === null || boundary === '') return null;
  return `${type}; boundary="${boundary.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** A file's name beyond what HyperKitty's column holds (255); its end stays, for the extension. */
const LONG_NAME = /(name=)("?)[^";]+?([^";]{200})(?=[";]|$)/gi;

/** A Content-Type or Content-Disposition header that Python reads without an exception. */
export function soundParameters(value: string): string {
  if (value.length > LONGEST) return value.slice(0, LONGEST).replace(/;[^;]*$/, '');
  let sound = value
    .replaceAll(BARE_STAR, '')
    .replace(/\*+\s*$/, '')
    .replaceAll(LONG_NAME, '$1$2$3');

  if (!/[^\x00-\x7f]/.test(sound)) return sound;
  sound = sound.replaceAll(
    PARAMETER,
    (
      whole,
      name: string,
      _equals: string,
      quoted: string | undefined,
      bare: string | undefined,
    ) => {
      const text = quoted ?? bare ?? '';

      return /[^\x00-\x7f]/.test(text) ? `${name}*=${extended(text)}` : whole;
    },
  );

  return sound.replaceAll(/[^\x00-\x7f]/g, '_');
}

/** RFC 2231, of raw bytes whose charset nobody tells. */
function extended(raw: string): string {
  const bytes = Buffer.from(raw, 'latin1');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder('windows-1252').decode(bytes);
  }
  return `utf-8''${encodeURIComponent(text).replaceAll(/['()*]/g, '_')}`;
}
