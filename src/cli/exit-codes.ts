// SPDX-License-Identifier: GPL-3.0-or-later

/** What the exit code of every command means; scripts rely on it. */
export const EXIT = {
  done: 0,
  bug: 1,
  cannotStart: 2,
  declined: 3,
  findings: 4,
  listsFailed: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table as `--help` shows it. */
export const EXIT_HELP = `Exit codes:
  0    done, nothing to report
  1    a bug
  2    could not start: usage, configuration, unreachable
  3    declined
  4    completed with findings
  5    some lists failed
  130  interrupted (SIGINT), 143 terminated (SIGTERM)`;
