// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { HeldEmails } from '../model/archive-state.js';
import type { AskedPages, Check } from '../model/check.js';
import type { DesiredList } from '../model/mailman3-list.js';
import type { Redirect } from '../model/redirect.js';
import { memberDifference, sameSetting } from '../plan/compare.js';
import { shellWord } from '../report/words.js';
import { archiveChecks, type ExpectedMessage, feedCheck } from '../verify/archive-checks.js';
import type { Judge } from '../verify/judge.js';
import { listChecks } from '../verify/list-checks.js';
import { redirectChecks, sampleRedirects } from '../verify/redirect-checks.js';
import { templateChecks } from '../verify/template-checks.js';
import type { Ports } from './ports.js';

// Redirects of each kind that are tried through the web server.
const SAMPLE = 8;

const JUDGE: Judge = {
  sameSetting,
  sameMember: (desired, observed) => memberDifference(desired, observed) === null,
};

/** Everything that verification compares with what it finds. */
export interface Expectation {
  readonly desired: DesiredList;
  /** What HyperKitty is to hold of the old archive, each once. */
  readonly messages: readonly ExpectedMessage[];
  /** Ids of the moderation requests that an apply carried over or named as refused. */
  readonly accounted: ReadonlySet<string>;
  /** null where no web server is configured to be asked. */
  readonly redirects: readonly Redirect[] | null;
}

/** Observes Mailman 3, HyperKitty and the web server afresh and compares. */
export async function verifyList(
  expectation: Expectation,
  { target, archive, web }: Pick<Ports, 'target' | 'archive' | 'web'>,
): Promise<{ readonly checks: readonly Check[]; readonly held: HeldEmails }> {
  const { desired, messages, redirects, accounted } = expectation;
  const observed = await target.observe(desired.listId);
  const checks = [...listChecks(desired, observed, JUDGE, accounted)];
  if (observed !== null && desired.templates.length > 0) {
    const names = desired.templates.map(({ name }) => name);
    const used = await target.templatesInUse(desired.listId, names);
    checks.push(...templateChecks(desired, observed, used));
  }
  const archived = await archive.observe(desired.fqdnListname, { documents: true });
  checks.push(...archiveChecks(messages, desired.archivePolicy, archived));
  if (archived.exists) {
    const feed = await web.feed(desired.fqdnListname);
    checks.push(feedCheck(desired.archivePolicy, messages, archived.emails, feed));
  }
  if (redirects !== null) {
    const probes = [];
    const asked: AskedPages = new Map();
    for (const redirect of sampleRedirects(redirects, SAMPLE))
      probes.push(await web.probe(redirect, asked));
    checks.push(...redirectChecks(probes, desired.archivePolicy === 'private'));
  }
  return { checks, held: archived.emails };
}

/** Failed checks as findings. */
export function failedChecks(list: string, checks: readonly Check[]): readonly Diagnostic[] {
  return checks
    .filter(({ ok }) => !ok)
    .map(({ id, summary }) => ({
      code: `verify.${id}`,
      severity: 'error',
      list,
      summary,
      next: `mm2to3 verify ${shellWord(list)} --json shows what was expected and what was found`,
    }));
}
