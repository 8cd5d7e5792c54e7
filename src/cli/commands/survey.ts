// SPDX-License-Identifier: GPL-3.0-or-later
import { surveyJson } from '../../report/json.js';
import { surveyText } from '../../report/text.js';
import { surveyLists } from '../../run/survey.js';
import type { Session } from '../command.js';
import { openSource } from '../source.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

export async function survey(session: Session): Promise<ExitCode> {
  const source = openSource(session.config, session.reportSite, { heldMessages: false });
  const lists = await surveyLists(session.selection, source.readLists, source.port);
  await session.answer(
    () => surveyJson(lists),
    () => surveyText(lists),
  );
  const graver = lists
    .flatMap(({ problems }) => problems)
    .filter(({ severity }) => severity !== 'info');
  return graver.length > 0 ? EXIT.findings : EXIT.done;
}
