// SPDX-License-Identifier: GPL-3.0-or-later
import type { Change, Defect } from '../model/archive.js';
import type {
  ArchiveCheck,
  CheckedArchive,
  CheckedMbox,
  IndexEstimate,
} from '../model/archive-check.js';
import { CHANGE_WORDS, DATE_SOURCE_WORDS, DEFECT_WORDS } from '../model/defect-words.js';
import type { SearchEngine } from '../model/index-rates.js';
import type { JsonObject } from '../model/json.js';
import type { DefectTally } from '../model/manifest-tally.js';
import { durationText } from './duration.js';
import { findingJson, findingsText } from './findings.js';
import { SCHEMA_VERSION } from './json.js';
import { counted, number, size } from './words.js';
import { visible } from './visible.js';
import { wrap } from './wrap.js';

/** What an mbox needs, all of it together where it comes to the same disk. */
interface Need {
  readonly workspaceBytes: number;
  readonly databaseBytes: number;
  readonly importSeconds: number;
  readonly index: Readonly<Record<SearchEngine, IndexEstimate>>;
}

const ENGINES = ['whoosh', 'xapian'] as const satisfies readonly SearchEngine[];
const ENGINE_NAMES = { whoosh: 'Whoosh', xapian: 'Xapian' } as const satisfies Record<
  SearchEngine,
  string
>;

/** Byte offsets and counts only: no address, name or subject of any message. */
export function archiveCheckText({ lists, freeBytes }: ArchiveCheck): string {
  const parts = lists.map(listText);
  const needs = lists.flatMap(({ mbox }) => mbox?.estimate ?? []);
  if (needs.length > 0) parts.push(needText(sum(needs), freeBytes));
  return `${parts.join('\n\n')}\n`;
}

function listText({ name, fqdn, failed, mbox, findings }: CheckedArchive): string {
  const lines: string[] = [];
  if (mbox !== null) lines.push(...mboxLines(fqdn ?? name, mbox));
  else lines.push(`${fqdn ?? name}: ${failed ? 'could not be looked at' : 'has no mbox'}`);
  if (findings.length > 0) lines.push(findingsText(findings));
  return lines.join('\n');
}

function mboxLines(
  title: string,
  { path, bytes, account, tally, estimate }: CheckedMbox,
): string[] {
  const { messages, leading, messageBytes, prepared } = account;
  const dates =
    tally.dates === null ? '' : `, ${day(tally.dates.first)} to ${day(tally.dates.last)}`;
  const packed = account.bytes === bytes ? '' : ` (packed, ${size(bytes)})`;
  const lines = [
    `${title}: ${counted(messages, 'message')}, ${size(account.bytes)}${dates}`,
    `  ${visible(path)}${packed}`,
    `  every byte accounted for: ${number(messageBytes)} in messages, ${number(leading)} before the first`,
    `  imported: ${number(prepared)}; repaired in the prepared copy: ${number(tally.repaired)}`,
  ];
  const defects = entries(tally.defects).toSorted(([, a], [, b]) => b.messages - a.messages);
  if (defects.length > 0) lines.push('  found', ...defects.map(defectText));
  const changes = entries(tally.changes).toSorted(([, a], [, b]) => b - a);
  if (changes.length > 0) lines.push('  changed in the prepared copy', ...changes.map(changeText));
  const sources = entries(tally.dateSources).toSorted(([, a], [, b]) => b - a);
  if (sources.length > 0) {
    const words = sources.map(([source, n]) => `${number(n)} ${DATE_SOURCE_WORDS[source]}`);
    lines.push(`  ${wrap(`dates: ${words.join(', ')}`, 80, ' '.repeat(9))}`);
  }
  const years = Object.entries(tally.years).map(([year, count]) => `${year}: ${number(count)}`);
  if (years.length > 0) lines.push(`  ${wrap(`by year: ${years.join(', ')}`, 80, ' '.repeat(11))}`);
  if (tally.ghosts > 0)
    lines.push(`  pages of the old archive that show torn-off pieces: ${number(tally.ghosts)}`);
  lines.push(`  about ${timesText(estimate)}`);
  return lines;
}

