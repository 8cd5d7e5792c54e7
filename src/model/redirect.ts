// SPDX-License-Identifier: GPL-3.0-or-later

/** What an old address showed; `ghost` is a page of a piece torn off another message. */
export type RedirectKind =
  | 'listinfo'
  | 'admin'
  | 'list'
  | 'volume'
  | 'article'
  | 'ghost'
  | 'download'
  | 'attachment'
  | 'other';

/** One old address and where it leads. */
export interface Redirect {
  /** Path on the old web server, decoded, beginning with a slash. */
  readonly oldPath: string;
  /** Absolute URL, percent-encoded. */
  readonly newUrl: string;
  readonly kind: RedirectKind;
}

/** A page of a message in a pipermail archive. */
export interface PipermailArticle {
  readonly volume: string;
  /** `000012.html` */
  readonly file: string;
  /** Position in the archive, over all volumes. */
  readonly number: number;
  /** As the page or the database has it; null where neither does. */
  readonly messageId: string | null;
  /** As the archive's database has it, whatever the page says. */
  readonly databaseId: string | null;
  /**
   * The date that page or database show, in seconds since 1970; where the page alone does, as if
   * it were UTC. null where neither is understood.
   */
  readonly seconds: number | null;
}

export type VolumeKind = 'year' | 'month' | 'quarter' | 'week' | 'day' | 'unknown';

export interface PipermailVolume {
  readonly name: string;
  readonly kind: VolumeKind;
  /** `thread.html`, `subject.html`, … */
  readonly indexes: readonly string[];
  /** `NAME.txt` and `NAME.txt.gz` where they exist. */
  readonly downloads: readonly string[];
}

/** A file below a pipermail archive that the old web server showed as it lies there. */
export interface PipermailFile {
  /** Below the archive's folder, without a leading slash. */
  readonly path: string;
  /** null where the size is unknown. */
  readonly bytes: number | null;
}

/** A pipermail archive as it lies on the old server's disk. */
export interface PipermailListing {
  readonly volumes: readonly PipermailVolume[];
  readonly articles: readonly PipermailArticle[];
  /** What was scrubbed off messages: `attachments/YYYYMMDD/HHHHHHHH/NAME`. */
  readonly attachments: readonly PipermailFile[];
  readonly others: readonly PipermailFile[];
}

/** The listing of an archive that has no pages. */
export const NO_PAGES: PipermailListing = {
  volumes: [],
  articles: [],
  attachments: [],
  others: [],
};
