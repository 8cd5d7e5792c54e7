// SPDX-License-Identifier: GPL-3.0-or-later

/** One request that a web server wrote down. */
export interface LoggedRequest {
  readonly path: string;
  readonly status: number;
}

/**
 * A line of a log in the common or combined format: `… "GET /path HTTP/1.1" 200 …`. null for
 * another line, and for requests that ask for no page.
 */
export function parseLogLine(line: string): LoggedRequest | null {
  // Each part ends where the next begins, so that a line of any kind is read once.
  const parts = /"(?:GET|HEAD|POST) ([^ "]{1,4096}) [^"]{1,20}" (\d{3}) /.exec(line);
  const [, target = '', status = ''] = parts ?? [];
  if (target === '') return null;
  // A proxy's request names the host as well.
  const path = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/]*/, '');
  return path.startsWith('/') ? { path, status: Number(status) } : null;
}
