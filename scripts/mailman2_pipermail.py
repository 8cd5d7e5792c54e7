#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams what lies in a list's pipermail archive as JSON lines: every old address.

    python - --archive ROOT/archives/private/LIST [--language-charset CHARSET]
             [--max-bytes N] [--what list|volumes|content|files] < mailman2_pipermail.py

Runs beside Mailman 2 under Python 2.4 to 2.7 or 3, with the standard library
alone, without Mailman and without executing anything of the archive's. Exit code
0 when it ran through, whatever it found; 2 when it could not start.

One JSON object a line, `type` first. Each path that the old web server served is
in the stream once: as a volume's index or text, as an article, an attachment or
an other file. Not there: pipermail.pck and the database folder, never served.

    header       schemaVersion, helper, python, archive, charset
    volume       name, kind, indexes, txt, txtGz, articles; its articles follow
    article      volume, file, number, messageId, idFrom, databaseId, subject,
                 author, email, date, datestr, duplicate
    attachment   path, bytes
    other        path, bytes
    finding      code, severity, list (null), path, summary, why, next
                 (source.archive-page-*, archive-database-*, archive-page-missing,
                 pickle-refused)
    end          volumes, articles, attachments, others; else it was cut short

`messageId` is what the page says in its LINK, percent-decoded and otherwise as it
is, oddities included: `<id> (added by x)`, `bare@id`, `<two words@x>`. `idFrom` is
'page', or 'database' where the page has none, or null where neither knows.
`databaseId` is the id in the database's record of that page; the database has none
for an article whose id came again later. `duplicate` is true where the id, without
its brackets and blanks, has been in the stream before. Volumes come by date, then
articles by number; attachments and other files by name.

