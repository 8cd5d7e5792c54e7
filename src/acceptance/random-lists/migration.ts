// SPDX-License-Identifier: GPL-3.0-or-later
import { loadConfig } from '../../cli/config.js';
import { openContext } from '../../cli/context.js';
import { resolveIdentities } from '../../mapping/identity.js';
import type { Mailman2List } from '../../model/mailman2-list.js';
import type { ListReport } from '../../model/report.js';
import { runLists } from '../../run/run-lists.js';
import type { Selection } from '../../run/select.js';
import { describeJob } from '../../run/steps.js';
import type { Sandbox } from '../sandbox.js';
import { disagreements } from './disagreements.js';

/** The program's own way from lists to Mailman 3, for lists that no old site holds. */
export interface Migration {
  apply(): Promise<readonly ListReport[]>;
  /** Where lists in Mailman 3 are not what they are to be, in words: all of each is compared. */
  disagreements(): Promise<readonly string[]>;
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
    async disagreements() {
      const found: string[] = [];
      for (const list of lists) {
        const { value: job } = await describeJob({ list, merged: [] }, ports, settings);
        const observed = await ports.target.observe(job.desired.listId);
        const each = observed === null ? ['it is missing'] : disagreements(job.desired, observed);
        found.push(...each.map((what) => `${list.name}: ${what}`));
      }
      return found;
    },
  };
}
