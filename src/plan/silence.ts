// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import type { DesiredList, ObservedList, Settings, SettingValue } from '../model/mailman3-list.js';
import { sameSetting } from './compare.js';
import type { LastApplied, Operation } from './operation.js';

/**
 * Settings that keep a list silent while its roster grows: Core mails owners on every subscription
 * where admin_notify_mchanges is on, and warns members who are disabled by bounces within minutes
 * where process_bounces is on.
 */
const QUIET = {
  admin_immed_notify: false,
  admin_notify_mchanges: false,
  send_welcome_message: false,
  send_goodbye_message: false,
  process_bounces: false,
} as const;

/** Holds every post, until the roster of a new list is complete. */
const CLOSED = { emergency: true } as const;

// What Core itself gives a new list (mailman/styles/base.py), where Mailman 2 says nothing.
const FRESH: Settings = {
  admin_immed_notify: true,
  admin_notify_mchanges: false,
  send_welcome_message: true,
  send_goodbye_message: true,
  process_bounces: true,
  emergency: false,
};

/** Whether a setting is one that is silenced while an apply runs, and set for good at its end. */
export const isSilenced = (name: string): boolean => name in QUIET || name in CLOSED;

/** The names that a killed apply left at their silent value. */
function leftovers(observed: ObservedList | null, last: LastApplied): readonly string[] {
  return Object.keys(last.interim).filter((name) => {
    const value = last.interim[name];
    return value !== undefined && observed !== null && sameSetting(value, observed.settings[name]);
  });
}

/** The settings of Mailman 3 as they were before an apply silenced the list and was killed. */
export function settledSettings(
  observed: ObservedList | null,
  last: LastApplied,
): Readonly<Record<string, Json>> {
  const settled: Record<string, Json> = { ...observed?.settings };
  for (const name of leftovers(observed, last)) {
    const before = last.before[name] ?? (last.created ? FRESH[name] : undefined);
    if (before !== undefined) settled[name] = before;
  }
  return settled;
}

/**
 * The first and the last step of an apply: silence, and for a list of the tool's own that is not
 * complete yet closure; then everything as it is to be. `differing` holds what is to change,
 * `busy` says whether there are memberships to write.
 */
export function planSilence(
  desired: DesiredList,
  observed: ObservedList | null,
  last: LastApplied,
  differing: Readonly<Record<string, SettingValue>>,
  busy: boolean,
): { readonly quieten: readonly Operation[]; readonly open: readonly Operation[] } {
  const create = observed === null;
  const left = leftovers(observed, last);
  const silence = create || busy;
  const close = create || (last.created && !last.complete && (busy || left.length > 0));
  const names = silence ? Object.keys(close ? { ...QUIET, ...CLOSED } : QUIET) : [];
  const settled = settledSettings(observed, last);

  const final: Record<string, SettingValue> = {};
  for (const name of new Set([...names, ...left])) {
    const current = settled[name];
    final[name] =
      differing[name] ?? (typeof current === 'boolean' ? current : (FRESH[name] ?? false));
  }
  for (const [name, value] of Object.entries(differing)) if (isSilenced(name)) final[name] = value;

  const before = Object.fromEntries(
    names.flatMap((name) => {
      const current = settled[name];
      return typeof current === 'boolean' ? [[name, current]] : [];
    }),
  );
  return {
    quieten: silence
      ? [
          {
            id: 'quieten',
            kind: 'quieten',
            settings: close ? { ...QUIET, ...CLOSED } : QUIET,
            before,
            summary: close
              ? `close ${desired.fqdnListname} to posts and keep notifications off until it is complete`
              : 'keep notifications off meanwhile',
          },
        ]
      : [],
    open:
      Object.keys(final).length > 0
        ? [
            {
              id: 'open',
              kind: 'open',
              settings: final,
              summary: close ? 'open it, notifications as they were' : 'notifications as they were',
            },
          ]
        : [],
  };
}
