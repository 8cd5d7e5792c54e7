// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Mailman 2's programs for a list, whose pages every list had. */
const PROGRAMS = 'listinfo subscribe options roster confirm admin admindb edithtml rmlist'.split(
  ' ',
);

/** An address that the old server answered, by what lies on its disk. */
export interface OldAddress {
  readonly path: string;
  readonly kind: string;
}

/** Every file of an archive under its address, and every form of every program's for the list. */
export async function oldAddresses(
  archive: string,
  name: string,
  isPrivate: boolean,
): Promise<readonly OldAddress[]> {
  const found: OldAddress[] = [];
  for (const prefix of ['/mailman/', '/cgi-bin/mailman/']) {
    for (const program of PROGRAMS) {
      for (const form of [
        name,
        `${name}/`,
        name.toUpperCase(),
        `${name}/user--at--example.org?a=b`,
      ])
        found.push({ path: `${prefix}${program}/${form}`, kind: program });
    }
  }
  const roots = isPrivate
    ? ['/mailman/private/', '/cgi-bin/mailman/private/']
    : ['/pipermail/', '/mailman/private/'];
  const files = await readdir(archive, { recursive: true, withFileTypes: true });
  for (const root of roots) {
    for (const path of [name, `${name}/`, `${name}.mbox/${name}.mbox`])
      found.push({ path: `${root}${path}`, kind: 'list' });
    for (const file of files) {
      const below = join(file.parentPath, file.name).slice(archive.length + 1);
      if (below === 'pipermail.pck' || below.startsWith('database')) continue;
      const encoded = below.split('/').map(encodeURIComponent).join('/');
      const path = `${root}${name}/${encoded}${file.isDirectory() ? '/' : ''}`;
      found.push({ path, kind: kindOf(below) });
    }
  }
  return found;
}

function kindOf(below: string): string {
  if (below.startsWith('attachments')) return 'attachment';
  if (/\/\d{6}\.html$/.test(below)) return 'article';
  return /\.txt(\.gz)?$/.test(below) ? 'download' : 'volume';
}

/** How the old addresses fare: counts by kind, and those that do not land, with what was answered. */
export async function followAll(
  addresses: readonly OldAddress[],
  server: string,
  isPrivate: boolean,
): Promise<{
  readonly landed: Readonly<Record<string, number>>;
  readonly lost: readonly string[];
}> {
  const landed: Record<string, number> = {};
  const lost: string[] = [];
  const pages = new Map<string, Promise<number>>();
  const statusOf = (url: string): Promise<number> => {
    const known = pages.get(url) ?? fetch(url).then(drained);
    pages.set(url, known);
    return known;
  };
  const left = addresses[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const { path, kind } of left) {
      const answer = await fetch(`${server}${path}`, { redirect: 'manual' });
      const location = answer.headers.get('location') ?? '';
      const status = await drained(answer);
      const page = location === '' ? 0 : await statusOf(location);
      // HyperKitty answers 403 with its page to log in.
      const served =
        page === 200 || (isPrivate && page === 403 && location.includes('/hyperkitty/'));
      if (status === 301 && served) landed[kind] = (landed[kind] ?? 0) + 1;
      else lost.push(`${path}: ${status} ${location} ${page}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return { landed, lost };
}

async function drained(answer: Response): Promise<number> {
  await answer.body?.cancel();
  return answer.status;
}
