// SPDX-License-Identifier: GPL-3.0-or-later
// eslint-disable-next-line no-restricted-imports -- read by tests only
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Lists of fixtures/mm2-site that have an archive and a ground truth for it. */
export const archivedLists = [
  'announce',
  'c++-users',
  'dev',
  'digest-only',
  'equipe-fr',
  'old-news',
  'security-private',
  'volunteers',
] as const;

export interface TrueMessage {
  readonly n: number;
  readonly message_id: string | null;
  readonly defect: string;
  readonly unique: boolean;
}

const site = fileURLToPath(new URL('../../../fixtures/mm2-site/', import.meta.url));

export function readMbox(list: string): Buffer {
  return readFileSync(`${site}var/archives/private/${list}.mbox/${list}.mbox`);
}

export function readTruth(list: string): readonly TrueMessage[] {
  const truth = JSON.parse(readFileSync(`${site}truth/${list}.json`, 'utf8')) as {
    messages: TrueMessage[];
  };
  return truth.messages;
}
