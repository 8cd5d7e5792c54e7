// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import { access } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { ArticleContent, AttachmentFile, VolumeState } from '../model/pipermail.js';
import { AccountKeeper, type RebuildAccount, rebuildFindings } from '../rebuild/account.js';
import { pathsOf, restoreMessage, type WholeMessage } from '../rebuild/restore.js';
import { joinTexts } from '../rebuild/volume-text.js';
import { settleVolume } from '../rebuild/volume.js';
import type { PhaseResult } from './phase.js';
import type { Ports, SourcePort } from './ports.js';
import { openSpool, type Spool } from './rebuild-spool.js';
import type { ListFolder } from './workspace.js';

/** The mbox that was made from pages and volumes. */
export const REBUILT = 'rebuilt.mbox';
const STATE = 'rebuilt.json';

// Raised whenever other bytes would be made of the same archive.
const REBUILDER_VERSION = 2;

interface RebuiltState {
  readonly version: number;
  readonly archive: string;
  readonly account: RebuildAccount;
  readonly findings: readonly Diagnostic[];
}

export interface RebuiltArchive {
  readonly path: string;
  readonly account: RebuildAccount;
  readonly findings: readonly Diagnostic[];
}

/**
 * Makes an mbox of what is left of a list's archive, unless that was done already and no file of it
 * has changed since. The archive itself is only read.
 */
export async function rebuildArchive(
  list: Mailman2List,
  folder: ListFolder,
  { source, progress }: Pick<Ports, 'source' | 'progress'>,
): Promise<PhaseResult<RebuiltArchive | null>> {
  const volumes = await source.readVolumes(list);
  if (volumes.length === 0) return { outcome: 'skipped', findings: [], value: null };
  const archive = fingerprint(list, volumes);
  const path = folder.path(REBUILT);
  const standing = await standingRebuilt(archive, folder);
  const pages = volumes.reduce((sum, { articles }) => sum + articles, 0);
  const report = (done: number): void => {
    const text = 'rebuilding the mbox from the pages';
    progress({ list: list.name, phase: 'archive', text, done, total: pages, unit: 'messages' });
  };
  const state = standing ?? (await rebuild(list, folder, source, archive, report));
  return { outcome: standing === null ? 'done' : 'unchanged', ...resultOf(list, path, state) };
}

function resultOf(
  { name }: Mailman2List,
  path: string,
  { findings, account }: RebuiltState,
): { readonly findings: readonly Diagnostic[]; readonly value: RebuiltArchive } {
  const all = [...findings, ...rebuildFindings(name, account)];
  return { findings: all, value: { path, account, findings: all } };
}

/** The same where it was made of the archive as it is; null where it has still to be made. */
export async function rebuiltAlready(
  list: Mailman2List,
  folder: ListFolder,
  volumes: readonly VolumeState[],
): Promise<RebuiltArchive | null> {
  const state = await standingRebuilt(fingerprint(list, volumes), folder);
  return state === null ? null : resultOf(list, folder.path(REBUILT), state).value;
}

function fingerprint({ name, charset }: Mailman2List, volumes: readonly VolumeState[]): string {
  return hash('sha256', JSON.stringify([name, charset, volumes]), 'hex');
}

async function standingRebuilt(archive: string, folder: ListFolder): Promise<RebuiltState | null> {
  const state = (await folder.readJson(STATE)) as RebuiltState | null;
  const sound = state?.version === REBUILDER_VERSION && state.archive === archive;
  const there = await access(folder.path(REBUILT)).then(
    () => true,
    () => false,
  );
  return sound && there ? state : null;
}

async function rebuild(
  list: Mailman2List,
  folder: ListFolder,
  source: SourcePort,
  archive: string,
  report: (pages: number) => void,
): Promise<RebuiltState> {
  const keeper = new AccountKeeper();
  const findings: Diagnostic[] = [];
  const spool = await settleAll(list, folder, source, { keeper, findings, report });
  try {
    await writeMbox(list, folder, source, spool, keeper);
  } finally {
    await spool.remove();
  }
  const state = { version: REBUILDER_VERSION, archive, account: keeper.account, findings };
  await folder.writeJson(STATE, state);
  return state;
}

interface Watch {
  readonly keeper: AccountKeeper;
  readonly findings: Diagnostic[];
  readonly report: (pages: number) => void;
}

