# SPDX-License-Identifier: GPL-3.0-or-later
"""From the bytes of a message to the values of its rows, as HyperKitty's import command has them.

That command parses a message, writes it out anew (headers folded at 78 columns, MIME rebuilt, CR
made LF) and parses what it wrote. Here the second half is spared where it cannot make a
difference: such a message is parsed once, and of its headers only those that are read are folded.
`whole` goes the long way; tests compare the two.
"""
import datetime
import email.policy
import mailbox
import re
from contextlib import suppress
from email import message_from_bytes
from email.headerregistry import HeaderRegistry

import dateutil.tz
from django.utils import timezone
from django_mailman3.lib.scrub import Scrubber
from hyperkitty.lib import incoming
from hyperkitty.lib import utils as hyperkitty_utils
from hyperkitty.management.commands import hyperkitty_import

# How many header values are remembered, each with its parse tree of a kilobyte or two.
REMEMBERED = 4000

# A header block in which every line is a field or goes on with one, and holds nothing that some
# reader of Python's takes for the end of a line.
PLAIN_HEADER = re.compile(
    rb"(?:[!-9;-~]+:(?:[\t -~]*\n)(?:[\t ]+[!-~][\t -~]*\n)*)+\n")

# A date as programs write it, with nothing that dateutil would have to guess.
PLAIN_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"([12]\d{3}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")


class NotPlain(Exception):
    """A header that folding breaks apart: the message has to go the long way."""


class Memory(dict):
    """A function of hashable values with what it returned for some of them."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def __call__(self, *key):
        try:
            return self[key]
        except KeyError:
            if len(self) >= REMEMBERED:
                self.clear()
            value = self[key] = self.function(*key)
            return value


def refolded(name, value):
    """A header's value as it reads after Python has written it out with its oldest policy."""
    if "\n" not in value and len(name) + 2 + len(value) <= 78 and value == value.strip():
        return value
    lines = email.policy.compat32.fold_binary(name, value).decode("ascii", "surrogateescape")
    parts = re.split(r"(?<=\n)", lines)
    if any(part and not part.startswith((" ", "\t")) for part in parts[1:]):
        raise NotPlain(name)
    return email.policy.default.header_source_parse(parts)[1]


class HeaderMemory(HeaderRegistry):
    """Python's own maker of header values, which cannot change: so one is made once."""

    def __init__(self):
        super().__init__()
        self.made = Memory(super().__call__)

    def __call__(self, name, value):
        return self.made(name, value)


HEADER_FACTORY = HeaderMemory()
READ = Memory(lambda name, value: email.policy.default.clone(
    header_factory=HEADER_FACTORY).header_fetch_parse(name, refolded(name, value)))


class ReadOncePolicy(email.policy.EmailPolicy):
    """Python's default policy, for messages that were not written out anew: a header that is read
    is folded first."""

    def header_fetch_parse(self, name, value):
        if hasattr(value, "name"):
            return value
        return READ(name, value)


TWICE = email.policy.default.clone(header_factory=HEADER_FACTORY)
ONCE = ReadOncePolicy(header_factory=HEADER_FACTORY)
to_unicode = Memory(hyperkitty_utils.header_to_unicode)
# The importer's own judgement of dates and ids; it needs no list and no streams for that.
JUDGE = hyperkitty_import.DbImporter("", {"verbosity": 0}, None, None)


def message_of(body):
    """The message as the import command has it after its second parse."""
    end = body.find(b"\n\n") + 2
    if end > 1 and b"\r" not in body and PLAIN_HEADER.fullmatch(body, 0, end):
        message = message_from_bytes(body, policy=ONCE)
        kind = message.get_content_maintype()
        if not message.defects and kind not in ("multipart", "message"):
            return message
    return whole(body)


def whole(body):
    """The message written out anew and parsed again."""
    written = mailbox.mboxMessage(body).as_bytes(unixfrom=False)
    return message_from_bytes(written, policy=TWICE)


