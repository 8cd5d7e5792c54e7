# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: writes what its REST interface shows but cannot set.

Fed to ``python -c`` of the account that runs Core, with the request and this text on standard
input. The caller defines ``REQUEST``, a dict: ``{"do": "bounce-state", "list": LIST-ID, ...}``.
One database transaction a request. Records: ``result`` (one), ``template`` (one a name, from
``{"do": "templates", "list": LIST-ID, "names": [...]}``), ``end`` (always last).
"""
import json
import sys
from datetime import datetime

from mailman.config import config
from mailman.core.initialize import initialize
from mailman.database.transaction import transaction
from mailman.interfaces.bans import IBanManager
from mailman.interfaces.listmanager import IListManager
from mailman.interfaces.template import ITemplateLoader
from mailman.utilities.datetime import now
from zope.component import getUtility


def emit(**record):
    sys.stdout.write(json.dumps(record) + "\n")


def bounce_state(request):
    """Scores, dates and warnings of members who bounced.

    A member whose delivery is disabled by bounces counts as warned just now: Core's bounce runner
    would otherwise write to all of them within minutes (a fresh member was last warned in year 1).
    """
    mlist = getUtility(IListManager).get_by_list_id(request["list"])
    if mlist is None:
        raise SystemExit("no such list: %s" % request["list"])
    missing = []
    with transaction():
        for state in request["members"]:
            member = mlist.members.get_member(state["email"].lower())
            if member is None:
                missing.append(state["email"])
                continue
            member.bounce_score = state["score"]
            if state["lastReceived"] is not None:
                member.last_bounce_received = datetime.fromisoformat(state["lastReceived"])
            if state["disabled"]:
                member.total_warnings_sent = state["warningsSent"]
                member.last_warning_sent = now()
    emit(type="result", missing=missing)


def bans(request):
    """Bans of a list that REST can neither lift nor add."""
    mlist = getUtility(IListManager).get_by_list_id(request["list"])
    if mlist is None:
        raise SystemExit("no such list: %s" % request["list"])
    manager = IBanManager(mlist)
    with transaction():
        for ban in request["remove"]:
            manager.unban(ban)
        for ban in request["add"]:
            manager.ban(ban)
    emit(type="result", bans=len(request["remove"]) + len(request["add"]))


def templates(request):
    """The texts that Core uses for a list, found as it finds them when it writes a mail."""
    mlist = getUtility(IListManager).get_by_list_id(request["list"])
    if mlist is None:
        raise SystemExit("no such list: %s" % request["list"])
    for name in request["names"]:
        try:
            # What was fetched goes into Core's cache, as always.
            with transaction():
                text, trouble = getUtility(ITemplateLoader).get(name, mlist), None
        except Exception as error:
            text, trouble = None, "%s: %s" % (type(error).__name__, error)
        emit(type="template", name=name, text=text, trouble=trouble)


def main(request):
    initialize()
    try:
        if request["do"] == "bounce-state":
            bounce_state(request)
        elif request["do"] == "bans":
            bans(request)
        elif request["do"] == "templates":
            templates(request)
        else:
            raise SystemExit("unknown request: %r" % request["do"])
    finally:
        config.db.abort()
    emit(type="end")
    sys.stdout.flush()


main(REQUEST)  # noqa: F821 (defined by the caller)