function defectText([defect, { messages, samples }]: readonly [Defect, DefectTally]): string {
  const { meaning, consequence } = DEFECT_WORDS[defect];
  const more = messages > samples.length ? ', …' : '';
  const bytes = samples.map(({ offset }) => offset).join(', ') + more;
  return [
    `${number(messages).padStart(11)}  ${meaning} (${defect})`,
    `${' '.repeat(13)}left as it is: ${consequence}`,
    `${' '.repeat(13)}at byte ${bytes}`,
  ].join('\n');
}

const changeText = ([change, messages]: readonly [Change, number]): string =>
  `${number(messages).padStart(11)}  ${CHANGE_WORDS[change]} (${change})`;

function needText(need: Need, freeBytes: number | null): string {
  const free = freeBytes === null ? '' : `, ${size(freeBytes)} free`;
  const short = freeBytes !== null && freeBytes < need.workspaceBytes ? ': TOO LITTLE' : '';
  return [
    `workspace: ${size(need.workspaceBytes)} needed for prepared copies${free}${short}`,
    `HyperKitty: about ${size(need.databaseBytes)} of database`,
    `search index: about ${ENGINES.map((engine) => indexText(engine, need.index[engine])).join('; or ')}`,
    `time: about ${timesText(need)}`,
  ].join('\n');
}

/** The slower engine of both: they differ by less than two machines do. */
function timesText({ importSeconds, index }: Pick<Need, 'importSeconds' | 'index'>): string {
  const slower = Math.max(...ENGINES.map((engine) => index[engine].seconds));
  return `${durationText(importSeconds)} to import, ${durationText(slower)} to index`;
}

const indexText = (engine: SearchEngine, { bytes, peakBytes }: IndexEstimate): string =>
  `${size(bytes)} with ${ENGINE_NAMES[engine]}, ${size(peakBytes)} while it is written`;

function sum(needs: readonly Need[]): Need {
  const total = (key: Exclude<keyof Need, 'index'>): number =>
    needs.reduce((all, need) => all + need[key], 0);
  const indexes = (engine: SearchEngine): IndexEstimate => {
    const each = (key: keyof IndexEstimate): number =>
      needs.reduce((all, { index }) => all + index[engine][key], 0);
    return { bytes: each('bytes'), peakBytes: each('peakBytes'), seconds: each('seconds') };
  };
  return {
    workspaceBytes: total('workspaceBytes'),
    databaseBytes: total('databaseBytes'),
    importSeconds: total('importSeconds'),
    index: { whoosh: indexes('whoosh'), xapian: indexes('xapian') },
  };
}

export function archiveCheckJson({ lists, freeBytes }: ArchiveCheck): JsonObject {
  const needs = lists.flatMap(({ mbox }) => mbox?.estimate ?? []);
  return {
    schemaVersion: SCHEMA_VERSION,
    lists: lists.map(({ name, fqdn, failed, mbox, findings }) => ({
      name,
      fqdn,
      failed,
      mbox: mbox === null ? null : mboxJson(mbox),
      findings: findings.map(findingJson),
    })),
    needed: needJson(sum(needs)),
    freeBytes,
  };
}

function needJson({ index, ...need }: Need): JsonObject {
  return {
    workspaceBytes: need.workspaceBytes,
    databaseBytes: need.databaseBytes,
    importSeconds: need.importSeconds,
    index: { whoosh: { ...index.whoosh }, xapian: { ...index.xapian } },
  };
}

function mboxJson({ path, bytes, account, tally, estimate }: CheckedMbox): JsonObject {
  return {
    path,
    bytes,
    account: { ...account },
    repaired: tally.repaired,
    ghosts: tally.ghosts,
    dates:
      tally.dates === null
        ? null
        : { first: instant(tally.dates.first), last: instant(tally.dates.last) },
    years: { ...tally.years },
    dateSources: { ...tally.dateSources },
    defects: entries(tally.defects).map(([defect, { messages, samples }]) => ({
      defect,
      messages,
      ...DEFECT_WORDS[defect],
      samples: samples.map(({ n, offset }) => ({ n, offset })),
    })),
    changes: entries(tally.changes).map(([change, messages]) => ({
      change,
      messages,
      meaning: CHANGE_WORDS[change],
    })),
    estimate: { ...needJson(estimate), prepareSeconds: estimate.prepareSeconds },
  };
}

/** The entries of a table of which not every key is there, with their types. */
const entries = <Key extends string, Value>(
  counts: Readonly<Partial<Record<Key, Value>>>,
): readonly (readonly [Key, Value])[] => Object.entries(counts) as [Key, Value][];

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
