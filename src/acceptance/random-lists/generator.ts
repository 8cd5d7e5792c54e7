// SPDX-License-Identifier: GPL-3.0-or-later
import fc, { type Arbitrary } from 'fast-check';
import { MAILMAN2_DEFAULTS } from '../../mapping/defaults.js';
import type { Json } from '../../model/json.js';
import type { Mailman2Bounce, Mailman2List, Mailman2Member } from '../../model/mailman2-list.js';
import { mailman2List } from '../../testing/builders.js';
import { address } from './addresses.js';
import { ATTRIBUTES } from './attributes.js';
import { requests } from './requests.js';
import { text } from './values.js';

const MOST_MEMBERS = 60;
const DOMAINS = ['lists.example.org', 'lists.example.org', 'other.example.net'];

/** How far a list is from a fresh one: most sites have lists of each kind. */
type Mood = 'fresh' | 'busy' | 'odd';

function attribute(name: string, mood: Mood): Arbitrary<Json | undefined> {
  const { sane, odd } = ATTRIBUTES[name] ?? { sane: fc.constant(null), odd: fc.constant(null) };
  const normal = name in MAILMAN2_DEFAULTS ? fc.constant(MAILMAN2_DEFAULTS[name] ?? null) : sane;
  const [asFresh, asSane, asOdd, missing] = {
    fresh: [90, 10, 0, 0],
    busy: [10, 87, 2, 1],
    odd: [10, 50, 35, 5],
  }[mood];
  return fc.oneof(
    { weight: asFresh ?? 0, arbitrary: normal },
    { weight: asSane ?? 0, arbitrary: sane },
    { weight: asOdd ?? 0, arbitrary: odd },
    { weight: missing ?? 0, arbitrary: fc.constant(undefined) },
  );
}

const attributes = (mood: Mood): Arbitrary<Readonly<Record<string, Json>>> =>
  fc
    .record(
      Object.fromEntries(Object.keys(ATTRIBUTES).map((name) => [name, attribute(name, mood)])),
    )
    .map((all) =>
      Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, Json] => entry[1] !== undefined),
      ),
    );

const bounce: Arbitrary<Mailman2Bounce> = fc.record({
  score: fc.constantFrom(0, 1, 1.5, 5, 1e12, -1),
  date: fc.constantFrom(null, '2013-02-28', '2020-02-29', '1999-12-31', '2093-01-01'),
  noticesLeft: fc.constantFrom(0, 1, 3, -2, 1e9),
});

const name: Arbitrary<string | null> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  {
    weight: 6,
    arbitrary: fc.constantFrom('Anna', 'Bob B.', 'Zoé', '山田', 'O’Brien, Pat', '"Q" <q@x>'),
  },
  { weight: 1, arbitrary: text.odd.map((value) => (typeof value === 'string' ? value : '')) },
);

const member: Arbitrary<Mailman2Member> = fc
  .record({
    originalAddress: address,
    digest: fc.boolean(),
    options: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 511 }) },
      { weight: 2, arbitrary: fc.constantFrom(0, 128, 256, 384) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 2 ** 20, 2 ** 40) },
    ),
    language: fc.constantFrom(null, 'en', 'fr', 'ja', 'eo', 'xx', ''),
    name,
    deliveryStatus: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4, 4, 7, -1),
    bounce: fc.option(bounce, { freq: 4 }),
  })
  .map((drawn) => ({ ...drawn, address: drawn.originalAddress.toLowerCase() }));

const roster: Arbitrary<readonly Mailman2Member[]> = fc
  .oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 9, max: 25 }),
    fc.integer({ min: 26, max: MOST_MEMBERS }),
  )
  .chain((most) =>
    fc.uniqueArray(member, {
      minLength: Math.ceil(most / 2),
      maxLength: most,
      selector: (each) => each.address,
    }),
  );

/** A list without its name: what {@link randomLists} numbers. */
const draft: Arbitrary<Partial<Mailman2List> & { readonly domain: string }> = fc
  .constantFrom<Mood>('fresh', 'busy', 'busy', 'odd')
  .chain((mood) =>
    fc.record({
      domain: fc.constantFrom(...DOMAINS),
      attributes: attributes(mood),
      members: roster,
      requests,
    }),
  );

/**
 * So many lists of one site, the same for the same seed: attributes over their whole range and
 * beyond it, members of all kinds, people who are on several of the lists.
 */
export function randomLists(seed: number, count: number): readonly Mailman2List[] {
  return fc.sample(draft, { seed, numRuns: count }).map(({ domain, ...drawn }, index) => {
    const number = String(index + 1).padStart(3, '0');
    const name = index % 5 === 4 ? `R.${number}_X` : `r${number}`;
    return {
      ...mailman2List({ ...drawn, name, fqdn: `${name}@${domain}` }),
      attributes: { host_name: domain, ...withOwnAddress(drawn.attributes, name, domain) },
    };
  });
}

/** Some lists name themselves as owner or as nonmember. */
function withOwnAddress(
  attributes: Mailman2List['attributes'] = {},
  name: string,
  domain: string,
): Mailman2List['attributes'] {
  const { owner } = attributes;
  if (!Array.isArray(owner) || owner.length % 3 !== 2) return attributes;
  return { ...attributes, owner: [...(owner as readonly Json[]), `${name}@${domain}`] };
}
