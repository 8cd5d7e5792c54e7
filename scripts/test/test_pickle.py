# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared part of the helpers: the pickle and marshal readers, JSON, text."""

import marshal
import os
import pickle
import unittest

from support import B, BYTES, FolderCase, SCRIPTS, SITE, TEXT, dump, instance, parse, pickled, pipermail


def text(literal):
    """A Unicode string from \\u escapes, in every Python."""
    return B(literal).decode('unicode-escape')


class SharedPart(unittest.TestCase):
    def test_is_the_same_in_both_helpers(self):
        parts = []
        for name in ('mailman2_dump.py', 'mailman2_pipermail.py'):
            stream = open(os.path.join(SCRIPTS, name))
            source = stream.read()
            stream.close()
            parts.append(source[source.index('# --- shared by'):source.index('# --- end of the shared part')])
        self.assertEqual(parts[0], parts[1])

    def test_is_ascii(self):
        for name in ('mailman2_dump.py', 'mailman2_pipermail.py'):
            stream = open(os.path.join(SCRIPTS, name), 'rb')
            stream.read().decode('ascii')
            stream.close()


class Pickles(FolderCase):
    def test_plain_values_in_every_protocol(self):
        value = {'a': [1, -1, 255, 65536, 2 ** 40, -2 ** 70, True, False, None], 'b': (1.5, 'x', ()),
                 'c': (('one',), ('one', 'two'), (1, 2, 3), (1, 2, 3, 4)), 'd': {}, 'e': 'quote\'s "and" \\ back\n'}
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            self.assertEqual(dump.load_pickle(pickle.dumps(value, protocol)), value)

    def test_unicode_in_every_protocol(self):
        value = [text('\\u00e9\\u20ac\\u0000'), text('\\U0001f600')]
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            self.assertEqual(dump.load_pickle(pickle.dumps(value, protocol)), value)

    def test_byte_strings_and_unicode_stay_apart(self):
        found = dump.load_pickle(B("(lS'caf\\xe9'\naVcaf\\u00e9\na."))
        self.assertEqual([isinstance(item, BYTES) for item in found], [True, False])
        self.assertEqual(found[0], B('caf\xe9'))

    def test_shared_and_circular_references(self):
        found = dump.load_pickle(B(']q\x00h\x00a.'))
        self.assertEqual(found[0] is found, True)
        self.assertEqual(self.refused(dump.Record('x').put, 'value', found).code, 'too-deep')

    def test_a_small_pickle_that_unfolds_endlessly(self):
        data = B(']q\x00') + B('').join([B('](h%s' % chr(i)) + B('h%s' % chr(i)) + B('eq%s' % chr(i + 1))
                                        for i in range(50)]) + B('.')
        found = dump.load_pickle(data)
        self.assertEqual(self.refused(dump.Record('x', (), 100000).put, 'value', found).code, 'too-large')

    def test_allowed_instances_are_inert(self):
        found = dump.load_pickle(pickled(instance('Mailman.Bouncer._BounceInfo', {'score': 1.0})))
        self.assertEqual((found.name, found.get('score')), ('Mailman.Bouncer._BounceInfo', 1.0))

    def test_state_with_special_names_stays_in_the_dictionary(self):
        for name in ('__class__', '__dict__', '__setstate__', '__slots__', 'state', 'name', 'build'):
            found = dump.load_pickle(pickled(instance('Mailman.UserDesc.UserDesc', {name: 'evil'})))
            self.assertEqual((found.__class__, found.name), (dump.Inert, 'Mailman.UserDesc.UserDesc'))

    def test_hostile_pickles_are_refused_and_named(self):
        for data, name in HOSTILE:
            error = self.refused(dump.load_pickle, B(data))
            self.assertEqual(error.code, 'pickle-refused', data)
            self.contains(name, error.why)

    def test_odd_pickles_are_corrupt(self):
        for data in ODD:
            self.contains(self.refused(dump.load_pickle, B(data)).code, ('corrupt', 'truncated'))

    def test_truncated_at_every_byte(self):
        data = read('lists/mailman/config.pck')
        for end in range(len(data)):
            self.contains(self.refused(dump.load_pickle, data[:end]).code, ('corrupt', 'truncated'))

    def test_damaged_at_every_byte(self):
        data = read('lists/security-private/request.pck')
        for index in range(len(data)):
            for byte in ('\x00', '\xff', '.', '(', 'R'):
                try:
                    dump.load_pickle(data[:index] + B(byte) + data[index + 1:])
                except dump.SourceError:
                    pass


