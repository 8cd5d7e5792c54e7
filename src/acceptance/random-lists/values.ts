// SPDX-License-Identifier: GPL-3.0-or-later
import fc, { type Arbitrary } from 'fast-check';
import type { Json } from '../../model/json.js';

/** Values that mean something, then values that some old list may hold all the same. */
export interface Range {
  readonly sane: Arbitrary<Json>;
  readonly odd: Arbitrary<Json>;
}

// Nothing of these fits any attribute; a hand with bin/withlist may have put them there.
const misfit: Arbitrary<Json> = fc.constantFrom<Json>(
  null,
  '',
  'yes',
  '12',
  -1,
  0.5,
  7.5,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 40,
  2 ** 63,
  1e300,
  [],
  ['a', 'b'],
  [['nested']],
  {},
  { a: 1 },
  true,
);

// What is legal in Python's unicode, and not everywhere on the way.
const awkward: Arbitrary<string> = fc.constantFrom(
  '\u0000',
  'NUL\u0000in the middle',
  'lone \ud800 surrogate',
  '\udc80',
  'a\r\nb',
  'line\nbreaks\n\nand more\n',
  '\u2028line separator',
  '\u0085next line',
  '\u001b[31mred\u0007',
  '\u202eright to left',
  '\ufeffmark',
  'emoji 👩‍💻 of several parts',
  'Z̷a̶l̵g̴o̷',
  '%(real_name)s %(unknown)s %% $x ${y} $$ %',
  '%d of %s, %05d',
  '"quoted" \\ and {braces}',
  '<script>alert(1)</script>',
  "'; DROP TABLE member; --",
  '   blank before and behind   ',
  '\ttab\t',
  'x'.repeat(300),
  'long '.repeat(5_000),
  '1d',
  'null',
  'true',
);

const words: Arbitrary<string> = fc
  .array(
    fc.constantFrom('list', 'Liste', 'équipe', 'Großes', 'разработка', '議論', 'the', 'of', 'dev'),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) => all.join(' '));

export const flag: Range = {
  sane: fc.constantFrom<Json>(true, false, 0, 1),
  odd: misfit,
};

export const number = (min: number, max: number): Range => ({
  sane: fc.integer({ min, max }),
  odd: fc.oneof(misfit, fc.double({ noNaN: true }), fc.integer()),
});

/** A position in an enumeration of that many values. */
export const position = (count: number): Range => ({
  sane: fc.integer({ min: 0, max: count - 1 }),
  odd: fc.oneof(misfit, fc.constantFrom(count, count + 1, -1, 99)),
});

export const text: Range = {
  sane: fc.oneof(fc.constant(''), words),
  odd: fc.oneof(
    { weight: 3, arbitrary: awkward },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: misfit },
  ),
};

/** Several lines of text with placeholders, as footers and automatic responses are. */
export const body: Range = {
  sane: fc
    .array(
      fc.constantFrom(
        '-- ',
        '%(real_name)s mailing list',
        '%(real_name)s@%(host_name)s',
        'See %(web_page_url)slistinfo%(cgiext)s/%(_internal_name)s',
        'Costs 5 $, or 100 %%',
        'Écrivez à %(listname)s',
        '',
      ),
      { maxLength: 5 },
    )
    .map((lines) => lines.join('\n')),
  odd: text.odd,
};

export const oneOf = (...values: readonly Json[]): Range => ({
  sane: fc.constantFrom(...values),
  odd: misfit,
});

/** A list of texts out of a few, with what hands leave in such lists. */
export const texts = (...values: readonly string[]): Range => ({
  sane: fc.uniqueArray(fc.constantFrom(...values), { maxLength: values.length }),
  odd: fc.oneof(
    misfit,
    fc.array(
      fc.oneof(
        fc.constantFrom<Json>(...values),
        fc.constantFrom<Json>('', '  ', ' x ', null, 7, ['y']),
        fc.constantFrom<Json>(...values.map((value) => ` ${value.toUpperCase()} `)),
        awkward,
      ),
      { maxLength: 6 },
    ),
  ),
});

/** Seconds since 1970, as Python's time.time() gives them. */
export const moment: Range = {
  sane: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 900_000_000, max: 1_700_000_000 }).map((seconds) => seconds + 0.123456),
  ),
  odd: fc.oneof(misfit, fc.constantFrom(-1, -1e9, 4e9, 1e12, 1e15)),
};
