// SPDX-License-Identifier: GPL-3.0-or-later
import { IN_MAILS, type Placeholders } from './placeholders.js';

/** One of Mailman 2's texts that a list can have a file of its own for, and what becomes of it. */
export type TemplateFile =
  | {
      readonly file: string;
      /** Core's name of the template. */
      readonly target: string;
      readonly placeholders: Placeholders;
      /** What the same mail says in Mailman 3 that Mailman 2 added by itself. */
      readonly appended?: string;
    }
  | {
      readonly file: string;
      readonly target: null;
      readonly reason: string;
      readonly instead: string;
      /** Nobody ever got this text. */
      readonly unused?: true;
    };

const file = (
  name: string,
  target: string,
  placeholders: Placeholders,
  appended?: string,
): TemplateFile => ({
  file: name,
  target,
  placeholders,
  ...(appended === undefined ? {} : { appended }),
});

const without = (name: string, reason: string, instead: string): TemplateFile => ({
  file: name,
  target: null,
  reason,
  instead,
});

const unused = (name: string): TemplateFile => ({
  file: name,
  target: null,
  reason: "Mailman 2 takes this text from the site's templates, never from a list's own",
  instead: 'nothing to do',
  unused: true,
});

const NOTHING_TO_DO = 'nothing to do: the text is in the old folder';

// The files of templates/en in Mailman 2.1.39, with what its programs fill in (Utils.maketext).
const FILES: readonly TemplateFile[] = [
  file('subscribeack.txt', 'list:user:notice:welcome', IN_MAILS.subscribeack),
  file('masthead.txt', 'list:member:digest:masthead', IN_MAILS.masthead),
  file('verify.txt', 'list:user:action:subscribe', IN_MAILS.verify),
  file('unsub.txt', 'list:user:action:unsubscribe', IN_MAILS.verify),
  file('invite.txt', 'list:user:action:invite', IN_MAILS.invite),
  file('postack.txt', 'list:user:notice:post', IN_MAILS.postack),
  file('postheld.txt', 'list:user:notice:hold', IN_MAILS.postheld),
  file('refuse.txt', 'list:user:notice:refuse', IN_MAILS.refuse),
  file('probe.txt', 'list:user:notice:probe', IN_MAILS.probe),
  file('disabled.txt', 'list:user:notice:warning', IN_MAILS.disabled),
  file('postauth.txt', 'list:admin:action:post', IN_MAILS.postauth),
  file('subauth.txt', 'list:admin:action:subscribe', IN_MAILS.subauth),
  file('unsubauth.txt', 'list:admin:action:unsubscribe', IN_MAILS.unsubauth),
  // What waits is listed below it: by Mailman 2 on its own, by Core where the text says.
  file('checkdbs.txt', 'list:admin:notice:pending', IN_MAILS.checkdbs, '\n$data\n'),
  file('adminsubscribeack.txt', 'list:admin:notice:subscribe', IN_MAILS.adminsubscribeack),
  file('adminunsubscribeack.txt', 'list:admin:notice:unsubscribe', IN_MAILS.adminsubscribeack),
  without(
    'bounce.txt',
    'Mailman 3 has a text of its own for each thing that happens to a member who bounces',
    'enter it in Postorius as list:admin:notice:disable and list:admin:notice:increment',
  ),
  without('adminaddrchgack.txt', 'Mailman 3 does not tell owners of new addresses', NOTHING_TO_DO),
  without('approve.txt', 'Mailman 3 has no text for somebody whose request waits', NOTHING_TO_DO),
  without('userpass.txt', 'Mailman 3 has no list passwords to be reminded of', NOTHING_TO_DO),
  without(
    'help.txt',
    "Mailman 3's answer to the command help is the same for every list",
    'tell members in the welcome text what they need to know',
  ),
  ...['convert.txt', 'cronpass.txt', 'newlist.txt', 'nomoretoday.txt'].map(unused),
];

const BY_NAME: ReadonlyMap<string, TemplateFile> = new Map(FILES.map((row) => [row.file, row]));

/** What becomes of a file of a list's own. */
export function templateFile(name: string): TemplateFile {
  const row = BY_NAME.get(name);
  if (row !== undefined) return row;
  return name.endsWith('.html')
    ? without(
        name,
        'it is a page of the old web interface',
        "put what members need to know into the list's description in Postorius (info)",
      )
    : {
        file: name,
        target: null,
        reason: 'Mailman 2 has no text of this name',
        instead: 'nothing to do',
        unused: true,
      };
}
