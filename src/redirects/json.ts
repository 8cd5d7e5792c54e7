// SPDX-License-Identifier: GPL-3.0-or-later
import type { WebAddresses } from './addresses.js';
import { listRedirects, siteRedirects } from './redirects.js';
import { type ListRules, type ListToRedirect, missingTargets } from './rules.js';

/**
 * The pairs of all lists as one JSON object, piece by piece:
 * `{schemaVersion, lists: [{name, fqdn, page, redirects: [{oldPath, newUrl, kind}], unmatched}],
 * site: [{oldPath, newUrl, kind}]}`. `site` are the old pages that show no list.
 * `unmatched` are the old paths of message pages whose message was not found, or is not in
 * HyperKitty.
 */
export function redirectsJson() {
  let first = true;
  return {
    begin: '{"schemaVersion":1,"lists":[',
    *list(rules: ListRules, list: ListToRedirect, web: WebAddresses): Generator<string> {
      const { name, page } = rules;
      const head = JSON.stringify({ name, fqdn: list.fqdnListname, page });
      yield `${first ? '' : ','}\n${head.slice(0, -1)},"redirects":[`;
      first = false;
      let comma = '';
      for (const { oldPath, newUrl, kind } of listRedirects(rules, web)) {
        yield `${comma}\n${JSON.stringify({ oldPath, newUrl, kind })}`;
        comma = ',';
      }
      const unmatched = [...list.alignment.unmatched, ...missingTargets(list)];
      const paths = unmatched.map(({ volume, file }) => `${volume}/${file}`);
      yield `\n],"unmatched":${JSON.stringify(paths)}}`;
    },
    end: (web: WebAddresses): string => `\n],"site":${JSON.stringify([...siteRedirects(web)])}}\n`,
  };
}
