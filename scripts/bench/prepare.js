// SPDX-License-Identifier: GPL-3.0-or-later
//
// prepare.js MBOX WORKSPACE LIST: makes the prepared mbox and its manifest, second reader included, and
// nothing else. Prints the seconds that it takes once the program is loaded.
import { localHost } from '../../dist/host.js';
import { prepareArchive } from '../../dist/run/prepare-archive.js';
import { openWorkspace } from '../../dist/run/workspace.js';

const [path, workspace, name] = process.argv.slice(2);
const folder = await (await openWorkspace(workspace)).list(name);
const list = { name, archive: { mbox: { path }, pipermail: null } };
const ports = { source: localHost(), now: Date.now, progress: () => undefined };
const began = performance.now();
await prepareArchive(list, folder, ports);
console.log((performance.now() - began) / 1000);
