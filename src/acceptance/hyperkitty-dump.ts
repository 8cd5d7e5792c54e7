// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from 'execa';
import type { Sandbox } from './sandbox.js';

// Threads by their first message, for numbers of rows are anything.
const PROGRAM = `
import json
from hyperkitty.models import Attachment, Email, MailingList
from hyperkitty.search_indexes import EmailIndex
from haystack.query import SearchQuerySet
lists = {}
for ml in MailingList.objects.all():
    mails = Email.objects.filter(mailinglist=ml).select_related('thread__starting_email', 'parent')
    lists[ml.name] = {
        'policy': ml.archive_policy,
        'documents': SearchQuerySet().filter(mailinglist__exact=ml.name).count(),
        'mails': sorted([
            m.message_id_hash, m.subject, m.sender_id, str(m.date), len(m.content),
            m.thread.starting_email.message_id_hash, m.thread_order, m.thread_depth,
            m.parent and m.parent.message_id_hash,
            sorted([a.counter, a.name, a.size] for a in Attachment.objects.filter(email=m)),
        ] for m in mails),
    }
print('DUMP' + json.dumps(lists, sort_keys=True))
`;

/** What HyperKitty and its search index hold, list by list. */
export async function dumpHyperkitty({ facts }: Sandbox): Promise<unknown> {
  const [command, ...words] = facts.djangoCommand;
  const { stdout } = await execa(command, [...words, 'shell', '-c', PROGRAM]);
  const line = stdout.split('\n').find((each) => each.startsWith('DUMP')) ?? '';
  return JSON.parse(line.slice('DUMP'.length)) as unknown;
}
