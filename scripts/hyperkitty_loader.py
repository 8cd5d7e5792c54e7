# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads mail into one list of HyperKitty: the rows that its own
import command and its daily job for orphans would make, many times as fast.

Fed to hyperkitty_session.py after hyperkitty_list.py and the other hyperkitty_loader_*.py, as one
text. ``REQUEST``: ``{"do": "load", "list": "list@domain", "archivePolicy": "private"}`` (``batch``:
messages a transaction) with the prepared mbox as ``BODY``, or ``{"do": "refresh", "list": ...}``
for the part that comes after the rows.

Records: ``progress`` (some a second), ``refused`` and ``changed`` (one a message, with its
Message-ID), ``loaded``.
"""
import time

from django.db import connection, connections
from hyperkitty.models import MailingList

# A transaction holds no more than this: others wait for it on SQLite.
BATCH_MESSAGES = 500


def load(request, stream):
    fit = Fit(narrow=takes_three_bytes())  # noqa: F821
    # The workers must not share a connection, so they are made before there is one.
    connections.close_all()
    with Workers(lambda unixfrom, body: fit.row(values_of(body, unixfrom))) as workers:  # noqa: F821
        # They are busy before the list's row is there, for which HyperKitty asks Core.
        workers.begin(stream)
        make_list(request["list"], request["archivePolicy"])  # noqa: F821
        mlist = MailingList.objects.get(name=request["list"])
        store = Store(mlist, refuse)  # noqa: F821
        progress = Progress()
        progress.add(0)
        for batch, count in batches(workers.results(),
                                    request.get("batch", BATCH_MESSAGES), store.batch_bytes):
            store.put(batch)
            progress.add(count)
    store.adopt_orphans()
    refresh_caches(mlist)  # noqa: F821
    store.straighten()
    emit(type="loaded", messages=store.added, privateCaches=caches_are_private())  # noqa: F821


def takes_three_bytes():
    """Whether this is MySQL with texts of its older kind of UTF-8; where they are of the newer
    kind, the connection learns of it."""
    if connection.vendor != "mysql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = database() "
            "AND table_name = 'hyperkitty_email' AND character_set_name IN ('utf8', 'utf8mb3')")
        if cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT @@character_set_client")
        if cursor.fetchone()[0] != "utf8mb4":
            connection.settings_dict.setdefault("OPTIONS", {})["charset"] = "utf8mb4"
    return False


def batches(results, most, most_bytes):
    """Rows to be stored together, with the number of messages that they and the unreadable make."""
    rows, size, count = [], 0, 0
    for result, why in results:
        count += 1
        if why is not None:
            emit(type="refused", messageId=result, why=why)  # noqa: F821
            continue
        values, lost = result
        row = Row(*values)  # noqa: F821
        if lost:
            emit(type="changed", messageId=row.message_id, what=", ".join(sorted(set(lost))))  # noqa: F821
        rows.append(row)
        size += weight(row)  # noqa: F821
        if len(rows) >= most or size >= most_bytes:
            yield rows, count
            rows, size, count = [], 0, 0
    if count:
        yield rows, count


def refuse(row, why):
    emit(type="refused", messageId=row.message_id, why=why)  # noqa: F821


class Progress:
    def __init__(self):
        self.done, self.said = 0, 0.0

    def add(self, count):
        self.done += count
        now = time.monotonic()
        if now - self.said > 0.3:
            self.said = now
            emit(type="progress", done=self.done)  # noqa: F821


def main(request):
    if request["do"] == "load":
        load(request, BODY)  # noqa: F821
    elif request["do"] == "refresh":
        refresh_caches(MailingList.objects.get(name=request["list"]))  # noqa: F821
    else:
        raise SystemExit("unknown request: %r" % request["do"])


main(REQUEST)  # noqa: F821 (defined by the caller)
