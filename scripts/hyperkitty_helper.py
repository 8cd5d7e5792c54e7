# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside HyperKitty's own Django and speaks JSON lines on standard output.

It is fed to ``manage.py shell -c`` (``mailman-web shell -c`` on Debian), which needs no file on
HyperKitty's host: standard input carries this text, then the mail where there is any. The caller
defines ``REQUEST``, a dict: ``{"do": "create" | "import", "list": "list@domain", ...}``.

Records: ``note`` (a line that the command printed), ``end`` (always last; without it the run was cut off). hyperkitty_list.py is sent before it.
"""
import os
import shutil
import sys
import tempfile
import time


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
    if request["do"] == "create":
        make_list(request["list"], request["archivePolicy"])
    elif request["do"] == "import":
        import_mbox(request, sys.stdin.buffer)
    else:
        raise SystemExit("unknown request: %r" % request["do"])
    emit(type="end", seconds=round(time.time() - began, 3))


main(REQUEST)  # noqa: F821 (defined by the caller)
