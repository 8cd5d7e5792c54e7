# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: writes memberships by the thousand.

Run by core_session.py, after core_transaction.py, with the request as ``REQUEST``: ``{"do": "load", "list": LIST-ID, "role",
"members"}`` or ``{"do": "change", "list", "role", "changes"}``. It leaves the very rows that Core's
``POST /members``, ``PATCH /members/ID`` and ``PATCH /members/ID/preferences`` leave, but for two
things: an empty name is filled, and nobody's own language is overwritten. It notifies nobody.
Records: ``members``, one a transaction, with what became of each.
"""
import gc
import json
import re
import sys
import uuid

from mailman.config import config
from mailman.core.constants import system_preferences
from mailman.core.initialize import initialize
from mailman.interfaces.action import Action
from mailman.interfaces.address import IEmailValidator
from mailman.interfaces.languages import ILanguageManager
from mailman.interfaces.listmanager import IListManager
from mailman.interfaces.member import DeliveryMode, DeliveryStatus, MemberRole
from mailman.interfaces.pending import IPendings
from mailman.interfaces.subscriptions import ISubscriptionManager, TokenOwner
from mailman.model.address import Address
from mailman.model.bans import Ban
from mailman.model.member import Member
from mailman.model.preferences import Preferences
from mailman.model.uid import UID
from mailman.model.user import User
from mailman.utilities.datetime import now
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import joinedload
from zope.component import getUtility

# Memberships of one transaction: Core's own processes wait for it, so it must be short.
CHUNK = 1000
ENUMS = {"delivery_mode": DeliveryMode, "delivery_status": DeliveryStatus}
PREFERENCES = ("acknowledge_posts", "delivery_mode", "delivery_status", "hide_address",
               "preferred_language", "receive_list_copy", "receive_own_postings")


def written(work, entries, tries=3):
    """What became of each entry; one that the database will not take costs only itself."""
    try:
        return in_transaction(("address", "member"), lambda: work(entries))  # noqa: F821
    except OperationalError:
        raise
    except IntegrityError:  # somebody made the same address meanwhile
        if tries > 0:
            return written(work, entries, tries - 1)
        error = "Core has a row of this address already"
    except Exception as failure:
        error = str(failure).partition("\n")[0]
    if len(entries) == 1:
        return [refused(entries[0], error)]
    return [each for entry in entries for each in written(work, [entry])]


def in_chunks(work, entries):
    for at in range(0, len(entries), CHUNK):
        outcomes = written(work, entries[at:at + CHUNK])
        sys.stdout.write(json.dumps({"type": "members", "members": outcomes}) + "\n")
        sys.stdout.flush()  # an error, should nobody listen any more


def refused(entry, why):
    return {"email": entry["email"], "outcome": "refused", "why": why}


def unknown_language(preferences):
    language = (preferences or {}).get("preferred_language")
    return language is not None and language not in getUtility(ILanguageManager)


def converted(preferences):
    return {name: ENUMS[name][value] if name in ENUMS else value
            for name, value in (preferences or {}).items()}


class Bans:
    """As mailman.model.bans judges, without its three queries an address."""

    def __init__(self, list_id):
        stmt = select(Ban.email).filter((Ban.list_id == list_id) | Ban.list_id.is_(None))
        bans = config.db.store.execute(stmt).scalars().all()
        self.exact = set(bans)
        self.patterns = [re.compile(ban, re.IGNORECASE) for ban in bans if ban.startswith("^")]

    def match(self, email):
        return email in self.exact or any(each.match(email) for each in self.patterns)


class Rows:
    """What the database holds of some addresses, and the rows that are to go into it."""

    def __init__(self, list_id, role, emails):
        self.store = config.db.store
        self.addresses = {row["email"]: row for row in self.among(Address, "email", emails)}
        users = {row["user_id"] for row in self.addresses.values()} - {None}
        self.users = {row["id"]: row for row in self.among(User, "id", users)}
        own = {row["preferences_id"] for row in self.users.values()}
        self.languages = {row["id"]: row["preferred_language"]
                          for row in self.among(Preferences, "id", own)}
        ids = {row["id"] for row in self.addresses.values()}
        here = {"list_id": list_id, "role": role}
        self.by_address = {row["address_id"]: row
                           for row in self.among(Member, "address_id", ids, here)}
        self.by_user = {row["user_id"]: row for row in self.among(Member, "user_id", users, here)}
        self.inserts = {model: [] for model in (Preferences, User, Address, Member, UID)}
        self.updates = []
        self.ids = {Preferences: self.new_ids(Preferences, 3 * len(emails)),
                    **{model: self.new_ids(model, len(emails))
                       for model in (User, Address, Member)}}

    def among(self, model, key, values, equal=()):
        """Rows with one of many values in a column; fewer at a time than SQLite's limit."""
        table, values = model.__table__, list(values)
        for at in range(0, len(values), 500):
            stmt = select(table).where(table.c[key].in_(values[at:at + 500]))
            stmt = stmt.where(*(table.c[name] == value for name, value in dict(equal).items()))
            yield from (dict(row) for row in self.store.execute(stmt).mappings())

    def new_ids(self, model, count):
        name = '"%s"' % model.__tablename__
        if self.store.get_bind().dialect.name == "sqlite":
            first = (self.store.execute(text("SELECT max(id) FROM " + name)).scalar() or 0) + 1
            return iter(range(first, first + count))
        stmt = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) "
                    "FROM generate_series(1, :count)")
        return iter(self.store.execute(stmt, {"name": name, "count": count}).scalars().all())

    def insert(self, model, values):
        values["id"] = next(self.ids[model])
        self.inserts[model].append(values)
        return values["id"]

    def insert_preferences(self, **given):
        # Rows that go into the database together must name the same columns.
        return self.insert(Preferences, {**dict.fromkeys(PREFERENCES), **given})

    def new_uid(self):
        uid = uuid.uuid4()
        self.inserts[UID].append({"uid": uid})
        return uid

    def update(self, model, row_id, values):
        if values:
            self.updates.append((model, row_id, values))

    def write(self):
        for model, rows in self.inserts.items():  # in the order of their foreign keys
            if rows:
                self.store.execute(model.__table__.insert(), rows)
        for model, row_id, values in self.updates:
            table = model.__table__
            self.store.execute(table.update().where(table.c.id == row_id), values)


