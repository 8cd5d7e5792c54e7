// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from 'execa';
import type { Sandbox } from './sandbox.js';

// Threads by their first message, for numbers of rows are anything.
const PROGRAM = `
import hashlib
import json
from hyperkitty.models import Attachment, Email, MailingList
from hyperkitty.search_indexes import EmailIndex
from haystack.query import SearchQuerySet
from postorius.models import EmailTemplate
def digest(data):
    return hashlib.sha256(data).hexdigest()
lists = {}
for ml in MailingList.objects.all():
    mails = Email.objects.filter(mailinglist=ml).select_related('thread__starting_email', 'parent')
    hashes = {m.pk: m.message_id_hash for m in mails}
    lists[ml.name] = {
        'policy': ml.archive_policy,
        'documents': sorted(hashes.get(int(each.pk), 'of no mail')
            for each in SearchQuerySet().filter(mailinglist__exact=ml.name)),
        'mails': sorted([
            m.message_id_hash, m.subject, m.sender_id, str(m.date), digest(m.content.encode()),
            m.thread.starting_email.message_id_hash, m.thread_order, m.thread_depth,
            m.parent and m.parent.message_id_hash,
            sorted([a.counter, a.name, digest(a.get_content())] for a in Attachment.objects.filter(email=m)),
        ] for m in mails),
    }
templates = sorted([t.context, t.identifier, t.name, t.language, t.data] for t in EmailTemplate.objects.all())
print('DUMP' + json.dumps({'lists': lists, 'templates': templates}, sort_keys=True))
`;

/** What HyperKitty and its search index hold, list by list, and the texts that Postorius serves. */
export async function dumpHyperkitty({ facts }: Sandbox): Promise<unknown> {
  const [command, ...words] = facts.djangoCommand;
  const { stdout } = await execa(command, [...words, 'shell', '-c', PROGRAM]);
  const line = stdout.split('\n').find((each) => each.startsWith('DUMP')) ?? '';
  return JSON.parse(line.slice('DUMP'.length)) as unknown;
}
