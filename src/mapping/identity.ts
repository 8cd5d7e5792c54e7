// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { isAcceptableToCore } from '../model/email-address.js';
import { listIdOf } from '../model/mailman3-list.js';

// Core's default for `[mailman] listname_chars`; a site can widen it, and the report says so.
const LIST_NAME = /^[-_.0-9a-z]+$/i;

/** What the configuration says of the lists' names on the new side. */
export interface Identity {
  /** Mailman 2 name or old posting address → new name, or new posting address. */
  readonly rename: Readonly<Record<string, string>>;
  /** Old mail domain → new one. */
  readonly domains: Readonly<Record<string, string>>;
  /** Mailman 2 name or old posting address → the list that takes it in, named likewise. */
  readonly merge: Readonly<Record<string, string>>;
}

/** A list as the old site knows it; `fqdn` is null where it could not be read. */
export interface SiteName {
  readonly name: string;
  readonly fqdn: string | null;
}

/** Whether a word of the configuration names a list: upper and lower case are the same. */
function means(word: string, { name, fqdn }: SiteName): boolean {
  const folded = word.toLowerCase();
  return folded === name.toLowerCase() || folded === fqdn?.toLowerCase();
}

/** The key of a map that names a list; its very name wins over an address or another spelling. */
export function keyFor(map: Readonly<Record<string, string>>, list: SiteName): string | undefined {
  if (Object.hasOwn(map, list.name)) return list.name;
  return Object.keys(map).find((key) => means(key, list));
}

const hostOf = (fqdn: string): string => fqdn.slice(fqdn.lastIndexOf('@') + 1);

function domainKey(domains: Readonly<Record<string, string>>, host: string): string | undefined {
  return Object.keys(domains).find((key) => key.toLowerCase() === host.toLowerCase());
}

/** What of the configuration makes a list's new name. */
interface Origin {
  /** Null where the old address is needed and not known. */
  readonly address: string | null;
  readonly renameKey: string | undefined;
  readonly domainKey: string | undefined;
}

function originOf(list: SiteName, { rename, domains }: Identity): Origin {
  const renameKey = keyFor(rename, list);
  const renamed = renameKey === undefined ? undefined : rename[renameKey];
  if (renamed?.includes('@') === true) {
    return { address: renamed.toLowerCase(), renameKey, domainKey: undefined };
  }
  if (list.fqdn === null) return { address: null, renameKey, domainKey: undefined };
  const host = hostOf(list.fqdn);
  const key = domainKey(domains, host);
  const domain = (key === undefined ? undefined : domains[key]) ?? host;
  const address = `${renamed ?? list.name}@${domain}`.toLowerCase();
  return { address, renameKey, domainKey: key };
}

/** The posting address of a list on the new side, lower case as Core keeps it. */
export function newAddress(
  list: { readonly name: string; readonly fqdn: string },
  identity: Identity,
): string {
  return originOf(list, identity).address ?? list.fqdn.toLowerCase();
}

/** Why Mailman 3 would not take a list under its new address, if so. */
export function nameFindings(name: string, fqdnListname: string): readonly Diagnostic[] {
  const at = fqdnListname.lastIndexOf('@');
  const refused = { severity: 'error', list: name } as const;
  if (!LIST_NAME.test(fqdnListname.slice(0, at))) {
    return [
      {
        ...refused,
        code: 'mapping.list-name-refused',
        summary: `Mailman 3 refuses the list name ${fqdnListname}`,
        why: 'by default it allows letters, digits and - _ . only',
        next: `give it a new name in mm2to3.yaml, under lists: rename: { "${name}": new-name }`,
      },
    ];
  }
  const domain = fqdnListname.slice(at + 1);
  if (isAcceptableToCore(`list@${domain}`)) return [];
  return [
    {
      ...refused,
      code: 'mapping.list-domain-refused',
      summary: `Mailman 3 refuses the list's domain ${JSON.stringify(domain)}`,
      why: 'it wants a name of at least two parts, of letters, digits and hyphens',
      next: `map it in mm2to3.yaml, under lists: domains: { ${JSON.stringify(domain)}: lists.example.org }`,
    },
  ];
}

