// SPDX-License-Identifier: GPL-3.0-or-later
import type { HyperKitty } from '../target/hyperkitty.js';
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
