// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import type { SandboxFacts } from './sandbox.js';

/** Pages of Postorius as its administrator sees them, logged in by its own form. */
export async function postoriusAdmin(
  facts: SandboxFacts,
): Promise<(page: string) => Promise<string>> {
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      headers: { cookie, referer: url },
      redirect: 'manual',
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const login = new URL('../accounts/login/', facts.postoriusUrl).href;
  const form = await (await visit(login)).text();
  const [, csrfmiddlewaretoken = ''] = /csrfmiddlewaretoken" value="([^"]+)"/.exec(form) ?? [];
  const password = (await readFile(facts.adminPasswordFile, 'utf8')).trim();
  const fields = { csrfmiddlewaretoken, login: facts.adminUser, password };
  const entered = await visit(login, new URLSearchParams(fields));
  if (entered.status !== 302) throw new Error(`Postorius lets nobody in: ${entered.status}`);
  return async (page) => {
    const answer = await visit(`${facts.postoriusUrl}${page}`);
    if (answer.status !== 200) throw new Error(`${page} answers ${answer.status}`);
    return answer.text();
  };
}
