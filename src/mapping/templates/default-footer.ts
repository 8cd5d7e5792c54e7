// SPDX-License-Identifier: GPL-3.0-or-later

// Defaults.py of 2.0 to 2.1.39. Releases differ in the line above (underscores, a signature's
// dashes, nothing in digests), in the first words, and in how they name the list.
const DEFAULT_FOOTER = new RegExp(
  '^(?:(?:_{10,80}|--) *\\n)?' +
    '%\\(real_name\\)s (?:mailing list\\n|maillist {1,2}- {1,2})%\\(real_name\\)s@%\\(host_name\\)s\\n' +
    '%\\(web_page_url\\)slistinfo(?:%\\(cgiext\\)s)?/%\\((?:_internal_name|list_name|real_name)\\)s$',
);

/** Whether a footer, in percent form, is what a release of Mailman 2 gave its new lists. */
export function isDefaultFooter(text: string): boolean {
  return text.length < 1000 && DEFAULT_FOOTER.test(text.replaceAll(/\r\n?/g, '\n').trim());
}
