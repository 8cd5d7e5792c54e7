// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../diagnostics.js';
import { retried, RETRY_WAITS, transience } from './transient.js';

const trouble = (code: string, why = '', summary = 'it failed') =>
  new DiagnosticError({ code, summary, why });

describe('trouble that goes away by itself', () => {
  it.each([
    ['target.unreachable', 'connect ECONNREFUSED 127.0.0.1:8001'],
    ['target.failed', '502 Bad Gateway'],
    ['target.helper-failed', 'OperationalError: database is locked'],
    ['target.helper-failed', 'OperationalError: server closed the connection unexpectedly'],
    ['target.helper-failed', 'InterfaceError: connection already closed'],
    ['target.helper-failed', 'AdminShutdown: terminating connection due to administrator command'],
    [
      'host.command-failed',
      'django.db.utils.OperationalError: connection to server at "127.0.0.1", port 5432 failed: Connection refused',
    ],
    ['host.command-failed', 'Command was killed with SIGKILL (Forced termination)'],
    ['target.helper-cut-off', ''],
    ['target.helper-silent', ''],
    ['host.unreachable', 'ssh: connect to host old port 22: Connection refused'],
    ['source.cut-off', ''],
    ['index.worker-failed', ''],
  ])('%s: %s', (code, why) => {
    expect(transience(trouble(code, why))).not.toBeNull();
  });

  it.each([
    ['target.refused', 'Invalid list name'],
    ['target.unauthorized', ''],
    ['target.helper-failed', 'IntegrityError: duplicate key value'],
    ['host.command-missing', ''],
    ['host.command-failed', 'ModuleNotFoundError: No module named mailman'],
    ['run.locked', ''],
    ['workspace.disk-full', ''],
    ['index.disk-full', ''],
    ['plan.list-deleted', ''],
  ])('is not %s: %s', (code, why) => {
    expect(transience(trouble(code, why))).toBeNull();
  });

  it('is not a bug', () => {
    expect(transience(new TypeError('database is locked'))).toBeNull();
  });
});

describe('a repetition', () => {
  const attempts = async (error: Error, endsAfter = 1e9) => {
    const slept: number[] = [];
    const controller = new AbortController();
    let tries = 0;
    const ended = await retried(
      () => {
        tries += 1;
        return Promise.reject(error);
      },
      {
        waits: RETRY_WAITS,
        signal: controller.signal,
        note: () => Promise.resolve(),
        sleep: (ms) => {
          slept.push(ms);
          if (slept.length >= endsAfter) controller.abort();
          return Promise.resolve();
        },
      },
    ).catch((caught: unknown) => caught);
    return { tries, slept, ended };
  };

  it('comes after longer and longer waits, and not for ever', async () => {
    const error = trouble('target.unreachable');
    expect(await attempts(error)).toEqual({ tries: 5, slept: RETRY_WAITS, ended: error });
  });

  it('comes once where each takes an hour', async () => {
    const error = trouble('target.helper-silent');
    expect(await attempts(error)).toMatchObject({ tries: 2, ended: error });
  });

  it('comes not at all for what stays', async () => {
    const error = trouble('target.refused');
    expect(await attempts(error)).toEqual({ tries: 1, slept: [], ended: error });
  });

  it('comes no more when the batch is to end', async () => {
    const error = trouble('target.unreachable');
    expect(await attempts(error, 2)).toMatchObject({ tries: 2, ended: error });
  });
});
