// SPDX-License-Identifier: GPL-3.0-or-later

/** Which lists of a site a command works on. */
export interface Selection {
  /** Names to ask the old site for; empty means all of them. */
  readonly names: readonly string[];
  /** Whether a list that the old site has is meant. `fqdn` is null where it could not be read. */
  readonly includes: (name: string, fqdn: string | null) => boolean;
}

const isPattern = (word: string): boolean => /[*?]/.test(word);

/** A glob with `*` and `?` over a whole name; upper and lower case are the same to Mailman. */
function matcher(pattern: string): (text: string) => boolean {
  const source = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : part.replaceAll(/[^\w@]/g, '\\$&')))
    .join('');
  const expression = new RegExp(`^${source}$`, 'is');
  return (text) => expression.test(text);
}

/**
 * Selects by list names, posting addresses and globs over either. `wanted` comes from the command
 * line; where it is empty, `include` of the configuration decides. `exclude` counts only then:
 * who names a list means it.
 */
export function selectLists(
  wanted: readonly string[],
  include: readonly string[],
  exclude: readonly string[],
): Selection {
  const words = wanted.length > 0 ? wanted : include;
  const without = wanted.length > 0 ? [] : exclude.map(matcher);
  const matchers = words.map(matcher);
  // A list that cannot be read has no address to compare: the part before the @ has to do.
  const localParts = words
    .filter((word) => word.includes('@'))
    .map((word) => matcher(word.slice(0, word.indexOf('@'))));
  const matches = (
    tests: readonly ((text: string) => boolean)[],
    name: string,
    fqdn: string | null,
  ) => tests.some((test) => test(name) || (fqdn !== null && test(fqdn)));
  return {
    names: words.some(isPattern)
      ? []
      : words.map((word) =>
          (word.includes('@') ? word.slice(0, word.indexOf('@')) : word).toLowerCase(),
        ),
    includes: (name, fqdn) =>
      (matches(matchers, name, fqdn) || (fqdn === null && localParts.some((test) => test(name)))) &&
      !matches(without, name, fqdn),
  };
}
