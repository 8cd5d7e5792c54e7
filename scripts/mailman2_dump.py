#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams a Mailman 2 site as JSON lines: settings, rosters, requests, problems.

    python - --root VAR_PREFIX [--config MM_CFG] [--survey | --survey-first]
             [--no-messages] [--max-bytes N] [--lists [NAME...]]  < mailman2_dump.py

With --no-messages held messages are listed and not read. With --survey-first there
are two streams, one after the other: all lists as --survey has them, then those
that were asked for; a caller on another machine connects only once.

Runs beside Mailman 2 under Python 2.4 to 2.7 or 3, with the standard library
alone, without Mailman and without executing anything of the site's: neither its
pickles, nor mm_cfg.py, nor extend.py. Passwords are not written, nor the cookies
that confirm a request. Exit code 0 when it ran through, whatever it found; 2 when
it could not start, with a message on stderr.

One JSON object a line, `type` first, flushed list by list:

    header       schemaVersion, helper, python, root, mailmanVersion, config, site
    finding      code, severity, list, path, summary, why, next
    list         a list's attributes, counts, archive, templates; only if readable
    members      up to 500 members of a list
    request      a held message, subscription or unsubscription awaiting a moderator
    pending      a request that awaits its sender's confirmation
    list-end     list, ok (false after any finding of severity error)
    end          lists, failed; without it the stream was cut short

Lists come in the order of their folders' names. Before its own list-end come all
records of a list, and none of another's.

Codes of findings, all with `source.` before them, by severity:

    error    list-unreadable list-empty-folder list-missing list-outside-root
             list-failed list-too-deep list-too-large pickle-refused extend-present
             archive-outside-root
             config-* marshal-* (where no backup copy could be read instead)
    warning  config-* marshal-* config-missing list-name-odd member-twice
             member-odd-address member-odd-value value-lost requests-* pending-*
             held-missing held-refused held-path-refused held-* request-odd
             template-* archive-index-* global-bans site-templates
    info     config-not-literal pending-site-wide stray-file unknown-file
             member-unknown-address bounce-info-old

where * is truncated, corrupt, unreadable, too-large, too-deep, outside-root or
not-a-file. pickle-refused has the name of the class in `why`.

A link among the lists' folders is followed only where it stays below the root or
below the (perhaps linked) lists folder itself; elsewhere it is an error finding.
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
MEMBERS_PER_RECORD = 500

# The charset in which Mailman 2.1.39 keeps the texts of a list in each language.
LANGUAGE_CHARSETS = {}
for _charset, _codes in (
    ('us-ascii', 'en'),
    ('iso-8859-1', 'ast da de es fi fr it nl no pt pt_BR sv'),
    ('iso-8859-2', 'cs hr hu pl sl'),
    ('iso-8859-7', 'el'),
    ('iso-8859-9', 'tr'),
    ('iso-8859-13', 'lt'),
    ('iso-8859-15', 'et eu ia'),
    ('euc-jp', 'ja'),
    ('euc-kr', 'ko'),
    ('utf-8', 'ar ca eo fa gl he ro ru sk sr uk vi zh_CN zh_TW'),
):
    for _code in _codes.split():
        LANGUAGE_CHARSETS[_code] = _charset
# Before data version 108 (Mailman 2.1.19) these two were other.
OLD_CHARSETS = {'ro': 'iso-8859-2', 'ru': 'koi8-r'}

# A list's own texts: those of Mailman 2.1.39 have up to 5 KB, and there are 50 a language.
TEMPLATE_FILE = re.compile(B(r'\.(txt|html)\Z'))
MAX_TEMPLATE_BYTES = 1024 * 1024
MAX_TEMPLATES_BYTES = 8 * 1024 * 1024
MAX_TEMPLATES = 2000

# Attributes that are written as members records, address by address.
PER_MEMBER = ('members', 'digest_members', 'user_options', 'language', 'usernames', 'passwords',
              'delivery_status', 'bounce_info', 'topics_userinterest', 'one_last_digest')
SECRET = re.compile('passw', re.IGNORECASE)

# In the order in which Mailman 2.1 itself tries them.
CONFIG_FILES = (('config.pck', 'pickle'), ('config.pck.last', 'pickle'),
                ('config.db', 'marshal'), ('config.db.last', 'marshal'))

# Other things that Mailman 2 keeps in a list's folder, and that say nothing more.
KNOWN_FILES = re.compile(
    r'(config\.(pck|db)(\.(last|safety|corrupt)|\.tmp\..*)?|(request|pending)\.(pck|db)(\.tmp.*)?'
    r'|digest\.mbox|next-digest(-topics)?|(current|last)-digest.*|extend\.py[co]?|.*\.lock)\Z')

# Files or patterns that one finding names.
MAX_NAMED = 50

NEXT_REPORT = 'Look at the file; restore it from a backup, or leave this list out.'


# --- mm_cfg.py: read as text, never run -------------------------------------------

CONFIG_TOKEN = re.compile(r'''
    (?P<newline>\n) | (?P<space>[ \t\f\r]+|\\\r?\n) | (?P<comment>\#[^\n]*)
  | (?P<string>[rRuUbB]{0,2}(?:"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'
                              |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
  | (?P<name>[A-Za-z_][A-Za-z0-9_.]*) | (?P<number>[0-9]+) | (?P<other>.)
''', re.VERBOSE | re.DOTALL)

SETTINGS = (
    ('defaultUrlPattern', 'DEFAULT_URL_PATTERN'),
    ('defaultEmailHost', 'DEFAULT_EMAIL_HOST'),
    ('defaultUrlHost', 'DEFAULT_URL_HOST'),
    ('publicArchiveUrl', 'PUBLIC_ARCHIVE_URL'),
    ('defaultServerLanguage', 'DEFAULT_SERVER_LANGUAGE'),
    ('publicArchiveFileDir', 'PUBLIC_ARCHIVE_FILE_DIR'),
    ('privateArchiveFileDir', 'PRIVATE_ARCHIVE_FILE_DIR'),
    ('listDataDir', 'LIST_DATA_DIR'),
    ('dataDir', 'DATA_DIR'),
    ('siteList', 'MAILMAN_SITE_LIST'),
    # Names from before Mailman 2.1, which it still obeys.
    ('oldHostName', 'DEFAULT_HOST_NAME'),
    ('oldUrl', 'DEFAULT_URL'),
)


