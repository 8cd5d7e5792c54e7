// SPDX-License-Identifier: GPL-3.0-or-later
import type { HyperKitty } from '../target/hyperkitty.js';
import type { Session } from './command.js';
import type { Config } from './config-schema.js';

/**
 * Starts HyperKitty's Django for a command that is certain to ask it. That takes half a second of
 * another process, in which the rest of this one is loaded and the old site is read; so nothing is
 * imported here but what it takes.
 *
 * null where the configuration does not say how it is started, which is for the command to tell.
 */
export async function beginHyperKitty({
  target: { djangoCommand },
}: Config): Promise<HyperKitty | null> {
  if (djangoCommand === undefined) return null;
  const { localHost } = await import('../host.js');
  const { hyperkitty } = await import('../target/hyperkitty.js');
  return hyperkitty(localHost(), djangoCommand, true);
}

/** The commands that take lists through steps. */
type StepCommands = typeof import('./commands/run-steps.js');

/** Runs one of them, which are loaded while HyperKitty's Django starts. */
export async function besideHyperKitty<Result>(
  { config }: Session,
  work: (commands: StepCommands, hyperkitty: HyperKitty | null) => Promise<Result>,
): Promise<Result> {
  const hyperkitty = await beginHyperKitty(config);
  return work(await import('./commands/run-steps.js'), hyperkitty);
}
