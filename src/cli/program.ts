// SPDX-License-Identifier: GPL-3.0-or-later
import { Command, InvalidArgumentError, Option } from 'commander';
import { BATCH_ORDERS } from '../model/batch.js';
import { BAN_CHOICES } from './ban-policy.js';
import { type GlobalOptions, inSession, type Session } from './command.js';
import type { ArchiveCheckOptions } from './commands/archive-check.js';
import type { BatchOptions } from './commands/batch.js';
import type { PlanOptions } from './commands/plan.js';
import type { RebuildOptions } from './commands/rebuild.js';
import type { ReportOptions } from './commands/report.js';
import type { RedirectsOptions } from './commands/redirects.js';
import type { TestOptions } from './commands/redirects-test.js';
import type { RunOptions } from './commands/run-steps.js';
import { PLAN_FORMAT_NAMES } from '../report/plan/format-names.js';
import { besideHyperKitty } from './early-start.js';
import { EXIT_HELP, type ExitCode } from './exit-codes.js';
import { type Io, write } from './io.js';
import { REDIRECT_FORMATS } from './redirect-formats.js';
import { VERSION } from './version.js';

const LISTS = 'list names, posting addresses or globs; none means all that mm2to3.yaml includes';

const EXAMPLES = `Examples:
  mm2to3 survey                     what is on the old site
  mm2to3 plan dev                   what would become of one list; changes nothing
  mm2to3 migrate dev announce       all of it for two lists, then the proof
  mm2to3 batch --window 22:00-06:00 all lists, in the nights
  mm2to3 verify                     compare both sides afresh`;

const PLAN_HELP = `
Personal data: markdown and html hold no address and no name of a member without --members; text
names them where a finding is about them; json always holds everything.

Examples:
  mm2to3 plan dev                             one list, on the terminal
  mm2to3 plan --output plan.html              the whole site as one page for a browser
  mm2to3 plan dev --members --format markdown member by member, for a ticket`;

const BATCH_HELP = `
The same command continues: after Ctrl-C, a crash, or in the next night. Ctrl-C once ends what runs
within seconds, twice at once. A list that would not end within the window by the rates measured on
this machine is not begun.

Examples:
  mm2to3 batch --all --window 22:00-06:00     every night until it says that nothing is left
  mm2to3 batch --lists first.txt --order given --until 06:00
  mm2to3 status                               where it stands, from another terminal`;

/** One command: `Options` are the flags of its own, as commander hands them over. */
type Work<Options> = (
  session: Session,
  options: Options,
  lists: readonly string[],
) => Promise<ExitCode>;

interface ApplyOptions extends RunOptions {
  readonly dryRun?: boolean;
}

/**
 * The commands' modules, loaded when one is called: what another command needs would make this one
 * start later, and commands are called by scripts for every list.
 */
const load = {
  archiveCheck: () => import('./commands/archive-check.js'),
  batch: () => import('./commands/batch.js'),
  export: () => import('./commands/export.js'),
  plan: () => import('./commands/plan.js'),
  rebuild: () => import('./commands/rebuild.js'),
  redirects: () => import('./commands/redirects.js'),
  redirectsTest: () => import('./commands/redirects-test.js'),
  report: () => import('./commands/report.js'),
  runSteps: () => import('./commands/run-steps.js'),
  status: () => import('./commands/status.js'),
  survey: () => import('./commands/survey.js'),
};

