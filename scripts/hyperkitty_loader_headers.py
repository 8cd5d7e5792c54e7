# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's own reading of a header (email.headerregistry), at a price that allows for millions.

Its parser takes a value apart into a tree, of which only the text is wanted here. Where the form
of a value leaves no doubt what that text is, no tree is made; anything else goes the long way, and
once for equal values. scripts/test/hyperkitty_parsing.py compares the two.
"""
import email.policy
import re
from email.headerregistry import HeaderRegistry
from email.utils import format_datetime, parsedate_to_datetime

# How many header values are remembered, each with its parse tree of a kilobyte or two.
REMEMBERED = 4000
# Python folds headers at this many columns.
COLUMNS = 78

ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
PLAIN_ID = re.compile("<%s@%s>" % (ATOM, ATOM), re.ASCII)
# A date as programs write it; a name of the zone may follow.
DATED = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [12]\d{3} \d\d:\d\d:\d\d [+-]\d{4}"
    r"(?: \([A-Z]{1,5}\))?", re.ASCII)


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


class Plain(str):
    """A header's value that reads as it is written."""

    def __new__(cls, name, value, datetime=None):
        self = super().__new__(cls, value)
        self.name, self.datetime = name, datetime
        return self


PRINTED = re.compile(r"[\t -~]*")


def is_plain_text(value):
    """Whether Python decodes nothing in an unstructured value, and leaves nothing out."""
    return "=?" not in value and PRINTED.fullmatch(value) is not None


class HeaderFactory(HeaderRegistry):
    """Python's own maker of header values, which cannot change: so one is made once."""

    def __init__(self):
        super().__init__()
        self.kinds = Memory(super().__getitem__)
        self.made = Memory(self.make)
        # The kinds whose text is the value itself, in the forms that are recognised.
        self.unstructured = {name for name, kind in self.registry.items()
                             if kind.__name__.endswith("UnstructuredHeader")}

    def __getitem__(self, name):
        return self.kinds(name)

    def __call__(self, name, value):
        key = name.lower()
        if key in self.unstructured or key not in self.registry:
            if is_plain_text(value):
                return Plain(name, value)
        elif key == "message-id":
            if PLAIN_ID.fullmatch(value):
                return Plain(name, value)
        elif key == "date" and isinstance(value, str) and DATED.fullmatch(value):
            return self.date(name, value)
        return self.made(name, value)

    def date(self, name, value):
        try:
            date = parsedate_to_datetime(value)
            return Plain(name, format_datetime(date), date)
        except (ValueError, TypeError, IndexError, OverflowError):
            return self.made(name, value)

    def make(self, name, value):
        return self.kinds(name)(name, value)


def refolded(name, value):
    """A header's value as it reads after Python has written it out with its oldest policy."""
    if is_short(len(name) + 2, value):
        return value
    lines = email.policy.compat32.fold_binary(name, value).decode("ascii", "surrogateescape")
    parts = re.split(r"(?<=\n)", lines)
    if any(part and not part.startswith((" ", "\t")) for part in parts[1:]):
        raise NotPlain(name)
    return email.policy.default.header_source_parse(parts)[1]


def is_short(used, value):
    """Whether there is nothing to fold: no line is long, and none ends in blanks."""
    if "\n" not in value:
        return used + len(value) <= COLUMNS and value == value.strip()
    for line in value.split("\n"):
        if used + len(line) > COLUMNS or line != line.rstrip():
            return False
        used = 0
    return True


FACTORY = HeaderFactory()
TWICE = email.policy.default.clone(header_factory=FACTORY)
READ = Memory(lambda name, value: TWICE.header_fetch_parse(name, refolded(name, value)))


class ReadOncePolicy(email.policy.EmailPolicy):
    """Python's default policy, for messages that were not written out anew: a header that is read
    is folded first."""

    def header_fetch_parse(self, name, value):
        return value if hasattr(value, "name") else READ(name, value)


ONCE = ReadOncePolicy(header_factory=FACTORY)
