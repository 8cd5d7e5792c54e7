// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from './lmtp.js';
import { answerOf, type RunList, type VerifyList } from './mm2to3.js';
import { postoriusAdmin, type Postorius } from './postorius.js';
import { type Sandbox, startSandbox } from './sandbox.js';

const LIST = 'announce@lists.example.org';
const TEMPLATES = 'lists/announce.lists.example.org/templates';
const FOOTER = 'list:member:regular:footer';
const IMPRINT = 'Imprint: https://www.example.org/imprint';

describe('the texts of a migrated list', () => {
  let sandbox: Sandbox;
  let postorius: Postorius;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const applied = await answerOf<RunList>(sandbox, ['apply', 'announce']);
    expect(applied.lists[0]?.outcome).toBe('findings');
    postorius = await postoriusAdmin(sandbox.facts);
  });

  afterAll(async () => {
    await sandbox.down();
  });

  /** Where Postorius edits, or deletes, the list's footer. */
  async function page(action: 'update' | 'delete'): Promise<string> {
    const index = await postorius.page(TEMPLATES);
    const after = index.slice(index.indexOf(`[${FOOTER}]`));
    const id = new RegExp(`/templates/(\\d+)/${action}`).exec(after)?.[1];
    return `${TEMPLATES}/${id}/${action}`;
  }

  const check = async () => {
    const { lists } = await answerOf<VerifyList>(sandbox, ['verify', 'announce']);
    return lists[0]?.checks.find(({ id }) => id === 'templates');
  };

  it('are shown by Postorius, which edits them', async () => {
    const index = await postorius.page(TEMPLATES);
    for (const name of [FOOTER, 'list:user:notice:welcome', 'list:user:notice:goodbye'])
      expect(index).toContain(`<b>[${name}]</b>`);
    // The digest's footer is that of a fresh list in Mailman 2: it stays that of Mailman 3.
    expect(index).not.toContain('list:member:digest:footer');
    expect(await postorius.page(await page('update'))).toContain(IMPRINT);
    expect(await check()).toMatchObject({ ok: true, expected: 3 });
  });

  it('are not overwritten where somebody edited them there', async () => {
    await postorius.submit(await page('update'), { data: 'edited by hand\r\n' });
    expect(await check()).toMatchObject({ ok: false, actual: { [FOOTER]: 'edited by hand\r\n' } });
    const applied = await answerOf<RunList>(sandbox, ['apply', 'announce']);
    expect(applied.lists[0]?.findings.map(({ code }) => code)).toContain('plan.template-conflict');
    expect(await postorius.page(await page('update'))).toContain('edited by hand');
  });

  it('are in use at once when they are overruled, even one that was deleted', async () => {
    await postorius.submit(await page('delete'), {});
    expect(await postorius.page(TEMPLATES)).not.toContain(FOOTER);
    await answerOf<RunList>(sandbox, ['apply', 'announce', '--overwrite']);
    expect(await check()).toMatchObject({ ok: true, expected: 3 });
  });

  it('come with a post as they came from Mailman 2', async () => {
    expect(await sandbox.mails()).toEqual([]);
    const roster = (await sandbox.rest('/lists/announce.lists.example.org/roster/member')) as {
      readonly entries: readonly { readonly email: string; readonly moderation_action?: string }[];
    };
    const poster = roster.entries.find(({ moderation_action }) => moderation_action === 'defer');
    const from = poster?.email ?? 'nobody may post';
    await deliver(sandbox.facts, {
      from,
      to: LIST,
      message: `From: ${from}\nTo: ${LIST}\nSubject: News\nMessage-ID: <news@example.org>\nDate: Mon, 05 Feb 2024 10:00:00 +0000\n\nThe body.\n`,
    });
    for (let waited = 0; (await sandbox.mails()).length === 0; waited += 1) {
      if (waited === 100) throw new Error('no mail came out of Core');
      await sleep(200);
    }
    const [mail = ''] = await sandbox.mails();
    const page = new URL('lists/announce.lists.example.org/', sandbox.facts.postoriusUrl).href;
    expect(mail.replaceAll('\r\n', '\n').trimEnd()).toMatch(/\n\nThe body\.\n/);
    expect(mail.replaceAll('\r\n', '\n').split('The body.\n')[1]?.trimEnd()).toBe(
      [
        '_______________________________________________',
        'Announce mailing list',
        LIST,
        page,
        IMPRINT,
      ].join('\n'),
    );
  });
});
