// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listIdOf } from '../model/mailman3-list.js';
import { mailman2List } from '../testing/builders.js';
import {
  type Identity,
  nameFindings,
  newAddress,
  resolveIdentities,
  type SiteName,
} from './identity.js';

const nothing: Identity = { rename: {}, domains: {}, merge: {} };

const at = (...addresses: readonly string[]): readonly SiteName[] =>
  addresses.map((fqdn) => ({ name: fqdn.slice(0, fqdn.indexOf('@')), fqdn }));

const resolve = (
  site: readonly SiteName[],
  identity: Partial<Identity> = {},
  isMeant: (list: SiteName) => boolean = () => true,
) => resolveIdentities(site, { ...nothing, ...identity }, isMeant);

/** Each finding as `list: code`, in the order of the lists. */
const codes = (resolved: ReturnType<typeof resolve>): readonly string[] =>
  [...resolved.findings].flatMap(([name, found]) => found.map(({ code }) => `${name}: ${code}`));

describe('newAddress', () => {
  it('is the old one, in lower case', () => {
    const list = mailman2List({ name: 'Dev', fqdn: 'Dev@Lists.Example.org' });
    expect(newAddress(list, nothing)).toBe('dev@lists.example.org');
  });

  it('takes a new name at the old domain', () => {
    const list = mailman2List({ name: 'c++-users' });
    const rename = { 'c++-users': 'cpp-users' };
    expect(newAddress(list, { ...nothing, rename })).toBe('cpp-users@lists.example.org');
  });

  it('takes the new domain of the old one, for a renamed list too', () => {
    const domains = { 'lists.example.org': 'lists.example.net' };
    expect(newAddress(mailman2List(), { ...nothing, domains })).toBe('dev@lists.example.net');
    expect(newAddress(mailman2List(), { ...nothing, rename: { dev: 'devel' }, domains })).toBe(
      'devel@lists.example.net',
    );
  });

  it('takes a whole new address as it is, whatever the domains say', () => {
    const domains = { 'lists.example.org': 'lists.example.net' };
    const rename = { dev: 'Devel@Other.org' };
    expect(newAddress(mailman2List(), { ...nothing, rename, domains })).toBe('devel@other.org');
  });

  it.each([['dev@lists.example.org'], ['DEV'], ['Dev@Lists.example.ORG']])(
    'knows the list by %s too',
    (key) => {
      expect(newAddress(mailman2List(), { ...nothing, rename: { [key]: 'devel' } })).toBe(
        'devel@lists.example.org',
      );
    },
  );

  it('knows a domain whatever its case', () => {
    const domains = { 'LISTS.example.org': 'New.example.org' };
    expect(newAddress(mailman2List(), { ...nothing, domains })).toBe('dev@new.example.org');
  });

  it('leaves a list alone whose name happens to be a word of JavaScript', () => {
    const list = mailman2List({ name: 'constructor' });
    expect(newAddress(list, nothing)).toBe('constructor@lists.example.org');
  });
});

describe('an address that Core refuses', () => {
  it.each([
    ['c++@lists.example.org', 'mapping.list-name-refused'],
    ['dev@localhost', 'mapping.list-domain-refused'],
    ['dev@', 'mapping.list-domain-refused'],
    ['dev@lists_old.example.org', 'mapping.list-domain-refused'],
  ])('%s is an error: %s', (address, code) => {
    expect(nameFindings('dev', address)).toMatchObject([{ code, severity: 'error', list: 'dev' }]);
  });

  it('is none for a sound one', () => {
    expect(nameFindings('dev', 'mixed-case.list_1@lists.example.org')).toEqual([]);
  });
});

