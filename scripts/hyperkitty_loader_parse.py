# SPDX-License-Identifier: GPL-3.0-or-later
"""From the bytes of a message to the values of its rows, as HyperKitty's import command has them.

That command parses a message, writes it out anew (headers folded at 78 columns, MIME rebuilt, CR
made LF) and parses what it wrote. Here the second half is spared where it cannot make a
difference: such a message is parsed once, and of its headers only those that are read are folded.
`whole` goes the long way; tests compare the two.
"""
import datetime
import mailbox
import re
from contextlib import suppress
from email import message_from_bytes
from email.feedparser import FeedParser
from email.message import EmailMessage

import dateutil.tz
from django.utils import timezone
from django_mailman3.lib.scrub import Scrubber
from hyperkitty.lib import incoming
from hyperkitty.lib import utils as hyperkitty_utils
from hyperkitty.management.commands import hyperkitty_import

# A field of a header in which nothing is what some reader of Python's takes for the end of a line.
FIELD = re.compile(r"([!-9;-~]+):([\t -~]*\n(?:[\t ]+[!-~][\t -~]*\n)*)")
# The same of a value alone.
PLAIN_VALUE = re.compile(r"[\t -~]*(?:\n[\t ]+[!-~][\t -~]*)*")
# Types that every reader of Python's takes for the same.
PLAIN_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+[ \t]*(?:;.*)?", re.ASCII | re.DOTALL)
PLAIN_MULTIPART = re.compile(
    r"multipart/[\w.+-]+(?:;\s*[\w-]+=(?:\"[\w'()+,./:=?@-]+\"|[\w'+./-]+))+;?",
    re.ASCII | re.IGNORECASE)
# Fields that neither HyperKitty nor Python's parser looks at, and which are the most of a header.
PASSED_OVER = re.compile(
    r"received|return-path|to|cc|sender|errors-to|user-agent|dkim-signature|authentication-results|"
    r"(?:arc|list|x)-.*", re.IGNORECASE)

# A date as programs write it, with nothing that dateutil would have to guess.
PLAIN_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"([12]\d{3}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
CTIME = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r" ?(\d{1,2}) (\d\d):(\d\d):(\d\d) ([12]\d{3})")

read_text = Memory(hyperkitty_utils.header_to_unicode)  # noqa: F821
# The importer's own judgement of dates and ids; it needs no list and no streams for that.
JUDGE = hyperkitty_import.DbImporter("", {"verbosity": 0}, None, None)


def message_of(body):
    """The message as the import command has it after its second parse."""
    end = body.find(b"\n\n") + 1
    if end > 0 and b"\r" not in body:
        fields = fields_of(body[:end].decode("ascii", "surrogateescape"))
        if fields is not None:
            message = EmailMessage(policy=ONCE)  # noqa: F821 (of hyperkitty_loader_headers)
            for field in fields:
                message.set_raw(*ONCE.header_source_parse([field]))  # noqa: F821
            text = body[end + 1:].decode("ascii", "surrogateescape")
            kind = message.get_content_maintype()
            if kind == "multipart":
                message = parted_message("".join(fields) + "\n" + text)
                if message is not None:
                    return message
            elif kind != "message":
                message.set_payload(text)
                return message
    return whole(body)


def fields_of(header):
    """The fields of a header that matter; None where a line of it is no field."""
    fields, length = [], 0
    for name, value in FIELD.findall(header):
        length += len(name) + 1 + len(value)
        if not PASSED_OVER.fullmatch(name):
            fields.append("%s:%s" % (name, value))
    return fields if length == len(header) else None


def parted_message(text):
    """A multipart; None where it might not be the same after it was written out and read again."""
    parser = FeedParser(policy=ONCE)  # noqa: F821
    parser.feed(text)
    message = parser.close()
    signed = False
    for part in message.walk():
        kind = part.get_content_maintype()
        if part.defects or kind == "message" or part.is_multipart() != (kind == "multipart"):
            return None
        for name, value in part.raw_items():
            if not PLAIN_VALUE.fullmatch(value):
                return None
            # What is signed is written out as it is: there its headers are not folded.
            if signed and not is_short(len(name) + 2, value):  # noqa: F821
                return None
            if name.lower() == "content-type":
                form = PLAIN_MULTIPART if kind == "multipart" else PLAIN_TYPE
                if not form.fullmatch(value) or value.lower().count("boundary") > 1:
                    return None
        signed = signed or part.get_content_subtype() == "signed"
    return message


def whole(body):
    """The message written out anew and parsed again."""
    written = mailbox.mboxMessage(body).as_bytes(unixfrom=False)
    return message_from_bytes(written, policy=TWICE)  # noqa: F821


def to_unicode(text):
    """hyperkitty.lib.utils.header_to_unicode, which has Python's parser read a text again."""
    if text is not None and is_plain_text(text):  # noqa: F821
        return text.lstrip(" \t")
    return read_text(text)


def parsed_date(text):
    """hyperkitty.lib.utils.parsedate, at a tenth of the price for dates that leave no question."""
    match = PLAIN_DATE.fullmatch(text) if text is not None else None
    if match is None:
        return from_line_date(text)
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


def from_line_date(text):
    """The same for a date as From_ lines have it."""
    match = CTIME.fullmatch(text) if text is not None else None
    if match is not None:
        month, day, hour, minute, second, year = match.groups()
        with suppress(ValueError):
            return datetime.datetime(int(year), MONTHS[month], int(day), int(hour), int(minute),
                                     int(second), tzinfo=datetime.timezone.utc)
    return hyperkitty_utils.parsedate(text)


MONTHS = {name: number for number, name in enumerate(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
offset_zone = Memory(  # noqa: F821
    lambda seconds: dateutil.tz.tzoffset(None, seconds))


def values_of(body, unixfrom):
    """What HyperKitty is to hold of one message: a tuple in the order of `FIELDS`. Raises what
    the import command would pass the message over for."""
    try:
        return gather(message_of(body), unixfrom)
    except NotPlain:  # noqa: F821
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
