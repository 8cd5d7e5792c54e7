// SPDX-License-Identifier: GPL-3.0-or-later
import { apacheWriter } from './apache.js';
import { caddyWriter } from './caddy.js';
import { haproxyWriter } from './haproxy.js';
import { nginxWriter } from './nginx.js';
import type { RuleWriter } from './writer.js';

/** Every web server that rules are written for. */
export const WRITERS = {
  nginx: nginxWriter,
  apache: apacheWriter,
  caddy: caddyWriter,
  haproxy: haproxyWriter,
} as const satisfies Record<string, RuleWriter>;

export type WebServer = keyof typeof WRITERS;

export const WEB_SERVERS = Object.keys(WRITERS) as readonly WebServer[];
