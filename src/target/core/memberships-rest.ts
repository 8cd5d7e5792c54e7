// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError, isTrouble } from '../../diagnostics.js';
import { isJsonObject, type JsonObject, jsonText } from '../../model/json.js';
import type { DesiredMember, Role } from '../../model/mailman3-list.js';
import type { MemberChange } from '../../plan/target-port.js';
import type { RestClient } from '../rest-client.js';
import { withdrawSubscription } from './requests.js';

/**
 * Subscribes one address and gives it its options; returns the other name that Core shows of it
 * and that stays, or null. Throws `target.refused`, with the address, where Core will not.
 */
export async function subscribe(
  rest: RestClient,
  listId: string,
  role: Role,
  member: DesiredMember,
): Promise<string | null> {
  const known = await readAddress(rest, member.email);
  const language = role === 'member' ? null : await ownLanguage(rest, known);
  const made = await post(rest, listId, role, member);
  if (language !== null) {
    // Core sets the language of a user whom it makes an officer, whatever they chose.
    await rest.send('PATCH', language.path, { preferred_language: language.code });
  }
  // Of an address that is there already Core ignores the name that comes with a membership.
  const nameKept = known === null ? null : await fillName(rest, known, member);
  if (member.moderationAction !== null || member.preferences !== null) {
    const memberId = made ?? (await findMember(rest, listId, role, member.email));
    await setOptions(rest, memberId, {
      ...(member.moderationAction === null ? {} : { moderationAction: member.moderationAction }),
      ...(member.preferences === null ? {} : { preferences: member.preferences }),
    });
  }
  return nameKept;
}

/** Changes one membership that is there; returns as {@link subscribe} does. */
export async function changeMember(
  rest: RestClient,
  memberId: string,
  email: string,
  change: MemberChange,
): Promise<string | null> {
  await setOptions(rest, memberId, change);
  if (change.displayName === undefined) return null;
  const known = await readAddress(rest, email);
  return known && fillName(rest, known, { email, displayName: change.displayName });
}

async function setOptions(rest: RestClient, memberId: string, change: MemberChange): Promise<void> {
  if (change.moderationAction !== undefined) {
    await rest.send('PATCH', `members/${memberId}`, {
      // An empty text is how this resource is told "the list's default".
      moderation_action: change.moderationAction ?? '',
    });
  }
  if (change.preferences !== undefined) {
    await rest.send('PATCH', `members/${memberId}/preferences`, { ...change.preferences });
  }
}

/** Core's id of the new member; null where the address was subscribed already. */
async function post(
  rest: RestClient,
  listId: string,
  role: Role,
  member: DesiredMember,
): Promise<string | null> {
  try {
    const location = await rest.send('POST', 'members', {
      list_id: listId,
      subscriber: member.email,
      role,
      ...(member.displayName === '' ? {} : { display_name: member.displayName }),
      ...(role === 'member'
        ? {
            // Mailman 2 knew the address to be good: nobody is asked again, nobody is told.
            pre_verified: true,
            pre_confirmed: true,
            pre_approved: true,
            send_welcome_message: false,
          }
        : {}),
    });
    return location?.split('/').at(-1) ?? null;
  } catch (error) {
    if (!isTrouble(error, 'target.refused')) throw error;
    const { summary, why = '' } = error.diagnostic;
    // The old side's moderators took in somebody whose wish waits here since an earlier apply.
    if (why.includes('pending') && (await withdrawSubscription(rest, listId, member.email)))
      return post(rest, listId, role, member);
    // Subscribed already, by a run that was cut off between this and the next request. Core says
    // so with 409 for members, with 400 for others.
    const conflict = summary.includes('answered 409') || why.includes('is already an');
    if (conflict && (await lookUp(rest, listId, role, member.email)) !== null) return null;
    throw new DiagnosticError(
      {
        ...error.diagnostic,
        summary: `Core refuses ${role} ${member.email}`,
        next: 'add it by hand in Postorius',
      },
      { cause: error },
    );
  }
}

async function lookUp(
  rest: RestClient,
  listId: string,
  role: Role,
  email: string,
): Promise<string | null> {
  const path = `lists/${encodeURIComponent(listId)}/${role}/${encodeURIComponent(email)}`;
  const found = await rest.get(path);
  return isJsonObject(found) ? jsonText(found['member_id']) : null;
}

async function findMember(
  rest: RestClient,
  listId: string,
  role: Role,
  email: string,
): Promise<string> {
  const found = await lookUp(rest, listId, role, email);
  if (found !== null) return found;
  throw new DiagnosticError({
    code: 'target.refused',
    summary: `${role} ${email} was subscribed and cannot be found`,
    why: 'it left again meanwhile',
    next: 'run the same command again',
  });
}

async function readAddress(rest: RestClient, email: string): Promise<JsonObject | null> {
  const found = await rest.get(`addresses/${encodeURIComponent(email)}`);
  return isJsonObject(found) ? found : null;
}

/** Path of the user that an address belongs to; null where it has none. */
function userPath(address: JsonObject | null): string | null {
  const id = jsonText(address?.['user'])?.split('/').at(-1);
  return id === undefined ? null : `users/${id}`;
}

/** The language that the user of an address chose, and where it is kept. */
async function ownLanguage(
  rest: RestClient,
  address: JsonObject | null,
): Promise<{ readonly path: string; readonly code: string } | null> {
  const user = userPath(address);
  if (user === null) return null;
  const path = `${user}/preferences`;
  const found = await rest.get(path);
  const code = isJsonObject(found) ? jsonText(found['preferred_language']) : null;
  return code === null ? null : { path, code };
}

/** Gives an address and its user a name where neither has one; returns another name that stays. */
async function fillName(
  rest: RestClient,
  known: JsonObject,
  { email, displayName }: Pick<DesiredMember, 'email' | 'displayName'>,
): Promise<string | null> {
  if (displayName === '') return null;
  const before = userPath(known);
  const ofUser = before === null ? null : await rest.get(before);
  // Core shows the address's own name, else that of its user.
  const names = [known, ofUser].map((each) => (isJsonObject(each) ? each['display_name'] : null));
  const shown = names.map(jsonText).find((name) => name !== null && name !== '');
  if (shown != null) return shown === displayName ? null : shown;
  await rest.send('PATCH', `addresses/${encodeURIComponent(email)}`, { display_name: displayName });
  // Its first membership gave the address a user.
  const user = before ?? userPath(await readAddress(rest, email));
  if (user !== null) await rest.send('PATCH', user, { display_name: displayName });
  return null;
}