class SiteConfig(object):
    """The few settings that are wanted, where mm_cfg.py gives them literally.

    `values` has them by their Mailman names, `computed` names those whose value
    would have to be computed. A config can hold database passwords: nothing but
    the wanted names leaves this object.
    """

    def __init__(self, data=B('')):
        self.values = {}
        self.computed = {}
        self.hosts = []
        self.languages = {}
        self.bans = []
        statement, depth, indented, fresh = [], 0, False, True
        for match in CONFIG_TOKEN.finditer(data.decode('latin-1') + '\n'):
            kind, text = match.lastgroup, match.group(0)
            if kind == 'comment':
                continue
            if kind == 'newline' or kind == 'other' and text == ';' or kind == 'space':
                if kind == 'space':
                    if fresh:
                        indented = True
                elif depth == 0:
                    self.statement(statement, indented)
                    statement, indented = [], False
                fresh = kind == 'newline' and depth == 0
                continue
            fresh = False
            if kind == 'other':
                if text in '([{':
                    depth += 1
                elif text in ')]}' and depth:
                    depth -= 1
            statement.append((kind, text))

    def statement(self, tokens, indented):
        if len(tokens) < 3 or tokens[0][0] != 'name':
            return
        name = tokens[0][1]
        if name.split('.')[0] == BANS:
            self.global_bans(name, tokens[1:], indented)
        elif tokens[1][1] == '=':
            value = self.value(tokens[2:])
            if value is None and tokens[2:] == [('name', 'None')]:
                self.values.pop(name, None)
            elif value is None or indented:
                # Under an if, it may or may not hold: not ours to decide.
                self.computed[name] = True
                if value is None:
                    self.values.pop(name, None)
            if value is not None:
                self.values[name] = value
            if name == 'VIRTUAL_HOSTS':
                self.hosts = []
        elif name == 'VIRTUAL_HOSTS.clear':
            self.hosts = []
        elif name in ('add_virtualhost', 'add_language') and tokens[1][1] == '(':
            self.call(name, self.arguments(tokens[2:-1]))

    def global_bans(self, name, tokens, indented):
        """Patterns that are set, added or appended; `computed` where not all are known."""
        if name == BANS and tokens[0][1] == '=' and not indented:
            self.bans = []
            self.computed.pop(BANS, None)
        if indented:
            self.computed[BANS] = True
        entry = []
        for kind, text in tokens + [('other', ',')]:
            if text == ',':
                pattern = self.value(entry)
                if pattern is not None:
                    self.bans.append(pattern)
                elif entry:
                    self.computed[BANS] = True
                entry = []
            elif kind == 'other' and text in '=+()[]' and not entry:
                continue
            elif kind != 'other' or text not in ')]':
                entry.append((kind, text))

    def arguments(self, tokens):
        args, depth = [[]], 0
        for token in tokens:
            if token[1] in ('(', '[', '{'):
                depth += 1
            elif token[1] in (')', ']', '}'):
                depth -= 1
            if token[1] == ',' and depth == 0:
                args.append([])
            else:
                args[-1].append(token)
        return [self.value(arg) for arg in args]

    def call(self, name, args):
        if name == 'add_virtualhost':
            if args[0] is None or len(args) > 1 and args[1] is None:
                self.computed[name] = True
            else:
                # Without a second host, Mailman takes the first without its first label.
                mail = (args + [NO_DOT.sub(B(''), args[0], 1)])[1]
                self.hosts = [pair for pair in self.hosts if pair[0] != args[0]] + [(args[0], mail)]
        elif len(args) > 2 and args[0] and args[2]:
            self.languages[args[0].decode('latin-1')] = args[2].decode('latin-1').lower()

    def value(self, tokens):
        """The bytes of strings, joined or added, or of names known so far; else None."""
        parts = []
        for kind, text in tokens:
            if kind == 'string':
                parts.append(string_literal(text))
            elif kind == 'name' and text in self.values:
                parts.append(self.values[text])
            elif text not in '+()':
                return None
        if not parts:
            return None
        return B('').join(parts)


BANS = 'GLOBAL_BAN_LIST'
NO_DOT = re.compile(B(r'^[^.]*\.?'))
LITERAL = re.compile(r'([a-zA-Z]*)("""|\'\'\'|"|\')(.*)\2\Z', re.DOTALL)


def string_literal(text):
    prefix, _quotes, inner = LITERAL.match(text).groups()
    if 'r' in prefix.lower():
        return B(inner)
    return unescape(B(inner))


def find_config(root, given):
    """mm_cfg.py's path or None.

    The system's own places belong to the system's own site alone: a copy of
    another server's files must not be read with this server's settings.
    """
    if given is not None:
        return given
    places = [os.path.join(root, B('Mailman/mm_cfg.py')), os.path.join(root, B('../etc/mm_cfg.py'))]
    real = os.path.realpath(root)
    for system, paths in ((B('/var/lib/mailman'), ('/etc/mailman', '/usr/lib/mailman/Mailman')),
                          (B('/usr/local/mailman'), ('/usr/local/mailman/Mailman',))):
        if real == os.path.realpath(system):
            places.extend([os.path.join(B(path), B('mm_cfg.py')) for path in paths])
    for path in places:
        if os.path.isfile(path):
            return path
    return None


# --- held messages -----------------------------------------------------------------

CONTENT_TYPE = re.compile(r'[ \t\r\n]*([^ \t\r\n;/]+/[^ \t\r\n;]+)')
BOUNDARY = re.compile(r';[ \t\r\n]*boundary\*?=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^ \t\r\n;]+))', re.IGNORECASE)


class Flattener(object):
    """Writes a pickled email.Message as bytes, as nearly as received as its parts allow.

    Headers are written as they were parsed, folding included; Python's own
    generator would fold them anew. What the parser dropped is lost in either:
    the space after a header's colon is one, always.
    """

    def __init__(self, limit):
        self.left = limit

    def flatten(self, message, depth=0):
        if depth > MAX_DEPTH:
            raise SourceError('too-deep', 'a message with parts nested deeper than %d' % MAX_DEPTH)
        if not isinstance(message, Inert):
            raise corrupt('a part of the message is no message')
        headers = []
        kind, boundary = message.get('_default_type', 'text/plain'), None
        for pair in message.get('_headers') or []:
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                raise corrupt('a header of the message is no name and value')
            name, value = raw_text(pair[0]), header_bytes(pair[1])
            if name.lower() == B('content-type'):
                text = value.decode('latin-1')
                match = CONTENT_TYPE.match(text)
                if match:
                    kind = match.group(1).lower()
                match = BOUNDARY.search(text)
                if match:
                    boundary = B(re.sub(r'\\(.)', r'\1', match.group(1) or match.group(2) or '').rstrip())
            headers.append([name, value])
        payload = message.get('_payload')
        if isinstance(payload, Inert):
            payload = [payload]
        if isinstance(payload, (list, tuple)):
            body = self.parts(message, headers, str(kind), boundary, payload, depth)
        else:
            body = raw_text(payload)
        found = B('').join([header_line(name, value) for name, value in headers]) + NEWLINE + body
        self.left -= len(found)
        if self.left < 0:
            # One part can stand in a message many times over.
            raise SourceError('too-large', 'the message unfolds to more than the limit')
        return found

    def parts(self, message, headers, kind, boundary, payload, depth):
        texts = [self.flatten(part, depth + 1) for part in payload]
        if kind == 'message/delivery-status':
            return NEWLINE.join([text.rstrip(NEWLINE) + NEWLINE for text in texts])
        if kind[:8] == 'message/':
            return B('').join(texts)
        if not boundary:
            boundary = B('===============mm2to3==')
            while [text for text in texts if text.find(boundary) >= 0]:
                boundary += B('=')
            for header in headers:
                if header[0].lower() == B('content-type'):
                    header[1] += B('; boundary="') + boundary + B('"')
                    break
            else:
                headers.append([B('Content-Type'), B('multipart/mixed; boundary="') + boundary + B('"')])
        found = []
        if message.get('preamble') is not None:
            found.append(raw_text(message.get('preamble')) + NEWLINE)
        for text in texts:
            found.append(B('--') + boundary + NEWLINE + text + NEWLINE)
        found.append(B('--') + boundary + B('--') + NEWLINE)
        found.append(raw_text(message.get('epilogue')))
        return B('').join(found)


