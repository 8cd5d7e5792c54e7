// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Json } from '../../model/json.js';
import type { PatternVerdict } from '../../model/pattern-verdict.js';
import { mailman2List, mappingContext, rosters } from '../../testing/builders.js';
import { mapSettings } from '../settings.js';
import {
  bounceMatchingPatterns,
  isDefaultBounceMatching,
  mapBounceMatching,
} from './bounce-matching.js';
import { NOTHING_ASKED } from './facts.js';
import { mapModeration } from './moderation.js';

const list = (value: Json) => mailman2List({ attributes: { bounce_matching_headers: value } });
const DEFAULT = `
# Lines that *start* with a '#' are comments.
to: friend@public.com
message-id: relay.comanche.denmark.eu
from: list@listme.com
from: .*@uplinkpro.com
`;

describe('bounce_matching_headers', () => {
  it('keeps its lines, comments included, as Python 3 takes them', () => {
    const value = '# spam\r\nto:friend@public.com\n\n  From:  (?i)list@.*  ';
    expect(mapBounceMatching(list(value), NOTHING_ASKED)).toEqual({
      value: '# spam\nto: friend@public.com\n\nFrom: list@.*',
      findings: [],
    });
    expect(bounceMatchingPatterns(list(value))).toEqual(['friend@public.com', 'list@.*']);
  });

  it('names lines that mean nothing', () => {
    const verdicts = new Map<string, PatternVerdict>([
      ['[open', { kind: 'invalid', why: 'unterminated character set' }],
    ]);
    const value = 'to: a\nno header\nfrom: [open\nto: \0';
    const { value: kept, findings } = mapBounceMatching(list(value), {
      ...NOTHING_ASKED,
      verdicts,
    });
    expect(kept).toBe('to: a');
    expect(findings.map(({ code, summary }) => `${code}: ${summary}`)).toEqual(
      ['no header', 'from: [open', 'to: \0'.trim()].map(
        (line) =>
          `mapping.bounce-matching-invalid: bounce_matching_headers: the line ${JSON.stringify(line)} is left out`,
      ),
    );
  });

  it('is none where Mailman 2 has none', () => {
    expect(mapBounceMatching(list(null), NOTHING_ASKED)).toEqual({ value: null, findings: [] });
  });

  it('is the default of either version whatever the comments', () => {
    expect(isDefaultBounceMatching(DEFAULT)).toBe(true);
    expect(isDefaultBounceMatching(DEFAULT.replace('public', 'other'))).toBe(false);
    expect(isDefaultBounceMatching('')).toBe(false);
  });
});

describe('among the moderation of a list', () => {
  const mapped = (value: string, reachesCore: boolean) => {
    const context = { ...mappingContext, reachesCore };
    const moderation = mapModeration(list(value), rosters(), context);
    const verdicts = moderation.verdicts(mapSettings(list(value), context).verdicts);
    const verdict = verdicts.find((one) => one.attribute === 'bounce_matching_headers');
    return {
      attributes: moderation.coreAttributes,
      verdict: verdict?.verdict,
      findings: moderation.findings.map(({ code, attribute }) => `${code} ${attribute ?? ''}`),
    };
  };

  it("goes the way of Core's own Python", () => {
    expect(mapped('to: a', true)).toEqual({
      attributes: { bounce_matching_headers: 'to: a' },
      verdict: 'exact',
      findings: [],
    });
  });

  it('is a loss where that way is closed, unless it is the default', () => {
    expect(mapped('to: a', false)).toEqual({
      attributes: {},
      verdict: 'unsupported',
      findings: ['mapping.unsupported bounce_matching_headers'],
    });
    expect(mapped(DEFAULT, false)).toMatchObject({ attributes: {}, findings: [] });
  });
});
