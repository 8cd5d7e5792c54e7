// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { type ArchivePolicy, type DesiredList, listIdOf } from '../model/mailman3-list.js';
import { mapRosters } from './rosters.js';
import type { MappingContext } from './row.js';
import { mapSettings } from './settings.js';

export type { MappingContext } from './row.js';

// Core's default for `[mailman] listname_chars`; a site can widen it, and the report says so.
const LIST_NAME = /^[-_.0-9a-z]+$/i;

/** What the configuration says of a list's name on the new side. */
export interface Identity {
  readonly rename: Readonly<Record<string, string>>;
  readonly domains: Readonly<Record<string, string>>;
}

/** The posting address of a list on the new side, lower case as Core keeps it. */
export function newAddress(list: Mailman2List, identity: Identity): string {
  const renamed = identity.rename[list.name];
  if (renamed?.includes('@') === true) return renamed.toLowerCase();
  const host = list.fqdn.slice(list.fqdn.indexOf('@') + 1);
  return `${renamed ?? list.name}@${identity.domains[host] ?? host}`.toLowerCase();
}

/** Computes the state that a Mailman 2 list is to have in Mailman 3: pure, and once per snapshot. */
export function mapList(
  list: Mailman2List,
  identity: Identity,
  context: MappingContext,
): DesiredList {
  const fqdnListname = newAddress(list, identity);
  const at = fqdnListname.indexOf('@');
  const { settings, verdicts, findings } = mapSettings(list, context);
  const mapped = mapRosters(list, fqdnListname, context);
  return {
    sourceName: list.name,
    fqdnListname,
    listId: listIdOf(fqdnListname),
    mailHost: fqdnListname.slice(at + 1),
    settings,
    verdicts,
    rosters: mapped.rosters,
    archivePolicy: (settings['archive_policy'] as ArchivePolicy | undefined) ?? 'public',
    findings: [
      ...list.findings,
      ...nameFinding(list, fqdnListname),
      ...findings,
      ...mapped.findings,
    ],
  };
}

function nameFinding(list: Mailman2List, fqdnListname: string): readonly Diagnostic[] {
  if (LIST_NAME.test(fqdnListname.slice(0, fqdnListname.indexOf('@')))) return [];
  return [
    {
      code: 'mapping.list-name-refused',
      severity: 'error',
      list: list.name,
      summary: `Mailman 3 refuses the list name ${fqdnListname}`,
      why: 'by default it allows letters, digits and - _ . only',
      next: `give it a new name in mm2to3.yaml, under lists: rename: { "${list.name}": new-name }`,
    },
  ];
}
