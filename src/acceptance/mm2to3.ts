// SPDX-License-Identifier: GPL-3.0-or-later
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHECKOUT, type Sandbox } from './sandbox.js';

/** How one call of the program ended. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly summary: string;
  readonly why?: string;
  readonly next?: string;
  readonly path?: string;
}

/** One list of `migrate --json` and its like. */
export interface RunList {
  readonly name: string;
  readonly fqdn: string;
  readonly outcome: string;
  readonly phases: readonly {
    readonly phase: string;
    readonly outcome: string;
    readonly seconds: number;
  }[];
  readonly findings: readonly Finding[];
}

/** One list of `verify --json`. */
export interface VerifyList {
  readonly name: string;
  readonly fqdn: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly expected: unknown;
    readonly actual: unknown;
    readonly summary: string;
  }[];
}

/** One list of `survey --json`. */
export interface SurveyList {
  readonly name: string;
  readonly archive: { readonly messages: number; readonly bytes: number } | null;
  readonly problems: readonly Finding[];
}

/** One list of `plan --json`. */
export interface PlanList {
  readonly name: string;
  readonly settings: readonly Readonly<Record<string, unknown>>[];
  readonly roster: Readonly<Record<string, number>>;
  readonly operations: readonly Readonly<Record<string, unknown>>[];
  readonly findings: readonly Finding[];
}

export interface Answer<List> {
  readonly schemaVersion: number;
  readonly lists: readonly List[];
}

export const PROGRAM = join(CHECKOUT, 'bin/mm2to3.js');

/**
 * Starts the built program as an administrator does: a process of its own, outside the checkout.
 * Where it is `detached` it leads a group of processes, which can be killed together.
 */
export function startMm2to3(args: readonly string[], cwd = tmpdir(), detached = false) {
  const options = { cwd, detached, reject: false, stdin: 'ignore' } as const;
  return execa(process.execPath, [PROGRAM, ...args], options);
}

/** Runs the built program to its end, whatever that is. */
export async function mm2to3(args: readonly string[], cwd?: string): Promise<Ended> {
  const { exitCode, stdout, stderr } = await startMm2to3(args, cwd);
  return { exitCode, stdout, stderr };
}

/** Runs a command on a sandbox and reads the JSON that it prints. */
export async function answerOf<List>(
  { config }: Pick<Sandbox, 'config'>,
  command: readonly string[],
): Promise<Answer<List> & { readonly exitCode: number | undefined }> {
  const { exitCode, stdout, stderr } = await mm2to3(['--config', config, '--json', ...command]);
  try {
    return { ...(JSON.parse(stdout) as Answer<List>), exitCode };
  } catch {
    throw new Error(
      `mm2to3 ${command.join(' ')} printed no JSON, exit code ${exitCode}\n${stderr}`,
    );
  }
}

/** Checks that are not as they should be, in words. */
export function failedChecks(lists: readonly VerifyList[]): readonly string[] {
  return lists.flatMap(({ name, checks }) =>
    checks.filter(({ ok }) => !ok).map(({ id, summary }) => `${name}: ${id}: ${summary}`),
  );
}
