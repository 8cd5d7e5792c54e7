// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, DiagnosticError } from '../diagnostics.js';
import type { Json } from '../model/json.js';

/** Where Core's REST API answers, and as whom. */
export interface RestConfig {
  /** With the version, without a trailing slash: `http://localhost:8001/3.1`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** After which a request without an answer is made again. */
  readonly timeoutSeconds?: number;
}

export interface RestClient {
  /** The JSON of a resource, or null where Core answers 404. */
  get(path: string): Promise<Json>;
  /**
   * Sends a JSON body; returns the Location of what was made, where Core names one. Throws
   * `target.refused` on 4xx.
   */
  send(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body: Json,
  ): Promise<string | null>;
}

// Core answers in milliseconds, but a whole roster of a large list takes its time.
const TIMEOUT_SECONDS = 60;
// Waits between attempts, for a Core that restarts or a locked SQLite file.
const RETRY_MS = [250, 1_000, 3_000] as const;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A client for one Core. Every request can be repeated without harm, so trouble is retried. */
export function restClient(config: RestConfig): RestClient {
  const authorization = `Basic ${Buffer.from(`${config.user}:${config.password}`).toString('base64')}`;

  async function attempt(method: string, path: string, body: Json): Promise<Answer> {
    const response = await fetch(`${config.url}/${path}`, {
      method,
      headers: {
        authorization,
        accept: 'application/json',
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout((config.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000),
    });
    // Read to its end here: a Core that dies half-way through an answer gave none.
    const { status, ok, headers } = response;
    return { status, ok, location: headers.get('location'), text: await response.text() };
  }

  async function request(method: string, path: string, body: Json): Promise<Answer> {
    for (let tries = 0; ; tries += 1) {
      const wait = RETRY_MS[tries];
      try {
        const answer = await attempt(method, path, body);
        if (answer.status < 500 || wait === undefined) return answer;
      } catch (error) {
        if (wait === undefined) throw unreachable(config.url, error);
      }
      await sleep(wait);
    }
  }

  return {
    async get(path) {
      const answer = await request('GET', path, null);
      if (answer.status === 404) return null;
      if (!answer.ok) throw refused(answer, 'GET', path, config);
      return JSON.parse(answer.text) as Json;
    },
    async send(method, path, body) {
      const answer = await request(method, path, body);
      if (!answer.ok) throw refused(answer, method, path, config);
      return answer.location;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly location: string | null;
  readonly text: string;
}

function unreachable(url: string, error: unknown): CannotStartError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new CannotStartError([
    {
      code: 'target.unreachable',
      severity: 'error',
      summary: `Mailman Core does not answer at ${url}`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'check that Core runs and that target: restUrl is right, then run the same command again',
    },
  ]);
}

function refused(
  { status, text }: Answer,
  method: string,
  path: string,
  config: RestConfig,
): DiagnosticError {
  const answer = text.slice(0, 500);
  if (status === 401) {
    return new CannotStartError([
      {
        code: 'target.unauthorized',
        severity: 'error',
        summary: `Mailman Core at ${config.url} refuses the user ${config.user}`,
        why: 'user or password is not the one under [webservice] in mailman.cfg',
        next: 'set target: restUser and restPasswordFile',
      },
    ]);
  }
  return new DiagnosticError({
    code: status >= 500 ? 'target.failed' : 'target.refused',
    summary: `Mailman Core answered ${status} to ${method} ${path}`,
    why: describe(answer),
    ...(status >= 500 ? { next: "look into Core's log, then run the same command again" } : {}),
  });
}

/** Core's errors are JSON with a description, or plain text. */
function describe(answer: string): string {
  try {
    const { title, description } = JSON.parse(answer) as { title?: string; description?: string };
    return description ?? title ?? answer;
  } catch {
    return answer;
  }
}
