// SPDX-License-Identifier: GPL-3.0-or-later
import { planJson } from '../../report/json.js';
import { planText } from '../../report/text.js';
import { planLists } from '../../run/plan-lists.js';
import type { Session } from '../command.js';
import { openContext } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

export interface PlanOptions {
  readonly overwrite?: boolean;
}

export async function plan(session: Session, options: PlanOptions): Promise<ExitCode> {
  const { ports, settings, readLists } = await openContext(session, options);
  const planned = await planLists(session.selection, readLists, ports, settings);
  await session.answer(
    () => planJson(planned),
    () => planText(planned),
  );
  if (planned.some(({ failed }) => failed)) return EXIT.listsFailed;
  const graver = planned
    .flatMap(({ findings }) => findings)
    .filter(({ severity }) => severity !== 'info');
  return graver.length > 0 ? EXIT.findings : EXIT.done;
}
