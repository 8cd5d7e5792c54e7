// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from 'node:path';
import { CannotStartError } from '../../diagnostics.js';
import type { TriedAddress } from '../../model/redirect-trial.js';
import { resolver } from '../../redirects/resolve.js';
import type { ListRules } from '../../redirects/rules.js';
import { type Trial, trialReport } from '../../redirects/trial.js';
import { trialJson, trialText } from '../../report/redirect-trial.js';
import { errorsText } from '../../report/text.js';
import { csvRedirects } from '../../run/csv-redirects.js';
import { readLogs, tryAddresses } from '../../run/test-redirects.js';
import type { Session } from '../command.js';
import { openContext } from '../context.js';
import { missing } from '../missing.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

export interface TestOptions {
  readonly accessLog?: readonly string[];
  readonly live?: boolean;
}

/** Tries old addresses, typed in or out of access logs, on the rules or on a server that has them. */
export async function testRedirects(
  session: Session,
  { accessLog = [], live = false }: TestOptions,
  urls: readonly string[],
  cwd: string,
  warn: (text: string) => Promise<void>,
): Promise<ExitCode> {
  if (urls.length === 0 && accessLog.length === 0) {
    throw new CannotStartError([
      {
        code: 'redirects.nothing-to-test',
        severity: 'error',
        summary: 'there is nothing to test',
        why: 'neither an old address nor an access log was named',
        next: 'mm2to3 redirects test URL…, or mm2to3 redirects test --access-log FILE',
      },
    ]);
  }
  if (live && session.config.redirects.testUrl === undefined)
    throw missing('redirects.testUrl', 'the address of a web server that has the rules');
  const context = await openContext(session);
  const { web } = context.settings;
  const lists: ListRules[] = [];
  const failures = await csvRedirects(session.selection, context, ({ rules }) => {
    lists.push(rules);
    return Promise.resolve();
  });
  const resolution = resolver(lists, web);
  const logs = await readLogs(
    accessLog.map((file) => resolve(cwd, file)),
    (path) => resolution(path).outcome !== 'foreign',
  );
  const typed = urls.map((url) => ({ path: pathOf(url), status: null, count: 1 }));
  const { trials, foreign } = await tryAddresses(
    [...typed, ...logs.asked],
    resolution,
    live ? context.ports.web : null,
  );
  const report = trialReport(trials, foreign + logs.foreign);
  await session.answer(
    () => ({ schemaVersion: 1, live, ...trialJson(report) }),
    () => trialText(report, trials.filter(({ status }) => status === null).map(tried)),
  );
  if (failures.length > 0) {
    await warn(errorsText(failures));
    return EXIT.listsFailed;
  }
  return report.misses.length === 0 && foreign === 0 ? EXIT.done : EXIT.findings;
}

function tried({ path, resolution, trouble }: Trial): TriedAddress {
  const lead =
    resolution.outcome === 'led' ? { kind: resolution.kind, newUrl: resolution.newUrl } : null;
  return { path, lead, trouble };
}

const pathOf = (url: string): string =>
  /^https?:\/\//i.test(url) && URL.canParse(url)
    ? new URL(url).pathname
    : url.startsWith('/')
      ? url
      : `/${url}`;