def raw_text(value):
    """The bytes of a header or body: those it was read from, or UTF-8."""
    if isinstance(value, BYTES):
        return value
    if isinstance(value, TEXT):
        try:
            return value.encode('ascii')
        except UnicodeError:
            pass
        if sys.version_info[0] >= 3:
            # Python 3's parser keeps undecodable bytes as lone surrogates.
            return value.encode('utf-8', 'surrogateescape')
        return value.encode('utf-8')
    if value is None:
        return B('')
    raise corrupt('a text of the message is of type %s' % type(value).__name__)


def header_line(name, value):
    if not value:
        return name + B(':\n')
    return name + B(': ') + value + NEWLINE


def header_bytes(value):
    if not isinstance(value, Inert):
        return raw_text(value)
    words = []
    for chunk in value.get('_chunks') or []:
        if not isinstance(chunk, (list, tuple)) or not chunk:
            raise corrupt('a header of the message is malformed')
        raw, charset = raw_text(chunk[0]), 'us-ascii'
        if len(chunk) > 1:
            charset = chunk[1]
        if isinstance(charset, Inert):
            charset = charset.get('input_charset')
        charset = raw_text(charset).decode('latin-1').lower()
        if charset in ('', 'us-ascii') or isinstance(native(raw), TEXT):
            words.append(raw)
        else:
            words.append(B('=?%s?b?' % charset) + base64.b64encode(raw) + B('?='))
    return B(' ').join(words)


# --- one list ----------------------------------------------------------------------