describe('two lists that would meet in Mailman 3', () => {
  it('are found by the list-id, though their addresses differ', () => {
    const resolved = resolve(at('dev.core@example.org', 'dev@core.example.org', 'ok@example.org'));
    expect(codes(resolved)).toEqual(['dev.core: identity.collision', 'dev: identity.collision']);
    expect(resolved.findings.get('dev')).toEqual([
      {
        code: 'identity.collision',
        severity: 'error',
        list: 'dev',
        summary:
          'dev (dev@core.example.org) would be the same list in Mailman 3 as dev.core (dev.core@example.org)',
        why: 'all of them have the list-id dev.core.example.org: the address with a dot for the @ (RFC 2919)',
        next: 'in mm2to3.yaml, give one of them another name with lists: rename: { "dev": new-name }, make one list of both with lists: merge: { "dev": "dev.core" }, or leave one out with lists: exclude',
      },
    ]);
  });

  it.each<[string, Partial<Identity>]>([
    ['a rename', { rename: { news: 'dev' } }],
    ['a rename in another case', { rename: { news: 'DEV' } }],
    ['a rename to an address', { rename: { news: 'dev@a.example.org' } }],
    [
      'domains that become one',
      { rename: { old: 'dev' }, domains: { 'b.example.org': 'a.example.org' } },
    ],
  ])('are found where they come from %s', (_what, identity) => {
    const site = at('dev@a.example.org', 'news@a.example.org', 'old@b.example.org');
    const found = codes(resolve(site, identity));
    expect(found).toHaveLength(2);
    expect(found[0]).toBe('dev: identity.collision');
  });

  it('are found when three meet, each naming the two others', () => {
    const rename = { b: 'a', c: 'a' };
    const { findings } = resolve(at('a@x.org', 'b@x.org', 'c@x.org'), { rename });
    expect(findings.get('b')?.[0]?.summary).toMatch(/as a \(a@x\.org\) and c \(a@x\.org\)$/);
  });

  it('are no trouble where one of them is never to be migrated', () => {
    const site = at('a@x.org', 'b@x.org');
    expect(codes(resolve(site, { rename: { b: 'a' } }, ({ name }) => name !== 'b'))).toEqual([]);
  });

  it('are found where one cannot be read, if its new address is known all the same', () => {
    const site = [...at('a@x.org'), { name: 'b', fqdn: null }, { name: 'c', fqdn: null }];
    expect(codes(resolve(site, { rename: { b: 'a@x.org', c: 'a' } }))).toEqual([
      'a: identity.collision',
      'b: identity.collision',
    ]);
  });
});

describe("a list named like another list's own address", () => {
  it('is warned of, and not kept from its way', () => {
    const { findings } = resolve(at('dev@x.org', 'dev-owner@x.org', 'dev-owner@y.org'));
    expect([...findings.values()].flat()).toMatchObject([
      {
        code: 'identity.subaddress',
        severity: 'warning',
        list: 'dev-owner',
        summary: 'dev-owner@x.org takes the mail that is meant for dev',
      },
    ]);
  });
});

describe('merging', () => {
  const site = at('dev@x.org', 'old-dev@x.org', 'news@x.org');

  it('makes two lists one, known by name or address', () => {
    for (const merge of [{ 'old-dev': 'dev' }, { 'Old-Dev@x.org': 'DEV@x.org' }]) {
      const resolved = resolve(site, { merge });
      expect(resolved.mergedInto).toEqual(new Map([['old-dev', site[0]]]));
      expect(resolved.mergedFrom).toEqual(new Map([['dev', [site[1]]]]));
      expect(resolved.findings.size).toBe(0);
      expect(resolved.unused).toEqual([]);
    }
  });

  it('is a way out of a collision', () => {
    const identity = { rename: { 'old-dev': 'dev' }, merge: { 'old-dev': 'dev' } };
    const resolved = resolve(site, identity);
    expect(codes(resolved)).toEqual([]);
    expect(resolved.unused.map(({ summary }) => summary)).toEqual([
      'lists: rename: "old-dev" has no effect',
    ]);
  });

  it.each<[string, Record<string, string>, readonly string[]]>([
    ['itself', { dev: 'dev' }, ['dev: identity.merge-chain']],
    ['a list that is not there', { dev: 'gone' }, ['dev: identity.merge-target-missing']],
    ['a list, of one that is not there,', { gone: 'dev' }, ['dev: identity.merge-source-missing']],
    [
      'a list that is merged itself',
      { dev: 'old-dev', 'old-dev': 'news' },
      ['dev: identity.merge-chain'],
    ],
    [
      'a circle',
      { dev: 'old-dev', 'old-dev': 'dev' },
      ['dev: identity.merge-chain', 'old-dev: identity.merge-chain'],
    ],
  ])('into %s is an error', (_what, merge, expected) => {
    const resolved = resolve(site, { merge });
    expect(codes(resolved)).toEqual(expected);
    expect(
      [...resolved.findings.values()].flat().every(({ severity }) => severity === 'error'),
    ).toBe(true);
  });
});

