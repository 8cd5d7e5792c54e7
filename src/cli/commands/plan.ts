// SPDX-License-Identifier: GPL-3.0-or-later
import { extname } from 'node:path';
import { CannotStartError } from '../../diagnostics.js';
import type { PlanReport } from '../../model/plan-report.js';
import type { PlanFormat } from '../../report/plan/format-names.js';
import { isPlan, PLAN_FORMATS, renderPlan } from '../../report/plan/formats.js';
import { planLists } from '../../run/plan-lists.js';
import { type BanChoice, banPolicy } from '../ban-policy.js';
import type { Session } from '../command.js';
import { openContext } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, write } from '../io.js';
import { openOutput } from '../output-file.js';
import { stdoutPaint } from '../paint.js';
import { VERSION } from '../version.js';

export interface PlanOptions {
  readonly overwrite?: boolean;
  readonly bans?: BanChoice;
  readonly format?: PlanFormat;
  readonly output?: string;
  readonly members?: boolean;
}

// Of a stream that is no terminal: fits a ticket and a mail.
const WIDTH = 100;

export async function plan(
  session: Session,
  options: PlanOptions,
  lists: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const format = formatOf(options, session.options.json === true);
  const output =
    options.output === undefined
      ? null
      : await openOutput(options.output, io.cwd(), (head) => isPlan(format, head));
  const bans = banPolicy(options.bans, session, false);
  const { ports, settings, readLists } = await openContext(session, { ...options, bans });
  const planned = await planLists(session.selection, readLists, ports, settings);
  const { source, target } = session.config;
  const report: PlanReport = {
    plannedAt: ports.now(),
    version: VERSION,
    source: `${source.ssh === undefined ? '' : `${source.ssh}:`}${source.root ?? ''}`,
    target: target.restUrl ?? '',
    asked: lists,
    overwrite: options.overwrite === true,
    lists: planned,
    findings: session.siteFindings(),
  };
  const { columns } = io.stdout;
  const text = renderPlan(format, report, {
    members: options.members === true,
    verbose: session.options.verbose === true,
    width: output === null && io.stdout.isTTY && columns > 0 ? columns : WIDTH,
    paint: stdoutPaint(io, output === null && session.options.color !== false),
  });
  session.progress.stop();
  if (output === null) await session.print(text);
  else {
    await output.write(text);
    if (session.options.quiet !== true) await write(io.stderr, `written: ${output.path}\n`);
  }
  return exitCodeOfPlan(report);
}

function exitCodeOfPlan({ lists }: PlanReport): ExitCode {
  if (lists.some(({ failed }) => failed)) return EXIT.listsFailed;
  const findings = lists.flatMap((list) => list.findings);
  return findings.some(({ severity }) => severity !== 'info') ? EXIT.findings : EXIT.done;
}

/** `--format`, else what `--json` or the name of the output file says, else text. */
function formatOf({ format, output }: PlanOptions, json: boolean): PlanFormat {
  if (json && format !== undefined && format !== 'json') {
    throw new CannotStartError([
      {
        code: 'usage.formats',
        severity: 'error',
        summary: `--json and --format ${format} contradict each other`,
        next: 'give one of them',
      },
    ]);
  }
  if (json) return 'json';
  const ending = output === undefined ? '' : extname(output).slice(1).toLowerCase();
  const named = PLAN_FORMATS.find(({ endings }) => endings.includes(ending));
  return format ?? named?.format ?? 'text';
}
