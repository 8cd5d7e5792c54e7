# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: reads the four rosters of a list in one query.

Run by core_session.py with the request as ``REQUEST``: ``{"do": "read", "list": LIST-ID}``.
Records: ``members``, a thousand of them each. What they hold is what Core's REST interface shows
at ``/lists/LIST-ID/roster/ROLE`` and, for members, at ``/members/ID/preferences``.
"""
import json
import sys

from mailman.config import config
from mailman.core.initialize import initialize
from mailman.interfaces.member import MemberRole
from mailman.model.address import Address
from mailman.model.member import Member
from mailman.model.preferences import Preferences
from mailman.model.user import User
from sqlalchemy import select
from sqlalchemy.orm import aliased

CHUNK = 1000
# By REST's names; None is what REST leaves out.
PREFERENCES = {
    "acknowledge_posts": Preferences.acknowledge_posts,
    "delivery_mode": Preferences.delivery_mode,
    "delivery_status": Preferences.delivery_status,
    "hide_address": Preferences.hide_address,
    "preferred_language": Preferences._preferred_language,
    "receive_list_copy": Preferences.receive_list_copy,
    "receive_own_postings": Preferences.receive_own_postings,
}


def memberships(list_id):
    preferred, owner = aliased(Address), aliased(User)
    stmt = (
        select(Member, Address, owner.display_name, preferred, User.display_name,
               *PREFERENCES.values())
        .outerjoin(Address, Member.address_id == Address.id)
        .outerjoin(owner, Address.user_id == owner.id)
        .outerjoin(User, Member.user_id == User.id)
        .outerjoin(preferred, User._preferred_address_id == preferred.id)
        .outerjoin(Preferences, Member.preferences_id == Preferences.id)
        .filter(Member.list_id == list_id))
    for (member, address, owners_name, preferred_address, users_name,
         *preferences) in config.db.store.execute(stmt):
        if address is not None:
            email, name = address.email, address.display_name or owners_name
        elif preferred_address is not None:  # a user, subscribed by the address they prefer
            email, name = preferred_address.email, users_name
        else:
            continue  # Core itself cannot show this one
        yield member, email, name or "", preferences


def as_record(member, email, name, preferences):
    shown = zip(PREFERENCES, preferences) if member.role is MemberRole.member else ()
    return {
        "memberId": member.member_id.hex,
        "role": member.role.name,
        "email": email,
        "displayName": name,
        "moderationAction": member.moderation_action and member.moderation_action.name,
        "preferences": {key: getattr(value, "name", value)
                        for key, value in shown if value is not None},
        "bounceScore": member.bounce_score,
        "lastBounce": member.last_bounce_received and member.last_bounce_received.isoformat(),
        "lastWarning": member.last_warning_sent and member.last_warning_sent.isoformat(),
    }


def main(request):
    initialize()
    found = sorted((as_record(*each) for each in memberships(request["list"])),
                   key=lambda record: record["email"])
    for at in range(0, len(found), CHUNK):
        members = found[at:at + CHUNK]
        sys.stdout.write(json.dumps({"type": "members", "members": members}) + "\n")


main(REQUEST)  # noqa: F821 (defined by the caller)