`--what volumes` leaves out the articles: it tells cheaply whether anything changed,
by `changed` (seconds, of the volume's latest file) and `bytes` (of all its files).
`--what content` adds what the archive can be rebuilt from: `thread` to a volume, its
index by thread, and to an article `page`, `inReplyTo` and `references`; `thread` and
`page` are whole files in Base64, null where they cannot be read. `--what files --file PATH ...` writes nothing but

    file         path, base64 (null where it cannot be had), why

for each file below attachments/, in the order asked for, and then `end`.
"""

import base64
import binascii
import os
import re
import signal
import stat
import struct
import sys
import warnings

# --- shared by mailman2_dump.py and mailman2_pipermail.py, kept equal by a test ---
#
# Each helper is piped alone into an unknown Python, so this block lives in both.
#
# Everything that is read here may have been written by an enemy. So nothing is
# ever constructed, imported or called on a file's behalf: pickles run on a small
# machine of our own that knows data and names, but no way from a name to an
# object. It also makes every Python from 2.4 to 3.13 see exactly the same values:
#
#   TEXT   pure ASCII strings and Unicode strings, as the native Unicode type
#   BYTES  Python 2 byte strings that are not ASCII; their charset is a question
#          for later, and for the list (see Record.text)

if sys.version_info[0] < 3:
    TEXT, BYTES, INTS = unicode, str, (int, long)  # noqa: F821
    UNICHR = unichr  # noqa: F821
else:
    TEXT, BYTES, INTS = str, bytes, (int,)
    UNICHR = chr

# Lists in real life nest six deep. A reader without a limit is a way to crash it.
MAX_DEPTH = 60
MAX_DIGITS = 300
# A list of 300,000 members fits into this.
DEFAULT_MAX_BYTES = 64 * 1024 * 1024


def B(text):
    """A byte string, in the absence of b'' from Python 2.4."""
    if isinstance(text, BYTES):
        return text
    return text.encode('latin-1')


NEWLINE = B('\n')
BACKSLASH = B('\\')
QUOTES = (B("'"), B('"'))
SIGNS = (B('-'), B('+'))
BOOLEANS = {B('00'): False, B('01'): True}


class SourceError(Exception):
    """Something that cannot be read. `code` is the last part of a finding's code."""

    def __init__(self, code, why):
        Exception.__init__(self, why)
        self.code = code
        self.why = why


class Refused(SourceError):
    """A pickle asks for a class or function outside the allow list."""

    def __init__(self, name):
        SourceError.__init__(self, 'pickle-refused', 'it asks for ' + name)
        self.name = name


def truncated():
    return SourceError('truncated', 'the file ends in the middle of a value')


def corrupt(why):
    return SourceError('corrupt', why)


def native(raw):
    """ASCII byte strings as text, others as they are."""
    try:
        return raw.decode('ascii')
    except UnicodeError:
        return raw


def from_utf8(raw):
    """The text of a pickled or marshalled Unicode string, lone surrogates kept."""
    try:
        return raw.decode('utf-8')
    except UnicodeError:
        pass
    try:
        return raw.decode('utf-8', 'surrogatepass')
    except (UnicodeError, LookupError):
        raise corrupt('a Unicode string is not UTF-8')


def is_scalar(value):
    return value is None or isinstance(value, (TEXT, BYTES, float) + INTS)


def checked_key(key):
    """Refuses keys that cannot be hashed, or whose hash would recurse deeply."""
    if is_scalar(key):
        return key
    if isinstance(key, tuple):
        for item in key:
            if not is_scalar(item):
                break
        else:
            return key
    raise corrupt('a dictionary key is neither text nor a number')


def signed(raw):
    """A little-endian two's complement integer of any length."""
    if not raw:
        return 0
    if len(raw) > 64:
        raise corrupt('an integer of %d bytes' % len(raw))
    value = int(binascii.hexlify(raw[::-1]), 16)
    if ord(raw[-1:]) & 0x80:
        value -= 1 << (8 * len(raw))
    return value


def integer(raw):
    """An integer from its digits; int() alone accepts other things in each Python."""
    digits = raw
    if raw[:1] in SIGNS:
        digits = raw[1:]
    if len(digits) > MAX_DIGITS or not digits.isdigit():
        raise corrupt('not an integer')
    return int(raw)


def floating(raw):
    try:
        if len(raw) > MAX_DIGITS or raw.find(B('_')) >= 0:
            raise ValueError
        return float(raw)
    except ValueError:
        raise corrupt('not a number')


def double(raw):
    """Eight bytes, high end first. Python 2.4's struct knows no infinity."""
    if ord(raw[:1]) & 0x7f == 0x7f and ord(raw[1:2]) & 0xf0 == 0xf0:
        infinity = 1e300 * 1e300
        if raw[1:] != B('\xf0\0\0\0\0\0\0'):
            return infinity * 0
        if ord(raw[:1]) & 0x80:
            return -infinity
        return infinity
    return struct.unpack('>d', raw)[0]


# What Mailman 2 itself, up to 2.1.39, puts into its files. These names become
# Inert objects, which hold state and can do nothing.
ALLOWED = {}
for _module, _names in (
    ('Mailman.Bouncer', '_BounceInfo BounceInfo'),
    ('Mailman.UserDesc', 'UserDesc'),
    ('Mailman.Message', 'Message UserNotification OwnerNotification'),
    ('Mailman.SafeDict', 'SafeDict MsgSafeDict'),
    ('Mailman.Archiver.HyperArch', 'Article'),
    ('Mailman.Archiver.pipermail', 'Article'),
    ('HyperArch', 'Article'),
    ('pipermail', 'Article'),
    ('email.Message', 'Message'),
    ('email.message', 'Message EmailMessage'),
    ('email.Header', 'Header'),
    ('email.header', 'Header'),
    ('email.Charset', 'Charset'),
    ('email.charset', 'Charset'),
    ('email._policybase', 'Compat32'),
    ('copy_reg', '_reconstructor'),
    ('copyreg', '_reconstructor'),
    ('__builtin__', 'object set frozenset'),
    ('builtins', 'object set frozenset'),
):
    for _name in _names.split():
        ALLOWED[_module + '.' + _name] = True
for _old, _new in (('Audio', 'audio'), ('Base', 'base'), ('Image', 'image'),
                   ('Message', 'message'), ('Multipart', 'multipart'),
                   ('NonMultipart', 'nonmultipart'), ('Text', 'text')):
    ALLOWED['email.MIME%s.MIME%s' % (_old, _old)] = True
    ALLOWED['email.mime.%s.MIME%s' % (_new, _old)] = True

# The defects that the parser of Python's email package notes on a message.
DEFECT = re.compile(r'email\.(errors|Errors)\.[A-Za-z]+Defect\Z')


class Global(object):
    """The name of an allowed class or function: a name, not the thing."""

    __slots__ = ('name',)

    def __init__(self, module, name):
        if isinstance(module, BYTES):
            module = module.decode('latin-1')
        if isinstance(name, BYTES):
            name = name.decode('latin-1')
        self.name = module + '.' + name
        if self.name not in ALLOWED and not DEFECT.match(self.name):
            raise Refused(self.name[:200])


class Inert(object):
    """What an instance of an allowed class becomes: its class's name and state."""

    __slots__ = ('name', 'state')

    def __init__(self, cls):
        if not isinstance(cls, Global):
            raise Refused('an instance of something that is not a class')
        self.name = cls.name
        self.state = {}

    def get(self, key, default=None):
        return self.state.get(key, default)

    def build(self, state):
        """State goes into a dict of ours, so no attribute has side effects."""
        if isinstance(state, tuple) and len(state) == 2:
            parts = state
        else:
            parts = (state,)
        for part in parts:
            if isinstance(part, dict):
                self.state.update(part)
            elif part is not None:
                raise corrupt('the state of a %s is no dictionary' % self.name)


ESCAPE = re.compile(B(r'\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)'), re.DOTALL)
ESCAPES = {'n': '\n', 'r': '\r', 't': '\t', 'a': '\a', 'b': '\b', 'f': '\f',
           'v': '\v', '\\': '\\', "'": "'", '"': '"', '\n': ''}


def unescape(raw):
    """The bytes that a Python 2 string literal (without its quotes) stands for."""
    def one(match):
        code = match.group(1).decode('latin-1')
        if len(code) == 3 and code[0] == 'x':
            return B(UNICHR(int(code[1:], 16)))
        if code[0] in '01234567':
            return B(UNICHR(int(code, 8) & 255))
        return B(ESCAPES.get(code, '\\' + code))
    if raw.find(BACKSLASH) < 0:
        return raw
    return ESCAPE.sub(one, raw)


class Unpickler(object):
    """Reads one pickle of protocol 0 to 5 out of a byte string, as inert data."""

    def __init__(self, data):
        self.data = data
        self.pos = 0
        self.stack = []
        self.marks = []
        self.memo = {}

    def load(self):
        data, table = self.data, OPCODES
        try:
            while 1:
                op = data[self.pos]
                self.pos += 1
                if op == STOP:
                    return self.stack.pop()
                table[op](self)
        except KeyError:
            raise corrupt('not a pickle: unknown opcode or reference at byte %d' % (self.pos - 1))
        except IndexError:
            if self.pos >= len(data):
                raise truncated()
            raise corrupt('not a pickle: nothing left on the stack at byte %d' % self.pos)
        except (TypeError, AttributeError, ValueError, struct.error):
            raise corrupt('not a sound pickle at byte %d' % self.pos)

    def read(self, count):
        start = self.pos
        self.pos = start + count
        if count < 0 or self.pos > len(self.data):
            raise truncated()
        return self.data[start:self.pos]

    def line(self):
        end = self.data.find(NEWLINE, self.pos)
        if end < 0:
            raise truncated()
        start, self.pos = self.pos, end + 1
        return self.data[start:end]

    def unpack(self, form, count):
        return struct.unpack(form, self.read(count))[0]

    def items(self):
        """The stack's items above the topmost mark, taken off."""
        mark = self.marks.pop()
        found = self.stack[mark:]
        del self.stack[mark:]
        return found

    def pairs(self, target, items):
        if type(target) is not dict or len(items) % 2:
            raise corrupt('a pickle sets items of something that is no dictionary')
        for index in range(0, len(items), 2):
            target[checked_key(items[index])] = items[index + 1]

    def extend(self, target, items):
        if type(target) is not list:
            raise corrupt('a pickle appends to something that is no list')
        target.extend(items)

    def call(self, function, args):
        """What REDUCE and its kin would call; only shapes that we know are built."""
        if not isinstance(function, Global):
            raise Refused('a call of something that is not a class')
        if not isinstance(args, tuple):
            raise corrupt('a pickle calls without arguments')
        last = function.name.split('.')[-1]
        if last == '_reconstructor':
            if not args:
                raise corrupt('a pickle reconstructs nothing')
            return Inert(args[0])
        if last in ('set', 'frozenset'):
            if args and not isinstance(args[0], (list, tuple)):
                raise corrupt('a set of something that is no list')
            # Kept as a list: the report is JSON, and hashing can recurse.
            return list((args or ((),))[0])
        return Inert(function)

    # Opcodes that need more than an expression; the table below has the others.

    def op_pop(self):
        if self.marks and self.marks[-1] == len(self.stack):
            self.marks.pop()
        else:
            self.stack.pop()

    def op_int(self):
        raw = self.line()
        if raw in BOOLEANS:
            self.stack.append(BOOLEANS[raw])
        else:
            self.stack.append(integer(raw))

    def op_long(self):
        raw = self.line()
        if raw[-1:] == B('L'):
            raw = raw[:-1]
        self.stack.append(integer(raw))

    def op_string(self):
        raw = self.line().strip()
        if len(raw) < 2 or raw[:1] != raw[-1:] or raw[:1] not in QUOTES:
            raise corrupt('a string without quotes')
        self.stack.append(native(unescape(raw[1:-1])))

    def op_append(self):
        item = self.stack.pop()
        self.extend(self.stack[-1], [item])

    def op_appends(self):
        items = self.items()
        self.extend(self.stack[-1], items)

    def op_tuple(self, size):
        if size > len(self.stack):
            raise IndexError
        self.stack[-size:] = [tuple(self.stack[-size:])]

    def op_dict(self):
        items, target = self.items(), {}
        self.pairs(target, items)
        self.stack.append(target)

    def op_setitem(self):
        value = self.stack.pop()
        key = self.stack.pop()
        self.pairs(self.stack[-1], [key, value])

    def op_setitems(self):
        items = self.items()
        self.pairs(self.stack[-1], items)

    def op_proto(self):
        if ord(self.read(1)) > 5:
            raise corrupt('a pickle of an unknown protocol')

    def op_global(self):
        module = self.line()
        self.stack.append(Global(module, self.line()))

    def op_stack_global(self):
        name = self.stack.pop()
        module = self.stack.pop()
        if not isinstance(name, (TEXT, BYTES)) or not isinstance(module, (TEXT, BYTES)):
            raise corrupt('a class without a name')
        self.stack.append(Global(module, name))

    def op_inst(self):
        module = self.line()
        cls = Global(module, self.line())
        self.stack.append(self.call(cls, tuple(self.items())))

    def op_obj(self):
        items = self.items()
        self.stack.append(self.call(items[0], tuple(items[1:])))

    def op_reduce(self):
        args = self.stack.pop()
        self.stack.append(self.call(self.stack.pop(), args))

    def op_newobj_ex(self):
        self.stack.pop()
        self.op_reduce()

    def op_build(self):
        state = self.stack.pop()
        target = self.stack[-1]
        if not isinstance(target, Inert):
            raise Refused('state for something that is not an instance')
        target.build(state)

    def refuse(self, what):
        raise Refused(what)


STOP = B('.')[0]
OPCODES = {}
# In the order of the protocols that brought them.
for _codes, _operation in (
    ('(', lambda vm: vm.marks.append(len(vm.stack))),
    ('0', Unpickler.op_pop),
    ('1', lambda vm: vm.items()),
    ('2', lambda vm: vm.stack.append(vm.stack[-1])),
    ('N', lambda vm: vm.stack.append(None)),
    ('I', Unpickler.op_int),
    ('L', Unpickler.op_long),
    ('F', lambda vm: vm.stack.append(floating(vm.line()))),
    ('S', Unpickler.op_string),
    ('V', lambda vm: vm.stack.append(vm.line().decode('raw-unicode-escape'))),
    (')', lambda vm: vm.stack.append(())),
    ('t', lambda vm: vm.stack.append(tuple(vm.items()))),
    (']\x8f', lambda vm: vm.stack.append([])),
    ('l\x91', lambda vm: vm.stack.append(vm.items())),
    ('a', Unpickler.op_append),
    ('e\x90', Unpickler.op_appends),
    ('}', lambda vm: vm.stack.append({})),
    ('d', Unpickler.op_dict),
    ('s', Unpickler.op_setitem),
    ('u', Unpickler.op_setitems),
    ('p', lambda vm: vm.memo.__setitem__(integer(vm.line()), vm.stack[-1])),
    ('g', lambda vm: vm.stack.append(vm.memo[integer(vm.line())])),
    ('c', Unpickler.op_global),
    ('i', Unpickler.op_inst),
    ('o', Unpickler.op_obj),
    ('R\x81', Unpickler.op_reduce),
    ('b', Unpickler.op_build),
    ('PQ', lambda vm: vm.refuse('a persistent id')),
    ('J', lambda vm: vm.stack.append(vm.unpack('<i', 4))),
    ('K', lambda vm: vm.stack.append(ord(vm.read(1)))),
    ('M', lambda vm: vm.stack.append(vm.unpack('<H', 2))),
    ('G', lambda vm: vm.stack.append(double(vm.read(8)))),
    ('TB', lambda vm: vm.stack.append(native(vm.read(vm.unpack('<i', 4))))),
    ('UC', lambda vm: vm.stack.append(native(vm.read(ord(vm.read(1)))))),
    ('X', lambda vm: vm.stack.append(from_utf8(vm.read(vm.unpack('<I', 4))))),
    ('q', lambda vm: vm.memo.__setitem__(ord(vm.read(1)), vm.stack[-1])),
    ('r', lambda vm: vm.memo.__setitem__(vm.unpack('<I', 4), vm.stack[-1])),
    ('h', lambda vm: vm.stack.append(vm.memo[ord(vm.read(1))])),
    ('j', lambda vm: vm.stack.append(vm.memo[vm.unpack('<I', 4)])),
    ('\x80', Unpickler.op_proto),
    ('\x82\x83\x84', lambda vm: vm.refuse('an extension code')),
    ('\x85', lambda vm: vm.op_tuple(1)),
    ('\x86', lambda vm: vm.op_tuple(2)),
    ('\x87', lambda vm: vm.op_tuple(3)),
    ('\x88', lambda vm: vm.stack.append(True)),
    ('\x89', lambda vm: vm.stack.append(False)),
    ('\x8a', lambda vm: vm.stack.append(signed(vm.read(ord(vm.read(1)))))),
    ('\x8b', lambda vm: vm.stack.append(signed(vm.read(vm.unpack('<i', 4))))),
    ('\x8c', lambda vm: vm.stack.append(from_utf8(vm.read(ord(vm.read(1)))))),
    ('\x8d', lambda vm: vm.stack.append(from_utf8(vm.read(vm.unpack('<Q', 8))))),
    ('\x8e\x96', lambda vm: vm.stack.append(native(vm.read(vm.unpack('<Q', 8))))),
    ('\x92', Unpickler.op_newobj_ex),
    ('\x93', Unpickler.op_stack_global),
    ('\x94', lambda vm: vm.memo.__setitem__(len(vm.memo), vm.stack[-1])),
    ('\x95', lambda vm: vm.read(8)),
    ('\x97\x98', lambda vm: vm.refuse('a buffer outside the pickle')),
):
    for _code in _codes:
        # In Python 2 a method taken from its class checks its first argument: the
        # plain function is what works, and is quicker.
        OPCODES[B(_code)[0]] = getattr(_operation, 'im_func', _operation)


class Unmarshaller(object):
    """Reads one Python 2 marshal (versions 0 to 2) that holds plain data."""

    def __init__(self, data):
        self.data = data
        self.pos = 0
        self.interned = []

    def load(self):
        try:
            return self.value(0)
        except (ValueError, struct.error):
            raise corrupt('not a sound marshal at byte %d' % self.pos)

    def read(self, count):
        start = self.pos
        self.pos = start + count
        if count < 0 or self.pos > len(self.data):
            raise truncated()
        return self.data[start:self.pos]

    def size(self):
        return struct.unpack('<i', self.read(4))[0]

    def values(self, depth):
        count = self.size()
        # Every value takes a byte at least: a huge count is a lie, not a list.
        if count < 0 or count > len(self.data) - self.pos:
            raise truncated()
        return [self.value(depth) for _unused in range(count)]

    def value(self, depth):
        if depth > MAX_DEPTH:
            raise corrupt('values nested deeper than %d' % MAX_DEPTH)
        code = self.read(1).decode('latin-1')
        if code in 'stu':
            raw = self.read(self.size())
            if code == 'u':
                return from_utf8(raw)
            found = native(raw)
            if code == 't':
                self.interned.append(found)
            return found
        if code == 'R':
            index = self.size()
            if index < 0 or index >= len(self.interned):
                raise corrupt('a reference to a string that is not there')
            return self.interned[index]
        if code == 'i':
            return self.size()
        if code == 'I':
            return struct.unpack('<q', self.read(8))[0]
        if code == 'l':
            return self.long_value()
        if code == 'f':
            return floating(self.read(ord(self.read(1))))
        if code == 'g':
            return double(self.read(8)[::-1])
        if code == '{':
            return self.dict_value(depth + 1)
        if code in '[<>':
            return self.values(depth + 1)
        if code == '(':
            return tuple(self.values(depth + 1))
        if code in 'NTF':
            return {'N': None, 'T': True, 'F': False}[code]
        if code == 'c':
            raise Refused('a code object')
        raise corrupt('not a marshal of plain data: type %r at byte %d' % (str(code), self.pos - 1))

    def long_value(self):
        count = self.size()
        if abs(count) > 40:
            raise corrupt('an integer of %d digits' % abs(count))
        total = 0
        for index in range(abs(count)):
            total += struct.unpack('<H', self.read(2))[0] << (15 * index)
        if count < 0:
            return -total
        return total

    def dict_value(self, depth):
        found = {}
        while 1:
            if self.data[self.pos:self.pos + 1] == B('0'):
                self.pos += 1
                return found
            key = checked_key(self.value(depth))
            found[key] = self.value(depth)


def load_pickle(data):
    return Unpickler(data).load()


def load_marshal(data):
    return Unmarshaller(data).load()


# JSON is written by hand: Python 2.4 has no json module, and each later one writes
# floats in its own way, where two runs should agree byte for byte.

NOT_PLAIN = re.compile(r'[^ !#-\[\]-~]')
SHORT = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t'}


def escape_char(match):
    char = match.group(0)
    short = SHORT.get(char)
    if short:
        return short
    number = ord(char)
    if number > 0xffff:
        number -= 0x10000
        return '\\u%04x\\u%04x' % (0xd800 + (number >> 10), 0xdc00 + (number & 0x3ff))
    return '\\u%04x' % number


def quote(text):
    return '"' + NOT_PLAIN.sub(escape_char, text) + '"'


def number(value):
    """The shortest digits that give the same float, in every Python the same."""
    for precision in (15, 16, 17):
        digits = '%.*g' % (precision, value)
        if float(digits) == value:
            break
    if '.' not in digits and 'e' not in digits:
        digits += '.0'
    return digits


def is_finite(value):
    return value == value and value not in (1e300 * 1e300, -1e300 * 1e300)


C1 = re.compile(B('[\x80-\x9f]'))
# Python 2 takes these for UTF-8, Python 3 does not, and they are not.
SURROGATE = re.compile(B('\xed[\xa0-\xbf]'))


def decode(raw, declared):
    """(text, charset, certain) of bytes whose charset is declared, or guessed.

    UTF-8 goes first, whatever is declared: distributions re-registered all
    languages as UTF-8, and other charsets hardly ever make valid UTF-8 by chance.
    `certain` is false where a reader might want to see the bytes themselves.
    """
    try:
        return raw.decode('ascii'), 'us-ascii', True
    except UnicodeError:
        pass
    if not SURROGATE.search(raw):
        try:
            return raw.decode('utf-8'), 'utf-8', 'utf-8' in declared[:1]
        except UnicodeError:
            pass
    controls = C1.search(raw)
    for charset in declared:
        if charset in (None, 'us-ascii', 'utf-8') or controls and charset == 'iso-8859-1':
            continue
        try:
            text = raw.decode(charset)
        except (UnicodeError, LookupError):
            continue
        # C1 controls are not written by people: the declaration is wrong, then.
        return text, charset, not (controls and charset[:8] == 'iso-8859')
    if controls:
        try:
            return raw.decode('cp1252'), 'cp1252', False
        except UnicodeError:
            pass
    return raw.decode('latin-1'), 'iso-8859-1', False


def path_text(path):
    """How a path is named in a finding; list records carry its bytes as well."""
    return decode(path, [])[0]


class Record(object):
    """One JSON line. Fields keep the order in which they are put.

    Byte strings turn into text on the way. Where that was a guess, the record's
    `decoded` says where, what was guessed and declared, and what the bytes were.
    """

    def __init__(self, kind, charsets=(), limit=DEFAULT_MAX_BYTES):
        self.charsets = list(charsets)
        self.fields = []
        self.decoded = []
        self.place = None
        self.lost = []
        self.left = limit
        self.put('type', kind)

    def put(self, name, value):
        self.fields.append(quote(name) + ':' + self.encode(value, (None, name), 0))

    def put_decoded(self):
        """Reserves this place for `decoded`, which later fields may add to."""
        self.place = len(self.fields)

    def text(self, raw, path, charsets=None):
        """A byte string as text, noted when guessed. Text stays as it is."""
        if isinstance(raw, TEXT):
            return raw
        if charsets is None:
            charsets = self.charsets
        text, charset, certain = decode(raw, charsets)
        if not certain:
            declared = None
            for candidate in charsets[:1]:
                declared = candidate
            self.decoded.append((path, charset, declared, raw))
        return text

    def key(self, key, path):
        if isinstance(key, (TEXT, BYTES)):
            return self.text(key, path)
        if isinstance(key, float):
            return number(key)
        if isinstance(key, INTS):
            return '%d' % key
        return self.encode(key, path, 0)

    def encode(self, value, path, depth):
        self.left -= 1
        if self.left < 0:
            raise SourceError('too-large', 'its values unfold to more than the limit')
        if isinstance(value, TEXT):
            self.left -= len(value)
            return quote(value)
        if isinstance(value, BYTES):
            self.left -= len(value)
            return quote(self.text(value, path))
        if value is None:
            return 'null'
        if value is True:
            return 'true'
        if value is False:
            return 'false'
        if isinstance(value, INTS):
            return '%d' % value
        if isinstance(value, float):
            if is_finite(value):
                return number(value)
            self.lost.append(path_string(path) + ' is no finite number')
            return 'null'
        if depth > MAX_DEPTH:
            raise SourceError('too-deep', 'values nested deeper than %d, or in a circle' % MAX_DEPTH)
        if isinstance(value, (list, tuple)):
            return '[' + ','.join([self.encode(item, (path, index), depth + 1)
                                   for index, item in enumerate(value)]) + ']'
        if isinstance(value, Fields):
            return '{' + ','.join([quote(name) + ':' + self.encode(item, (path, name), depth + 1)
                                   for name, item in value.pairs]) + '}'
        if isinstance(value, dict):
            return self.encode_dict(value, path, depth)
        if isinstance(value, Inert):
            return self.encode(Fields(('class', value.name), ('state', value.state)), path, depth + 1)
        if isinstance(value, Global):
            return self.encode(Fields(('class', value.name)), path, depth + 1)
        raise corrupt('a value of type %s' % type(value).__name__)

    def encode_dict(self, value, path, depth):
        # Sorted by what is written, for no two Pythons order a dict alike.
        names = [(quote(self.key(key, (path, '(key)'))), key) for key in value]
        names.sort(key=first)
        parts = []
        for index, (name, key) in enumerate(names):
            if index and names[index - 1][0] == name:
                self.lost.append(path_string((path, name[1:-1])) + ' stands there twice')
                continue
            parts.append(name + ':' + self.encode(value[key], (path, name[1:-1]), depth + 1))
        return '{' + ','.join(parts) + '}'

    def line(self):
        notes = [Fields(('at', path_string(path)), ('charset', charset), ('declared', declared),
                        ('base64', base64_text(raw)))
                 for path, charset, declared, raw in self.decoded]
        fields = self.fields[:]
        place = self.place
        if place is None:
            place = len(fields)
        self.left = 1 << 60  # what is noted was counted when it was encoded
        fields.insert(place, '"decoded":' + self.encode(notes, (None, 'decoded'), 0))
        return '{' + ','.join(fields) + '}'


class Fields(object):
    """An object of a record whose fields keep their order."""

    __slots__ = ('pairs',)

    def __init__(self, *pairs):
        self.pairs = pairs


def first(pair):
    return pair[0]


def path_string(path):
    """members[12].name, of the linked pairs that encode() builds on its way down."""
    parts = []
    while path is not None:
        path, part = path
        if isinstance(part, INTS):
            parts.append('[%d]' % part)
        else:
            parts.append('.' + part)
    parts.reverse()
    return ''.join(parts)[1:]


def base64_text(raw):
    return base64.b64encode(raw).decode('ascii')


class Output(object):
    """stdout, as JSON lines; counts the findings on their way."""

    def __init__(self, stream):
        self.stream = getattr(stream, 'buffer', stream)
        self.errors = {}

    def write(self, record):
        self.stream.write(record.line().encode('ascii') + NEWLINE)

    def plain(self, kind, *pairs):
        """A record of ours alone, without foreign bytes."""
        parts = [quote('type') + ':' + quote(kind)]
        record = Record(kind)
        for name, value in pairs:
            parts.append(quote(name) + ':' + record.encode(value, (None, name), 0))
        self.stream.write(('{' + ','.join(parts) + '}').encode('ascii') + NEWLINE)

    def finding(self, code, severity, name, path, summary, why, next_step):
        if severity == 'error':
            self.errors[name] = self.errors.get(name, 0) + 1
        if path is not None:
            path = path_text(path)
        self.plain('finding', ('code', 'source.' + code), ('severity', severity), ('list', name),
                   ('path', path), ('summary', summary), ('why', why), ('next', next_step))

    def flush(self):
        self.stream.flush()


def bytes_argument(text):
    """A command-line argument as the bytes that were typed."""
    if isinstance(text, BYTES):
        return text
    return text.encode(sys.getfilesystemencoding(), 'surrogateescape')


def inside(path, bases):
    """Whether a path, with links followed, stays below one of these real folders."""
    real = os.path.realpath(path)
    for base in bases:
        if real == base or real.startswith(base.rstrip(B('/')) + B('/')):
            return True
    return False


def read_file(path, bases, limit, count=-1):
    """The bytes of a regular file. Links out of the site, pipes and giants are refused.

    A link that leads elsewhere could make root read a file that is none of the
    list's; a pipe or device would never end.
    """
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            if not inside(path, bases):
                raise SourceError('outside-root', 'it is a link that leads out of the site')
            mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            raise SourceError('not-a-file', 'it is not a regular file')
        if count < 0 and os.path.getsize(path) > limit:
            raise SourceError('too-large', 'it has %d bytes, the limit is %d' % (os.path.getsize(path), limit))
        stream = open(path, 'rb')
        try:
            return stream.read(count)
        finally:
            stream.close()
    except EnvironmentError:
        raise SourceError('unreadable', reason(sys.exc_info()[1]))


def reason(error):
    return getattr(error, 'strerror', None) or error.__class__.__name__


def listdir(path):
    """The names in a folder, sorted; none where it cannot be read."""
    try:
        names = os.listdir(path)
    except EnvironmentError:
        return []
    names.sort()
    return names


def python_version():
    return '.'.join([str(part) for part in sys.version_info[:3]])


# The volumes that pipermail makes, by archive_volume_frequency.
MONTHS = ('January February March April May June July August September October November '
          'December').split()
VOLUMES = (
    ('year', re.compile(B(r'(\d{4})\Z'))),
    ('month', re.compile(B(r'(\d{4})-(' + '|'.join(MONTHS) + r')\Z'))),
    ('quarter', re.compile(B(r'(\d{4})q([1-4])\Z'))),
    ('week', re.compile(B(r'Week-of-Mon-(\d{4})(\d\d)(\d\d)\Z'))),
    ('day', re.compile(B(r'(\d{4})(\d\d)(\d\d)\Z'))),
)


def volume_kind(name):
    """(kind, (year, month, day)) of a pipermail volume, by its folder's name."""
    for kind, pattern in VOLUMES:
        match = pattern.match(name)
        if match:
            parts = [part.decode('ascii') for part in match.groups()]
            if kind == 'month':
                parts[1] = MONTHS.index(parts[1]) + 1
            numbers = [int(part) for part in parts] + [0, 0]
            if kind == 'quarter':
                numbers[1] = numbers[1] * 3 - 2
            return kind, tuple(numbers[:3])
    return 'unknown', (9999, 0, 0)


ARTICLE_PAGE = re.compile(B(r'\d{6,}\.html\Z'))


# --- end of the shared part ---

SCHEMA_VERSION = 1

# The LINK that names the message stands in a page's head; author and date follow
# soon after. The rest of a page may be megabytes.
PAGE_HEAD = 8192

INDEX_PAGES = ('thread.html', 'subject.html', 'author.html', 'date.html', 'index.html')


def page_pattern(text):
    return re.compile(B(text), re.IGNORECASE | re.DOTALL)


LINK_MADE = page_pattern(r'<LINK\s+REL="made"\s+HREF="mailto:([^"]*)"')
# It is the last parameter: old pages leave an ampersand in an id as it is.
REPLY_TO = page_pattern(r'[?&](?:amp;)?In-Reply-To=(.*)\Z')
TITLE = page_pattern(r'<TITLE>(.*?)</TITLE>')
META_CHARSET = page_pattern(r'<META[^>]*charset="?([a-z0-9_.:-]+)')
HEADING = page_pattern(r'</H1>')
AUTHOR = page_pattern(r'<B>(.*?)</B>')
EMAIL = page_pattern(r'<A\s+HREF="[^"]*"\s*TITLE="[^"]*">(.*?)</A>')
DATE = page_pattern(r'<I>(.*?)</I>')
PERCENT = re.compile(B(r'%([0-9a-fA-F]{2})'))
ENTITY = re.compile(r'&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot));')
ENTITIES = {'amp': '&', 'lt': '<', 'gt': '>', 'quot': '"'}
# Not \s, which is another set of characters in each Python.
BLANKS = re.compile(r'[ \t\r\n\f\v]+')


def percent_decoded(raw):
    def one(match):
        return binascii.unhexlify(match.group(1))
    return PERCENT.sub(one, raw)


def character(match):
    decimal, hexadecimal, name = match.groups()
    if name:
        return ENTITIES[name]
    if decimal:
        code = int(decimal)
    else:
        code = int(hexadecimal, 16)
    if code > 0x10ffff:
        return match.group(0)
    if code > sys.maxunicode:
        # Python 2 may be built with 16-bit characters.
        code -= 0x10000
        return UNICHR(0xd800 + (code >> 10)) + UNICHR(0xdc00 + (code & 0x3ff))
    return UNICHR(code)


class Page(object):
    """What a page of an article says of it, as bytes; None for what it does not."""

    def __init__(self, head):
        self.charset = None
        match = META_CHARSET.search(head)
        if match:
            self.charset = match.group(1).decode('latin-1').lower()
        self.subject = self.part(TITLE, head, 0)
        self.message_id = None
        match = LINK_MADE.search(head)
        if match:
            match = REPLY_TO.search(match.group(1))
            if match and match.group(1):
                self.message_id = percent_decoded(match.group(1))
        self.author = self.email = self.datestr = None
        # A subject can hold anything that looks like the tags after it, but escaped.
        match = HEADING.search(head)
        if match:
            self.author = self.part(AUTHOR, head, match.end())
            self.email = self.part(EMAIL, head, match.end())
            self.datestr = self.part(DATE, head, match.end())

    def part(self, pattern, head, start):
        match = pattern.search(head, start)
        if match:
            return match.group(1)
        return None


class Archive(object):
    """Reads one archive's folder and writes its records."""

    def __init__(self, folder, charset, limit, out, what='list'):
        self.folder = folder
        self.charset = charset
        self.limit = limit
        self.out = out
        self.what = what
        self.bases = [os.path.realpath(folder)]
        self.seen = {}
        self.counts = {'volume': 0, 'article': 0, 'attachment': 0, 'other': 0}

    def finding(self, code, severity, path, summary, why, next_step):
        self.out.finding(code, severity, None, path, summary, why, next_step)

    def record(self, kind, charsets=()):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return Record(kind, charsets, self.limit)

    def run(self):
        record = Record('header', (), self.limit)
        record.put('schemaVersion', SCHEMA_VERSION)
        record.put('helper', 'mailman2_pipermail')
        record.put('python', python_version())
        record.put('archive', self.folder)
        record.put('charset', self.charset)
        self.out.write(record)
        volumes, texts, attachments, others = {}, {}, [], []
        for name in listdir(self.folder):
            path = os.path.join(self.folder, name)
            real_folder = os.path.isdir(path) and not os.path.islink(path)
            if name == B('pipermail.pck') or name == B('database') and real_folder:
                continue
            if not real_folder:
                texts[name] = True
            elif name == B('attachments'):
                attachments = files_below(path, name)
            else:
                pages = listdir(path)
                articles = [page for page in pages if ARTICLE_PAGE.match(page)
                            and not os.path.isdir(os.path.join(path, page))]
                if articles or volume_kind(name)[0] != 'unknown':
                    volumes[name] = (pages, articles)
                else:
                    others.extend(files_below(path, name))
        for name in list(texts):
            # A volume whose folder is gone still has its text.
            volume = re.sub(B(r'\.txt(\.gz)?\Z'), B(''), name)
            if volume != name and volume not in volumes and volume_kind(volume)[0] != 'unknown':
                volumes[volume] = ([], [])
        ordered = [(volume_kind(name)[1], name) for name in volumes]
        ordered.sort()
        for _date, name in ordered:
            others.extend(self.volume(name, volumes[name][0], volumes[name][1], texts))
        others.extend([(os.path.join(self.folder, name), name) for name in texts])
        if self.what != 'list':
            attachments, others = [], []
        for kind, files in (('attachment', attachments), ('other', others)):
            files.sort(key=second)
            for path, name in files:
                record = self.record(kind)
                record.put('path', name)
                record.put('bytes', size_of(path))
                self.out.write(record)
        self.out.plain('end', ('volumes', self.counts['volume']), ('articles', self.counts['article']),
                       ('attachments', self.counts['attachment']), ('others', self.counts['other']))
        self.out.flush()

    def volume(self, name, pages, articles, texts):
        """Writes a volume and its articles; returns its other files."""
        record = self.record('volume')
        record.put('name', name)
        record.put('kind', volume_kind(name)[0])
        indexes = [B(page) for page in INDEX_PAGES if B(page) in pages]
        record.put('indexes', indexes)
        for field, ending in (('txt', '.txt'), ('txtGz', '.txt.gz')):
            text = name + B(ending)
            if texts.pop(text, False):
                record.put(field, text)
            else:
                record.put(field, None)
        record.put('articles', len(articles))
        if self.what != 'list':
            changed, size = self.newest(name, pages)
            record.put('changed', changed)
            record.put('bytes', size)
        if self.what == 'content':
            record.put('thread', self.whole(os.path.join(self.folder, name, B('thread.html'))))
        self.out.write(record)
        if self.what == 'volumes':
            return []
        database = self.database(name)
        numbered = [(int(page[:-5]), page) for page in articles]
        numbered.sort()
        for number_, page in numbered:
            self.article(name, number_, page, database.pop(page, None))
        if database:
            self.finding('archive-page-missing', 'info', os.path.join(self.folder, name),
                         'Articles in the archive\'s database that have no page',
                         '%d of them; their addresses have answered 404.' % len(database), 'Nothing.')
        self.out.flush()
        taken = dict([(page, True) for page in indexes + articles])
        rest = []
        for page in pages:
            if page not in taken:
                path = os.path.join(self.folder, name, page)
                if os.path.isdir(path) and not os.path.islink(path):
                    rest.extend(files_below(path, name + B('/') + page))
                else:
                    rest.append((path, name + B('/') + page))
        return rest

    def newest(self, name, pages):
        """(time of the latest change, bytes) of a volume's files."""
        newest, size = 0, 0
        paths = [os.path.join(self.folder, name, page) for page in pages]
        for path in paths + [os.path.join(self.folder, name + B(ending)) for ending in ('.txt', '.txt.gz')]:
            try:
                found = os.lstat(path)
            except EnvironmentError:
                continue
            newest, size = max(newest, int(found.st_mtime)), size + found.st_size
        return newest, size

    def whole(self, path):
        """A file in Base64; None where it cannot be read, which is told where it matters."""
        try:
            return base64_text(read_file(path, self.bases, self.limit * 2 // 3))
        except SourceError:
            return None

    def attachments(self, names):
        """Writes the files that were asked for; a path is foreign data, so nothing else."""
        bases = [os.path.realpath(os.path.join(self.folder, B('attachments')))]
        for name in names:
            content, why = None, None
            try:
                path = os.path.join(self.folder, name)
                if not name.startswith(B('attachments/')) or not inside(path, bases):
                    raise SourceError('outside-root', 'it lies outside the archive')
                content = base64_text(read_file(path, bases, self.limit * 2 // 3))
            except SourceError:
                why = sys.exc_info()[1].why
            self.out.plain('file', ('path', path_text(name)), ('base64', content), ('why', why))
        self.out.plain('end', ('files', len(names)))
        self.out.flush()

    def database(self, name):
        """{page: Inert article} of a volume; what cannot be read is a finding."""
        found = {}
        path = os.path.join(self.folder, B('database'), name + B('-article'))
        if not os.path.lexists(path):
            return found
        try:
            table = load_marshal(read_file(path, self.bases, self.limit))
            if type(table) is not dict:
                raise corrupt('it holds no dictionary')
            bad = None
            for key in table:
                pickled = table[key]
                if isinstance(pickled, TEXT):
                    pickled = pickled.encode('ascii', 'replace')
                if not isinstance(pickled, BYTES):
                    bad = corrupt('an article in it is no pickle')
                    continue
                try:
                    article = load_pickle(pickled)
                    number_ = isinstance(article, Inert) and article.get('sequence')
                    if not isinstance(number_, INTS) or isinstance(number_, bool):
                        raise corrupt('an article in it has no number')
                    found[B('%06d.html' % number_)] = (key, article)
                except Refused:
                    raise
                except SourceError:
                    bad = sys.exc_info()[1]
            if bad is not None:
                raise bad
        except SourceError:
            error = sys.exc_info()[1]
            code = 'archive-database-' + error.code
            if error.code == 'pickle-refused':
                code, found = error.code, {}
            self.finding(code, 'warning', path, 'A volume\'s database cannot be read, wholly or in part',
                         error.why[:1].upper() + error.why[1:] + '.',
                         'Nothing: the pages say the same, but for the dates.')
        return found

    def article(self, volume, number_, file_name, entry):
        path = os.path.join(self.folder, volume, file_name)
        head = B('')
        try:
            head = read_file(path, self.bases, self.limit, PAGE_HEAD)
        except SourceError:
            error = sys.exc_info()[1]
            self.finding('archive-page-' + error.code, 'warning', path, 'Page cannot be read',
                         error.why[:1].upper() + error.why[1:] + '.', 'Look at the page.')
        page = Page(head)
        record = self.record('article', [page.charset or self.charset, self.charset])
        database_id, date, known = None, None, {}
        if entry is not None:
            database_id, article = entry
            known = article.state
            date = epoch(known.get('date'))
        message_id, id_from = page.message_id, 'page'
        if message_id is not None:
            message_id = native(message_id)
        else:
            id_from = 'database'
            message_id = known.get('_message_id')
            if not isinstance(message_id, (TEXT, BYTES)) or not message_id:
                message_id = known.get('msgid')
                if not isinstance(message_id, (TEXT, BYTES)) or message_id == '%d' % number_:
                    # That is how pipermail names a message without an id.
                    message_id, id_from = None, None
                else:
                    message_id = B('<') + as_bytes(message_id) + B('>')
        duplicate = False
        if message_id is not None:
            bare = as_bytes(message_id).strip().lstrip(B('<')).rstrip(B('>')).strip()
            duplicate = bare in self.seen
            self.seen[bare] = True
            if isinstance(message_id, BYTES):
                message_id = native(message_id)
        record.put('volume', volume)
        record.put('file', file_name)
        record.put('number', number_)
        record.put('messageId', message_id)
        record.put('idFrom', id_from)
        record.put('databaseId', database_id)
        record.put('subject', self.text(record, 'subject', page.subject, known))
        record.put('author', self.text(record, 'author', page.author, known))
        record.put('email', self.text(record, 'email', page.email, known))
        record.put('date', date)
        record.put('datestr', self.text(record, 'datestr', page.datestr, known))
        record.put('duplicate', duplicate)
        if self.what == 'content':
            record.put('page', self.whole(path))
            for name, key in (('inReplyTo', '_in_reply_to'), ('references', '_references')):
                value = known.get(key)
                if not isinstance(value, (TEXT, BYTES)):
                    value = None
                record.put(name, value)
        self.out.write(record)

    def text(self, record, name, found, known):
        """The page's words, as a reader saw them; the database's where there are none."""
        if found is None:
            value = known.get(name)
            if isinstance(value, (TEXT, BYTES)):
                return value
            return None
        text = record.text(native(found), (None, name))
        if '&' in text:
            text = ENTITY.sub(character, text)
        return BLANKS.sub(' ', text).strip(' ')


def as_bytes(value):
    if isinstance(value, TEXT):
        return value.encode('utf-8', 'replace')
    return value


def epoch(value):
    """'01080818976', as pipermail keeps a date, as a number."""
    if isinstance(value, (TEXT, BYTES)):
        try:
            return integer(as_bytes(value))
        except SourceError:
            return None
    if isinstance(value, float) and is_finite(value):
        return int(value)
    if isinstance(value, INTS):
        return value
    return None


def files_below(folder, name):
    """[(path, name below the archive)] of every file, links to folders not followed."""
    found = []
    for parent, folders, files in os.walk(folder):
        below = name + parent[len(folder):]
        links = [entry for entry in folders if os.path.islink(os.path.join(parent, entry))]
        for entry in files + links:
            found.append((os.path.join(parent, entry), below + B('/') + entry))
    return found


def second(pair):
    return pair[1]


def size_of(path):
    try:
        return os.lstat(path).st_size
    except EnvironmentError:
        return None


WHAT = ('list', 'volumes', 'content', 'files')
USAGE = ('usage: python - --archive DIR [--language-charset CHARSET] [--max-bytes N]'
         ' [--what list|volumes|content|files] [--file PATH]... < mailman2_pipermail.py\n')


def parse_arguments(argv):
    """({archive, language-charset, max-bytes, what, file}, None) or (None, what is wrong)."""
    options = {'archive': None, 'language-charset': None, 'max-bytes': DEFAULT_MAX_BYTES,
               'what': 'list', 'file': []}
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if word[:2] != '--' or word[2:] not in options or not rest:
            return None, 'cannot understand %s' % word
        value = bytes_argument(rest.pop(0))
        if word == '--max-bytes':
            if not re.match(r'[0-9]{1,15}\Z', value.decode('latin-1')):
                return None, '--max-bytes takes a number'
            value = int(value)
        elif word == '--language-charset':
            value = value.decode('latin-1').lower()
        elif word == '--what':
            value = value.decode('latin-1')
            if value not in WHAT:
                return None, '--what takes one of ' + ', '.join(WHAT)
        elif word == '--file':
            value = options['file'] + [value]
        options[word[2:]] = value
    if options['archive'] is None:
        return None, '--archive is missing'
    return options, None


def main(argv):
    options, wrong = parse_arguments(argv)
    if wrong is None:
        try:
            os.listdir(options['archive'])
        except EnvironmentError:
            wrong = 'cannot read %s: %s' % (path_text(options['archive']), reason(sys.exc_info()[1]))
    if wrong is not None:
        # ASCII: the terminal's charset is unknown.
        sys.stderr.write('mailman2_pipermail: %s\n%s' % (quote(wrong)[1:-1], USAGE))
        return 2
    archive = Archive(options['archive'].rstrip(B('/')) or B('/'), options['language-charset'],
                      options['max-bytes'], Output(sys.stdout), options['what'])
    if options['what'] == 'files':
        archive.attachments(options['file'])
    else:
        archive.run()
    return 0


if __name__ == '__main__':
    # Python 2 warns when text and bytes are compared; here that is on purpose.
    warnings.simplefilter('ignore')
    # Whoever reads may stop reading.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
