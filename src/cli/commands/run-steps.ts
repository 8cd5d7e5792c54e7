// SPDX-License-Identifier: GPL-3.0-or-later
import { newAddress } from '../../mapping/identity.js';
import type { Importer } from '../../model/archive-state.js';
import { runJson, verified, verifyJson } from '../../report/json.js';
import { runText, verifyText } from '../../report/text.js';
import { indexTogether } from '../../run/index-archive.js';
import type { Ports } from '../../run/ports.js';
import { migrateLists, runLists, type Step } from '../../run/run-lists.js';
import { type BanChoice, banPolicy } from '../ban-policy.js';
import { exitCodeOf, type Session } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { HyperKitty } from '../../target/hyperkitty.js';

export interface RunOptions {
  readonly overwrite?: boolean;
  readonly importer?: Importer;
  readonly bans?: BanChoice;
}

/**
 * The commands that take lists through some steps: apply, archive import, index.
 *
 * @param hyperkitty where it was begun early
 */
export async function runSteps(
  session: Session,
  steps: readonly Step[],
  options: RunOptions = {},
  hyperkitty: HyperKitty | null = null,
): Promise<ExitCode> {
  const bans = banPolicy(options.bans, session, true);
  const opened = await openContext(session, {
    ...options,
    bans,
    usesCore: steps.includes('apply'),
    readsOnce: true,
    hyperkitty,
  });
  const { settings, readLists } = opened;
  // With other steps between, a list would wait for all that come after it.
  const alone = steps.length === 1 && steps[0] === 'index';
  const ports = alone ? indexingTogether(opened, session.selection) : opened.ports;
  const reports = await runLists(session.selection, steps, readLists, ports, settings);
  await session.answer(
    () => runJson(reports),
    () => runText(reports, session.options.verbose === true),
  );
  return exitCodeOf(reports);
}

/** Ports whose index takes in all of the selected lists with the first. */
function indexingTogether({ ports, settings }: Context, selection: Session['selection']): Ports {
  const { archive } = ports;
  const addresses = settings.site.flatMap(({ name, fqdn }) =>
    fqdn !== null && selection.includes(name, fqdn)
      ? [newAddress({ name, fqdn }, settings.identity)]
      : [],
  );
  const index = indexTogether((names, tell) => archive.index(names, tell), addresses);
  return { ...ports, archive: { ...archive, index } };
}

export async function migrate(
  session: Session,
  options: RunOptions,
  hyperkitty: HyperKitty | null,
): Promise<ExitCode> {
  const bans = banPolicy(options.bans, session, true);
  const uses = { usesCore: true, readsOnce: true, hyperkitty };
  const opened = await openContext(session, { ...options, bans, ...uses });
  const { ports, settings, readLists } = opened;
  const reports = await migrateLists(session.selection, readLists, ports, settings);
  await session.answer(
    () => runJson(reports),
    () => runText(reports, session.options.verbose === true),
  );
  return exitCodeOf(reports);
}

export async function verify(session: Session, hyperkitty: HyperKitty | null): Promise<ExitCode> {
  const { ports, settings, readLists } = await openContext(session, {
    readsOnce: true,
    hyperkitty,
  });
  const reports = await runLists(session.selection, ['verify'], readLists, ports, settings);
  await session.answer(
    () => verifyJson(reports),
    () => verifyText(reports),
  );
  if (reports.some(({ outcome }) => outcome === 'failed')) return EXIT.listsFailed;
  return reports.every(verified) ? EXIT.done : EXIT.findings;
}
