# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: puts requests into its moderation queues.

Fed like core_helper.py. ``REQUEST`` is ``{"do": "list-held", "list": LIST-ID}``, which is answered
with a record ``held`` (messageId) for each, or ``{"do": "add-requests", "list": LIST-ID, "membership":
[{"id", "kind", "email", "displayName", "language", "deliveryMode", "askedAt"}], "held": COUNT}``;
the rest of standard input has COUNT lines of ``{"id", "messageId", "sender", "subject", "reason",
"heldAt", "fromUsenet", "message"}``. Times are seconds since 1970 or null, messages base64.

Records: ``refused`` (id, why) for what Core would not take, ``result`` (one), ``end`` (last). What
waits already is left as it is, so a second run adds nothing. It goes past the functions of Core
that hold a message or start a subscription, for these write to moderators and to who asked; what
they leave behind in the database is the same.
"""
import base64
import email
import fcntl
import json
import os
import pickle
import sys
from datetime import datetime, timedelta
from email.header import decode_header, make_header

from mailman.app.subscriptions import (
    PendableSubscription, PendableUnsubscription, SubscriptionWorkflow, UnSubscriptionWorkflow)
from mailman.config import config
from mailman.core.initialize import initialize
from mailman.database.transaction import transaction
from mailman.email.message import Message
from mailman.interfaces.address import IEmailValidator
from mailman.interfaces.bans import IBanManager
from mailman.interfaces.languages import ILanguageManager
from mailman.interfaces.listmanager import IListManager
from mailman.interfaces.mailinglist import DMARCMitigateAction
from mailman.interfaces.member import DeliveryMode
from mailman.interfaces.messages import IMessageStore
from mailman.interfaces.pending import IPendings
from mailman.interfaces.requests import IListRequests, RequestType
from mailman.interfaces.subscriptions import TokenOwner
from mailman.interfaces.usermanager import IUserManager
from mailman.utilities.datetime import now
from zope.component import getUtility

# Messages of one transaction: on SQLite, Core's own processes wait as long as it lasts.
BATCH = 50
# PostgreSQL refuses to index a value of more than 2,704 bytes, and these values are indexed.
LONGEST_VALUE = 2400


def emit(**record):
    sys.stdout.write(json.dumps(record) + "\n")


class Refused(Exception):
    """Core would not take a request; the text says why."""


def moment(seconds):
    """As Core writes times down: UTC, without saying so."""
    if seconds is None:
        return now()
    return datetime(1970, 1, 1) + timedelta(seconds=seconds)


def brief(text):
    while len(json.dumps(text)) > LONGEST_VALUE:
        text = text[:len(text) * 3 // 4]
    return text


# --- held messages -----------------------------------------------------------------

def hold(mlist, held):
    """What hold_message() of Core's app/moderator.py does, with the date of the old site."""
    data = base64.b64decode(held["message"])
    message_id = held["messageId"]
    try:
        message = email.message_from_bytes(data, Message)
        message.original_size = len(data)
        if message.get_all("message-id") != [message_id]:
            del message["message-id"]
            message["Message-ID"] = message_id
        if not is_readable(str(message.get("subject", ""))):
            # Core's delivery would stop at it and put the message aside.
            message.replace_header("Subject", unencoded(str(message["subject"])))
        # All that Core does with it later: its pages show it, its queues write and pickle it.
        for use in (message.as_string, message.as_bytes, lambda: pickle.dumps(message)):
            use()
        sender = held["sender"].lower()
        if not getUtility(IEmailValidator).is_valid(sender):
            sender = message.sender
    except Exception as error:
        raise Refused("Core cannot handle the message: %s: %s" % (type(error).__name__, error))
    store = getUtility(IMessageStore)
    stored = store.get_message_by_id(message_id)
    if stored is None:
        store.add(message)
    elif body(stored) != body(message):
        raise Refused("another message with the same Message-ID is held in Mailman 3")
    # `mailman notify` dies of a subject that it cannot read, for all lists.
    subject = held["subject"] if is_readable(held["subject"]) else unencoded(held["subject"])
    msgdata = dict(
        listid=mlist.list_id,
        lang=mlist.preferred_language.code,
        original_size=len(data),
        to_list=True,
        _mod_message_id=message_id,
        _mod_listid=mlist.list_id,
        _mod_sender=brief(sender),
        _mod_subject=brief(subject),
        _mod_reason=brief(held["reason"]),
        _mod_hold_date=moment(held["heldAt"]).isoformat())
    if held["fromUsenet"]:
        msgdata["fromusenet"] = True
    if mlist.dmarc_mitigate_action in (
            DMARCMitigateAction.munge_from, DMARCMitigateAction.wrap_message):
        # Whether the sender's domain asks for it is looked up on arrival, and this one has long
        # arrived. Unasked it does no harm; left out, receivers would refuse the message.
        msgdata["dmarc"] = True
    IListRequests(mlist).hold_request(RequestType.held_message, message_id, msgdata)


def is_readable(text):
    """Whether Core can decode a header's encoded words: elsewhere it does not catch the errors."""
    try:
        str(make_header(decode_header(text)))
    except Exception:
        return False
    return True


def unencoded(text):
    """Encoded words that nobody can read, as plain text."""
    return " ".join(text.split()).replace("=?", "= ?")


def body(message):
    return message.as_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[2].strip()


