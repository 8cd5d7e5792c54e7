# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: attributes of a list that its REST interface cannot set.

Run by core_session.py, after core_transaction.py, with the request as ``REQUEST``:
``{"do": "read", "list": LIST-ID}`` or ``{"do": "set", "list", "attributes"}``. Times are ISO 8601,
naive UTC as Core keeps them; ``usenet_watermark`` is ``{"article", "server"}``. Records:
``attributes`` (what stands there), ``refused`` (one an attribute that stays as it was).
"""
import json
import re
import sys
from datetime import datetime

from mailman.config import config
from mailman.core.initialize import initialize
from mailman.interfaces.listmanager import IListManager
from zope.component import getUtility

MOMENTS = ("created_at", "last_post_at", "digest_last_sent_at")
ISSUE = ("volume", "next_digest_number")
OTHERS = ("post_id", "bounce_matching_headers", "topics_bodylines_limit", "topics_enabled", "topics")


def emit(**record):
    sys.stdout.write(json.dumps(record) + "\n")


def as_json(value):
    return value.isoformat() if isinstance(value, datetime) else value


def read(mlist):
    found = {name: as_json(getattr(mlist, name)) for name in MOMENTS + ISSUE + OTHERS}
    found["topics"] = [list(topic) for topic in mlist.topics or ()]
    found["usenet_watermark"] = {"article": mlist.usenet_watermark,
                                 "server": config.nntp.host.strip()}
    return {name: value for name, value in found.items() if value is not None}


def trouble(topics):
    """Why Core's tagger would stumble over topics with every post; None where it would not."""
    for name, pattern, *_ in topics:
        try:
            re.compile("|".join(pattern.splitlines()), re.IGNORECASE)
        except re.error as error:
            return "the pattern of topic %s: %s" % (name, error)
    return None


def write(list_id, attributes):
    """Sets them, and returns what stays as it was, with the reason.

    What Core counted meanwhile is not lowered, whatever was seen when this was planned.
    """
    mlist = getUtility(IListManager).get_by_list_id(list_id)
    refused = {}
    for name in MOMENTS:
        if name not in attributes:
            continue
        value, current = datetime.fromisoformat(attributes[name]), getattr(mlist, name)
        if current is None or (value < current if name == "created_at" else value > current):
            setattr(mlist, name, value)
    if "post_id" in attributes:
        mlist.post_id = max(mlist.post_id or 0, attributes["post_id"])
    issue = tuple(attributes.get(name, getattr(mlist, name) or 1) for name in ISSUE)
    if issue > tuple(getattr(mlist, name) or 1 for name in ISSUE):
        mlist.volume, mlist.next_digest_number = issue
    for name in ("bounce_matching_headers", "topics_bodylines_limit"):
        if name in attributes:
            setattr(mlist, name, attributes[name])
    if "usenet_watermark" in attributes:
        mark, server = attributes["usenet_watermark"], config.nntp.host.strip()
        if mark["server"].lower() == server.lower():
            mlist.usenet_watermark = max(mlist.usenet_watermark or 0, mark["article"])
        else:
            refused["usenet_watermark"] = "Mailman 2 counted articles of %s, and Core asks %s" % (
                mark["server"], server or "no news server")
    why = trouble(attributes.get("topics", mlist.topics or ()))
    for name in ("topics", "topics_enabled"):
        if name in attributes and why is not None:
            refused[name] = why
        elif name in attributes:
            setattr(mlist, name, attributes[name])
    return refused


def main(request):
    initialize()
    list_id, manager = request["list"], getUtility(IListManager)
    if manager.get_by_list_id(list_id) is None:
        raise SystemExit("no such list: %s" % list_id)
    if request["do"] == "set":
        refused = in_transaction(  # noqa: F821 (defined by core_transaction.py)
            ("mailinglist",), lambda: write(list_id, request["attributes"]))
        for name, why in refused.items():
            emit(type="refused", attribute=name, why=why)
    emit(type="attributes", attributes=read(manager.get_by_list_id(list_id)))


main(REQUEST)  # noqa: F821 (defined by the caller)
