# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside HyperKitty's own Django and speaks JSON lines on standard output.

Fed to hyperkitty_session.py after hyperkitty_list.py. ``REQUEST``: ``{"do": "create" | "import",
"list": "list@domain", "archivePolicy": "private"}``; ``BODY``: the mail to import.

Records: ``note``, a line that the command printed.
"""
import os
import tempfile


def import_mbox(request, stream):
    """HyperKitty's own import command on the mbox that a stream carries."""
    from django.core.management import call_command

    make_list(request["list"], request["archivePolicy"])
    handle, path = tempfile.mkstemp(prefix="mm2to3-", suffix=".mbox")
    try:
        with os.fdopen(handle, "wb") as mbox:
            while piece := stream.read(1 << 18):
                mbox.write(piece)
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
    if request["do"] == "create":
        make_list(request["list"], request["archivePolicy"])
    elif request["do"] == "import":
        import_mbox(request, BODY)  # noqa: F821
    else:
        raise SystemExit("unknown request: %r" % request["do"])


main(REQUEST)  # noqa: F821 (defined by the caller)
