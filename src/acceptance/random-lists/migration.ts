// SPDX-License-Identifier: GPL-3.0-or-later
import { loadConfig } from '../../cli/config.js';
import { openContext } from '../../cli/context.js';
import { resolveIdentities } from '../../mapping/identity.js';
import type { Mailman2List } from '../../model/mailman2-list.js';
import type { ListReport } from '../../model/report.js';
import { runLists } from '../../run/run-lists.js';
import type { Selection } from '../../run/select.js';
import type { Sandbox } from '../sandbox.js';

/** The program's own way from lists to Mailman 3, for lists that no old site holds. */
export interface Migration {
  apply(): Promise<readonly ListReport[]>;
}

const EVERYTHING: Selection = { names: [], includes: () => true };

export async function openMigration(
  sandbox: Sandbox,
  lists: readonly Mailman2List[],
): Promise<Migration> {
  const config = await loadConfig({ config: sandbox.config }, {}, sandbox.dir);
  const { ports, settings: opened } = await openContext({
    config,
    progress: { report: () => undefined, stop: () => undefined, aside: (work) => work() },
    reportSite: () => undefined,
    selection: EVERYTHING,
  });
  const identities = resolveIdentities(lists, opened.identity, () => true);
  const settings = { ...opened, site: lists, identities };
  async function* readLists() {
    await Promise.resolve();
    for (const list of lists) yield { kind: 'list', list } as const;
  }
  return {
    apply: () => runLists(EVERYTHING, ['apply'], readLists, ports, settings),
  };
}