def parsed_date(text):
    """hyperkitty.lib.utils.parsedate, at a tenth of the price for dates that leave no question."""
    match = PLAIN_DATE.fullmatch(text) if text is not None else None
    if match is None:
        return hyperkitty_utils.parsedate(text)
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    seconds = (int(hours) * 60 + int(minutes)) * 60
    if seconds > 13 * 3600 or int(minutes) > 59:
        return hyperkitty_utils.parsedate(text)
    try:
        return datetime.datetime(
            int(year), MONTHS[month], int(day), int(hour), int(minute), int(second),
            tzinfo=offset_zone(-seconds if sign == "-" else seconds))
    except ValueError:
        return hyperkitty_utils.parsedate(text)


MONTHS = {name: number for number, name in enumerate(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
offset_zone = Memory(lambda seconds: dateutil.tz.tzoffset(None, seconds))


def values_of(body, unixfrom):
    """What HyperKitty is to hold of one message: a tuple in the order of `FIELDS`. Raises what
    the import command would pass the message over for."""
    try:
        return gather(message_of(body), unixfrom)
    except NotPlain:
        return gather(whole(body), unixfrom)


FIELDS = ("message_id", "hash", "in_reply_to", "sender", "sender_name", "subject", "content", "date",
          "timezone", "archived_date", "attachments")


def gather(message, unixfrom):
    repair_headers(message, unixfrom)
    message_id = hyperkitty_utils.get_message_id(message)
    in_reply_to = hyperkitty_utils.get_ref(message)
    dated = incoming.UNIXFROM_DATE_RE.match(unixfrom)
    archived_date = parsed_date(dated.group(1)) if dated else None
    sender_name, sender = sender_of(message)
    subject = to_unicode(text_or_none(message.get("Subject")))[:512]
    date = parsed_date(text_or_none(message.get("Date"))) or timezone.now()
    offset = date.utcoffset()
    minutes = int((offset.days * 24 * 60 * 60 + offset.seconds) / 60)
    content, attachments = Scrubber(message).scrub()
    return (message_id, hyperkitty_utils.get_message_id_hash(message_id), in_reply_to, sender,
            sender_name, subject, content, date.astimezone(datetime.timezone.utc), minutes,
            archived_date or timezone.now(), stored_attachments(attachments))


def repair_headers(message, unixfrom):
    """What the import command does to a message before it hands it over."""
    date = JUDGE._get_date(message, "date", "") or JUDGE._get_date(message, "resent-date", "")
    if unixfrom and not date:
        date = " ".join(unixfrom.split()[1:])
    if date:
        with suppress(TypeError):
            del message["Date"]
            message["Date"] = date
    if message["subject"]:
        with suppress(ValueError):
            message.replace_header(
                "subject", hyperkitty_import.TEXTWRAP_RE.sub(" ", message["subject"]))
    # The prepared mbox has one in every message; without, a new one each time would be no good.
    if message["message-id"] is None or message["message-id"].strip() == "":
        raise ValueError("it has no Message-ID")
    fixed = JUDGE._fix_mid(message["message-id"])
    if message["message-id"] != fixed:
        message.replace_header("Message-ID", fixed)


def text_or_none(header):
    """A header as plain text, by which what was made of it can be remembered."""
    return None if header is None else str(header)


def sender_of(message):
    """Name and address, with HyperKitty's substitutes for what is missing."""
    name, address = hyperkitty_utils.parseaddr(to_unicode(text_or_none(message["From"])))
    name = name.strip()
    try:
        address = address.encode("ascii").decode("ascii").strip()
    except UnicodeError:
        raise ValueError("its sender's address is not ASCII") from None
    if not address:
        bare = re.sub("[^a-z0-9]", "", name.lower()) if name else ""
        address = "%s@example.com" % (bare or "unknown")
    return name, address


def stored_attachments(attachments):
    """Counter, name, type, charset and bytes of each: of two with one counter HyperKitty keeps
    the first."""
    stored = {}
    for counter, name, content_type, charset, content in attachments:
        if counter not in stored:
            if isinstance(content, str):
                content = (content.encode(charset, errors="replace") if charset is not None
                           else content.encode("utf-8"))
            stored[counter] = (counter, name, content_type, charset, content)
    return list(stored.values())
