// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError } from '../diagnostics.js';
import type { FeedObservation, RedirectProbe } from '../model/check.js';
import type { Redirect } from '../model/redirect.js';

const TIMEOUT_MS = 60_000;

async function ask(url: string): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new CannotStartError([
      {
        code: 'target.web-unreachable',
        severity: 'error',
        summary: `${url} does not answer`,
        why: cause instanceof Error ? cause.message : String(cause),
        next: 'check the web server and target: hyperkittyUrl in mm2to3.yaml',
      },
    ]);
  }
}

/** Reads the RSS feed of a list as somebody who is not logged in. */
export async function readFeed(
  hyperkittyUrl: string,
  fqdnListname: string,
): Promise<FeedObservation> {
  const response = await ask(`${hyperkittyUrl}list/${fqdnListname}/feed/`);
  const body = await response.text();
  return { status: response.status, hashes: await feedHashes(body) };
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

/** Follows one old link by hand: the redirect itself, then the page it names. */
export async function probeRedirect(testUrl: string, redirect: Redirect): Promise<RedirectProbe> {
  const response = await ask(
    `${testUrl}${redirect.oldPath.split('/').map(encodeURIComponent).join('/')}`,
  );
  await response.body?.cancel();
  const location = response.headers.get('location');
  let targetStatus: number | null = null;
  if (location !== null) {
    const page = await ask(new URL(location, testUrl).href);
    await page.body?.cancel();
    targetStatus = page.status;
  }
  const { oldPath, kind, newUrl } = redirect;
  return { oldPath, kind, expectedUrl: newUrl, status: response.status, location, targetStatus };
}
