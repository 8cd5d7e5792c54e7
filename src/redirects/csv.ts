// SPDX-License-Identifier: GPL-3.0-or-later
import type { Redirect } from '../model/redirect.js';

/** The columns of the CSV form; other programs read them, so they stay. */
export const CSV_HEADER = 'old_path,new_url,kind';

/** One line of RFC 4180 CSV, without its line end. */
export function csvLine({ oldPath, newUrl, kind }: Redirect): string {
  return [oldPath, newUrl, kind].map(field).join(',');
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
