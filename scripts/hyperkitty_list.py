# SPDX-License-Identifier: GPL-3.0-or-later
"""What the helpers that run inside HyperKitty's Django have in common: records, and a list's row.

Sent before them, as one text.
"""
import json
import sys
import time

from django.db import (
    DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction)

# Seconds for which a database that is locked, or gone for a moment, is waited for.
PATIENCE = 600
# MySQL's numbers for a value that it does not take, which Python's driver counts with lost
# connections.
MYSQL_DATA = (1153, 1264, 1366, 1406)


def emit(**record):
    sys.stdout.write(json.dumps(record) + "\n")
    # At once: the caller shows progress, and a forked child would write again what still waits.
    sys.stdout.flush()


class Notes:
    """A stream for Django commands: each line of theirs becomes a record."""

    def __init__(self):
        self.rest = ""

    def write(self, text, *args, **kwargs):
        # Progress marks begin with a carriage return; they are for terminals.
        lines = (self.rest + text).split("\n")
        self.rest = lines.pop()
        for line in lines:
            line = line.rsplit("\r", 1)[-1].strip()
            if line and not line.endswith("%"):
                emit(type="note", text=line)

    def flush(self):
        pass

    def isatty(self):
        return False


def make_list(name, policy):
    """The list's row with the right archive policy from the start: HyperKitty's own default is
    public, and its import command creates the row that way (CVE-2021-33038 was of this kind)."""
    from hyperkitty.models import ArchivePolicy, MailingList

    value = ArchivePolicy[policy].value

    def row():
        mlist, created = MailingList.objects.get_or_create(
            name=name, defaults={"archive_policy": value})
        if not created and mlist.archive_policy > value:
            mlist.archive_policy = value
            mlist.save()
        return mlist

    mlist = patiently(row)
    patiently(mlist.update_from_mailman)
    patiently(mlist.save)


def patiently(work):
    """Does something in a transaction, as often as it takes: others write, too, and databases are
    restarted."""
    until = time.monotonic() + PATIENCE
    collisions = 0
    while True:
        try:
            with transaction.atomic():
                return work()
        except (OperationalError, InterfaceError) as error:
            if error.args and error.args[0] in MYSQL_DATA:
                raise DataError(*error.args) from error
            if time.monotonic() > until:
                raise SystemExit("the database did not answer for %d minutes" % (PATIENCE / 60))
            connection.close_if_unusable_or_obsolete()
            time.sleep(0.2)
        except IntegrityError:
            # A message that arrived between our look and our writing: look again.
            collisions += 1
            if collisions > 3:
                raise
