// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { PipermailArticle, PipermailVolume } from './redirect.js';

/** A volume on disk, and by what one sees that it has changed. */
export interface VolumeState extends PipermailVolume {
  readonly articles: number;
  /** Of the latest of its files, in seconds since 1970. */
  readonly changed: number;
  /** Of all its files. */
  readonly bytes: number;
}

/** What the page of an article says, or the archive's database where the page does not. */
export interface ArticleContent extends PipermailArticle {
  readonly subject: string | null;
  readonly author: string | null;
  /** Obscured as a rule: `ann at example.org`. */
  readonly email: string | null;
  /** On the old server's clock: `Wed Sep  8 16:39:00 CDT 2010`. */
  readonly datestr: string | null;
  /** Seconds since 1970, from the database alone. */
  readonly epoch: number | null;
  readonly inReplyTo: string | null;
  readonly references: string | null;
  /** The whole page; null where it cannot be read. */
  readonly page: Buffer | null;
}

/** A pipermail archive, volume by volume, each followed by its articles in order. */
export type PipermailContent =
  | { readonly kind: 'volume'; readonly volume: VolumeState; readonly thread: Buffer | null }
  | { readonly kind: 'article'; readonly article: ArticleContent }
  | { readonly kind: 'finding'; readonly finding: Diagnostic };

/** A file below an archive's attachments/; without its bytes where it cannot be had. */
export interface AttachmentFile {
  readonly path: string;
  readonly bytes: Buffer | null;
  readonly why: string | null;
}
