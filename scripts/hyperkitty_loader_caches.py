# SPDX-License-Identifier: GPL-3.0-or-later
"""HyperKitty remembers counts for ever and works them out anew when a message arrives. Nobody told
it of these, so that is made up for here."""
from datetime import timezone as zones

from django.conf import settings
from django.core.cache import cache
from django.core.cache.utils import make_template_fragment_key
from django.core.management import call_command
from django.db.models import Count
from django.db.models.functions import TruncMonth
from hyperkitty.models import Email, Thread


def refresh_caches(mlist):
    """Everything that HyperKitty remembers of one list, right for what the list now holds."""
    # Which threads a run that was ended had changed, nobody knows.
    ids = Thread.objects.filter(mailinglist=mlist).values_list("id", flat=True)
    keys = []
    for id in ids.iterator(chunk_size=2000):
        keys.extend(thread_keys(id))
        if len(keys) >= 3000:
            cache.delete_many(keys)
            keys = []
    cache.delete_many(keys)
    for value in mlist.recent_cached_values:
        value.rebuild()
    # Without it there is no way to the months; one that is remembered from before is too late.
    mlist.cached_values["first_date"].rebuild()
    remember_months(mlist)
    call_command("hyperkitty_warm_up_cache", mlist.name, stdout=Notes(), stderr=Notes())  # noqa: F821


def caches_are_private():
    """Whether other processes know nothing of what this one remembers."""
    return settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")


def thread_keys(id):
    yield "Thread:%s:participants_count" % id
    yield "Thread:%s:emails_count" % id
    yield "Thread:%s:subject" % id
    yield make_template_fragment_key("thread_participants", [id])


def remember_months(mlist):
    """How many people wrote in each month, all from one question to the database."""
    month = TruncMonth("date", tzinfo=zones.utc)
    found = Email.objects.filter(mailinglist=mlist).annotate(month=month).values("month").annotate(
        people=Count("sender_id", distinct=True))
    value = mlist.cached_values["participants_count_for_month"]
    cache.set_many({
        value._get_cache_key(row["month"].year, row["month"].month): row["people"]
        for row in found.order_by("month")}, value.timeout)
