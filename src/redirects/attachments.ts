// SPDX-License-Identifier: GPL-3.0-or-later

/** Where a file that Mailman 2 scrubbed off a message is now. */
export interface AttachmentTarget {
  /** X-Message-ID-Hash of its message. */
  readonly hash: string;
  /** HyperKitty's attachment with the same content; null where none is certain. */
  readonly part: { readonly counter: number; readonly name: string } | null;
}