class ListDump(object):
    """Reads one list's folder and writes its records."""

    def __init__(self, site, raw_name):
        self.site = site
        self.raw_name = raw_name
        self.name = path_text(raw_name)
        self.folder = os.path.join(site.lists, raw_name)
        self.charset = None
        self.charsets = []
        self.requests = []
        self.pending = []
        self.size = 0

    def finding(self, code, severity, path, summary, why, next_step):
        self.site.out.finding(code, severity, self.name, path, summary, why, next_step)

    def path(self, name):
        return os.path.join(self.folder, B(name))

    def read(self, path):
        data = read_file(path, self.site.bases, self.site.limit)
        self.size += len(data)
        return data

    def budget(self):
        """How much JSON may come of what was read: a small file can unfold endlessly."""
        return min(self.site.limit, 64 * self.size + (4 << 20))

    def run(self):
        if not LIST_NAME.match(self.name):
            self.finding('list-name-odd', 'warning', self.folder, 'List name that Mailman 2 would not give',
                         'It has characters that are not plain, printable ASCII.',
                         'Find out who made the folder.')
        if not inside(self.folder, self.site.bases):
            self.finding('list-outside-root', 'error', self.folder, 'List folder is a link that leads elsewhere',
                         'Links out of the site are not followed, for they may lead to anything.',
                         'Put the folder (or a bind mount of it) where the link is.')
            return
        found = self.config()
        if found is None:
            return
        config, filename, form = found
        self.language(config)
        self.rosters(config)
        try:
            self.load_requests()
            self.load_pending()
            self.list_record(config, filename, form)
            if not self.site.survey:
                self.member_records(config)
                self.request_records()
                self.pending_records()
        except SourceError:
            error = sys.exc_info()[1]
            self.finding('list-' + error.code, 'error', self.path(filename), 'List cannot be written out',
                         sentence(error.why), NEXT_REPORT)

    # Configuration

    def config(self):
        """(attributes, file name, format) of the first file that can be read."""
        problems = []
        present = [(name, form) for name, form in CONFIG_FILES if os.path.lexists(self.path(name))]
        if not present:
            if listdir(self.folder):
                why = 'It has none of config.pck, config.pck.last, config.db, config.db.last.'
            else:
                why = 'The folder is empty, or cannot be read.'
            self.finding('list-empty-folder', 'error', self.folder, 'Folder without a list', why,
                         'Remove the folder if there was never a list, or restore it from a backup.')
            return None
        for name, form in present:
            try:
                data = self.read(self.path(name))
                if not data:
                    raise truncated()
                if form == 'pickle':
                    value = load_pickle(data)
                else:
                    value = load_marshal(data)
                if type(value) is not dict or not isinstance(value.get('members'), (dict, list)):
                    raise corrupt('it holds no dictionary with members, so no list')
                break
            except SourceError:
                error = sys.exc_info()[1]
                problems.append((name, form, error))
                if error.code in ('pickle-refused', 'unreadable', 'outside-root'):
                    # A hostile file next to a good one makes neither trustworthy, and
                    # a file without permission is not a broken one.
                    value = None
                    break
        else:
            value = None
        self.report_config(problems, name, value is not None)
        if value is None:
            return None
        return value, name, form

    def report_config(self, problems, used, readable):
        severity = 'error'
        next_step = NEXT_REPORT
        if readable:
            severity = 'warning'
            next_step = 'Compare the list with %s, which is older and was read instead.' % used
        for name, form, error in problems:
            path = self.path(name)
            if error.code == 'pickle-refused':
                self.finding(error.code, 'error', path, '%s is hostile or damaged' % name,
                             'Refused, and not executed: %s.' % error.why,
                             'Do not let Mailman open this file. Find out who wrote it.')
            else:
                prefix = 'config-'
                if form == 'marshal':
                    prefix = 'marshal-'
                self.finding(prefix + error.code, severity, path, '%s cannot be read' % name,
                             sentence(error.why), next_step)
        if not readable:
            self.finding('list-unreadable', 'error', self.folder, 'List cannot be read',
                         'None of its configuration files is sound: %s.'
                         % '; '.join(['%s: %s' % (name, error.why) for name, _form, error in problems]),
                         NEXT_REPORT)
        elif not problems and used != 'config.pck' and used != 'config.db':
            self.finding('config-missing', 'warning', self.path(used), '%s is missing' % used[:-5],
                         'Only its backup copy is there.', 'Compare the list with %s, which is older.' % used)

    def language(self, config):
        language = config.get('preferred_language')
        self.preferred = None
        if isinstance(language, TEXT):
            self.preferred = language
            self.charset = self.charset_of(language, config)
        self.charsets = [self.charset]

    def charset_of(self, language, config):
        if not isinstance(language, TEXT):
            return None
        version = config.get('data_version')
        if isinstance(version, INTS) and version < 108 and language in OLD_CHARSETS:
            return OLD_CHARSETS[language]
        if language in self.site.config.languages:
            return self.site.config.languages[language]
        return LANGUAGE_CHARSETS.get(language)

    def record(self, kind):
        return Record(kind, self.charsets, self.budget())

    # Roster

    def rosters(self, config):
        self.regular = roster(config.get('members'))
        self.digest = roster(config.get('digest_members'))
        keys = list(self.regular) + [key for key in self.digest if key not in self.regular]
        odd = [key for key in keys if not isinstance(key, (TEXT, BYTES))]
        if odd:
            self.finding('member-odd-address', 'warning', self.folder, 'Members whose address is no text',
                         '%d of them, left out.' % len(odd), 'Look at the roster in Mailman 2.')
        # By their bytes, for each Python compares Unicode in its own way.
        keyed = [(raw_key(key), key) for key in keys if isinstance(key, (TEXT, BYTES))]
        keyed.sort(key=first)
        self.addresses = [key for _raw, key in keyed]
        both = [key for key in self.addresses if key in self.regular and key in self.digest]
        if both:
            self.finding('member-twice', 'warning', self.folder, 'Members with and without digest at once',
                         '%s; Mailman sends them both.' % self.some(both),
                         'They are taken as members without digest. Ask them if unsure.')
        for name in PER_MEMBER[2:]:
            entries = config.get(name)
            if not isinstance(entries, dict):
                continue
            unknown = [key for key in entries if key not in self.regular and key not in self.digest]
            # Whoever leaves while a digest is due has an entry here, rightly.
            if unknown and name != 'one_last_digest':
                self.finding('member-unknown-address', 'info', self.folder,
                             '%s has entries for addresses that are not members' % name,
                             self.some(unknown) + '.', 'Nothing: Mailman ignores them too.')

    def some(self, keys):
        """Up to five addresses, for a finding."""
        texts = [decode(raw_key(key), self.charsets)[0] for key in keys]
        texts.sort()
        if len(texts) > 5:
            return '%s and %d more' % (', '.join(texts[:5]), len(texts) - 5)
        return ', '.join(texts)

    def member_records(self, config):
        tables = {}
        for name in PER_MEMBER:
            tables[name] = config.get(name)
            if not isinstance(tables[name], dict):
                tables[name] = {}
        self.odd = []
        self.old_bounces = 0
        for start in range(0, len(self.addresses), MEMBERS_PER_RECORD):
            record = self.record('members')
            record.put('list', self.name)
            members = []
            for index, key in enumerate(self.addresses[start:start + MEMBERS_PER_RECORD]):
                members.append(self.member(record, key, index, tables, config))
            record.put('members', members)
            self.site.out.write(record)
            self.values_lost(record)
        if self.old_bounces:
            self.finding('bounce-info-old', 'info', self.folder, 'Bounce counts of Mailman 2.0',
                         '%d members have some. Later versions of Mailman drop them too.' % self.old_bounces,
                         'Nothing: bounces are counted anew.')
        if self.odd:
            self.finding('member-odd-value', 'warning', self.folder, 'Member entries of an unknown form',
                         '%s. They are left out, the members are not.' % self.some_fields(),
                         'Look at these members in Mailman 2.')

    def some_fields(self):
        return '; '.join(['%s of %s' % (name, decode(raw_key(key), self.charsets)[0])
                          for name, key in self.odd[:5]]) + '; %d in all' % len(self.odd)

    def member(self, record, key, index, tables, config):
        digest = key not in self.regular
        if digest:
            original = self.digest[key]
        else:
            original = self.regular[key]
        if not isinstance(original, (TEXT, BYTES)) or not original:
            original = key

        def entry(name, types):
            value = tables[name].get(key)
            if value is None or isinstance(value, types):
                return value
            self.odd.append((name, key))
            return None

        language = entry('language', (TEXT, BYTES))
        name = entry('usernames', (TEXT, BYTES))
        if isinstance(name, BYTES):
            path = ((((None, 'members'), index), 'name'))
            charsets = [self.charset]
            own = self.charset_of(language, config)
            if own is not None:
                charsets = [own, self.charset]
            name = record.text(name, path, charsets)
        status, since = entry('delivery_status', (tuple, list) + INTS), None
        if isinstance(status, (tuple, list)):
            if len(status) == 2 and isinstance(status[0], INTS) and is_number(status[1]):
                status, since = status
            else:
                self.odd.append(('delivery_status', key))
                status = None
        info = entry('bounce_info', (Inert, list, tuple))
        if isinstance(info, (list, tuple)):
            self.old_bounces += 1
            info = None
        return Fields(
            ('address', key), ('originalAddress', original), ('digest', digest),
            ('options', entry('user_options', INTS)), ('language', language), ('name', name),
            ('deliveryStatus', status), ('deliveryStatusTime', since),
            ('topics', entry('topics_userinterest', (list, tuple))),
            ('bounce', bounce(info)),
            ('oneLastDigest', key in tables['one_last_digest']))

    # The list record

    def list_record(self, config, filename, form):
        record = self.record('list')
        record.put('name', self.raw_name)
        record.put('path', self.folder)
        record.put('file', filename)
        record.put('format', form)
        version = config.get('data_version')
        if not isinstance(version, INTS):
            version = None
        record.put('dataVersion', version)
        record.put('language', self.preferred)
        record.put('charset', self.charset)
        attributes, omitted = {}, []
        for key in config:
            label = raw_key(key).decode('latin-1')
            if SECRET.search(label):
                if config[key]:
                    omitted.append(label)
            elif key not in PER_MEMBER:
                attributes[key] = config[key]
        omitted.sort()
        record.put('attributes', attributes)
        record.put('omitted', omitted)
        record.put_decoded()
        record.put('counts', self.counts(config))
        record.put('archive', self.archive(config))
        record.put('digest', self.digest_mbox())
        extended = os.path.lexists(self.path('extend.py'))
        record.put('extend', extended)
        record.put('templates', self.templates(record, config))
        self.site.out.write(record)
        self.values_lost(record)
        if extended:
            self.finding('extend-present', 'error', self.path('extend.py'), 'Roster may be kept outside Mailman',
                         'extend.py can take members from elsewhere, and is not run here. What config.pck holds '
                         'may be old or empty.', 'Read extend.py, and compare the roster with bin/list_members.')
        self.strays()

    def values_lost(self, record):
        if record.lost:
            self.finding('value-lost', 'warning', self.folder, 'Values that cannot be written',
                         '%s; %d in all.' % ('; '.join(record.lost[:5]), len(record.lost)),
                         'Set them anew in Mailman 3.')

    def counts(self, config):
        def size(name):
            value = config.get(name)
            if isinstance(value, (list, tuple, dict)):
                return len(value)
            return 0
        kinds = {}
        for request in self.requests or []:
            kinds[request[1]] = kinds.get(request[1], 0) + 1
        def requests(kind):
            if self.requests is None:
                return None
            return kinds.get(kind, 0)
        pending = None
        if self.pending is not None:
            pending = len(self.pending)
        return Fields(
            ('members', len(self.addresses)), ('digestMembers', len(self.digest)),
            ('regularMembers', len(self.regular)), ('owners', size('owner')),
            ('moderators', size('moderator')), ('held', requests('held')),
            ('subscriptions', requests('subscription')), ('unsubscriptions', requests('unsubscription')),
            ('pending', pending))

    def archive(self, config):
        private = config.get('archive_private')
        if private is None:
            private = not os.path.lexists(os.path.join(self.site.archives, B('../public'), self.raw_name))
        pipermail, attachments = None, None
        folder = os.path.join(self.site.archives, self.raw_name)
        if os.path.isdir(folder):
            if inside(folder, self.site.bases):
                pipermail = self.pipermail(folder)
                attachments = tree_size(os.path.join(folder, B('attachments')))
            else:
                self.finding('archive-outside-root', 'error', folder, 'Archive is a link that leads elsewhere',
                             'Links out of the site are not followed.',
                             'Put the folder (or a bind mount of it) where the link is.')
        return Fields(('mbox', self.mbox()), ('pipermail', pipermail), ('private', bool(private)),
                      ('attachmentsBytes', attachments))

    def mbox(self):
        base = os.path.join(self.site.archives, self.raw_name + B('.mbox'), self.raw_name + B('.mbox'))
        for path, packed in ((base, False), (base + B('.gz'), True)):
            try:
                status = os.stat(path)
            except EnvironmentError:
                continue
            if not inside(path, self.site.bases):
                self.finding('archive-outside-root', 'error', path, 'Mailbox is a link that leads elsewhere',
                             'Links out of the site are not followed.', 'Put the mailbox where the link is.')
                return None
            return Fields(('path', path), ('bytes', status.st_size), ('mtime', int(status.st_mtime)),
                          ('gzip', packed))
        return None

    def pipermail(self, folder):
        volumes = []
        articles = 0
        for name in listdir(folder):
            path = os.path.join(folder, name)
            if os.path.isdir(path) and not os.path.islink(path) and name not in (B('attachments'), B('database')):
                count = len([page for page in listdir(path) if ARTICLE_PAGE.match(page)])
                if count or volume_kind(name)[0] != 'unknown':
                    volumes.append((volume_kind(name)[1], name))
                    articles += count
        volumes.sort()
        volumes.reverse()
        names = [name for _key, name in volumes]
        index = os.path.join(folder, B('pipermail.pck'))
        if os.path.lexists(index):
            try:
                state = load_pickle(self.read(index))
                known = None
                if isinstance(state, Inert):
                    state = state.state
                if isinstance(state, dict):
                    known = state.get('archives')
                if isinstance(known, list):
                    # Mailman's own order, then what it does not know of.
                    known = [raw_key(name) for name in known if isinstance(name, (TEXT, BYTES))]
                    names = known + [name for name in names if name not in known]
            except SourceError:
                error = sys.exc_info()[1]
                self.finding('archive-index-' + error.code, 'warning', index,
                             'The archive\'s index cannot be read', sentence(error.why),
                             'Nothing: the archive\'s folders were listed instead.')
        return Fields(('path', folder), ('volumes', names), ('articles', articles))

    def digest_mbox(self):
        try:
            return Fields(('mboxBytes', os.path.getsize(self.path('digest.mbox'))))
        except EnvironmentError:
            return None

    def templates(self, record, config):
        """The list's own texts, lists/LIST/LANGUAGE/NAME. What is not among them has a finding."""
        found, strays, left = [], [], MAX_TEMPLATES_BYTES
        for path in self.template_files(strays):
            folder, name = os.path.split(path)
            language = os.path.basename(folder)
            try:
                if len(found) >= MAX_TEMPLATES:
                    raise SourceError('too-large', 'the list has more than %d of them' % MAX_TEMPLATES)
                data = read_file(path, self.site.bases, min(self.site.limit, left, MAX_TEMPLATE_BYTES))
            except SourceError:
                self.no_template(path, sys.exc_info()[1])
                if len(found) >= MAX_TEMPLATES:
                    break
                continue
            left -= len(data)
            where = ((None, 'templates'), len(found))
            charset = self.charset_of(native(language), config)
            found.append(Fields(('language', language), ('name', name), ('bytes', len(data)),
                                ('text', record.text(native(data), (where, 'text'), [charset]))))
        if strays:
            self.finding('unknown-file', 'info', self.folder, 'Files that are not Mailman\'s',
                         ', '.join(strays[:10]) + '.', 'They are not migrated. Look whether they matter.')
        return found

    def template_files(self, strays):
        """Paths of the list's own texts; names of other things beside them go to `strays`."""
        for language in listdir(self.folder):
            folder = os.path.join(self.folder, language)
            if not os.path.isdir(folder):
                continue
            if os.path.islink(folder) and not inside(folder, self.site.bases):
                self.no_template(folder, SourceError('outside-root', 'it is a link that leads out of the site'))
                continue
            for name in listdir(folder):
                path = os.path.join(folder, name)
                # A link makes no text of a config.pck; one that leads out of the site has a finding.
                real = os.path.realpath(path)
                if TEMPLATE_FILE.search(name) and (TEMPLATE_FILE.search(real) or
                                                   not inside(path, self.site.bases)):
                    yield path
                else:
                    strays.append(path_text(os.path.join(language, name)))

    def no_template(self, path, error):
        self.finding('template-' + error.code, 'warning', path, 'Template cannot be read',
                     sentence(error.why), 'Copy the template by hand.')

    def strays(self):
        """Files that Mailman 2 does not have, so that none is left behind unnamed."""
        names = []
        for name in listdir(self.folder):
            text = path_text(name)
            if not KNOWN_FILES.match(text) and not os.path.isdir(os.path.join(self.folder, name)):
                names.append(text)
        if names:
            self.finding('unknown-file', 'info', self.folder, 'Files that are not Mailman\'s',
                         ', '.join(names[:10]) + '.', 'They are not migrated. Look whether they matter.')

    # Requests

    def load_table(self, names, what):
        """The dictionary in the first of these files, {} without any, None if bad."""
        for name in names:
            path = self.path(name)
            if not os.path.lexists(path):
                continue
            try:
                data = self.read(path)
                if name[-3:] == '.db':
                    value = load_marshal(data)
                else:
                    value = load_pickle(data)
                if type(value) is not dict:
                    raise corrupt('it holds no dictionary')
                return value
            except SourceError:
                error = sys.exc_info()[1]
                if error.code == 'pickle-refused':
                    self.finding(error.code, 'error', path, '%s cannot be read' % name, sentence(error.why),
                                 'Find out who wrote the file, before the migration.')
                else:
                    # What is waiting is lost in Mailman 2 as well; the list itself is sound.
                    self.finding(what + '-' + error.code, 'warning', path, '%s cannot be read' % name,
                                 sentence(error.why), 'Restore the file from a backup, or do without what waits in '
                                 'it; held messages still lie in the folder data as heldmsg-LIST-NUMBER.')
                return None
        return {}

    def load_requests(self):
        """self.requests: (id, kind, data) by id; None where the file is bad."""
        table = self.load_table(('request.pck', 'request.db'), 'requests')
        if table is None:
            self.requests = None
            return
        for key in table:
            entry = table[key]
            if not isinstance(key, INTS):
                if key != 'version':
                    self.odd_request(key)
                continue
            kind, data = None, None
            if isinstance(entry, (tuple, list)) and len(entry) == 2:
                kind, data = entry
            elif isinstance(entry, (tuple, list)) and len(entry) == 6:
                # Mailman 2.1.1 to 2.1.11 could lose the kind of an old request.
                kind, data = 1 + (entry[4] in (0, 1)), entry
            if kind == 3 and isinstance(data, (TEXT, BYTES)):
                self.requests.append((key, 'unsubscription', data))
            elif kind == 1 and isinstance(data, (tuple, list)) and len(data) in (5, 6):
                self.requests.append((key, 'held', data))
            elif kind == 2 and isinstance(data, (tuple, list)) and len(data) in (4, 5, 6):
                self.requests.append((key, 'subscription', data))
            else:
                self.odd_request(key)
        self.requests.sort(key=first)

    def odd_request(self, key):
        self.finding('request-odd', 'warning', self.folder, 'Request of an unknown form',
                     'The request with the id %s is left out.' % path_text(raw_key(key)),
                     'Decide on it in Mailman 2, before the migration.')

    def request_records(self):
        for number_, kind, data in self.requests or []:
            record = self.record('request')
            record.put('list', self.name)
            record.put('id', number_)
            record.put('kind', kind)
            if kind == 'unsubscription':
                record.put('time', None)
                record.put('address', data)
            elif kind == 'subscription':
                self.put_subscription(record, data)
            else:
                self.put_held(record, number_, data)
            self.site.out.write(record)

    def put_subscription(self, record, data):
        """Mailman 2.0 kept no language, 2.1's first alphas no name."""
        when, address, name, language = data[0], data[1], '', self.preferred
        if len(data) == 6:
            name, digest, language = data[2], data[4], data[5]
        else:
            digest = data[3]
            if len(data) == 5:
                language = data[4]
        record.put('time', scalar(when))
        record.put('address', scalar(address))
        record.put('fullname', scalar(name))
        record.put('digest', bool(digest))
        record.put('language', scalar(language))

    def put_held(self, record, number_, data):
        when, sender, subject, why, filename = data[:5]
        extra = {}
        if len(data) == 6 and isinstance(data[5], dict):
            for key in data[5]:
                if is_scalar(data[5][key]) and not SECRET.search(raw_key(key).decode('latin-1')):
                    extra[key] = data[5][key]
        record.put('time', scalar(when))
        record.put('sender', scalar(sender))
        record.put('subject', header_value(subject))
        record.put('reason', scalar(why))
        record.put('file', scalar(filename))
        message = None
        if self.site.reads_messages:
            message = self.held_message(number_, filename)
        if message is not None:
            message = base64_text(message)
        record.put('message', message)
        record.put('msgdata', extra)

    def held_message(self, number_, filename):
        if not isinstance(filename, (TEXT, BYTES)):
            filename = ''
        name = raw_key(filename)
        if name.find(NEWLINE) >= 0 and len(name) > 200:
            # Before Mailman 2.0b3 the message itself stood here.
            return name
        path = os.path.join(self.site.data, name)
        if not HELD_NAME.match(name):
            self.finding('held-path-refused', 'warning', None, 'Held message with a strange file name',
                         'Request %d names %s, which is none of Mailman\'s file names.'
                         % (number_, path_text(name[:80])), 'Find out who wrote request.pck.')
            return None
        if not os.path.lexists(path):
            self.finding('held-missing', 'warning', path, 'Held message is gone',
                         'Request %d is there, its message is not.' % number_,
                         'Nothing: Mailman 2 could not approve it either.')
            return None
        try:
            data = self.read(path)
            if name[-4:] == B('.txt'):
                if data[:5] == B('From '):
                    data = data[data.find(NEWLINE) + 1:]
                return data
            return Flattener(self.budget()).flatten(load_pickle(data))
        except SourceError:
            error = sys.exc_info()[1]
            # One bad message, however it came about, is no reason to keep the list back.
            code, after = 'held-' + error.code, 'Decide on it in Mailman 2, before the migration.'
            if error.code == 'pickle-refused':
                code, after = 'held-refused', 'Find out who wrote the file, and discard it.'
            self.finding(code, 'warning', path, 'Held message cannot be read',
                         'Request %d: %s' % (number_, sentence(error.why)), after)
            return None

    # Confirmations

    def load_pending(self):
        """self.pending: (cookie, entry, expires), sorted; None where the file is bad."""
        table = self.load_table(('pending.pck', 'pending.db'), 'pending')
        if table is None:
            self.pending = None
            return
        expiries = table.get('evictions')
        if not isinstance(expiries, dict):
            expiries = {}
        for key in table:
            if key not in ('evictions', 'version'):
                self.pending.append((raw_key(key), table[key], expiries.get(key)))
        self.pending.sort(key=first)

    def pending_records(self):
        # The cookie confirms the request, so it is as secret as a password.
        for _cookie, entry, expires in self.pending or []:
            record = self.record('pending')
            record.put('list', self.name)
            kind, fields = pending_fields(entry)
            record.put('kind', kind)
            for name, value in fields:
                record.put(name, value)
            record.put('expires', scalar(expires))
            self.site.out.write(record)