/** Who is who on the new side, for the whole site. */
export interface SiteIdentities {
  /** By Mailman 2 name. An error keeps a list from being migrated. */
  readonly findings: ReadonlyMap<string, readonly Diagnostic[]>;
  /** Lists that go into another one, and which. */
  readonly mergedInto: ReadonlyMap<string, SiteName>;
  /** Lists that take others in, and which. */
  readonly mergedFrom: ReadonlyMap<string, readonly SiteName[]>;
  /** Entries of the configuration that concern no list. */
  readonly unused: readonly Diagnostic[];
}

/**
 * Finds, before anything is written, which lists of a site would meet in Mailman 3, which go into
 * another one, and which entries of the configuration have no effect. `site` holds every list of
 * the old site; `isMeant` says which of them are to be migrated, in this run or another one.
 */
export function resolveIdentities(
  site: readonly SiteName[],
  identity: Identity,
  isMeant: (list: SiteName) => boolean,
): SiteIdentities {
  const findings = new Map<string, Diagnostic[]>();
  const report = (list: SiteName, finding: Omit<Diagnostic, 'list'>): void => {
    findings.set(list.name, [...(findings.get(list.name) ?? []), { ...finding, list: list.name }]);
  };
  const merges = resolveMerges(site, identity.merge, report);
  const standing = site.filter((list) => !merges.claimed.has(list.name));
  const addressed = standing.filter(isMeant).flatMap((list) => {
    const { address } = originOf(list, identity);
    return address === null ? [] : [{ list, address }];
  });
  reportCollisions(addressed, report);
  reportSubaddresses(addressed, report);
  return {
    findings,
    mergedInto: merges.into,
    mergedFrom: merges.from,
    unused: [...merges.unused, ...unusedNames(site, standing, identity)],
  };
}

type Report = (list: SiteName, finding: Omit<Diagnostic, 'list'>) => void;

interface Merges {
  readonly into: ReadonlyMap<string, SiteName>;
  readonly from: ReadonlyMap<string, readonly SiteName[]>;
  /** Names of all lists that the configuration wants merged, sound or not. */
  readonly claimed: ReadonlySet<string>;
  readonly unused: readonly Diagnostic[];
}

function resolveMerges(
  site: readonly SiteName[],
  merge: Identity['merge'],
  report: Report,
): Merges {
  const wanted = new Map<string, { readonly list: SiteName; readonly word: string }>();
  const unused: Diagnostic[] = [];
  const nobody: string[] = [];
  for (const [key, word] of Object.entries(merge)) {
    const sources = site.filter((list) => keyFor(merge, list) === key);
    for (const list of sources) wanted.set(list.name, { list, word });
    if (sources.length === 0) nobody.push(key);
  }
  for (const key of nobody) {
    const known = site.some((list) => means(key, list));
    const target = named(site, merge[key] ?? '');
    if (known || target === undefined || wanted.has(target.name)) {
      unused.push(noEffect('merge', key, known ? DECIDED : NO_SUCH_LIST));
    } else {
      report(target, missingPart(key, target.name));
    }
  }
  const into = new Map<string, SiteName>();
  const from = new Map<string, readonly SiteName[]>();
  for (const { list, word } of wanted.values()) {
    const target =
      site.find((other) => other.name === word) ?? site.find((other) => means(word, other));
    if (target === undefined) {
      report(list, {
        code: 'identity.merge-target-missing',
        severity: 'error',
        summary: `${list.name} is to be merged into ${word}, which the old site does not have`,
        why: 'the target of a merge is a list of Mailman 2, by its old name',
        next: `mend lists: merge: { "${list.name}": … } in mm2to3.yaml`,
      });
    } else if (wanted.has(target.name)) {
      report(list, {
        code: 'identity.merge-chain',
        severity: 'error',
        summary:
          target.name === list.name
            ? `${list.name} is to be merged into itself`
            : `${list.name} is to be merged into ${target.name}, which is merged itself`,
        why: 'the target of a merge has to be a list that stays',
        next: `name the last list of the chain in mm2to3.yaml, under lists: merge: { "${list.name}": … }`,
      });
    } else {
      into.set(list.name, target);
      from.set(target.name, [...(from.get(target.name) ?? []), list]);
    }
  }
  return { into, from, claimed: new Set(wanted.keys()), unused };
}

const named = (site: readonly SiteName[], word: string): SiteName | undefined =>
  site.find(({ name }) => name === word) ?? site.find((list) => means(word, list));