# Every road from a pickle to a call.
RUN = "(S'touch /tmp/mm2to3-was-here'\n"
HOSTILE = (
    ("cos\nsystem\n" + RUN + "tR.", 'os.system'),
    ("cposix\nsystem\n" + RUN + "tR.", 'posix.system'),
    ("(ios\nsystem\nS'true'\n.", 'os.system'),
    ("(S'true'\nios\nsystem\n.", 'os.system'),
    ("(cos\nsystem\nS'true'\no.", 'os.system'),
    ("c__builtin__\neval\n(S'1'\ntR.", '__builtin__.eval'),
    ("cbuiltins\nexec\n(S'1'\ntR.", 'builtins.exec'),
    ("c__builtin__\ngetattr\n(c__builtin__\nobject\nS'__subclasses__'\ntR.", '__builtin__.getattr'),
    ("ccopy_reg\n_reconstructor\n(csubprocess\nPopen\nc__builtin__\nobject\nNtR.", 'subprocess.Popen'),
    ("ccopy_reg\n_reconstructor\n(S'os.system'\nc__builtin__\nobject\nNtR.", 'not a class'),
    ("ccopy_reg\n__newobj__\n(tR.", 'copy_reg.__newobj__'),
    ("\x80\x02cos\nsystem\n)\x81.", 'os.system'),
    ("\x80\x02\x82\x01.", 'extension'),
    ("\x80\x02\x83\x01\x00.", 'extension'),
    ("\x80\x02\x84\x01\x00\x00\x00.", 'extension'),
    ("Pevil\n.", 'persistent'),
    ("S'evil'\nQ.", 'persistent'),
    ("\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.", 'os.system'),
    ("\x80\x04\x8c\x12Mailman.Message.os\x8c\x06system\x93.", 'Mailman.Message.os.system'),
    ("\x80\x04\x8c\x0fMailman.Message\x8c\x13Message.__globals__\x93.", 'Message.__globals__'),
    ("\x80\x04\x8c\x02os\x8c\x06system\x93)}\x92.", 'os.system'),
    ("\x80\x05\x97.", 'buffer'),
    ("cMailman.mm_cfg\nevil\n.", 'Mailman.mm_cfg.evil'),
    ("cemail.errors\nsys.modules\n.", 'email.errors.sys.modules'),
    ("(lS'x'\nb.", 'not an instance'),
    ("(d}S'__class__'\nS'x'\nsb.", 'not an instance'),
    ("S'not callable'\n(tR.", 'not a class'),
    ("(S'not a class'\no.", 'not a class'),
)

ODD = (
    '', '.', '0.', 'b.', 'N', 'NN', 'h\x05.', 'g5\n.', 'gx\n.', 'e.', 't.', 'u.', 'a.', 'I1_0\n.', 'I\n.', 'Inf\n.',
    'Fx\n.', "S'x\n.", 'T\xff\xff\xff\x7f.', 'T\xff\xff\xff\xff.', 'X\x01\x00\x00\x00\xff.', '\x8b\xff\xff\xff\x7f.',
    '\x8a\xff' + '\xff' * 255 + '.', '\x80\x09N.', '\x8e\xff\xff\xff\xff\xff\xff\xff\xff.',
    '}(]Nu.', '}}Ns.', '}(((lttNu.', '](Nu.', 'Na.', '}(Nu.', 'L' + '9' * 5000 + 'L\n.',
    'c__builtin__\nset\n(Vabc\ntR.', 'cMailman.UserDesc\nUserDesc\nNR.', '(iMailman.UserDesc\nUserDesc\nI1\nb.',
    '\x93.', 'NN\x93.',
)


def read(name):
    stream = open(os.path.join(SITE, name), 'rb')
    data = stream.read()
    stream.close()
    return data


class Marshals(FolderCase):
    def test_what_this_python_writes(self):
        value = {'a': [1, -1, 2 ** 31 - 1, 2 ** 40, -2 ** 70, True, False, None, 0], 'b': (1.5, 0.1, ()),
                 'c': {'d': {}}, 'text': text('\\u00e9'), 'again': ['a', 'a', 'b']}
        for version in (0, 1, 2):
            try:
                data = marshal.dumps(value, version)
            except ValueError:
                continue
            self.assertEqual(dump.load_marshal(data), value)

    def test_interned_strings_that_repeat(self):
        self.assertEqual(dump.load_marshal(B('(\x03\x00\x00\x00t\x01\x00\x00\x00aR\x00\x00\x00\x00s\x01\x00\x00\x00\xe9')),
                         (TEXT('a'), TEXT('a'), B('\xe9')))

    def test_refuses_code_and_lies(self):
        self.assertEqual(self.refused(dump.load_marshal, B('c')).code, 'pickle-refused')
        for data in ('', 'X', '[\xff\xff\xff\x7f', '[\xff\xff\xff\xff', 's\xff\xff\xff\xff', 'R\x00\x00\x00\x00', '{s',
                     'l\xff\xff\xff\x7f', '{{00N0', 'f\x01x', '[\x01\x00\x00\x00' * 1000):
            self.contains(self.refused(dump.load_marshal, B(data)).code, ('corrupt', 'truncated'))

    def test_truncated_at_every_byte(self):
        data = read('lists/ancient/config.db')
        for end in range(len(data)):
            self.contains(self.refused(dump.load_marshal, data[:end]).code, ('corrupt', 'truncated'))