LIST_NAME = re.compile(r'[!-~]+\Z')
HELD_NAME = re.compile(B(r'heldmsg-[^/\0]+-\d+\.(pck|txt)\Z'))


def pending_fields(entry):
    """(kind, fields) of an entry of pending.pck: (operation, *content)."""
    nothing = ('unknown', [('address', None)])
    if not isinstance(entry, (tuple, list)) or not entry:
        return nothing
    content = list(entry[1:]) + [None, None, None]
    if entry[0] == 'S':
        person = content[0]
        if isinstance(person, Inert):
            get = person.get
        else:
            # Mailman 2.0: address, password, digest.
            get = {'address': person, 'digest': content[2]}.get
        return 'subscription', [
            ('address', scalar(get('address'))), ('fullname', scalar(get('fullname'))),
            ('digest', bool(get('digest'))), ('language', scalar(get('language')))]
    if entry[0] == 'U':
        return 'unsubscription', [('address', scalar(content[0]))]
    if entry[0] == 'C':
        return 'changeOfAddress', [('address', scalar(content[0])), ('newAddress', scalar(content[1])),
                                   ('globally', bool(content[2]))]
    if entry[0] == 'E':
        return 'reEnable', [('address', scalar(content[1]))]
    if entry[0] == 'H':
        return 'heldMessage', [('address', None), ('requestId', scalar(content[0]))]
    if entry[0] == 'P':
        return 'probe', [('address', scalar(content[0]))]
    return nothing


