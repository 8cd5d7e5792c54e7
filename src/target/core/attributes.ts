// SPDX-License-Identifier: GPL-3.0-or-later
import type { CoreAttributes } from '../../model/core-attributes.js';
import type { PythonCommand } from '../core.js';

export function readCoreAttributes(
  _python: PythonCommand | null,
  _listId: string,
): Promise<CoreAttributes> {
  return Promise.resolve({});
}

export function setCoreAttributes(
  _python: PythonCommand | null,
  _listId: string,
  _attributes: CoreAttributes,
): Promise<void> {
  throw new Error('nothing plans this yet');
}
