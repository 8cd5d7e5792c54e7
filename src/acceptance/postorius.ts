// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import type { SandboxFacts } from './sandbox.js';

/** Postorius as an administrator with a browser has it. */
export interface Postorius {
  /** A page's HTML; the path begins after Postorius's own. */
  page(path: string): Promise<string>;
  /** Sends a page's form, as a browser would; the other fields of the form are left out. */
  submit(path: string, fields: Readonly<Record<string, string>>): Promise<void>;
}

/** Logs in as the sandbox's administrator. */
export async function postoriusAdmin(facts: SandboxFacts): Promise<Postorius> {
  const cookies = new Map<string, string>();
  const ask = async (url: URL, body?: URLSearchParams): Promise<string> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    const text = await answer.text();
    if (answer.status >= 400) throw new Error(`${url.href} answers ${answer.status}`);
    const location = answer.headers.get('location');
    return location === null ? text : ask(new URL(location, url));
  };
  const submit = async (url: URL, fields: Readonly<Record<string, string>>): Promise<string> => {
    const form = await ask(url);
    const token = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(form)?.[1] ?? '';
    return ask(url, new URLSearchParams({ ...fields, csrfmiddlewaretoken: token }));
  };

  const password = (await readFile(facts.adminPasswordFile, 'utf8')).trim();
  const login = new URL('/accounts/login/', facts.nginxUrl);
  const page = await submit(login, { login: facts.adminUser, password });
  if (!page.includes('/accounts/logout/')) throw new Error('the login did not succeed');
  const at = (path: string): URL => new URL(path, facts.postoriusUrl);
  return {
    page: (path) => ask(at(path)),
    submit: async (path, fields) => {
      await submit(at(path), fields);
    },
  };
}
