// SPDX-License-Identifier: GPL-3.0-or-later
import { localHost } from '../host.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { SourcePort } from '../run/ports.js';
import { readAttachments, readContent, readPipermail, readVolumes } from '../source/pipermail.js';
import { mailman2List } from './builders.js';

const PYTHON = 'python3';

/** A list of which nothing but its pipermail archive is there, in a folder of this machine. */
export function listOfPages(name: string, path: string, charset = 'us-ascii'): Mailman2List {
  return mailman2List({ name, charset, archive: { mbox: null, pipermail: { path } } });
}

/** Reads archives with the real helper. */
export const localArchives: Omit<SourcePort, 'readMembers'> = {
  stat: (path) => localHost().stat(path),
  read: (path) => localHost().read(path),
  readPipermail: ({ archive, charset }) =>
    readPipermail(localHost(), archive.pipermail?.path ?? '', charset, PYTHON),
  readVolumes: ({ archive }) => readVolumes(localHost(), archive.pipermail?.path ?? '', PYTHON),
  readContent: ({ archive, charset }) =>
    readContent(localHost(), archive.pipermail?.path ?? '', charset, PYTHON),
  readAttachments: ({ archive }, paths) =>
    readAttachments(localHost(), archive.pipermail?.path ?? '', paths, PYTHON),
};
