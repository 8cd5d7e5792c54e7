# SPDX-License-Identifier: GPL-3.0-or-later
"""Indexes lists of HyperKitty: fed to HyperKitty's own Django after the other hyperkitty_index_*.py.

``REQUEST``: ``{"do": "index", "lists": [fqdn, ...], "sweep": bool, "check": bool, "waitSeconds":
n, "rates": {engine: ...}}``; ``check`` tries words of lists that needed no work, too. What the
index does not know yet is added, by key; what it knows is left alone, so that a run that was
killed is continued by the next. With ``sweep``, documents of messages that are no more are removed.

Records: ``progress`` (``done`` and ``total`` documents), ``waiting`` (for the lock of HyperKitty's
jobs), ``merging``, ``note`` (a line of HyperKitty's own command), ``indexed`` (one a list),
``trouble`` (why nothing, or no more, was done).
"""
import os
import shutil
import time
from array import array

# Messages that a child reads from the database at a time.
CHUNK = 100
# Fewer messages than this are one child's work.
WORTH_SHARING = 200
MOST_WORKERS = 8
# What a disk is to keep free beside the index.
SPARE = 64 << 20
# Messages whose length is looked up, for an estimate of all.
MEASURED = 1000
PREFIX = None


def identifier(key):
    """The name of a message's document. Made from the first one asked for: it ends in the key."""
    global PREFIX
    if PREFIX is None:
        from haystack.utils import get_identifier
        from hyperkitty.models import Email

        name = get_identifier(Email(pk=0))
        if not name.endswith(".0"):
            raise IndexTrouble("index.unknown-names", example=name)
        PREFIX = name[:-1]
    return PREFIX + str(key)


def key_of(name):
    return int(name.rpartition(".")[2])


def quick_filter():
    """HyperKitty's filter ``nolongterms`` escapes and measures each word of each message. It drops
    words from 240 bytes on, where a character makes six at most: only longer words than these can
    be meant, and only they are shown to it."""
    import re

    from hyperkitty.templatetags import hk_haystack

    original = hk_haystack.register.filters.get("nolongterms")
    if original is None or getattr(original, "quick", False):
        return
    # Few messages have such a word: most are not looked at word by word.
    has_long_word = re.compile(r"\S{40}").search

    def nolongterms(text):
        if not text:
            return original(text)
        words = text.split()
        if has_long_word(text):
            words = [word for word in words if len(word) < 40 or original(word)]
        return " ".join(words)

    nolongterms.quick = True
    hk_haystack.register.filters["nolongterms"] = nolongterms


def documents(index, keys, told, refused):
    """HyperKitty's own documents of messages, each with its message. What cannot be made into one is
    noted in ``refused``; a message that is gone meanwhile is passed over."""
    from django.db import reset_queries
    from django.db.models import Prefetch
    from haystack.exceptions import SkipDocument
    from hyperkitty.models import Attachment, Email

    quick_filter()
    # The files themselves are not looked at.
    attachments = Prefetch("attachments", queryset=Attachment.objects.defer("content"))
    emails = Email.objects.select_related("mailinglist", "thread").prefetch_related(
        attachments, "thread__tags")
    for first in range(0, len(keys), CHUNK):
        chunk = keys[first:first + CHUNK]
        for email in emails.filter(pk__in=list(chunk)).order_by("pk"):
            try:
                yield index.full_prepare(email), email
            except SkipDocument:
                refused.append((email.pk, "HyperKitty leaves it out"))
        reset_queries()
        told(len(chunk))


def workers_for(count):
    if count < WORTH_SHARING:
        return 1
    return max(1, min(MOST_WORKERS, len(os.sched_getaffinity(0))))


def list_rows(mlist):
    """Key and archived date of each message of a list."""
    from hyperkitty.models import Email

    return Email.objects.filter(mailinglist=mlist).order_by("pk").values_list(
        "pk", "archived_date").iterator(chunk_size=5000)


