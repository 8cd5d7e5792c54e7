// SPDX-License-Identifier: GPL-3.0-or-later

/** The package has no types of its own. Only what the second reader uses (version 1.2.0). */
declare module 'mbox-reader' {
  import type { Readable } from 'node:stream';

  export interface MboxReaderMessage {
    /** Second word of the separator line. */
    readonly returnPath: string | undefined;
    /** Of the separator line; false where JavaScript cannot read it. */
    readonly time: Date | false;
    /** Header and body with "\n" line ends, one ">" taken from each ">From ", the last blank line gone. */
    readonly content: Buffer;
    /** By lower-case name: every value, latin1, unfolded, white space squeezed. */
    readonly headers: ReadonlyMap<string, readonly string[]>;
    readonly flags: readonly string[];
    readonly labels: readonly string[];
    /** Bytes read from the stream so far. */
    readonly readSize: number;
  }

  export function mboxReader(
    source: Readable,
    options?: { readonly gz?: boolean },
  ): AsyncGenerator<MboxReaderMessage, void, void>;
}
