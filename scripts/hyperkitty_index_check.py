# SPDX-License-Identifier: GPL-3.0-or-later
"""What HyperKitty's own search finds: sampled words of sampled messages, for hyperkitty_index.py.

A search is asked for as ``hyperkitty.views.search`` asks: its form, its query set, the list as a
filter; and, for a private list, without a list, as a stranger asks.
"""
import re
import time
import unicodedata
from itertools import zip_longest

# Messages of a list that are looked at, and those of them that are searched for.
LOOKED_AT = 60
SEARCHED = 6
# Searching a large Whoosh index takes long: so many words are tried whatever that takes, the others
# for so many seconds, or for a tenth of the time that indexing took.
ALWAYS = 3
SECONDS = 0.4
# A search that finds more is not read through: the message is asked for besides.
READ_THROUGH = 20
LETTERS = re.compile(r"[^\W\d_]{4,30}")


def plain_words(text):
    """Words that stand alone, so that every search engine cuts them out alike. A quotation mark is
    escaped before it is indexed, and Xapian takes word&quot for one."""
    found = []
    for part in (text or "")[:20000].split():
        word = part.strip(".,;:!?()")
        # Letters that grow or shrink in lower case, or are made of several, are cut by taste.
        if LETTERS.fullmatch(word) and len(word.lower()) == len(word) and not any(
                unicodedata.combining(letter) or ord(letter) > 0x24f for letter in word):
            found.append(word.lower())
    return found


def stop_words(backend):
    """Words that the search leaves out of a question."""
    schema = getattr(backend, "schema", None)
    stops = set()
    if hasattr(schema, "items"):
        for item in getattr(schema["text"].analyzer, "items", ()):
            stops |= set(getattr(item, "stops", ()))
    # Words of the query languages.
    return stops | {"and", "or", "not", "near", "xor", "adj", "to"}


def sample_words(mlist, keys, stops):
    """Pairs (message, word): the rarest and the commonest of each, those with accents first."""
    from hyperkitty.models import Email

    step = max(1, len(keys) // LOOKED_AT)
    emails = list(Email.objects.filter(pk__in=list(keys[::step][:LOOKED_AT])).only(
        "pk", "message_id_hash", "subject", "content", "mailinglist").order_by("pk"))
    words = {}
    counts = {}
    for email in emails:
        own = {word for word in plain_words(email.content) + plain_words(email.subject)
               if word not in stops}
        words[email.pk] = own
        for word in own:
            counts[word] = counts.get(word, 0) + 1

    def accented(word):
        return not word.isascii()

    able = [email for email in emails if words[email.pk]]
    able.sort(key=lambda email: not any(accented(word) for word in words[email.pk]))
    first = able[:SEARCHED // 2]
    rest = able[SEARCHED // 2:]
    chosen = first + rest[::max(1, len(rest) // (SEARCHED - SEARCHED // 2))][:SEARCHED - len(first)]
    rare, common = [], []
    for email in chosen:
        ordered = sorted(words[email.pk], key=lambda word: (not accented(word), counts[word], word))
        rare.append((email, ordered[0]))
        if len(ordered) > 1:
            common.append((email, min(ordered[1:], key=lambda word: (-counts[word], word))))
    # By turns, for the last ones may not be tried.
    return [pair for both in zip_longest(rare, common) for pair in both if pair is not None]


def finds(word, email, narrowed):
    """Whether a search for the word finds the message."""
    from haystack.forms import SearchForm

    def ask(queries):
        form = SearchForm({"q": word}, searchqueryset=queries, load_all=True)
        form.is_valid()
        return form.search()

    found = ask(narrowed)[:READ_THROUGH]
    if len(found) < READ_THROUGH:
        return any(str(result.pk) == str(email.pk) for result in found)
    return ask(narrowed.filter(django_id__exact=str(email.pk))).count() > 0


def check_search(mlist, keys, backend, worked):
    """How many words were tried; of those that do not find their message, or that show a stranger
    mail of a private list, the message's hash. The words themselves are people's mail: they stay
    where it is."""
    from haystack.query import RelatedSearchQuerySet
    from hyperkitty.models import ArchivePolicy, MailingList

    missed, exposed = [], []
    tried = 0
    ends = time.time() + max(SECONDS, worked / 10)
    for email, word in sample_words(mlist, keys, stop_words(backend)):
        if tried >= ALWAYS and time.time() > ends:
            break
        tried += 1
        if not finds(word, email, RelatedSearchQuerySet().filter(mailinglist__exact=mlist.name)):
            missed.append(email.message_id_hash)
        if mlist.archive_policy == ArchivePolicy.private.value:
            hidden = MailingList.objects.filter(archive_policy=ArchivePolicy.private.value)
            stranger = RelatedSearchQuerySet().exclude(
                mailinglist__in=hidden.values_list("name", flat=True))
            if finds(word, email, stranger):
                exposed.append(email.message_id_hash)
    return {"tried": tried, "missed": missed, "exposed": exposed}