class Loader:
    """Subscribes addresses to one roster as Core's POST /members does."""

    def __init__(self, mlist, role):
        self.mlist, self.role = mlist, role
        self.list_id = mlist.list_id
        self.posting_address = mlist.posting_address
        self.language = system_preferences.preferred_language.code
        self.validator = getUtility(IEmailValidator)
        self.bans = Bans(self.list_id)
        # Only members go through the workflow that looks at requests which wait.
        found = () if role is not MemberRole.member else getUtility(IPendings).find(
            mlist=mlist, pend_type="subscription")
        self.pending = {pendable["email"]: (token, pendable) for token, pendable in found}

    def refusal(self, entry, email):
        if not self.validator.is_valid(entry["email"]):
            return "Invalid email address"
        if self.bans.match(email):
            return "Membership is banned"
        if email == self.posting_address and self.role is not MemberRole.nonmember:
            return "List posting address cannot be added"
        token, pendable = self.pending.get(email, (None, {}))
        if token and pendable["token_owner"] != TokenOwner.moderator.name:
            return "Subscription request already pending"
        if unknown_language(entry["preferences"]):
            return "Core does not know the language"
        return None

    def load(self, entries):
        rows = Rows(self.list_id, self.role, {entry["email"].lower() for entry in entries})
        outcomes, moment = [], now()
        for entry in entries:
            why = self.refusal(entry, entry["email"].lower())
            outcomes.append(refused(entry, why) if why else self.subscribe(rows, entry, moment))
        rows.write()
        return outcomes

    def subscribe(self, rows, entry, moment):
        if entry["email"].lower() in self.pending:
            # The old side's moderators took in somebody whose wish waits here.
            ISubscriptionManager(self.mlist).discard(self.pending[entry["email"].lower()][0])
        member = self.membership(rows, rows.addresses.get(entry["email"].lower()))
        address, kept = self.subscriber(rows, entry, moment if member is None else None)
        action = entry["moderationAction"] and Action[entry["moderationAction"]]
        preferences = converted(entry["preferences"])
        if member is not None:
            rows.update(Member, member["id"], {"moderation_action": action} if action else {})
            rows.update(Preferences, member["preferences_id"], preferences)
        else:
            if self.role in (MemberRole.owner, MemberRole.moderator):
                action = action or Action.accept
            if self.role is not MemberRole.member:
                preferences = {"preferred_language": self.language,
                               "delivery_mode": DeliveryMode.regular, **preferences}
            member = {"_member_id": rows.new_uid(), "role": self.role, "list_id": self.list_id,
                      "moderation_action": action, "address_id": address["id"],
                      "preferences_id": rows.insert_preferences(**preferences)}
            rows.insert(Member, member)
            rows.by_address[address["id"]] = member
        return {"email": entry["email"], "outcome": "done", "nameKept": kept}

    def membership(self, rows, address):
        """By the address itself or, of members, by a user who prefers it."""
        member = address and rows.by_address.get(address["id"])
        if member is None and address and self.role is MemberRole.member:
            user = rows.users.get(address["user_id"])
            if user and user["_preferred_address_id"] == address["id"]:
                member = rows.by_user.get(user["id"])
        return member

    def subscriber(self, rows, entry, moment):
        """The address with its user, made where they are missing, and a name that differs.

        Without a moment, of somebody who is a member already, nothing is verified.
        """
        name, email = entry["displayName"], entry["email"].lower()
        is_member = self.role is MemberRole.member
        address, changes = rows.addresses.get(email), {}
        user = rows.users.get(address["user_id"]) if address else None
        shown = (address and address["display_name"]) or (user and user["display_name"]) or ""
        if name and not shown:
            changes["display_name"] = name
            if user is not None:
                user["display_name"] = name
                rows.update(User, user["id"], {"display_name": name})
        # What Core gives a user whom it makes an officer or a nonmember.
        own = {} if is_member else {"preferred_language": self.language}
        if user is None:
            user = {"display_name": shown or name, "_user_id": rows.new_uid(),
                    "_created_on": moment, "is_server_owner": False,
                    "preferences_id": rows.insert_preferences(**own)}
            changes["user_id"] = rows.insert(User, user)
            rows.users[user["id"]] = {"_preferred_address_id": None, **user}
        elif own and not rows.languages.get(user["preferences_id"]):
            rows.update(Preferences, user["preferences_id"], own)
        if is_member and moment and not (address and address["verified_on"]):
            changes["verified_on"] = moment
        if address is None:
            address = {"email": email, "_original": None if email == entry["email"] else
                       entry["email"], "display_name": "", "verified_on": None,
                       "registered_on": moment, "preferences_id": rows.insert_preferences(),
                       **changes}
            rows.insert(Address, address)
            rows.addresses[email] = address
        else:
            rows.update(Address, address["id"], changes)
            address.update(changes)
        return address, shown if name and shown and shown != name else None


