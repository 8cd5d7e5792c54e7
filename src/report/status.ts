// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchStatus, StatusList } from '../model/batch-status.js';
import type { JsonObject } from '../model/json.js';
import { SCHEMA_VERSION } from './json.js';
import { durationText } from './duration.js';
import { textTable } from './table.js';
import { counted } from './words.js';

export function statusJson(status: BatchStatus | null): JsonObject {
  if (status === null) return { schemaVersion: SCHEMA_VERSION, batch: null, lists: [] };
  const { lists, running, began, ended, at, window, closes, waits, secondsLeft, command } = status;
  return {
    schemaVersion: SCHEMA_VERSION,
    batch: { running, began, ended, at, window, closes, waits, secondsLeft, command },
    lists: lists.map(({ phases, current, errors, ...list }) => ({
      ...list,
      phases: phases.map((phase) => ({ ...phase })),
      current: current === null ? null : { ...current },
      errors: errors.map((error) => ({ ...error })),
    })),
  };
}

export function statusText(status: BatchStatus | null, clock: (time: number) => string): string {
  if (status === null) return 'No batch was run in this workspace.\n';
  const { lists, running, began, ended, at, window, closes, waits, secondsLeft, command } = status;
  const count = (state: StatusList['state']): number =>
    lists.filter((list) => list.state === state).length;
  const head = running
    ? `A batch runs since ${clock(began)}, told last at ${clock(at)}.`
    : ended === null
      ? `No batch runs. The last one began at ${clock(began)} and was killed after ${clock(at)}.`
      : `No batch runs. The last one went from ${clock(began)} to ${clock(ended)}.`;
  const states = (['done', 'failed', 'running', 'interrupted', 'waiting'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`);
  const lines = [head, `${counted(lists.length, 'list')}: ${states.join(', ')}.`];
  if (waits !== null) lines.push(`It waits ${waits}.`);
  if (window !== null) lines.push(`Its window is ${window}.`);
  if (closes !== null && running) lines.push(`Nothing is to run after ${clock(closes)}.`);
  if (secondsLeft !== null && secondsLeft > 0)
    lines.push(`Left: ${durationText(secondsLeft)}, by the rates of this machine.`);
  const open = lists.filter(({ state }) => state !== 'waiting' && state !== 'done');
  const table =
    open.length === 0
      ? ''
      : textTable<StatusList>(
          [
            { title: 'list', cell: ({ fqdn }) => fqdn },
            { title: 'state', cell: ({ state }) => state },
            { title: 'phase', cell: phaseCell },
            {
              title: 'errors',
              cell: ({ errors }) =>
                errors.map(({ code, summary }) => `${code}: ${summary}`).join('; '),
            },
          ],
          open,
        );
  const next = command === null ? '' : `To continue: ${command}`;
  return `${[lines.join('\n'), table, next].filter((part) => part !== '').join('\n\n')}\n`;
}

function phaseCell({ phases, current }: StatusList): string {
  if (current === null) return phases.at(-1)?.phase ?? '-';
  const { phase, done, total, unit } = current;
  if (done === null) return phase;
  return `${phase} ${done}${total === null ? '' : ` of ${total}`} ${unit ?? ''}`.trimEnd();
}