def scalar(value):
    if is_scalar(value):
        return value
    return None


def header_value(value):
    if isinstance(value, Inert):
        return native(header_bytes(value))
    return scalar(value)


def is_number(value):
    return isinstance(value, (float,) + INTS)


def bounce(info):
    """A _BounceInfo's fields; its cookie stays here, for it re-enables the member."""
    if info is None:
        return None

    def day(name):
        value = info.get(name)
        if isinstance(value, (list, tuple)) and not [part for part in value if not is_number(part)]:
            return value
        return None

    def count(name):
        value = info.get(name)
        if is_number(value):
            return value
        return None
    return Fields(('score', count('score')), ('date', day('date')),
                  ('noticesLeft', count('noticesleft')), ('lastNotice', day('lastnotice')))


def roster(value):
    """{address: case-preserved address or a number}; a plain list before Mailman 1.0b."""
    if isinstance(value, dict):
        return value
    found = {}
    if isinstance(value, list):
        for address in value:
            if is_scalar(address):
                found[address] = 0
    return found


def raw_key(key):
    """Bytes that name a key, whatever it is."""
    if isinstance(key, BYTES):
        return key
    if isinstance(key, TEXT):
        if sys.version_info[0] >= 3:
            return key.encode('utf-8', 'surrogatepass')
        return key.encode('utf-8')
    return B('%r' % (key,))


