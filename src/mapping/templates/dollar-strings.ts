// SPDX-License-Identifier: GPL-3.0-or-later

const DOLLARS = /(\$\$)|\$([_a-z][A-Za-z0-9_]*)|\$\{([_a-z][A-Za-z0-9_]*)\}/gi;

/**
 * A text of a list with `use_dollar_strings` in Python's percent form, just as Mailman 2 rewrites
 * it before use (Mailman/Utils.py, to_percent), its oddities with `$$` included.
 */
export function percentForm(text: string): string {
  return text
    .replaceAll('%', '%%')
    .replaceAll('$$', '$')
    .replaceAll(DOLLARS, (_, dollar?: string, bare?: string, braced?: string) =>
      dollar === undefined ? `%(${bare ?? braced ?? ''})s` : '$',
    );
}
