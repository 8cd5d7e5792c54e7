// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { type CoreAttributes, sameServer } from '../model/core-attributes.js';
import { type Json, jsonText } from '../model/json.js';
import { type Mailman2List, truthyAttribute } from '../model/mailman2-list.js';
import type { AttributeVerdict, SettingValue } from '../model/mailman3-list.js';
import { type CoreConversion, type CoreValue, LARGEST, NOTHING } from './core-value.js';
import type { MappingContext } from './row.js';
import { TOPICS } from './topics.js';

interface CoreRow {
  readonly attribute: string;
  readonly target: string;
  readonly convert: CoreConversion;
  /** Whether somebody will miss it where it cannot be set: worth a warning, not only a note. */
  readonly missed: (list: Mailman2List) => boolean;
}

const lost = (why: string): CoreValue => ({ kind: 'lost', why });
const never = (): boolean => false;

/** A number of 1 and more; Mailman 2 keeps some of them as floating-point numbers. */
const counter = (value: Json): CoreValue => {
  if (value === null) return NOTHING;
  if (typeof value !== 'number' || !(value >= 1 && value <= LARGEST)) return lost('no such number');
  const whole = Math.trunc(value);
  return whole === 1 ? NOTHING : { kind: 'kept', value: whole };
};

/** A time in seconds since 1970; 0 means never. */
const moment = (value: Json): CoreValue => {
  if (value === null || value === 0) return NOTHING;
  const time = typeof value === 'number' ? naiveUtc(value) : null;
  return time === null ? lost('no such time') : { kind: 'kept', value: time };
};

/**
 * The last article that came out of the newsgroup. Each news server counts on its own: numbers of
 * another one would bring old articles again, or keep new ones away.
 */
const watermark: CoreConversion = (value, list, { newsServer }) => {
  if (value === null || !truthyAttribute(list, 'gateway_to_mail')) return NOTHING;
  const host = list.attributes['nntp_host'];
  // Core keeps the port apart (mailman.cfg, [nntp]).
  const server = typeof host === 'string' ? host.trim().replace(/:\d+$/, '') : '';
  if (typeof value !== 'number' || !(value >= 0 && value <= LARGEST))
    return lost('no such article');
  if (server === '') return lost('the list names no news server');
  const article = Math.trunc(value);
  const mark = { article, server };
  if (!sameServer(mark, { article: null, server: newsServer })) {
    return {
      kind: 'lost',
      why: `Mailman 2 counted articles of ${server}, and Core asks ${newsServer === '' ? 'no news server' : newsServer}: the gateway begins with the articles that are new at its first run`,
      next: 'set host under [nntp] in mailman.cfg, restart Core, and apply again before the gateway runs',
    };
  }
  return { kind: 'kept', value: mark, shown: `article ${article} of ${server}` };
};

/**
 * What only Core's own Python can write (mailman/rest/listconf.py shows some of it and sets none).
 * `bounce_matching_headers` is among the moderation.
 */
const ROWS: readonly CoreRow[] = [
  { attribute: 'created_at', target: 'created_at', convert: moment, missed: never },
  { attribute: 'last_post_time', target: 'last_post_at', convert: moment, missed: never },
  {
    attribute: 'digest_last_sent_at',
    target: 'digest_last_sent_at',
    convert: moment,
    missed: never,
  },
  { attribute: 'volume', target: 'volume', convert: counter, missed: never },
  {
    attribute: 'next_digest_number',
    target: 'next_digest_number',
    convert: counter,
    missed: never,
  },
  {
    attribute: 'post_id',
    target: 'post_id',
    convert: counter,
    missed: ({ attributes }) => jsonText(attributes['subject_prefix'])?.includes('%d') === true,
  },
  {
    attribute: 'usenet_watermark',
    target: 'usenet_watermark',
    convert: watermark,
    missed: () => true,
  },
  ...(['topics', 'topics_enabled', 'topics_bodylines_limit'] as const).map((attribute) => ({
    attribute,
    target: attribute,
    convert: TOPICS[attribute],
    missed: (list: Mailman2List) => truthyAttribute(list, 'topics_enabled'),
  })),
];

export interface MappedCoreAttributes {
  readonly attributes: CoreAttributes;
  readonly verdicts: ReadonlyMap<string, Partial<AttributeVerdict>>;
  readonly findings: readonly Diagnostic[];
}

/** Values for Core's database, or what is lost where the tool does not reach Core's host. */
export function mapCoreAttributes(
  list: Mailman2List,
  context: MappingContext,
): MappedCoreAttributes {
  const { reachesCore } = context;
  const attributes: Record<string, Json> = {};
  const verdicts = new Map<string, Partial<AttributeVerdict>>();
  const findings: Diagnostic[] = [];
  for (const { attribute, target, convert, missed } of ROWS) {
    const source = list.attributes[attribute];
    if (source === undefined) continue;
    const converted = convert(source, list, context);
    if (converted.kind === 'nothing') {
      if (reachesCore && converted.value !== undefined) attributes[target] = converted.value;
      verdicts.set(attribute, { verdict: 'exact', reason: 'as in a new list' });
      continue;
    }
    const note = {
      list: list.name,
      attribute,
      severity: missed(list) ? ('warning' as const) : ('info' as const),
    };
    if (converted.kind === 'lost' || !reachesCore) {
      const why = converted.kind === 'lost' ? converted.why : OUT_OF_REACH;
      verdicts.set(attribute, { verdict: 'unsupported', reason: why });
      findings.push({
        ...note,
        code: 'mapping.unsupported',
        summary: `${attribute} is not carried over`,
        why,
        next: converted.kind === 'lost' ? (converted.next ?? 'nothing to do') : REACH_IT,
      });
      continue;
    }
    const { value, shown, note: difference } = converted;
    attributes[target] = value;
    verdicts.set(attribute, {
      verdict: difference === undefined ? 'exact' : 'approximate',
      desired: shown ?? (value as SettingValue),
      reason: difference?.why ?? 'same meaning',
    });
    if (difference !== undefined) {
      findings.push({
        ...note,
        code: 'mapping.approximate',
        summary: `${attribute} is approximated`,
        ...difference,
      });
    }
  }
  return { attributes, verdicts, findings };
}

const OUT_OF_REACH = "only Core's own Python can set it, and the tool does not reach Core's host";
const REACH_IT = 'set target: core: python in mm2to3.yaml';

/** The verdicts of the table, with those on Core's own attributes where there are any. */
export const withCoreVerdicts = (
  verdicts: readonly AttributeVerdict[],
  ofCore: MappedCoreAttributes['verdicts'],
): readonly AttributeVerdict[] =>
  verdicts.map((verdict) => ({ ...verdict, ...ofCore.get(verdict.attribute) }));

/**
 * A time as Core keeps it (mailman/utilities/datetime.py): UTC without a zone, to the microsecond.
 * null where Python's datetime has no such time.
 */
export function naiveUtc(seconds: number): string | null {
  const microseconds = Math.round(seconds * 1e6);
  const whole = Math.floor(microseconds / 1e6);
  // From 1970 to the year 9999.
  if (!(whole >= 0 && whole < 253_402_300_800)) return null;
  const fraction = microseconds - whole * 1e6;
  const time = new Date(whole * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  return fraction === 0 ? time : `${time}.${String(fraction).padStart(6, '0')}`;
}