def sentence(why):
    return why[:1].upper() + why[1:] + '.'


def listed(names):
    """Names for a finding: as many as somebody reads."""
    text = ', '.join([path_text(name) for name in names[:MAX_NAMED]])
    if len(names) > MAX_NAMED:
        text += ' and %d more' % (len(names) - MAX_NAMED)
    return text


def modified(path):
    try:
        return os.stat(path).st_mtime
    except EnvironmentError:
        return 0


def tree_size(folder):
    """Bytes of all regular files below a folder, or None without one."""
    if not os.path.isdir(folder) or os.path.islink(folder):
        return None
    total = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            try:
                status = os.lstat(os.path.join(parent, name))
            except EnvironmentError:
                continue
            if stat.S_ISREG(status.st_mode):
                total += status.st_size
    return total


# --- the site ----------------------------------------------------------------------

class Site(object):
    """Where things are, what was asked for, and where records go."""

    def __init__(self, options, out):
        self.out = out
        self.root = options['root']
        self.survey = options['survey']
        self.reads_messages = not options['no-messages']
        self.limit = options['max-bytes']
        self.lists = os.path.join(self.root, B('lists'))
        self.data = os.path.join(self.root, B('data'))
        self.archives = os.path.join(self.root, B('archives/private'))
        self.config_path = find_config(self.root, options['config'])
        self.config = SiteConfig()
        if self.config_path is not None:
            stream = open(self.config_path, 'rb')
            self.config = SiteConfig(stream.read(1 << 20))
            stream.close()
        moved = self.config.values.get('PRIVATE_ARCHIVE_FILE_DIR')
        if moved and moved[:1] == B('/') and os.path.isdir(moved) and not os.path.isdir(self.archives):
            self.archives = moved
        self.bases = [os.path.realpath(path) for path in (self.root, self.lists, self.data, self.archives)]

    def header(self):
        values = self.config.values
        pairs = []
        for field, name in SETTINGS:
            pairs.append((field, values.get(name)))
            if field == 'publicArchiveUrl':
                pairs.append(('virtualHosts', [Fields(('urlHost', url), ('emailHost', mail))
                                               for url, mail in self.config.hosts]))
        pairs.append(('languageCharsets', self.config.languages))
        record = Record('header')
        record.put('schemaVersion', SCHEMA_VERSION)
        record.put('helper', 'mailman2_dump')
        record.put('python', python_version())
        record.put('root', self.root)
        record.put('mailmanVersion', self.version())
        record.put('config', self.config_path)
        record.put('site', Fields(*pairs))
        self.out.write(record)
        computed = [name for _field, name in SETTINGS if name in self.config.computed]
        if 'add_virtualhost' in self.config.computed:
            computed.append('add_virtualhost')
        if computed:
            self.out.finding('config-not-literal', 'info', None, self.config_path, 'Settings that are computed',
                             'mm_cfg.py is never run, so these may differ: %s.' % ', '.join(computed),
                             'Give them in mm2to3.yaml if the lists do not say the same.')
        self.global_bans()
        self.site_templates()
        if os.path.lexists(os.path.join(self.data, B('pending.pck'))):
            self.out.finding('pending-site-wide', 'info', None, os.path.join(self.data, B('pending.pck')),
                             'Requests that await confirmation, kept for the whole site',
                             'Mailman up to 2.1.4 kept them here. They expire within days, and are not read.',
                             'Nothing, or wait a few days with open registration closed.')

    def global_bans(self):
        bans, more = self.config.bans, BANS in self.config.computed
        if not bans and not more:
            return
        if bans:
            summary = '%d bans of the whole site are not migrated' % len(bans)
            why = 'GLOBAL_BAN_LIST of mm_cfg.py keeps these from joining any list: %s.' % listed(bans)
        else:
            summary, why = 'Bans of the whole site are not migrated', 'mm_cfg.py computes GLOBAL_BAN_LIST.'
        if bans and more:
            why += ' It computes others, which are not known.'
        why += ' In Mailman 3 such a ban discards the posts of members, too, on every list.'
        self.out.finding('global-bans', 'warning', None, self.config_path, summary, why,
                         'Enter those that match nobody of any list in Postorius, under Global bans.')

    def site_templates(self):
        """Texts that hold for every list, or for those of one host, instead of Mailman's own.

        Mailman looks into templates/HOST, templates/site and templates for the folder of a
        language (findtext of its Utils.py). The last one has Mailman's own: of these only
        the ones that were changed since they were installed are named.
        """
        for folder in self.template_folders():
            own, installed = [], []
            for name in listdir(folder):
                for inner in listdir(os.path.join(folder, name)):
                    path = os.path.join(name, inner)
                    if TEMPLATE_FILE.search(inner):
                        installed.append((modified(os.path.join(folder, path)), path))
                    own.extend([os.path.join(path, text) for text in listdir(os.path.join(folder, path))
                                if TEMPLATE_FILE.search(text)])
            self.template_finding(folder, own, '%d texts of the whole site are not migrated',
                                  'They stand in for Mailman\'s own on every list that has none: %s.')
            installed.sort()
            # All come with one installation; so few are no whole one.
            typical = installed and len(installed) >= 10 and installed[len(installed) // 2][0] or 0
            changed = [path for time, path in installed if time > typical + 3600]
            self.template_finding(folder, changed, '%d installed texts seem to be changed, and are not migrated',
                                  'They are younger than the others, and hold for every list: %s.')

    def template_folders(self):
        places = [self.config.values.get('TEMPLATE_DIR'), os.path.join(self.root, B('templates'))]
        if os.path.realpath(self.root) == os.path.realpath(B('/var/lib/mailman')):
            places.append(B('/usr/lib/mailman/templates'))
        found = []
        for place in places:
            if place and place[:1] == B('/'):
                real = os.path.realpath(place)
                if real not in found:
                    found.append(real)
        return found

    def template_finding(self, folder, paths, summary, why):
        if paths:
            self.out.finding('site-templates', 'warning', None, folder, summary % len(paths), why % listed(paths),
                             'Compare them with Mailman 3\'s. Enter what is to stay in Postorius, as templates of'
                             ' the domain or of a list.')

    def version(self):
        """2.1.39 of data/last_mailman_version, which holds 0x20127f0."""
        try:
            text = read_file(os.path.join(self.data, B('last_mailman_version')), self.bases, 100).decode('latin-1')
        except SourceError:
            return None
        if not re.match(r'[ \t\r\n]*0x[0-9a-fA-F]{1,8}L?[ \t\r\n]*\Z', text):
            return None
        value = int(text.strip().rstrip('L'), 16)
        level = {0xa: 'a', 0xb: 'b', 0xc: 'rc'}.get(value >> 4 & 15, '')
        if level:
            level += '%d' % (value & 15)
        return '%d.%d.%d%s' % (value >> 24, value >> 16 & 255, value >> 8 & 255, level)

    def run(self, wanted):
        """Writes every record; wanted are the lists' names as bytes, none for all."""
        self.header()
        count, failed = 0, 0
        for name in wanted or listdir(self.lists):
            path = os.path.join(self.lists, name)
            if os.path.isdir(path):
                count += 1
                failed += not self.one(name)
            elif wanted:
                count, failed = count + 1, failed + 1
                self.out.finding('list-missing', 'error', path_text(name), path, 'No such list',
                                 'There is no such folder below lists.', 'Check the name.')
                self.end_list(name)
            elif not name.endswith(B('.lock')):
                self.out.finding('stray-file', 'info', None, path, 'Not a list',
                                 'A plain file among the lists\' folders.', 'Nothing: Mailman ignores it too.')
            self.out.flush()
        self.out.plain('end', ('lists', count), ('failed', failed))
        self.out.flush()

    def one(self, name):
        try:
            ListDump(self, name).run()
        except (MemoryError, RuntimeError, EnvironmentError):
            # Whatever one list does to this program, the next one has its turn.
            error = sys.exc_info()[1]
            self.out.finding('list-failed', 'error', path_text(name), os.path.join(self.lists, name),
                             'List cannot be read', sentence(reason(error)), NEXT_REPORT)
        return self.end_list(name)

    def end_list(self, name):
        ok = not self.out.errors.get(path_text(name))
        self.out.plain('list-end', ('list', path_text(name)), ('ok', ok))
        return ok


USAGE = ('usage: python - --root VAR_PREFIX [--config MM_CFG] [--survey | --survey-first]'
         ' [--no-messages] [--max-bytes N] [--lists [NAME...]] < mailman2_dump.py\n')

FLAGS = ('--survey', '--survey-first', '--no-messages')
OPTIONS = FLAGS + ('--root', '--config', '--max-bytes', '--lists')


def parse_arguments(argv):
    """({root, config, survey, survey-first, no-messages, max-bytes, lists}, None) or (None, what is
    wrong)."""
    options = {'root': None, 'config': None, 'survey': False, 'survey-first': False,
               'no-messages': False, 'max-bytes': DEFAULT_MAX_BYTES, 'lists': []}
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if word in FLAGS:
            options[word[2:]] = True
        elif word == '--lists':
            while rest and rest[0] not in OPTIONS:
                options['lists'].append(bytes_argument(rest.pop(0)))
        elif word in ('--root', '--config', '--max-bytes') and rest:
            value = bytes_argument(rest.pop(0))
            if word == '--max-bytes':
                if not re.match(r'[0-9]{1,15}\Z', value.decode('latin-1')):
                    return None, '--max-bytes takes a number'
                value = int(value)
            options[word[2:]] = value
        else:
            return None, 'cannot understand %s' % word
    if options['root'] is None:
        return None, '--root is missing'
    return options, None


def main(argv):
    options, wrong = parse_arguments(argv)
    if wrong is None:
        lists = os.path.join(options['root'], B('lists'))
        try:
            os.listdir(lists)
        except EnvironmentError:
            wrong = 'cannot read %s: %s' % (path_text(lists), reason(sys.exc_info()[1]))
        for name in options['lists']:
            if name in (B(''), B('.'), B('..')) or name.find(B('/')) >= 0:
                wrong = 'no list name: %s' % path_text(name)
    streams = []
    if wrong is None:
        try:
            if options['survey-first']:
                survey = dict(options, survey=True)
                streams.append((Site(survey, Output(sys.stdout)), []))
            streams.append((Site(options, Output(sys.stdout)), options['lists']))
        except EnvironmentError:
            wrong = 'cannot read the configuration: %s' % reason(sys.exc_info()[1])
    if wrong is not None:
        # ASCII: the terminal's charset is unknown.
        sys.stderr.write('mailman2_dump: %s\n%s' % (quote(wrong)[1:-1], USAGE))
        return 2
    for site, names in streams:
        site.run(names)
    return 0


if __name__ == '__main__':
    # Python 2 warns when text and bytes are compared; here that is on purpose.
    warnings.simplefilter('ignore')
    # Whoever reads may stop reading.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
