# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries regular expressions of an old list in a real Python, within a time limit for each.

Fed to ``python3 -c`` with the request and this text on standard input; standard library only.
The caller defines ``REQUEST``:

``{"do": "judge", "patterns": [{"pattern": P, "tried": true}, ...], "texts": [T, ...]}``
    One record ``verdict`` for each pattern, in order: ``valid`` with the indexes of the texts that
    it matches from their start whatever the case, ``invalid`` or ``slow``.

``{"do": "try-headers", "rules": [{"old": [P, ...], "new": [[HEADER, P], ...]}, ...]}``
    The rest of standard input is messages: a line ``NUMBER LENGTH`` and so many bytes. One record
    ``rule`` for each rule, in order: how many messages its old meaning (Mailman 2's
    Handlers/SpamDetect.py) and its new one (Core's chains/headers.py) match, and where they differ.

Last comes ``end``.
"""
import json
import re
import resource
import signal
import sys
import time
import warnings
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from unicodedata import normalize

# Of the time that matching may take, for one pattern or one rule as a whole.
SECONDS = 2.0
# A pattern that backtracks piles up state; the machine is not ours alone.
MEMORY = 2 << 30
# Messages that are named where both meanings differ.
NAMED = 3

warnings.simplefilter("ignore")


# What compiling may raise on what is no pattern.
NO_PATTERN = (re.error, RecursionError, OverflowError, ValueError)


class Slow(Exception):
    """A pattern took longer than it may."""


class Budget:
    """So much time for all that is done under it; the engine looks for signals while it matches."""

    def __init__(self, seconds):
        self.left = seconds

    def __enter__(self):
        if self.left <= 0:
            raise Slow()
        self.began = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, self.left)

    def __exit__(self, *_exception):
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.left -= time.monotonic() - self.began


def on_alarm(_number, _frame):
    raise Slow()


def emit(**record):
    sys.stdout.write(json.dumps(record) + "\n")


def judge(request):
    texts = request["texts"]
    for number, question in enumerate(request["patterns"]):
        try:
            with Budget(SECONDS):
                compiled = re.compile(question["pattern"], re.IGNORECASE)
                tried = texts if question["tried"] else []
                matches = [index for index, text in enumerate(tried) if compiled.match(text)]
            emit(type="verdict", number=number, kind="valid", matches=matches)
        except (Slow, MemoryError):
            emit(type="verdict", number=number, kind="slow")
        except NO_PATTERN as error:
            emit(type="verdict", number=number, kind="invalid", why=str(error))


class Rule:
    def __init__(self, rule):
        self.budget = Budget(SECONDS)
        self.counts = {"old": 0, "new": 0, "onlyOld": 0, "onlyNew": 0}
        self.named = {"onlyOld": [], "onlyNew": []}
        self.slow = False
        flags = re.IGNORECASE | re.MULTILINE
        try:
            with self.budget:
                self.old = [re.compile(pattern, flags) for pattern in rule["old"]]
                self.new = [(name, re.compile(pattern, re.IGNORECASE))
                            for name, pattern in rule["new"]]
        except NO_PATTERN + (Slow, MemoryError):
            self.slow = True

    def look(self, number, text, values):
        if self.slow:
            return
        try:
            with self.budget:
                old = any(pattern.search(text) for pattern in self.old)
                new = any(pattern.search(value)
                          for name, pattern in self.new for value in values(name))
        except (Slow, MemoryError):
            self.slow = True
            return
        self.counts["old"] += old
        self.counts["new"] += new
        if old != new:
            side = "onlyOld" if old else "onlyNew"
            self.counts[side] += 1
            if len(self.named[side]) < NAMED:
                self.named[side].append(number)


def old_text(message):
    """All headers of a message and of its parts as Mailman 2 puts them together."""
    lines = []
    for part in message.walk():
        for name, value in part.items():
            value = re.sub(r"\r?\n\s", " ", str(value))
            try:
                pieces = decode_header(value)
            except HeaderParseError:
                pieces = [(value, None)]
            # Beside encoded words Python 2 gave plain text without the blanks around it.
            encoded = len(pieces) > 1
            words = "".join(old_words(piece, charset, encoded) for piece, charset in pieces)
            lines.append("%s: %s\n" % (name, normalize("NFKC", words)))
    return "".join(lines)


def old_words(piece, charset, encoded):
    if isinstance(piece, bytes):
        try:
            words = piece.decode(charset or "us-ascii", "replace")
        except LookupError:
            words = piece.decode("iso-8859-1")
    else:
        words = piece
    return words.strip() if encoded and charset is None else words


class NewValues:
    """Values of a header in a message and its parts, as Core sees them; made when asked for."""

    def __init__(self, message):
        self.message = message
        self.known = {}
        self.undecodable = False

    def __call__(self, name):
        if name not in self.known:
            self.known[name] = list(self.decoded(name))
        return self.known[name]

    def decoded(self, name):
        for part in self.message.walk():
            for value in part.get_all(name, []):
                if isinstance(value, Header):
                    value = value.encode()
                try:
                    yield str(make_header(decode_header(value)))
                except (HeaderParseError, LookupError, UnicodeError, ValueError):
                    # Core does not catch this: the message ends in its queue of shunted ones.
                    self.undecodable = True


def try_headers(request):
    rules = [Rule(rule) for rule in request["rules"]]
    messages, undecodable, unreadable = 0, 0, 0
    while True:
        head = sys.stdin.buffer.readline()
        if not head:
            break
        number, length = (int(word) for word in head.split())
        content = sys.stdin.buffer.read(length)
        messages += 1
        try:
            message = message_from_bytes(content)
            text = old_text(message)
        except Exception:  # whatever a broken message makes the standard library raise
            unreadable += 1
            continue
        values = NewValues(message)
        for rule in rules:
            rule.look(number, text, values)
        undecodable += values.undecodable
    for index, rule in enumerate(rules):
        emit(type="rule", number=index, slow=rule.slow, named=rule.named, **rule.counts)
    emit(type="result", messages=messages, undecodable=undecodable, unreadable=unreadable)


def main(request):
    signal.signal(signal.SIGALRM, on_alarm)
    limit, hard = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or limit > MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
    if request["do"] == "judge":
        judge(request)
    elif request["do"] == "try-headers":
        try_headers(request)
    else:
        raise SystemExit("unknown request: %r" % request["do"])
    emit(type="end")
    sys.stdout.flush()


main(REQUEST)  # noqa: F821 (defined by the caller)
