// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../../diagnostics.js';
import { counted } from '../../model/counted.js';
import { isJsonObject, jsonArray, type JsonObject, jsonText } from '../../model/json.js';
import type { ListTemplate, ObservedTemplate } from '../../model/list-template.js';
import { listIdOf } from '../../model/mailman3-list.js';
import type { TemplateInUse } from '../../plan/target-port.js';
import type { CoreSession } from '../core-session.js';
import type { PostoriusSession } from '../postorius-session.js';
import type { RestClient } from '../rest-client.js';

// Core itself gives Postorius 5 seconds (mailman/utilities/protocols.py).
const TIMEOUT_MS = 10_000;

const HELPER = 'postorius_helper.py';

/**
 * The templates that Core takes from an address of the list's own, with what stands there now.
 * Its Django is asked only where Postorius cannot be asked over HTTP: starting it takes a second.
 */
export async function readTemplates(
  rest: RestClient,
  postorius: PostoriusSession | null,
  listId: string,
): Promise<readonly ObservedTemplate[]> {
  const found = await rest.get(`lists/${encodeURIComponent(listId)}/uris`);
  const entries = isJsonObject(found) ? jsonArray(found['entries']).filter(isJsonObject) : [];
  const templates = await Promise.all(
    entries.map(async (entry): Promise<ObservedTemplate> => {
      const name = jsonText(entry['name']) ?? '';
      const uri = jsonText(entry['uri']) ?? '';
      return { name, uri, inPostorius: isPostorius(uri, name), text: await textAt(entry) };
    }),
  );
  const unread = templates.some(({ inPostorius, text }) => inPostorius && text === null);
  if (!unread || postorius === null) return templates;
  const stored = new Map<string, string>();
  for (const record of await postorius.ask(HELPER, { do: 'observe', list: listId })) {
    const text = jsonText(record['text']);
    if (text !== null) stored.set(jsonText(record['name']) ?? '', text);
  }
  return templates.map((template) =>
    template.inPostorius && template.text === null
      ? { ...template, text: stored.get(template.name) ?? null }
      : template,
  );
}

/** Whether an address is Postorius's for that template of a list (its urls.py, rest_template). */
const isPostorius = (uri: string, name: string): boolean =>
  /^https?:\/\//.test(uri) &&
  /\/api\/templates\/list\/[^/]+\/([^/?#]+)$/.exec(uri)?.[1] === encodeURI(name);

// text() would drop a byte order mark, which Core does not: the text would count as changed.
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What Core would get from an address; null where it does not answer with a text. */
async function textAt(entry: JsonObject): Promise<string | null> {
  const uri = jsonText(entry['uri']) ?? '';
  if (!/^https?:\/\//.test(uri)) return null;
  const user = jsonText(entry['username']);
  const login = Buffer.from(`${user ?? ''}:${jsonText(entry['password']) ?? ''}`);
  try {
    const response = await fetch(uri, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: user === null ? {} : { authorization: `Basic ${login.toString('base64')}` },
    });
    if (response.ok) return UTF8.decode(await response.arrayBuffer());
    await response.body?.cancel();
  } catch {
    // The same as no answer: Core's host may reach what this one does not.
  }
  return null;
}

/**
 * Stores templates in Postorius, which makes Core take them from there; others' are left alone.
 * Throws `target.refused` for those that could not be written, after the rest has been.
 */
export async function setTemplates(
  rest: RestClient,
  postorius: PostoriusSession | null,
  fqdnListname: string,
  templates: readonly ListTemplate[],
  remove: readonly ListTemplate[],
): Promise<void> {
  if (postorius === null) {
    throw new DiagnosticError({
      code: 'target.refused',
      summary: `the templates of ${fqdnListname} were not written`,
      why: 'they are kept in Postorius, and nothing says how to run its commands',
      next: 'set target: django: command in mm2to3.yaml',
    });
  }
  const listId = listIdOf(fqdnListname);
  const request = {
    do: 'set',
    list: listId,
    templates: templates.map(({ name, text }) => ({ name, text })),
    remove: remove.map(({ name }) => name),
  };
  const uris: Record<string, string> = {};
  const refused: string[] = [];
  for (const record of await postorius.ask(HELPER, request)) {
    const name = jsonText(record['name']) ?? '';
    if (record['type'] === 'template') uris[name] = jsonText(record['uri']) ?? '';
    if (record['type'] === 'refused') refused.push(`${name}: ${jsonText(record['why']) ?? ''}`);
  }
  // Once more: Core forgets what it remembers of an address only where it knew the address before,
  // so a template that was deleted and came back would for a week be the old one.
  if (Object.keys(uris).length > 0)
    await rest.send('PATCH', `lists/${encodeURIComponent(listId)}/uris`, uris);
  if (refused.length > 0) {
    throw new DiagnosticError({
      code: 'target.refused',
      summary: `${counted(refused.length, 'template')} of ${fqdnListname} ${refused.length === 1 ? 'was' : 'were'} not written`,
      why: refused.join('\n'),
      next: "mend what is named (POSTORIUS_TEMPLATE_BASE_URL in Postorius's settings?) and run the same command again, or enter them in Postorius",
    });
  }
}

/**
 * The texts that Core itself would use, asked in its own Python where that can be reached: it may
 * not reach Postorius, or remember an older text. Elsewhere what stands at the addresses.
 */
export async function templatesInUse(
  rest: RestClient,
  core: CoreSession | null,
  listId: string,
  names: readonly string[],
): Promise<readonly TemplateInUse[]> {
  if (core === null) {
    const all = await readTemplates(rest, null, listId);
    const found = new Map(all.map((template) => [template.name, template]));
    return names.map((name) => {
      const template = found.get(name);
      if (template === undefined) return { name, text: null, trouble: "Core uses Mailman 3's own" };
      const { uri, text } = template;
      return { name, text, trouble: text === null ? `${uri} does not answer with a text` : null };
    });
  }
  const records = await core.ask('core_helper.py', { do: 'templates', list: listId, names });
  return records
    .filter(({ type }) => type === 'template')
    .map(({ name, text, trouble }) => ({
      name: jsonText(name) ?? '',
      text: jsonText(text),
      trouble: jsonText(trouble),
    }));
}
