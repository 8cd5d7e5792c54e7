// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from 'node:path';
import { CannotStartError } from '../../diagnostics.js';
import type { Redirect } from '../../model/redirect.js';
import { CSV_HEADER, csvLine } from '../../redirects/csv.js';
import { redirectsJson } from '../../redirects/json.js';
import { listRedirects, siteRedirects } from '../../redirects/redirects.js';
import { type WebServer, WRITERS } from '../../redirects/writers/writers.js';
import { csvRedirects } from '../../run/csv-redirects.js';
import { runSteps } from './run-steps.js';
import type { Session } from '../command.js';
import { openContext } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { errorsText } from '../../report/text.js';

export interface RedirectsOptions {
  readonly format?: WebServer | 'csv' | 'json';
  readonly output?: string;
  readonly status?: '301' | '302';
  readonly keepStatic?: string;
}

/** A web server's rules as files, or every pair as CSV or JSON on standard output. */
export async function redirects(
  session: Session,
  options: RedirectsOptions,
  cwd: string,
  warn: (text: string) => Promise<void>,
): Promise<ExitCode> {
  const { format, output, status, keepStatic } = options;
  const config = {
    ...session.config,
    redirects: {
      ...session.config.redirects,
      ...(output === undefined ? {} : { output: resolve(cwd, output) }),
      ...(status === undefined
        ? {}
        : { status: status === '301' ? (301 as const) : (302 as const) }),
      ...(keepStatic === undefined ? {} : { keepStatic: resolve(cwd, keepStatic) }),
      ...(format === undefined || format === 'csv' || format === 'json' ? {} : { format }),
    },
  };
  const redirected = { ...session, config };
  if (format === 'csv' || format === 'json') return print(redirected, format, warn);
  const server = config.redirects.format ?? 'nginx';
  if (config.redirects.keepStatic !== undefined && !WRITERS[server].keepsStatic) {
    throw new CannotStartError([
      {
        code: 'redirects.no-static',
        severity: 'error',
        summary: `rules for ${server} cannot serve old files beside the redirects`,
        why: 'only those for nginx can so far',
        next: 'leave out --keep-static (redirects: keepStatic), or use --format nginx',
      },
    ]);
  }
  return runSteps(redirected, ['redirects']);
}

async function print(
  session: Session,
  format: 'csv' | 'json',
  warn: (text: string) => Promise<void>,
): Promise<ExitCode> {
  const context = await openContext(session);
  const { web } = context.settings;
  const json = redirectsJson();
  await session.print(format === 'csv' ? `${CSV_HEADER}\n` : json.begin);
  const failures = await csvRedirects(session.selection, context, async (computed) => {
    const pieces =
      format === 'csv'
        ? lines(listRedirects(computed.rules, web))
        : json.list(computed.rules, computed.list, web);
    for (const block of inBlocks(pieces)) await session.print(block);
  });
  // The old site's own addresses are known once its lists were read.
  const last = format === 'csv' ? lines(siteRedirects(web)) : [json.end(web)];
  for (const block of inBlocks(last)) await session.print(block);
  if (failures.length === 0) return EXIT.done;
  await warn(errorsText(failures));
  return EXIT.listsFailed;
}

function* lines(pairs: Iterable<Redirect>): Generator<string> {
  for (const pair of pairs) yield `${csvLine(pair)}\n`;
}

/** Pieces of text joined to some length: a million of them are few writes. */
function* inBlocks(pieces: Iterable<string>): Generator<string> {
  let block = '';
  for (const piece of pieces) {
    block += piece;
    if (block.length < 65_536) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}
