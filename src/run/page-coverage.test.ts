// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { archivedLists, readMbox } from '../archive/testing/fixture-lists.js';
import { prepareWhole } from '../archive/testing/prepare-whole.js';
import type { ManifestRecord } from '../model/archive.js';
import type { VolumeState } from '../model/pipermail.js';
import { listOfPages, localArchives } from '../testing/local-archive.js';
import { coverageFindings, DayCounts } from './page-coverage.js';

const counted = (records: readonly ManifestRecord[]): DayCounts => {
  const days = new DayCounts();
  for (const record of records) days.add(record);
  return days;
};

const month = (name: string, articles: number): VolumeState => ({
  name,
  kind: 'month',
  articles,
  indexes: [],
  downloads: [],
  changed: 0,
  bytes: 0,
});

const on = (date: string): Pick<ManifestRecord, 'date' | 'ghosts'> => ({
  date: Date.parse(date) / 1000,
  ghosts: [],
});

describe('pages that no message of the mbox stands behind', () => {
  it.each(archivedLists)('are none in %s, of every kind of volume', async (name) => {
    const path = `fixtures/mm2-site/var/archives/private/${name}`;
    const volumes = await localArchives.readVolumes(listOfPages(name, path));
    expect(volumes.length).toBeGreaterThan(0);
    const { records } = prepareWhole(readMbox(name));
    expect(coverageFindings(name, volumes, counted(records))).toEqual([]);
    const later = records.slice(Math.ceil(records.length / 2));
    const [finding] = coverageFindings(name, volumes, counted(later));
    expect(finding).toMatchObject({ code: 'archive.pages-beyond-mbox', severity: 'warning' });
  });

  it('are counted, and told by volume', () => {
    const days = counted([]);
    days.add(on('2003-05-01T00:30:00Z'));
    days.add({ ...on('2003-05-20T00:00:00Z'), ghosts: [7, 8] });
    const volumes = [month('2003-March', 12), month('2003-April', 1), month('2003-May', 6)];
    expect(coverageFindings('dev', volumes, days)).toMatchObject([
      {
        summary: 'the old archive has at least 14 pages whose messages are not in the mbox',
        why: 'the mbox is not whole, or was begun anew; of the pages it has none of 12 in 2003-March, 4 of 6 in 2003-May',
      },
    ]);
  });

  it('are not told where a message may only be filed elsewhere', () => {
    const days = counted([]);
    for (const date of ['2003-03-10', '2003-03-11', '2003-04-10']) days.add(on(date));
    const volumes = [month('2003-March', 1), month('2003-May', 2)];
    expect(coverageFindings('dev', volumes, days)).toEqual([]);
    const [finding] = coverageFindings('dev', [...volumes, month('2003-June', 3)], days);
    expect(finding?.summary).toContain('at least 3 pages');
  });

  it('are not told of volumes whose names have no date', () => {
    const volume: VolumeState = { ...month('old-stuff', 3), kind: 'unknown' };
    expect(coverageFindings('dev', [volume], counted([]))).toEqual([]);
  });
});
