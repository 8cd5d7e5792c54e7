// SPDX-License-Identifier: GPL-3.0-or-later
import type { PhaseName } from '../../model/report.js';

/** What runs side by side: phases of different lists in different lanes. */
export type LaneName = 'read' | 'core' | 'import' | 'redirects' | 'index' | 'verify';

interface Lane {
  /** How many lists are in it at once. */
  readonly width: number;
  /** What it shares with other lanes, one list at a time: estimates count them as one. */
  readonly shares?: 'hyperkitty';
  readonly why: string;
}

export const LANES: Readonly<Record<LaneName, Lane>> = {
  read: {
    width: 1,
    why: 'this process parses and prepares on one core; the others are for the databases',
  },
  core: {
    width: 1,
    why: "Core's Python answers one request after the other, and REST is bound by Core's own core",
  },
  import: {
    width: 1,
    shares: 'hyperkitty',
    why: 'SQLite has one writer; and the loader parses on all cores already, on any database',
  },
  redirects: { width: 1, why: 'pages are read from the old server by one process at a time' },
  index: {
    width: 1,
    shares: 'hyperkitty',
    why: 'a search index has one writer; it takes in several lists at once',
  },
  verify: {
    width: 1,
    shares: 'hyperkitty',
    why: "it asks HyperKitty's Python, which answers one request after the other",
  },
};

/** In which lane each phase runs. */
export const LANE_OF: Readonly<Record<PhaseName, LaneName>> = {
  export: 'read',
  apply: 'core',
  archive: 'import',
  redirects: 'redirects',
  index: 'index',
  verify: 'verify',
};