describe('entries without effect', () => {
  it('are told, each with the reason', () => {
    const site = at('dev@x.org', 'old@y.org', 'b@z.org');
    const identity: Identity = {
      rename: { gone: 'x', dev: 'devel', 'dev@x.org': 'other', b: 'b@new.org' },
      domains: { 'x.org': 'new.org', 'z.org': 'other.org', 'nobody.org': 'new.org' },
      merge: { lost: 'nowhere' },
    };
    expect(resolve(site, identity).unused.map(({ summary, why }) => [summary, why])).toEqual([
      ['lists: merge: "lost" has no effect', 'the old site has no such list'],
      ['lists: rename: "gone" has no effect', 'the old site has no such list'],
      ['lists: rename: "dev@x.org" has no effect', 'another entry decides about that list'],
      [
        'lists: domains: "z.org" has no effect',
        'every list of that domain gets its address from another entry',
      ],
      [
        'lists: domains: "nobody.org" has no effect',
        'the old site has no list in that domain that can be read',
      ],
    ]);
    expect(resolve(site, identity).unused.every(({ code }) => code === 'config.no-effect')).toBe(
      true,
    );
  });
});

describe('whatever the site and the configuration', () => {
  const word = fc.constantFrom('a', 'b', 'a.b', 'b.a', 'A', 'dev-owner', 'dev');
  const domain = fc.constantFrom('b.org', 'a.b.org', 'org.org', 'B.org');
  const list = fc.record({ name: word, host: fc.option(domain, { freq: 8 }) });
  const site = fc
    .uniqueArray(list, { selector: ({ name }) => name, maxLength: 7 })
    .map((lists) =>
      lists.map(({ name, host }) => ({ name, fqdn: host === null ? null : `${name}@${host}` })),
    );
  const address = fc.tuple(word, domain).map(([name, host]) => `${name}@${host}`);
  const anyName = fc.oneof(word, address);
  const identity: fc.Arbitrary<Identity> = fc.record({
    rename: fc.dictionary(anyName, anyName, { maxKeys: 3 }),
    domains: fc.dictionary(domain, domain, { maxKeys: 2 }),
    merge: fc.dictionary(anyName, anyName, { maxKeys: 3 }),
  });

  it('no two lists that get written share a list-id, and every list is written, merged or named', () => {
    let collisions = 0;
    fc.assert(
      fc.property(site, identity, (lists, configured) => {
        const { findings, mergedInto, mergedFrom } = resolveIdentities(
          lists,
          configured,
          () => true,
        );
        const refused = (name: string): boolean =>
          findings.get(name)?.some(({ severity }) => severity === 'error') ?? false;
        const written = lists.flatMap(({ name, fqdn }) =>
          fqdn === null || refused(name) || mergedInto.has(name)
            ? []
            : [listIdOf(newAddress({ name, fqdn }, configured))],
        );
        expect(new Set(written).size).toBe(written.length);
        if (lists.some(({ name }) => refused(name))) collisions += 1;
        // A list that is merged has a list to go to, which is not merged itself, and knows of it.
        for (const [name, into] of mergedInto) {
          expect(refused(name)).toBe(false);
          expect(mergedInto.has(into.name)).toBe(false);
          expect(mergedFrom.get(into.name)?.map((from) => from.name)).toContain(name);
        }
        // An oracle of its own: a list alone with its list-id, and not to be merged, is not refused.
        const all = lists
          .filter(({ name }) => !mergedInto.has(name))
          .map(({ name, fqdn }) => ({
            name,
            listId: fqdn === null ? null : listIdOf(newAddress({ name, fqdn }, configured)),
          }));
        for (const { name, listId } of all) {
          const shared = all.filter((other) => other.listId === listId && listId !== null);
          const found = findings.get(name) ?? [];
          if (found.some(({ code }) => code === 'identity.collision')) continue;
          const claimed = found.some(({ code }) => code.startsWith('identity.merge'));
          const others = shared.filter(
            (other) =>
              other.name !== name &&
              !(findings.get(other.name) ?? []).some(({ code }) =>
                code.startsWith('identity.merge'),
              ),
          );
          if (!claimed) expect(others).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
    // The generator does meet the cases that this is about.
    expect(collisions).toBeGreaterThan(200);
  });
});