def add_held(mlist, count, waiting):
    """Reads its messages from standard input, a few at a time. Returns how many it added."""
    added = 0
    for start in range(0, count, BATCH):
        lines = [sys.stdin.buffer.readline() for _ in range(min(BATCH, count - start))]
        with transaction():
            for line in lines:
                held = json.loads(line)
                if held["messageId"] in waiting:
                    continue
                try:
                    hold(mlist, held)
                except Refused as refusal:
                    emit(type="refused", id=held["id"], why=str(refusal))
                else:
                    waiting.add(held["messageId"])
                    added += 1
    return added


# --- joining and leaving -----------------------------------------------------------

def subscription(mlist, wish):
    """What a SubscriptionWorkflow leaves behind when it begins to wait for a moderator."""
    if not getUtility(IEmailValidator).is_valid(wish["email"]):
        raise Refused("Core refuses this form of address")
    if wish["email"].lower() == mlist.posting_address:
        raise Refused("it is the list's own posting address")
    if mlist.members.get_member(wish["email"].lower()) is not None:
        raise Refused("the address is a member already")
    if IBanManager(mlist).is_banned(wish["email"].lower()):
        raise Refused("the address is banned, and Core would not let it join")
    users = getUtility(IUserManager)
    address = users.get_address(wish["email"])
    if address is None:
        users.make_user(wish["email"], wish["displayName"])
        address = users.get_address(wish["email"])
        language = wish["language"]
        if language != mlist.preferred_language.code and language in getUtility(ILanguageManager):
            address.preferences.preferred_language = language
    user = users.make_user(wish["email"], address.display_name)
    if address.verified_on is None:
        # Core asks moderators last: whoever waits for them counts as verified.
        address.verified_on = now()
    mode = DeliveryMode[wish["deliveryMode"]]
    workflow = SubscriptionWorkflow(
        mlist, address, pre_verified=True, pre_confirmed=True,
        delivery_mode=None if mode is DeliveryMode.regular else mode)
    workflow.user = user
    wait(mlist, workflow, PendableSubscription, "subscribe_from_restored", wish)


def unsubscription(mlist, wish):
    member = mlist.members.get_member(wish["email"].lower())
    if member is None:
        raise Refused("the address is no member of the list")
    address = member.address
    workflow = UnSubscriptionWorkflow(mlist, address, pre_confirmed=True)
    workflow.user = getUtility(IUserManager).make_user(address.email)
    wait(mlist, workflow, PendableUnsubscription, "unsubscribe_from_restored", wish)


def wait(mlist, workflow, pendable, step, wish):
    """The token, and with it the workflow's state: approval goes on at ``step``."""
    workflow.token_owner = TokenOwner.moderator
    workflow.token = getUtility(IPendings).add(pendable(
        list_id=mlist.list_id,
        email=workflow.address.email,
        display_name=brief(wish["displayName"] or workflow.address.display_name),
        when=moment(wish["askedAt"]).replace(microsecond=0).isoformat(),
        token_owner=TokenOwner.moderator.name))
    workflow._next.clear()
    workflow.push(step)
    workflow.save()


HOW = {"subscription": subscription, "unsubscription": unsubscription}


def add_membership(mlist, wishes):
    """One transaction each: a refused one leaves no address behind."""
    owners = {kind: {} for kind in HOW}
    if wishes:
        for kind in HOW:
            for _token, pended in getUtility(IPendings).find(mlist=mlist, pend_type=kind):
                if pended is not None:
                    owners[kind][pended["email"].lower()] = pended.get("token_owner")
    added = 0
    for wish in wishes:
        key = wish["email"].lower()
        try:
            if key in owners[wish["kind"]]:
                if owners[wish["kind"]][key] == TokenOwner.moderator.name:
                    continue
                raise Refused("in Mailman 3 the same request waits for its sender's confirmation")
            with transaction():
                HOW[wish["kind"]](mlist, wish)
        except Refused as refusal:
            emit(type="refused", id=wish["id"], why=str(refusal))
        else:
            owners[wish["kind"]][key] = TokenOwner.moderator.name
            added += 1
    return added


# --- the request -------------------------------------------------------------------

def become_core():
    """Files of the message store must be Core's own: it could neither read nor remove root's."""
    if os.geteuid() == 0:
        owner = os.stat(config.VAR_DIR)
        os.setegid(owner.st_gid)
        os.seteuid(owner.st_uid)


def alone():
    """Waits for a helper that outlived its caller: both would add what neither sees of the other."""
    fcntl.flock(os.open(config.VAR_DIR, os.O_RDONLY), fcntl.LOCK_EX)


def held_ids(mlist):
    return {held.key for held in IListRequests(mlist).of_type(RequestType.held_message)}


def list_held(mlist, _request):
    for message_id in sorted(held_ids(mlist)):
        emit(type="held", messageId=message_id)


def add_requests(mlist, request):
    held = add_held(mlist, request["held"], held_ids(mlist))
    emit(type="result", held=held, membership=add_membership(mlist, request["membership"]))


REQUESTS = {"list-held": list_held, "add-requests": add_requests}


def main(request):
    initialize()
    become_core()
    if request["do"] == "add-requests":
        alone()
    try:
        mlist = getUtility(IListManager).get_by_list_id(request["list"])
        if mlist is None:
            raise SystemExit("no such list: %s" % request["list"])
        REQUESTS[request["do"]](mlist, request)
    finally:
        config.db.abort()
    emit(type="end")
    sys.stdout.flush()


main(REQUEST)  # noqa: F821 (defined by the caller)