/** First pass: what the witnesses say, volume by volume, put aside on disk. */
async function settleAll(
  list: Mailman2List,
  folder: ListFolder,
  source: SourcePort,
  { keeper, findings, report }: Watch,
): Promise<Spool> {
  const spool = await openSpool(folder);
  let current: { volume: VolumeState; thread: Buffer | null; articles: ArticleContent[] } | null =
    null;
  const finish = async (): Promise<void> => {
    if (current === null) return;
    const { volume, thread, articles } = current;
    const text = await readText(list, volume, source, findings);
    const settled = settleVolume({ name: volume.name, text, articles, thread }, list);
    keeper.volume({
      pages: articles.length,
      quoted: settled.quoted,
      unread: settled.pagesUnread,
    });
    for (const message of settled.messages) await spool.add(message);
    report(keeper.account.pages);
  };
  for await (const content of source.readContent(list)) {
    switch (content.kind) {
      case 'volume':
        await finish();
        current = { volume: content.volume, thread: content.thread, articles: [] };
        break;
      case 'article':
        current?.articles.push(content.article);
        break;
      case 'finding':
        findings.push({ ...content.finding, list: list.name });
        break;
    }
  }
  await finish();
  return spool;
}

/** A volume's text, from its .txt, its .txt.gz or both. */
async function readText(
  list: Mailman2List,
  { downloads }: VolumeState,
  source: SourcePort,
  findings: Diagnostic[],
): Promise<Buffer> {
  const texts: { plain: Buffer | null; unpacked: Buffer | null } = { plain: null, unpacked: null };
  for (const file of downloads) {
    const path = `${list.archive.pipermail?.path ?? ''}/${file}`;
    const { read, why } = await collect(source.read(path));
    if (why !== null) {
      findings.push({
        code: 'archive.volume-unreadable',
        severity: 'warning',
        list: list.name,
        path,
        summary: "a volume's text cannot be read to its end",
        why,
        next: 'its pages stand in for it, without references; repair the file and run again for more',
      });
    }
    texts[file.endsWith('.gz') ? 'unpacked' : 'plain'] = read;
  }
  return joinTexts(texts.plain, texts.unpacked);
}

// A volume is read whole: a year of the busiest lists has some hundred megabytes.
const LARGEST_VOLUME = 1 << 30;

async function collect(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly read: Buffer; readonly why: string | null }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size > LARGEST_VOLUME) throw new Error('it has more than a gibibyte');
      chunks.push(chunk);
    }
  } catch (error) {
    return {
      read: Buffer.concat(chunks),
      why: error instanceof Error ? error.message : String(error),
    };
  }
  return { read: Buffer.concat(chunks), why: null };
}

// Messages whose attachments are asked for together: each question starts a command.
const AT_ONCE = 200;
const AT_ONCE_BYTES = 8 << 20;

/** Second pass: every message in the order in which it was archived, with its attachments. */
async function writeMbox(
  list: Mailman2List,
  folder: ListFolder,
  source: SourcePort,
  spool: Spool,
  keeper: AccountKeeper,
): Promise<void> {
  const draft = await folder.draft(REBUILT);
  try {
    let batch: WholeMessage[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      const paths = batch.flatMap(pathsOf);
      const files = paths.length === 0 ? null : iterate(source.readAttachments(list, paths));
      for (const whole of batch) {
        const own: AttachmentFile[] = [];
        for (let n = pathsOf(whole).length; n > 0; n -= 1) {
          const next = await files?.next();
          if (next?.done === false) own.push(next.value);
        }
        const made = restoreMessage(whole, own, list.charset);
        await draft.write(made.bytes);
        keeper.message(whole.message, {
          ...made,
          tornOff: whole.tornOff.length,
          quoted: whole.quoted,
        });
      }
      await files?.return?.();
      batch = [];
      bytes = 0;
    };
    for await (const whole of spool.messages()) {
      batch.push(whole);
      bytes += whole.message.text.length;
      if (batch.length >= AT_ONCE || bytes >= AT_ONCE_BYTES) await flush();
    }
    await flush();
    await draft.commit();
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

const iterate = <Item>(items: AsyncIterable<Item>): AsyncIterator<Item> =>
  items[Symbol.asyncIterator]();