/** The grammar of the command line; every command hands its exit code to `finish`. */
export function buildProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command('mm2to3')
    .description('Moves mailing lists from Mailman 2 to Mailman 3.')
    .version(VERSION, '-V, --version')
    .option('-c, --config <file>', 'configuration (default: ./mm2to3.yaml)')
    .option('--workspace <dir>', 'folder for snapshots, prepared archives and state')
    .option('--source <root>', 'folder of Mailman 2 with lists/ in it')
    .option('--json', 'print one JSON object')
    .option('-q, --quiet', 'no progress')
    .option('-v, --verbose', 'say more')
    .option('--no-color', 'no colors')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .showHelpAfterError('(mm2to3 --help shows the commands)')
    .addHelpText('after', `\n${EXAMPLES}\n\n${EXIT_HELP}`);

  const add = <Options>(
    parent: Command,
    name: string,
    description: string,
    work: Work<Options>,
  ): Command =>
    parent
      .command(name)
      .description(description)
      .argument('[list...]', LISTS)
      .action(async (lists: string[], options: Options) => {
        const globals = program.opts<GlobalOptions>();
        finish(await inSession(io, globals, lists, (session) => work(session, options, lists)));
      });
  const overwriting = (command: Command): Command =>
    command
      .option('--overwrite', 'overrule what was changed in Mailman 3 since the last apply')
      .addOption(
        new Option(
          '--bans <choice>',
          'bans that match people of a list: carry them over, leave them out, or ask (default: leave out and tell)',
        ).choices(BAN_CHOICES),
      );
  const importing = (command: Command): Command =>
    command.addOption(
      new Option(
        '--importer <importer>',
        "bulk: the loader, which makes the same rows faster; stock: HyperKitty's own command",
      )
        .choices(['bulk', 'stock'])
        .default('bulk'),
    );

  add(program, 'survey', 'what is on the old site', async (session) =>
    (await load.survey()).survey(session),
  );
  add(program, 'export', 'take a snapshot of lists into the workspace', async (session) =>
    (await load.export()).exportSnapshots(session),
  );
  overwriting(
    add<PlanOptions>(
      program,
      'plan',
      'show what would be done; change nothing',
      async (session, options, lists) => (await load.plan()).plan(session, options, lists, io),
    ),
  )
    .addOption(
      new Option(
        '--format <form>',
        'text, json, markdown or html (default: by --output, or text)',
      ).choices(PLAN_FORMAT_NAMES),
    )
    .option('--output <file>', 'write it there, readable by you only, not to standard output')
    .option('--members', 'show members one by one, with their addresses')
    .addHelpText('after', PLAN_HELP);
  overwriting(
    add<ApplyOptions>(
      program,
      'apply',
      'settings and rosters into Mailman 3',
      async (session, options, lists) =>
        options.dryRun === true
          ? (await load.plan()).plan(session, options, lists, io)
          : (await load.runSteps()).runSteps(session, ['apply'], options),
    ),
  ).option('-n, --dry-run', 'the same as plan: show what would be done, change nothing');
  const archive = program.command('archive').description('archives of messages');
  add<ArchiveCheckOptions>(
    archive,
    'check',
    'look at the mbox as an import would; write nothing',
    async (session, options, lists) =>
      (await load.archiveCheck()).archiveCheck(session, options, lists, io.cwd()),
  ).option('--mbox <file>', 'look at this file (mbox or mbox.gz) in the place of lists');
  importing(
    add<RunOptions>(
      archive,
      'import',
      'prepare the mbox and import it into HyperKitty',
      (session, options) =>
        besideHyperKitty(session, (commands, hyperkitty) =>
          commands.runSteps(session, ['archive'], options, hyperkitty),
        ),
    ),
  );
  add<RebuildOptions>(
    archive,
    'rebuild',
    'make an mbox of pages and volumes where the mbox is lost',
    async (session, options, lists) => (await load.rebuild()).rebuild(session, options, lists, io),
  ).option('--output <file>', 'write it there (one list; default: into the workspace)');
  add(program, 'index', 'build and check the search index', (session) =>
    besideHyperKitty(session, (commands, hyperkitty) =>
      commands.runSteps(session, ['index'], {}, hyperkitty),
    ),
  );
  const leading = add<RedirectsOptions>(
    program,
    'redirects',
    'lead old web addresses to the new ones',
    async (session, options) =>
      (await load.redirects()).redirects(session, options, io.cwd(), (text) =>
        write(io.stderr, text),
      ),
  )
    .addOption(
      new Option(
        '--format <format>',
        'web server to write for, or csv, json on standard output (default: nginx)',
      ).choices(REDIRECT_FORMATS),
    )
    .option('--output <dir>', 'folder for the files (default: redirects: output of mm2to3.yaml)')
    .addOption(
      new Option('--status <status>', 'HTTP status of the redirects (default: 301)').choices([
        '301',
        '302',
      ]),
    )
    .option('--keep-static <dir>', 'serve what has no new address from the old archives in there');
  leading
    .command('test')
    .description('try old addresses on the rules, or on a server that has them')
    .argument('[url...]', 'old addresses, or their paths')
    .option('--access-log <file...>', 'logs of the old web server (combined format; .gz too)')
    .option('--live', 'ask the server at redirects: testUrl, and the pages that it leads to')
    .action(async (urls: string[], options: TestOptions) => {
      const work = async (session: Session): Promise<ExitCode> =>
        (await load.redirectsTest()).testRedirects(session, options, urls, io.cwd(), (text) =>
          write(io.stderr, text),
        );
      finish(await inSession(io, program.opts<GlobalOptions>(), [], work));
    });
  add(program, 'verify', 'compare both sides afresh', (session) =>
    besideHyperKitty(session, (commands, hyperkitty) => commands.verify(session, hyperkitty)),
  );
  importing(
    overwriting(
      add<RunOptions>(
        program,
        'migrate',
        'all of it, in order, for these lists',
        (session, options) =>
          besideHyperKitty(session, (commands, hyperkitty) =>
            commands.migrate(session, options, hyperkitty),
          ),
      ),
    ),
  );
  const batching = add<BatchOptions>(
    program,
    'batch',
    'migrate for many lists, overnight: order, window, resume',
    async (session, options, lists) => (await load.batch()).batch(session, options, lists, io),
  );
  importing(overwriting(batching))
    .option('--lists <file>', 'lists by name, address or glob, one a line; # begins a comment')
    .option('--all', 'all lists that mm2to3.yaml includes, which is the default')
    .addOption(
      new Option(
        '--order <order>',
        'small first, by size (large first), by name, or as given (default: small)',
      ).choices(BATCH_ORDERS),
    )
    .option('--concurrency <n>', 'lists that are under way at once (default: 4)', positive)
    .option('--window <from-to>', 'begin nothing that would not end in it: 22:00-06:00')
    .option('--until <time>', 'the same for one time: 06:00, or "2026-03-01 06:00"')
    .option('--report <dir>', 'folder for its report (default: in the workspace)')
    .addHelpText('after', BATCH_HELP);
  program
    .command('report')
    .description('the report of the last batch that ended, again')
    .option('--output <dir>', 'write all of its forms there: HTML, Markdown, text, JSON, JUnit')
    .action(async (options: ReportOptions) => {
      const work = async (session: Session): Promise<ExitCode> =>
        (await load.report()).report(session, options, io);
      finish(await inSession(io, program.opts<GlobalOptions>(), [], work));
    });
  program
    .command('status')
    .description('where a batch stands, from another terminal; asks neither Mailman')
    .action(async () => {
      finish(
        await inSession(io, program.opts<GlobalOptions>(), [], async (session) =>
          (await load.status()).status(session),
        ),
      );
    });
  return program;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('A whole number above 0 is wanted.');
  return value;
}
