// SPDX-License-Identifier: GPL-3.0-or-later

// Core's own validator (mailman/email/validate.py): quoted local parts, `^` and `|` are refused
// there as a precaution, so an address that RFC 5321 allows can still be one Core will not take.
const LOCAL_PART = /^[-0-9a-z!#$%&'*+./=?@_`{}~]+$/i;
const DOMAIN_LABEL = /^(?!-)[-a-z0-9]+$/i;

/** Whether Mailman Core accepts an address as a member's. */
export function isAcceptableToCore(address: string): boolean {
  const at = address.indexOf('@');
  if (at <= 0) return false;
  const labels = address.slice(at + 1).split('.');
  return (
    LOCAL_PART.test(address.slice(0, at)) &&
    labels.length >= 2 &&
    labels.every((label) => DOMAIN_LABEL.test(label))
  );
}