/** An error: if it was merged before, its people would now count as gone. */
const missingPart = (key: string, target: string): Omit<Diagnostic, 'list'> => ({
  code: 'identity.merge-source-missing',
  severity: 'error',
  summary: `${key} is to be merged into ${target}, and the old site has no such list`,
  why: 'without it, its people would count as gone',
  next: `mend or remove lists: merge: { "${key}": … } in mm2to3.yaml`,
});

interface Addressed {
  readonly list: SiteName;
  readonly address: string;
}

/**
 * Mailman 3 knows a list by its list-id, in which the @ of the address is a dot: so two addresses
 * that differ can still be one list to it.
 */
function reportCollisions(addressed: readonly Addressed[], report: Report): void {
  const byListId = new Map<string, Addressed[]>();
  for (const each of addressed) {
    const listId = listIdOf(each.address);
    byListId.set(listId, [...(byListId.get(listId) ?? []), each]);
  }
  for (const [listId, group] of byListId) {
    if (group.length < 2) continue;
    for (const { list, address } of group) {
      const others = group.filter((other) => other.list !== list);
      const words = others.map(({ list: { name }, address: theirs }) => `${name} (${theirs})`);
      report(list, {
        code: 'identity.collision',
        severity: 'error',
        summary: `${list.name} (${address}) would be the same list in Mailman 3 as ${words.join(' and ')}`,
        why: `all of them have the list-id ${listId}: the address with a dot for the @ (RFC 2919)`,
        next: wayOut(list.name, others[0]?.list.name ?? 'other'),
      });
    }
  }
}

const wayOut = (name: string, other: string): string =>
  `in mm2to3.yaml, give one of them another name with lists: rename: { "${name}": new-name }, ` +
  `make one list of both with lists: merge: { "${name}": "${other}" }, or leave one out with lists: exclude`;

// What Core takes for an address of a list itself (runners/lmtp.py).
const SUBADDRESS = /^(.+)-(bounces|confirm|join|leave|owner|request|subscribe|unsubscribe)@(.+)$/;

/** A list whose address is another list's own, for its owners or for commands, takes that mail. */
function reportSubaddresses(addressed: readonly Addressed[], report: Report): void {
  const byAddress = new Map(addressed.map((each) => [each.address, each]));
  for (const { list, address } of addressed) {
    const [, name, word, domain] = SUBADDRESS.exec(address) ?? [];
    const other = byAddress.get(`${name}@${domain}`);
    if (other === undefined) continue;
    report(list, {
      code: 'identity.subaddress',
      severity: 'warning',
      summary: `${address} takes the mail that is meant for ${other.list.name}`,
      why: `Mailman 3 uses the ending -${word ?? ''} for an address that every list has`,
      next: `give it another name in mm2to3.yaml, under lists: rename: { "${list.name}": new-name }`,
    });
  }
}

const NO_SUCH_LIST = 'the old site has no such list';
const DECIDED = 'another entry decides about that list';

const noEffect = (map: keyof Identity, key: string, why: string): Diagnostic => ({
  code: 'config.no-effect',
  severity: 'warning',
  summary: `lists: ${map}: "${key}" has no effect`,
  why,
  next: 'mend or remove that entry in mm2to3.yaml',
});

function unusedNames(
  site: readonly SiteName[],
  standing: readonly SiteName[],
  identity: Identity,
): readonly Diagnostic[] {
  const origins = standing.map((list) => originOf(list, identity));
  const renames = new Set(origins.map(({ renameKey }) => renameKey));
  const domains = new Set(origins.map((origin) => origin.domainKey));
  const unused: Diagnostic[] = [];
  for (const key of Object.keys(identity.rename)) {
    if (renames.has(key)) continue;
    const known = site.some((list) => means(key, list));
    unused.push(noEffect('rename', key, known ? DECIDED : NO_SUCH_LIST));
  }
  for (const key of Object.keys(identity.domains)) {
    if (domains.has(key)) continue;
    const known = site.some(
      ({ fqdn }) => fqdn !== null && means(key, { name: hostOf(fqdn), fqdn }),
    );
    unused.push(
      noEffect(
        'domains',
        key,
        known
          ? 'every list of that domain gets its address from another entry'
          : 'the old site has no list in that domain that can be read',
      ),
    );
  }
  return unused;
}
