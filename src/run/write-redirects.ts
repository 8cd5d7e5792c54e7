// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { truthyAttribute } from '../model/mailman2-list.js';
import type { DesiredList } from '../model/mailman3-list.js';
import type { Redirect } from '../model/redirect.js';
import { alignArticles, type ArchivedMessage } from '../redirects/align.js';
import { type MapSize, nginxFiles, nginxMapSettings, readMapSettings } from '../redirects/nginx.js';
import { listRedirects, type ListToRedirect, type WebAddresses } from '../redirects/redirects.js';
import { canonical } from './old-messages.js';
import type { PhaseResult } from './phase.js';
import type { SourcePort } from './ports.js';

/** All old addresses of a list with their new ones. */
export interface ComputedRedirects {
  readonly list: ListToRedirect;
  readonly redirects: readonly Redirect[];
  readonly findings: readonly Diagnostic[];
}

/**
 * Reads the old pages and finds the message of each.
 *
 * @param messages those of the list's mbox, in its order; none where they are not to be shown
 */
export async function computeRedirects(
  list: Mailman2List,
  desired: DesiredList,
  messages: readonly ArchivedMessage[],
  source: SourcePort,
  web: WebAddresses,
): Promise<ComputedRedirects> {
  const { listing, findings } =
    list.archive.pipermail === null
      ? { listing: { volumes: [], articles: [] }, findings: [] }
      : await source.readPipermail(list);
  const alignment = alignArticles(listing.articles, messages, canonical);
  const subject: ListToRedirect = {
    name: list.name,
    fqdnListname: desired.fqdnListname,
    listId: desired.listId,
    private: truthyAttribute(list, 'archive_private'),
    archived: desired.archivePolicy !== 'never' || messages.length > 0,
    listing,
    alignment,
  };
  const unmatched = alignment.unmatched.length;
  return {
    list: subject,
    redirects: [...listRedirects(subject, web)],
    findings:
      unmatched === 0
        ? findings
        : [
            ...findings,
            {
              code: 'redirects.article-unmatched',
              severity: 'info',
              list: list.name,
              summary: `${unmatched} of ${listing.articles.length} old message pages lead to their month only`,
              why: 'no message of the mbox has the Message-ID that the page names',
            },
          ],
  };
}

/**
 * Writes nginx's two files of a list below `output`: `list-NAME.conf` for the server block
 * and `http/list-NAME.conf` for its map. Files that are right already are left alone;
 * `announce` is called before anything is written.
 */
export async function writeNginx(
  { list, redirects, findings }: ComputedRedirects,
  web: WebAddresses,
  output: string,
  announce: () => Promise<void>,
): Promise<PhaseResult<null>> {
  const files = nginxFiles(list, redirects, web);
  await mkdir(join(output, 'http'), { recursive: true });
  const settings = await settingsFile(join(output, 'http', SETTINGS), files.size, announce);
  const http = await replace(join(output, 'http', fileOf(list.name)), files.http, announce);
  const server = await replace(join(output, fileOf(list.name)), files.server, announce);
  const written = settings || http || server;
  return { outcome: written ? 'done' : 'unchanged', findings, value: null };
}

// nginx reads it before the maps, as it must: files are included in the order of their names.
const SETTINGS = '00-mm2to3.conf';
const fileOf = (name: string): string => `list-${name}.conf`;

/** Directives that may stand only once, so they have a file of their own that only ever grows. */
async function settingsFile(
  path: string,
  size: MapSize,
  announce: () => Promise<void>,
): Promise<boolean> {
  const before = readMapSettings(await readFile(path, 'utf8').catch(() => ''));
  return replace(
    path,
    nginxMapSettings({
      entries: Math.max(before.entries, size.entries),
      longestKey: Math.max(before.longestKey, size.longestKey),
    }),
    announce,
  );
}

/** Whether the file had to be written. The web server reads it, so it is not private. */
async function replace(
  path: string,
  text: string,
  announce: () => Promise<void>,
): Promise<boolean> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return false;
  await announce();
  // Not ending in .conf, so that a web server reloading now does not read half a file.
  const draft = `${path}.draft`;
  await writeFile(draft, text, { mode: 0o644 });
  await rename(draft, path);
  return true;
}
