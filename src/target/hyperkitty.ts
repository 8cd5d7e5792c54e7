// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command, Host } from '../host.js';
import type {
  HeldAttachment,
  IndexedList,
  IndexProgress,
  ObservedArchive,
} from '../model/archive-state.js';
import { heldAttachments } from './hyperkitty-attachments.js';
import { type HyperKittyImport, hyperkittyImport } from './hyperkitty-import.js';
import { indexLists } from './hyperkitty-index.js';
import { observeArchive } from './hyperkitty-observe.js';
import { pythonSession } from './python-session.js';

/** HyperKitty, reached through its own Django management command. */
export interface HyperKitty extends HyperKittyImport {
  observe(fqdnListname: string, also?: { readonly documents: boolean }): Promise<ObservedArchive>;
  attachments(fqdnListname: string): AsyncIterable<HeldAttachment>;
  index(
    fqdnListnames: readonly string[],
    tell: (progress: IndexProgress) => void,
  ): Promise<readonly IndexedList[]>;
}

/**
 * `django` is the command that runs a Django management command, without its name; with `eager`,
 * Django starts at once and not when it is needed.
 */
export function hyperkitty(host: Host, django: Command, eager = false): HyperKitty {
  const session = pythonSession(
    { host, command: [...django, 'shell'] },
    { opening: 'hyperkitty_session.py', name: "HyperKitty's Python", logs: 'the web log' },
  );
  if (eager) session.begin();
  // Once is enough: only somebody who deletes messages leaves documents behind.
  let swept = false;

  return {
    ...hyperkittyImport(session),

    observe: (fqdnListname, { documents } = { documents: false }) =>
      observeArchive(session, fqdnListname, documents),

    attachments: (fqdnListname) => heldAttachments(session, fqdnListname),

    async index(fqdnListnames, tell) {
      const indexed = await indexLists(session, fqdnListnames, !swept, tell);
      swept = true;
      return indexed;
    },
  };
}
