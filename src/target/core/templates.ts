// SPDX-License-Identifier: GPL-3.0-or-later
import type { ListTemplate } from '../../model/list-template.js';
import type { PythonCommand } from '../core.js';

export function readTemplates(
  _django: PythonCommand | null,
  _fqdnListname: string,
): Promise<readonly ListTemplate[]> {
  return Promise.resolve([]);
}

export function setTemplates(
  _django: PythonCommand | null,
  _fqdnListname: string,
  _templates: readonly ListTemplate[],
  _remove: readonly ListTemplate[],
): Promise<void> {
  throw new Error('nothing plans this yet');
}