class Json(unittest.TestCase):
    def encoded(self, value, charsets=()):
        record = dump.Record('x', charsets)
        record.put('v', value)
        return record

    def test_round_trip(self):
        value = {'a': [1, -5, 2 ** 40, 0.1, 1e300, -2.5e-10, 1795452453.112228, True, False, None],
                 'b': text('\\u0000\\u001f"\\\\/\\u007f\\u00e9\\u2028\\ud83d\\ude00'), 'c': {}, 'd': []}
        found = parse(self.encoded(value).line().encode('ascii'))['v']
        self.assertEqual(found['a'], value['a'])
        self.assertEqual([isinstance(item, bool) for item in found['a']], [False] * 7 + [True, True, False])
        self.assertEqual(found['b'].encode('utf-16-be', *SURROGATES), value['b'].encode('utf-16-be', *SURROGATES))

    def test_characters_beyond_16_bits_are_a_pair(self):
        self.assertEqual(dump.quote(text('\\U0001f600')), '"\\ud83d\\ude00"')

    def test_floats_are_the_shortest_that_give_the_same(self):
        for value, digits in ((0.1, '0.1'), (5.0, '5.0'), (1e22, '1e+22'), (1795452453.112228, '1795452453.112228')):
            self.assertEqual(dump.number(value), digits)

    def test_numbers_that_json_has_not(self):
        record = self.encoded([1e300 * 1e300, -1e300 * 1e300, 1e300 * 1e300 * 0])
        self.assertEqual(parse(record.line().encode('ascii'))['v'], [None, None, None])
        self.assertEqual(record.lost[0], 'v[0] is no finite number')

    def test_keys_become_text(self):
        record = self.encoded({1: 'a', 2.5: 'b', None: 'c', (1, 'x'): 'd', B('\xe9'): 'e'})
        keys = list(parse(record.line().encode('ascii'))['v'])
        keys.sort()
        self.assertEqual(keys, ['1', '2.5', '[1,"x"]', 'null', text('\\u00e9')])

    def test_two_keys_that_read_alike(self):
        record = self.encoded({B('\xe9'): 1, text('\\u00e9'): 2})
        self.assertEqual(len(parse(record.line().encode('ascii'))['v']), 1)
        self.assertEqual(record.lost, ['v.\\u00e9 stands there twice'])


SURROGATES = ()
if TEXT is str:
    SURROGATES = ('surrogatepass',)


class Decoding(unittest.TestCase):
    def test_what_is_certain_and_what_a_guess(self):
        for raw, declared, expected in (
                ('plain', 'us-ascii', ('plain', 'us-ascii', True)),
                ('caf\xc3\xa9', 'us-ascii', ('caf\\u00e9', 'utf-8', False)),
                ('caf\xc3\xa9', 'utf-8', ('caf\\u00e9', 'utf-8', True)),
                ('caf\xe9', 'iso-8859-1', ('caf\\u00e9', 'iso-8859-1', True)),
                ('caf\xe9', 'us-ascii', ('caf\\u00e9', 'iso-8859-1', False)),
                ('\x93caf\xe9\x94', 'iso-8859-1', ('\\u201ccaf\\u00e9\\u201d', 'cp1252', False)),
                ('\x81\xe9', 'iso-8859-1', ('\\u0081\\u00e9', 'iso-8859-1', False)),
                ('\xa4\xe9', 'iso-8859-15', ('\\u20ac\\u00e9', 'iso-8859-15', True)),
                ('\xb1', 'iso-8859-2', ('\\u0105', 'iso-8859-2', True)),
                ('\xa4\xa2', 'euc-jp', ('\\u3042', 'euc-jp', True)),
                ('\xff', 'euc-jp', ('\\u00ff', 'iso-8859-1', False)),
                ('\xff', 'no-such-charset', ('\\u00ff', 'iso-8859-1', False)),
                # Surrogates in UTF-8 are UTF-8 to Python 2 alone.
                ('\xed\xa0\x80', 'us-ascii', ('\\u00ed\\u00a0\\u20ac', 'cp1252', False)),
        ):
            self.assertEqual(dump.decode(B(raw), [declared]), (text(expected[0]),) + expected[1:])

    def test_a_guess_leaves_a_note(self):
        record = dump.Record('x', ['us-ascii'])
        record.put('v', {'k': [1, B('caf\xe9')]})
        self.assertEqual(parse(record.line().encode('ascii'))['decoded'],
                         [{'at': 'v.k[1]', 'charset': 'iso-8859-1', 'declared': 'us-ascii', 'base64': 'Y2Fm6Q=='}])

    def test_volume_kinds(self):
        for name, kind, date in (('2004', 'year', (2004, 0, 0)), ('2004-May', 'month', (2004, 5, 0)),
                                 ('2004q3', 'quarter', (2004, 7, 0)), ('Week-of-Mon-20040105', 'week', (2004, 1, 5)),
                                 ('20040131', 'day', (2004, 1, 31)), ('2004-Mai', 'unknown', (9999, 0, 0)),
                                 ('2004\n', 'unknown', (9999, 0, 0))):
            self.assertEqual(pipermail.volume_kind(B(name)), (kind, date))


if __name__ == '__main__':
    unittest.main()