class Indexer:
    def __init__(self, request):
        from haystack import connections
        from hyperkitty.models import Email

        self.names = request["lists"]
        self.sweeping = request.get("sweep", False)
        self.checking = request.get("check", False)
        self.rates = request["rates"]
        self.backend = connections["default"].get_backend()
        self.index = connections["default"].get_unified_index().get_index(Email)
        self.engine = engine_for(self.backend, self.index)
        self.began = time.time()
        self.told = 0
        self.done = 0
        self.total = 0

    def run(self, lock):
        from hyperkitty.models import MailingList

        lists = list(MailingList.objects.filter(name__in=self.names).order_by("pk"))
        if self.engine is None:
            return self.official(lists, lock)
        self.engine.recover()
        missing, stale = {}, []
        for mlist in lists:
            missing[mlist.pk] = array("q", self.engine.known(list_rows(mlist), stale))
        gone = self.gone() if self.sweeping else []
        keys = array("q", sorted(key for found in missing.values() for key in found))
        self.total = len(keys)
        if keys:
            self.check_disk(keys)
        if stale or gone:
            self.engine.remove(stale + gone, lock)
        if keys:
            self.tell(0, True)
            self.engine.add(keys, workers_for(len(keys)), self.tell, lock)
            self.tell(0, True)
            self.engine.tidy(lock)
        refused = dict(self.engine.refused)
        for mlist in lists:
            # Counted anew, for the proof: not what was done, but what is there.
            absent = set(self.engine.known(list_rows(mlist), []))
            self.result(mlist, absent, len(missing[mlist.pk]), len(gone), refused)
            gone = []

    def result(self, mlist, absent, added, gone, refused):
        from hyperkitty.models import Email

        keys = list(Email.objects.filter(mailinglist=mlist).order_by("pk").values_list("pk", flat=True))
        some = sorted(absent)[:100]
        ids = dict(Email.objects.filter(pk__in=some).values_list("pk", "message_id"))
        search = {"tried": 0, "missed": [], "exposed": []}
        if added or self.checking:
            search = check_search(mlist, [key for key in keys if key not in absent], self.backend,
                                  time.time() - self.began)
        emit(type="indexed", list=mlist.name, emails=len(keys), documents=len(keys) - len(absent),
             added=added, gone=gone, official=self.engine is None, **search,
             refused=[{"messageId": ids[key], "why": refused.get(key)} for key in some if key in ids])

    def official(self, lists, lock):
        """HyperKitty's own command, for a search engine that is not known here."""
        from django.core.management import call_command

        for mlist in lists:
            before = searched(mlist)
            if any(str(key) not in before for key, _ in list_rows(mlist)):
                call_command("update_index_one_list", mlist.name, stdout=Notes(), stderr=Notes())
                lock.refresh()
            after = searched(mlist)
            absent = {key for key, _ in list_rows(mlist) if str(key) not in after}
            self.result(mlist, absent, len(after - before), 0, {})

    def gone(self):
        """Keys of documents whose message is no more."""
        from hyperkitty.models import Email

        found, chunk = [], []

        def look():
            there = set(Email.objects.filter(pk__in=chunk).values_list("pk", flat=True))
            found.extend(key for key in chunk if key not in there)
            chunk.clear()

        for key in self.engine.keys():
            chunk.append(key)
            if len(chunk) == 500:
                look()
        look()
        return found

    def tell(self, done, at_once=False):
        self.done += done
        now = time.time()
        if at_once or now - self.told >= TELL_SECONDS:
            self.told = now
            emit(type="progress", done=self.done, total=self.total)

    def check_disk(self, keys):
        from django.db.models import Sum
        from django.db.models.functions import Length
        from hyperkitty.models import Email

        # Of some of them, for the whole would be read for it.
        some = list(keys[::max(1, len(keys) // MEASURED)])
        size = 0
        for first in range(0, len(some), 500):
            size += Email.objects.filter(pk__in=some[first:first + 500]).aggregate(
                size=Sum(Length("content") + Length("subject")))["size"] or 0
        size = size * len(keys) // len(some)
        rates = self.rates[self.engine.name]
        new = int(size * rates["text"]) + len(keys) * rates["message"]
        work = int(size * rates["workText"]) + len(keys) * rates["workMessage"]
        needed = self.engine.room(new, work, len(keys)) + SPARE
        free = shutil.disk_usage(self.engine.path).free
        if needed > free:
            raise IndexTrouble("index.disk-full", path=self.engine.path, needed=needed, free=free)


def engine_for(backend, index):
    """What writes the index of this backend; None where only HyperKitty's own command can."""
    kind = type(backend).__name__
    if kind == "WhooshSearchBackend" and backend.use_file_storage and whoosh_parts() is not None:
        return WhooshEngine(backend, index)
    if kind == "XapianSearchBackend" and backend.path != ":memory:":
        return XapianEngine(backend, index)
    return None


def searched(mlist):
    """The keys of the documents of a list, by the search itself; none where there is no index yet.
    Names of lists are cut into words, so other lists' may be among them."""
    from haystack.query import SearchQuerySet
    from hyperkitty.models import Email

    found = SearchQuerySet().models(Email).filter(mailinglist__exact=mlist.name)
    try:
        return {str(key) for key in found.values_list("pk", flat=True)}
    except Exception as error:
        if type(error).__name__ == "InvalidIndexError":
            return set()
        raise


def index_lists(request):
    indexer = Indexer(request)
    try:
        with JobsLock(request.get("waitSeconds", 3600)) as lock:
            indexer.run(lock)
    except IndexTrouble as error:
        emit(type="trouble", code=error.code, **error.facts)


if REQUEST["do"] == "index":  # noqa: F821 (defined by the caller)
    index_lists(REQUEST)  # noqa: F821
