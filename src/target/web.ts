// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStartError } from '../diagnostics.js';
import type { AskedPages, FeedObservation, RedirectProbe } from '../model/check.js';
import type { Redirect } from '../model/redirect.js';

const TIMEOUT_MS = 60_000;

// Waits before a page is asked for again: a web process that restarts closes what it held open.
const WAITS_MS: readonly number[] = [0, 1_000, 5_000];

// What a web server answers for a program behind it that is being restarted.
const RESTARTING: readonly number[] = [502, 503, 504];

/** Asks for a page and reads of the answer what is wanted, also where a connection breaks. */
async function ask<Value>(
  url: string,
  read: (response: Response) => Promise<Value>,
): Promise<Value> {
  for (const wait of [...WAITS_MS, null]) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(url, { redirect: 'manual', signal });
      if (wait === null || !RESTARTING.includes(response.status)) return await read(response);
      await response.body?.cancel();
    } catch (error) {
      // Whoever was silent for a minute is not asked for another one.
      if (wait === null || signal.aborted) throw unreachable(url, error);
    }
    await sleep(wait);
  }
  throw new Error('the last attempt returns or throws');
}

function unreachable(url: string, error: unknown): CannotStartError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new CannotStartError([
    {
      code: 'target.web-unreachable',
      severity: 'error',
      summary: `${url} does not answer`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'check the web server and target: hyperkittyUrl in mm2to3.yaml',
    },
  ]);
}

/** Reads the RSS feed of a list as somebody who is not logged in. */
export async function readFeed(
  hyperkittyUrl: string,
  fqdnListname: string,
): Promise<FeedObservation> {
  return ask(`${hyperkittyUrl}list/${fqdnListname}/feed/`, async (response) => {
    const body = await response.text();
    return { status: response.status, hashes: await feedHashes(body) };
  });
}

/** Message hashes that an RSS feed links to; null where the text is no feed. */
export async function feedHashes(xml: string): Promise<readonly string[] | null> {
  // Loaded where a feed is read: every command would start later for it.
  const { XMLParser } = await import('fast-xml-parser');
  // The text comes from a web server and holds mail: no entities beyond XML's own are expanded.
  const parser = new XMLParser({ processEntities: false, isArray: (name) => name === 'item' });
  let parsed: unknown;
  try {
    parsed = parser.parse(xml);
  } catch {
    return null;
  }
  const { rss } = parsed as { rss?: { channel?: { item?: readonly { link?: unknown }[] } } };
  if (rss?.channel === undefined) return null;
  const links = (rss.channel.item ?? []).map(({ link }) => String(link));
  return links
    .map((link) => /\/message\/(\w+)\//.exec(link)?.[1])
    .filter((hash) => hash !== undefined);
}

/**
 * Follows one old link by hand: the redirect itself, then the page it names. To write a page takes
 * HyperKitty longer than all else here, so none is asked for that is in `asked`.
 */
export async function probeRedirect(
  testUrl: string,
  redirect: Redirect,
  asked: AskedPages = new Map(),
): Promise<RedirectProbe> {
  const path = redirect.oldPath.split('/').map(encodeURIComponent).join('/');
  const { status, location } = await ask(`${testUrl}${path}`, headOf);
  const targetStatus =
    location === null ? null : await statusOf(new URL(location, testUrl).href, asked);
  const { oldPath, kind, newUrl } = redirect;
  return { oldPath, kind, expectedUrl: newUrl, status, location, targetStatus };
}

function statusOf(page: string, asked: AskedPages): Promise<number> {
  const known = asked.get(page);
  if (known !== undefined) return known;
  const status = ask(page, headOf).then((head) => head.status);
  asked.set(page, status);
  return status;
}

/** What a redirect is judged by; its page is not read. */
async function headOf(response: Response): Promise<{ status: number; location: string | null }> {
  await response.body?.cancel();
  return { status: response.status, location: response.headers.get('location') };
}
