// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import type { DesiredMember, ObservedMember, SettingValue } from '../model/mailman3-list.js';

/** When a value counts as the one that was wanted; planning and verifying share the answer. */
export interface Judge {
  sameSetting(desired: SettingValue, observed: Json | undefined): boolean;
  sameMember(desired: DesiredMember, observed: ObservedMember): boolean;
}
