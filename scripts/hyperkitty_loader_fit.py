# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the loader's rows are not those of HyperKitty's import command, and why."""
import re

from hyperkitty.models import Attachment, Email, Sender

# Rule, what it is about, and why the loader does not do as the command does. Whoever compares the
# two allows these differences and no others.
EXCEPTIONS = (
    ("thread-date", "Thread.date_active",
     "the command keeps the date of the message that came last in the file; HyperKitty lists "
     "threads by month and by activity with it, and means the latest date"),
    ("thread-ring", "Email.parent, Thread.starting_email",
     "of messages that answer each other in a ring the daily job turns the beginning round each "
     "day; here the one that came first stays the beginning"),
    ("too-long", "texts longer than their column",
     "PostgreSQL and MySQL refuse the whole message, SQLite keeps all: here the text is cut"),
    ("nul", "texts with NUL",
     "PostgreSQL refuses the whole message, SQLite keeps them: here they are left out"),
    ("half-character", "texts with half a surrogate pair",
     "no database takes them, so that the command passes over the whole message: here they become "
     "U+FFFD"),
    ("joined-threads", "favourites, tags and views of a thread that another one takes in",
     "the daily job deletes them with the thread: here they go with its messages"),
    ("deleted-beginning", "a message that was deleted in HyperKitty while its answers stayed",
     "the command fails on it: here it goes to the thread of its answers"),
)

NOT_STORED = re.compile("[\x00\ud800-\udfff]")
BEYOND_THREE_BYTES = re.compile("[\U00010000-\U0010ffff]")


def limit(model, field):
    return model._meta.get_field(field).max_length


class Fit:
    """Makes values fit for every database; `narrow` where MySQL's columns take no character of
    four bytes."""

    def __init__(self, narrow=False):
        self.narrow = narrow
        self.limits = {name: limit(Email, name) for name in (
            "message_id", "in_reply_to", "sender_name", "subject")}
        self.limits["sender"] = limit(Sender, "address")
        self.attachment_limits = [limit(Attachment, name)
                                  for name in ("name", "content_type", "encoding")]

    def row(self, values):
        """The values of a row, and the names of those that lost something."""
        fitting, lost = [], []
        for name, value in zip(FIELDS, values):  # noqa: F821 (of hyperkitty_loader_parse)
            if isinstance(value, str):
                kept = self.text(value, self.limits.get(name))
                if kept != value:
                    lost.append(name)
                value = kept
            elif name == "attachments":
                value = [self.attachment(attachment, lost) for attachment in value]
            fitting.append(value)
        return tuple(fitting), lost

    def attachment(self, attachment, lost):
        counter, *texts, content = attachment
        kept = [None if text is None else self.text(text, most)
                for text, most in zip(texts, self.attachment_limits)]
        if kept != texts:
            lost.append("attachments")
        return (counter, *kept, content)

    def text(self, text, most):
        if not text.isascii():
            text = NOT_STORED.sub(replacement, text)
            if self.narrow:
                text = BEYOND_THREE_BYTES.sub("\ufffd", text)
        elif "\x00" in text:
            text = text.replace("\x00", "")
        return text if most is None else text[:most]


def replacement(match):
    return "" if match.group() == "\x00" else "\ufffd"