def change(mlist, role, entries):
    """Changes of memberships that are there already, as PATCH does."""
    ids = {uuid.UUID(entry["memberId"]): entry for entry in entries}
    stmt = select(Member).options(joinedload(Member.preferences)).filter(
        Member.list_id == mlist.list_id, Member.role == role, Member._member_id.in_(ids))
    outcomes = []
    for member in config.db.store.execute(stmt).scalars():
        entry = ids.pop(member.member_id)
        if unknown_language(entry.get("preferences")):
            outcomes.append(refused(entry, "Core does not know the language"))
            continue
        if "moderationAction" in entry:
            action = entry["moderationAction"]
            member.moderation_action = action and Action[action]
        for name, value in converted(entry.get("preferences")).items():
            setattr(member.preferences, name, value)
        if entry.get("displayName") and not member.display_name:
            for holder in filter(None, (member.address, member.user)):
                holder.display_name = holder.display_name or entry["displayName"]
        outcomes.append({"email": entry["email"], "outcome": "done", "nameKept": None})
    return outcomes + [refused(entry, "the membership is gone") for entry in ids.values()]


def main(request):
    # Thousands of rows are made at once, and looking among them for what nobody needs any more
    # takes a seventh of the time.
    gc.disable()
    try:
        work(request)
    finally:
        gc.enable()


def work(request):
    initialize()
    mlist = getUtility(IListManager).get_by_list_id(request["list"])
    if mlist is None:
        raise SystemExit("no such list: %s" % request["list"])
    role = MemberRole[request["role"]]
    if request["do"] == "load":
        in_chunks(Loader(mlist, role).load, request["members"])
    else:
        in_chunks(lambda entries: change(mlist, role, entries), request["changes"])


main(REQUEST)  # noqa: F821 (defined by the caller)
