# SPDX-License-Identifier: GPL-3.0-or-later
"""What the helpers that run inside HyperKitty's Django have in common: records, and a list's row.

Sent before them, as one text.
"""
import json
import sys


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
    from django.db import transaction
    from hyperkitty.models import ArchivePolicy, MailingList

    value = ArchivePolicy[policy].value
    with transaction.atomic():
        mlist, created = MailingList.objects.get_or_create(
            name=name, defaults={"archive_policy": value})
        if not created and mlist.archive_policy > value:
            mlist.archive_policy = value
            mlist.save()
    mlist.update_from_mailman()
    mlist.save()
