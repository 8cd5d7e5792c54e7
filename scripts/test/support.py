# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the Mailman 2 helpers share. Runs on Python 2.4 to 3.13 too."""

import os
import shutil
import struct
import sys
import tempfile
import types
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.dirname(HERE)
SITE = os.path.join(os.path.dirname(SCRIPTS), 'fixtures', 'mm2-site', 'var')


def load(name):
    """A helper as a module, read as `python -` would read it: from its text."""
    stream = open(os.path.join(SCRIPTS, name + '.py'), 'rb')
    source = stream.read()
    stream.close()
    module = types.ModuleType(name)
    exec(compile(source, name, 'exec'), module.__dict__)
    return module


dump = load('mailman2_dump')
pipermail = load('mailman2_pipermail')
B, TEXT, BYTES = dump.B, dump.TEXT, dump.BYTES

try:
    import json
except ImportError:
    json = None


def parse(line):
    """A record. Python 2.4 and 2.5 have no json; the helpers' JSON is nearly Python."""
    if json is not None:
        return json.loads(line.decode('ascii'))
    return eval(literal(line), {'null': None, 'true': True, 'false': False})


def literal(line):
    """Every string with a u before it."""
    out, inside, skip = [], False, False
    for char in line:
        if char == '"' and not skip:
            if not inside:
                out.append('u')
            inside = not inside
        skip = inside and char == '\\' and not skip
        out.append(char)
    return ''.join(out)


class Sink(object):
    """Stands for stdout and keeps what is written."""

    def __init__(self):
        self.parts = []

    def write(self, data):
        self.parts.append(data)

    def flush(self):
        pass

    def bytes(self):
        return B('').join(self.parts)

    def records(self):
        return [parse(line) for line in self.bytes().split(B('\n'))[:-1]]


def run_dump(root, *words):
    """All records of a run over a site."""
    options, wrong = dump.parse_arguments(('--root', root) + words)
    assert wrong is None, wrong
    sink = Sink()
    dump.Site(options, dump.Output(sink)).run(options['lists'])
    return sink.records()


def of_type(records, kind, name=None):
    return [record for record in records
            if record['type'] == kind and name in (None, record.get('list'), record.get('name'))]


def codes(records):
    return [record['code'] for record in of_type(records, 'finding')]


def pickled(value):
    """A pickle as Python 2's protocol 1 has it: byte strings stay byte strings."""
    return body(value) + B('.')


class Raw(object):
    """Opcodes that go into a pickle as they are."""

    def __init__(self, opcodes):
        self.opcodes = B(opcodes)


def body(value):
    if isinstance(value, Raw):
        return value.opcodes
    if value is None:
        return B('N')
    if value is True:
        return B('I01\n')
    if value is False:
        return B('I00\n')
    if isinstance(value, dump.INTS):
        return B('I%d\n' % value)
    if isinstance(value, float):
        return B('G') + struct.pack('>d', value)
    if isinstance(value, str):
        # Native strings, which on Python 3 hold one byte a character here.
        raw = B(value)
        return B('T') + struct.pack('<i', len(raw)) + raw
    if isinstance(value, TEXT):
        raw = value.encode('utf-8')
        return B('X') + struct.pack('<i', len(raw)) + raw
    if isinstance(value, BYTES):
        return B('T') + struct.pack('<i', len(value)) + value
    if isinstance(value, list):
        return B('](') + B('').join([body(item) for item in value]) + B('e')
    if isinstance(value, tuple):
        return B('(') + B('').join([body(item) for item in value]) + B('t')
    keys = list(value)
    return B('}(') + B('').join([body(key) + body(value[key]) for key in keys]) + B('u')


def instance(name, state):
    module, cls = name.rsplit('.', 1)
    return Raw((B('(i%s\n%s\n' % (module, cls)) + body(state) + B('b')).decode('latin-1'))


class FolderCase(unittest.TestCase):
    """Gives each test a folder, and a way to fill it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='mm2to3-test-')

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        stream = open(path, 'wb')
        stream.write(B(data))
        stream.close()
        return path

    def site(self, config, name='dev', file='config.pck'):
        self.write(os.path.join('lists', name, file), config)
        return self.folder

    def contains(self, item, collection):
        if item not in collection:
            self.fail('%r is not in %r' % (item, collection))

    def refused(self, function, *arguments):
        """The SourceError that a call raises."""
        try:
            function(*arguments)
        except Exception:
            error = sys.exc_info()[1]
            if error.__class__.__name__ in ('SourceError', 'Refused'):
                return error
            raise
        self.fail('nothing was raised')


CONFIG = {
    'members': {'ann@example.org': 0, 'bob@example.org': 'Bob@example.org'},
    'digest_members': {'cy@example.org': 0},
    'user_options': {'bob@example.org': 128},
    'passwords': {'bob@example.org': 'hunter2'},
    'password': 'hunter2',
    'owner': ['ann@example.org'],
    'moderator': [],
    'preferred_language': 'en',
    'data_version': 112,
    'real_name': 'Dev',
}


def config(**changes):
    value = dict(CONFIG)
    value.update(changes)
    return pickled(value)
