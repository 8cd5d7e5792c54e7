// SPDX-License-Identifier: GPL-3.0-or-later
import type { HeldAttachment } from '../model/archive-state.js';
import { jsonArray, jsonNumber, jsonText } from '../model/json.js';
import type { PythonSession } from './python-session.js';

const HELPERS = ['hyperkitty_list.py', 'hyperkitty_attachments.py'] as const;

// What scripts/hyperkitty_attachments.py tells of an attachment, one after the other.
const VALUES = 5;

/** What HyperKitty took off the messages of a list, in the order in which it did. */
export async function* heldAttachments(
  session: PythonSession,
  fqdnListname: string,
): AsyncGenerator<HeldAttachment> {
  const request = { do: 'attachments', list: fqdnListname };
  for await (const record of session.records(HELPERS, request)) {
    const page = record['type'] === 'attachments' ? jsonArray(record['attachments']) : [];
    for (let at = 0; at < page.length; at += VALUES) {
      const [hash, counter, name, contentType, size] = page.slice(at, at + VALUES);
      yield {
        hash: jsonText(hash) ?? '',
        counter: jsonNumber(counter) ?? 0,
        name: jsonText(name) ?? '',
        contentType: jsonText(contentType) ?? '',
        size: jsonNumber(size),
      };
    }
  }
}
