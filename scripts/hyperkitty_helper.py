# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside HyperKitty's own Django and speaks JSON lines on standard output.

It is fed to ``manage.py shell -c`` (``mailman-web shell -c`` on Debian), which needs no file on
HyperKitty's host: standard input carries this text, then the mail where there is any. The caller
defines ``REQUEST``, a dict: ``{"do": "observe" | "create" | "import", "list": "list@domain", ...}``.

Records: ``list`` (one), ``email`` (one a message), ``note`` (a line that the command printed),
``end`` (always last; without it the run was cut off). hyperkitty_list.py is sent before it.
"""
import os
import shutil
import sys
import tempfile
import time


def observe(request):
    """What HyperKitty holds of one list, and how much of it the search index knows."""
    import hyperkitty
    from haystack.query import SearchQuerySet
    from hyperkitty.models import Email, MailingList

    mlist = MailingList.objects.filter(name=request["list"]).first()
    if mlist is None:
        emit(type="list", exists=False, version=hyperkitty.VERSION)
        return
    emails = Email.objects.filter(mailinglist=mlist)
    keys = set()
    rows = emails.order_by("pk").values_list("pk", "message_id", "message_id_hash", "date")
    for key, message_id, message_hash, date in rows.iterator(chunk_size=2000):
        keys.add(str(key))
        emit(type="email", messageId=message_id, hash=message_hash, date=date.timestamp())
    # The index splits a list's name into words, so one list's name can match another's mail:
    # only documents of messages that are this list's count.
    documents = indexed(SearchQuerySet().models(Email).filter(mailinglist__exact=mlist.name))
    emit(type="list", exists=True, version=hyperkitty.VERSION,
         archivePolicy=mlist.get_archive_policy_display(),
         emails=len(keys), threads=mlist.threads.count(), documents=len(documents & keys))


def indexed(found):
    """The keys of the documents found; none where there is no index yet (Xapian makes it with the
    first document)."""
    try:
        return {str(key) for key in found.values_list("pk", flat=True)}
    except Exception as error:
        if type(error).__name__ == "InvalidIndexError":
            return set()
        raise


def import_mbox(request, stream):
    """HyperKitty's own import command on the mbox that standard input carries."""
    from django.core.management import call_command

    make_list(request["list"], request["archivePolicy"])
    handle, path = tempfile.mkstemp(prefix="mm2to3-", suffix=".mbox")
    try:
        with os.fdopen(handle, "wb") as mbox:
            shutil.copyfileobj(stream, mbox)
        call_command(
            "hyperkitty_import", path, list_address=request["list"],
            # All senders of all lists would be looked up in Core, one by one; the daily job
            # mailman_sync does that anyway.
            no_sync_mailman=True,
            # Without these two the command passes over all mail older than the newest it holds.
            since="1900-01-01T00:00:00+00:00", ignore_mtime=True,
            stdout=Notes(), stderr=Notes())
    finally:
        os.unlink(path)


def main(request):
    began = time.time()
    if request["do"] == "observe":
        observe(request)
    elif request["do"] == "create":
        make_list(request["list"], request["archivePolicy"])
    elif request["do"] == "import":
        import_mbox(request, sys.stdin.buffer)
    else:
        raise SystemExit("unknown request: %r" % request["do"])
    emit(type="end", seconds=round(time.time() - began, 3))
    sys.stdout.flush()


main(REQUEST)  # noqa: F821 (defined by the caller)
