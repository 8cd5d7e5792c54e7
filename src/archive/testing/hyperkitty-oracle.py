# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs HyperKitty's own hyperkitty_import code over an mbox, into a database in memory.

Used by the tests of src/archive only. Prints JSON lines: one {"row": ...} a stored email, in
the order of insertion, then one {"end": {...}} with the messages the import complained of.
SQLite does not enforce what PostgreSQL does, so lengths, NUL and lone surrogates are checked
here as PostgreSQL would: such a row is refused.

  /usr/bin/python3 hyperkitty-oracle.py MBOX
"""
import io
import json
import sys
import traceback
import warnings

warnings.simplefilter('ignore')

from django.conf import settings  # noqa: E402

settings.configure(
    SECRET_KEY='oracle',
    USE_TZ=True,
    TIME_ZONE='UTC',
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}},
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
    INSTALLED_APPS=[
        'hyperkitty', 'django_mailman3', 'django.contrib.auth', 'django.contrib.contenttypes',
        'django.contrib.sessions', 'django.contrib.sites', 'django.contrib.messages',
        'rest_framework', 'haystack', 'django_q', 'django_gravatar',
        'django_extensions', 'django.contrib.staticfiles', 'allauth', 'allauth.account',
        'allauth.socialaccount',
    ],
    CACHES={'default': {'BACKEND': 'django.core.cache.backends.dummy.DummyCache'}},
    HAYSTACK_CONNECTIONS={'default': {'ENGINE': 'haystack.backends.simple_backend.SimpleEngine'}},
    Q_CLUSTER={'orm': 'default', 'sync': False, 'timeout': 300, 'retry': 360},
    ROOT_URLCONF='',
    SITE_ID=1,
    STATIC_URL='/static/', STATIC_ROOT='/nonexistent',
    MAILMAN_REST_API_URL='http://127.0.0.1:1', MAILMAN_REST_API_USER='x',
    MAILMAN_REST_API_PASS='x', MAILMAN_ARCHIVER_KEY='x', MAILMAN_ARCHIVER_FROM=('127.0.0.1',),
    MIGRATION_MODULES={'hyperkitty': None, 'django_mailman3': None},
    LOGGING_CONFIG=None,
    HYPERKITTY_BATCH_MODE=True,
)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import DataError, models  # noqa: E402
from django.db.models.signals import pre_save  # noqa: E402

from hyperkitty.lib import analysis  # noqa: E402,F401
from hyperkitty.management.commands import hyperkitty_import as command  # noqa: E402
from hyperkitty.models import Attachment, Email, Sender, Thread  # noqa: E402
from hyperkitty.models import MailingList  # noqa: E402

# Caches and background jobs are not what is being asked.
for model in (MailingList, Thread, Email):
    for name in ('on_email_added', 'on_post_created', 'on_post_save', 'on_thread_added'):
        if hasattr(model, name) and (model, name) != (Thread, 'on_email_added'):
            setattr(model, name, lambda *a, **k: None)
Thread.on_email_added = lambda *a, **k: None


def as_postgresql(sender, instance, **_):
    for field in sender._meta.fields:
        value = getattr(instance, field.attname)
        if not isinstance(value, str):
            continue
        if '\0' in value:
            raise ValueError('A string literal cannot contain NUL: %s' % field.name)
        value.encode('utf-8')
        if isinstance(field, models.CharField) and len(value) > field.max_length:
            raise DataError('value too long for %s' % field.name)


for model in (Email, Sender, Attachment, Thread):
    pre_save.connect(as_postgresql, sender=model)

call_command('migrate', run_syncdb=True, verbosity=0)


class Lines(io.StringIO):
    def write(self, text, ending='\n'):
        return super().write(text + ending)


out, err = Lines(), Lines()
importer = command.DbImporter('list@example.org', {'verbosity': 1, 'since': None}, out, err)
aborted = None
try:
    importer.from_mbox(sys.argv[1], '')
except Exception:
    aborted = traceback.format_exc()
reference = {}
for row in Email.objects.order_by('id').select_related('sender'):
    print(json.dumps({'row': {
        'messageId': row.message_id,
        'hash': row.message_id_hash,
        'date': row.date.timestamp(),
        'utcOffset': row.timezone,
        'archived': row.archived_date.timestamp(),
        'sender': row.sender.address,
        'senderName': row.sender_name,
        'subject': row.subject,
        'inReplyTo': row.in_reply_to,
        'parent': row.parent.message_id if row.parent_id else None,
        'content': row.content,
        'attachments': [
            [a.counter, a.name, a.content_type, a.encoding, len(a.get_content() or b'')]
            for a in row.attachments.order_by('counter')
        ],
    }}))
print(json.dumps({'end': {'aborted': aborted, 'errors': err.getvalue()}}))
