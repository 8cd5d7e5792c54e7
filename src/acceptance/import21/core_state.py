# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: everything that Core's database holds of its lists, and
`mailman import21` itself, for the comparison of the two ways into Mailman 3.

Fed to ``python -c`` with the request and this text on standard input; the caller defines
``REQUEST``. ``{"do": "dump"}`` prints one record a fact: ``{"type": "fact", "list", "area",
"key", "field", "value"}``, for every list there is. ``{"do": "import", "lists": [{"fqdn",
"pickle"}]}`` makes each list and feeds it its config.pck (base64) by Core's own commands, and
prints one ``imported`` record a list with the error that ended it, or null.
"""
import base64
import contextlib
import enum
import io
import json
import re
import sys
import tempfile
from datetime import datetime, timedelta

from mailman.config import config
from mailman.core.initialize import initialize
from mailman.core.constants import system_preferences
from mailman.interfaces.bans import IBanManager
from mailman.interfaces.listmanager import IListManager
from mailman.interfaces.languages import ILanguage
from mailman.interfaces.mailinglist import IAcceptableAliasSet
from mailman.interfaces.member import SubscriptionMode
from mailman.interfaces.pending import IPendings
from mailman.interfaces.requests import IListRequests
from mailman.interfaces.template import ALL_TEMPLATES, ITemplateLoader
from mailman.model.mailinglist import ListArchiver, MailingList
from mailman.model.member import Member
from sqlalchemy import inspect
from zope.component import getUtility

PREFERENCES = (
    "acknowledge_posts", "delivery_mode", "delivery_status", "hide_address",
    "preferred_language", "receive_list_copy", "receive_own_postings",
)


def emit(**record):
    sys.stdout.write(json.dumps(record) + "\n")


def plain(value):
    """A value of Core's as JSON has it."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return "bytes:" + value.decode("latin-1")
    if ILanguage.providedBy(value):
        return value.code
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return repr(value)


def settings(mlist):
    for column in inspect(MailingList).column_attrs:
        if column.key != "id":
            yield column.key.lstrip("_"), plain(getattr(mlist, column.key))
    for name in ("filter_types", "pass_types", "filter_extensions", "pass_extensions"):
        yield name, sorted(getattr(mlist, name))
    yield "acceptable_aliases", sorted(IAcceptableAliasSet(mlist).aliases)
    archivers = config.db.store.query(ListArchiver).filter_by(mailing_list=mlist)
    for archiver in archivers:
        yield "archiver %s" % archiver.name, archiver.is_enabled


def member_facts(member):
    """What holds for one membership; rows' numbers and the moments of their making do not count."""
    address, user = member.address, member.user  # Core gives every address of a roster its user
    yield "moderation_action", plain(member.moderation_action)
    yield "bounce_score", member.bounce_score
    yield "last_bounce_received", plain(member.last_bounce_received)
    yield "warned", member.last_warning_sent != datetime.min
    yield "total_warnings_sent", member.total_warnings_sent
    yield "subscribed as user", member.subscription_mode is SubscriptionMode.as_user
    yield "original email", address.original_email
    yield "verified", address.verified_on is not None
    yield "address name", address.display_name
    yield "user name", user.display_name
    yield "server owner", user.is_server_owner
    yield "password", user.password
    # What Core goes by: a member's own preference, or the next one that is set.
    for name in PREFERENCES:
        layers = (member.preferences, address.preferences, user.preferences, system_preferences)
        chosen = [getattr(layer, name) for layer in layers]
        yield name, plain(next(value for value in chosen if value is not None))
    for whose, preferences in (("address", address.preferences), ("user", user.preferences)):
        for name in PREFERENCES:
            yield "%s %s" % (whose, name), plain(getattr(preferences, name))


def dump_list(mlist):
    name = mlist.fqdn_listname

    def fact(area, key, field, value):
        emit(type="fact", list=name, area=area, key=key, field=field, value=value)

    for field, value in settings(mlist):
        fact("setting", field, "", value)
    members = config.db.store.query(Member).filter_by(list_id=mlist.list_id)
    for member in members:
        for field, value in member_facts(member):
            fact(member.role.name, member.address.email.lower(), field, value)
    for ban in IBanManager(mlist):
        fact("ban", ban.email, "", True)
    for match in mlist.header_matches:
        fact("header match", "%s: %s" % (match.header, match.pattern), "chain", match.chain)
    for template in ALL_TEMPLATES:
        text = getUtility(ITemplateLoader).get(template, mlist)
        # To Core both forms of a placeholder are one, and line breaks at the end mean nothing.
        fact("template", template, "text", re.sub(r"\$\{(\w+)\}", r"$\1", text).rstrip("\n"))
    requests = IListRequests(mlist)
    for request in requests.held_requests:
        _key, data = requests.get_request(request.id) or (None, {})
        for field in ("_mod_sender", "_mod_subject", "_mod_reason", "_mod_hold_date"):
            fact("held", request.key, field, plain((data or {}).get(field)))
    for _token, pendable in getUtility(IPendings).find(mlist=mlist):
        if pendable.get("type") in ("subscription", "unsubscription"):
            key = "%s %s" % (pendable["type"], pendable.get("email"))
            fact("waiting", key, "token_owner", pendable.get("token_owner"))


def dump():
    for mlist in getUtility(IListManager).mailing_lists:
        dump_list(mlist)


def run_command(command, *arguments):
    """One of Core's commands as the shell runs it; its error, in words, or null."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            command.main(list(arguments), standalone_mode=False)
    except SystemExit as ended:
        if ended.code:
            return printed.getvalue().strip() or "exit status %s" % ended.code
    except Exception as error:  # what would end the command with a traceback
        config.db.abort()
        return "%s: %s" % (type(error).__name__, error)
    return None


def import_all(lists):
    from mailman.commands.cli_import import import21
    from mailman.commands.cli_lists import create

    for wanted in lists:
        with tempfile.NamedTemporaryFile(suffix=".pck") as pickle:
            pickle.write(base64.b64decode(wanted["pickle"]))
            pickle.flush()
            error = run_command(create, "--quiet", wanted["fqdn"])
            if error is None:
                error = run_command(import21, wanted["fqdn"], pickle.name)
        emit(type="imported", fqdn=wanted["fqdn"], error=error)


def main(request):
    initialize()
    try:
        if request["do"] == "dump":
            dump()
        else:
            import_all(request["lists"])
    finally:
        config.db.abort()
    emit(type="end")
    sys.stdout.flush()


main(REQUEST)  # noqa: F821 (defined by the caller)
