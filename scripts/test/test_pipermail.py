# SPDX-License-Identifier: GPL-3.0-or-later
"""mailman2_pipermail.py over the fixture site's archives and over odd ones."""

import base64
import os
import subprocess
import sys
import unittest

from support import B, FolderCase, SCRIPTS, SITE, Sink, codes, instance, of_type, pickled, pipermail
from test_pickle import text

ARCHIVES = os.path.join(SITE, 'archives', 'private')


def run_archive(folder, charset=None, what='list'):
    sink = Sink()
    pipermail.Archive(B(folder), charset, 1 << 26, pipermail.Output(sink), what).run()
    return sink.records()


def read_attachments(folder, names):
    sink = Sink()
    pipermail.Archive(B(folder), None, 1 << 26, pipermail.Output(sink), 'files').attachments([B(name) for name in names])
    return sink.records()


def string(raw):
    """A marshalled byte string."""
    return B('s') + B(''.join([chr(len(raw) >> shift & 255) for shift in (0, 8, 16, 24)])) + B(raw)


def database(articles):
    """A VOL-article file; articles are {message id: state or pickle}."""
    parts = [B('{')]
    for key in sorted(articles):
        value = articles[key]
        if isinstance(value, dict):
            value = pickled(instance('Mailman.Archiver.HyperArch.Article', value))
        parts.append(string(key) + string(value))
    return B('').join(parts + [B('0')])


def page(reply, subject='Hello', author='Ann', more=''):
    return ('<HTML><HEAD><TITLE> %s\n </TITLE>\n<LINK REL="made" HREF="mailto:list%%40x%s">\n%s</HEAD><BODY>'
            '<H1>%s</H1>\n<B>%s</B>\n<A HREF="mailto:list%%40x%s"\n TITLE="%s">ann at x\n </A><BR>\n<I>Mon Jan</I>'
            % (subject, reply, more, subject, author, reply, subject))


class FixtureArchives(unittest.TestCase):
    def files(self, folder):
        """Every path of an archive that was served."""
        found = []
        for parent, folders, names in os.walk(folder):
            if 'database' in folders and parent == folder:
                folders.remove('database')
            found.extend([os.path.join(parent, name)[len(folder) + 1:] for name in names])
        found.remove('pipermail.pck')
        found.sort()
        return found

    def test_every_path_is_there_once(self):
        for name in os.listdir(ARCHIVES):
            folder = os.path.join(ARCHIVES, name)
            if not os.path.exists(os.path.join(folder, 'pipermail.pck')):
                continue
            found = []
            records = run_archive(folder)
            for record in records:
                if record['type'] == 'volume':
                    found.extend(['%s/%s' % (record['name'], index) for index in record['indexes']])
                    found.extend([entry for entry in (record['txt'], record['txtGz']) if entry])
                elif record['type'] == 'article':
                    found.append('%s/%s' % (record['volume'], record['file']))
                elif record['type'] in ('attachment', 'other'):
                    found.append(record['path'])
            found.sort()
            self.assertEqual((name, found), (name, self.files(folder)))
            self.assertEqual((name, codes(records)), (name, []))

    def test_the_articles_of_dev(self):
        records = run_archive(os.path.join(ARCHIVES, 'dev'))
        articles = of_type(records, 'article')
        self.assertEqual([article['number'] for article in articles][:3], [0, 1, 2])
        self.assertEqual((len(articles), records[-1]['articles'], records[-1]['volumes']), (436, 436, 34))
        self.assertEqual([article['number'] for article in articles if article['idFrom'] != 'page'], [])
        for article in articles:
            if article['databaseId'] is not None:
                self.assertEqual(article['databaseId'].strip('<> \n'), article['messageId'].strip('<> \n')
                                 [:len(article['databaseId'].strip('<> \n'))])
        # The database forgets the earlier of two articles with one id.
        twice = [article for article in articles if article['duplicate']]
        forgotten = [article for article in articles if article['databaseId'] is None]
        self.assertEqual((len(twice), len(forgotten)), (17, 16))

    def test_kinds_of_volumes(self):
        for name, kind in (('dev', 'month'), ('equipe-fr', 'week'), ('digest-only', 'day'), ('old-news', 'quarter'),
                           ('volunteers', 'year')):
            kinds = dict([(record['kind'], 1) for record in of_type(run_archive(os.path.join(ARCHIVES, name)), 'volume')])
            self.assertEqual((name, list(kinds)), (name, [kind]))


class Content(FolderCase):
    """What an archive can be rebuilt from."""

    def setUp(self):
        FolderCase.setUp(self)
        self.page = page('?Subject=Re&In-Reply-To=%3Ca%40x%3E')
        self.write('2004-May/000007.html', self.page)
        self.write('2004-May/thread.html', '<!--0 01083369600.7- -->')
        self.write('2004-May.txt', 'From ann at x')
        self.write('attachments/20040501/0123abcd/attachment.png', 'picture')
        self.write('database/2004-May-article', database(
            {'a@x': {'sequence': 7, 'msgid': 'a@x', '_in_reply_to': '<b@x>', '_references': '<c@x> <b@x>'}}))

    def test_volumes_alone(self):
        records = run_archive(self.folder, None, 'volumes')
        self.assertEqual([record['type'] for record in records], ['header', 'volume', 'end'])
        self.assertEqual(records[1]['articles'], 1)
        before = records[1]['bytes']
        self.write('2004-May.txt', 'From ann at x, and more')
        self.assertEqual(run_archive(self.folder, None, 'volumes')[1]['bytes'], before + 10)

    def test_pages_and_indexes_whole(self):
        records = run_archive(self.folder, None, 'content')
        self.assertEqual([record['type'] for record in records], ['header', 'volume', 'article', 'end'])
        volume, article = records[1:3]
        self.assertEqual(base64.b64decode(volume['thread']), B('<!--0 01083369600.7- -->'))
        self.assertEqual(base64.b64decode(article['page']), B(self.page))
        self.assertEqual((article['inReplyTo'], article['references']), ('<b@x>', '<c@x> <b@x>'))

    def test_files_in_the_order_asked_for(self):
        name = 'attachments/20040501/0123abcd/attachment.png'
        records = read_attachments(self.folder, ['attachments/none', name, name])
        self.assertEqual([record.get('path') for record in records], ['attachments/none', name, name, None])
        self.assertEqual([record.get('base64') for record in records[:1]], [None])
        self.assertEqual(base64.b64decode(records[1]['base64']), B('picture'))
        self.assertEqual(records[-1]['files'], 3)

    def test_no_file_from_elsewhere(self):
        os.symlink('/etc/passwd', os.path.join(self.folder, 'attachments', 'link'))
        os.symlink('/etc', os.path.join(self.folder, 'attachments', 'folder'))
        asked = ['2004-May.txt', 'attachments/../2004-May.txt', '/etc/passwd', '../x', 'attachments/link',
                 'attachments/folder/passwd', 'attachments', 'attachments/20040501', '']
        for record in read_attachments(self.folder, asked)[:-1]:
            self.assertEqual((record['path'], record['base64']), (record['path'], None))


class Pages(FolderCase):
    def article(self, source, state=None, charset='iso-8859-1'):
        self.write('2004-May/000007.html', source)
        if state is not None:
            self.write('database/2004-May-article', database({'id@db': state}))
        return of_type(run_archive(self.folder, charset), 'article')[0]

    def test_ids_exactly_as_found(self):
        for reply, expected in (
                ('?Subject=x&In-Reply-To=%3Ca%2Bb%26c%40x%3E', '<a+b&c@x>'), ('?In-Reply-To=%3Ca+b&c@x%3E', '<a+b&c@x>'),
                ('?Subject=In-Reply-To%3D&In-Reply-To=bare%40x', 'bare@x'),
                ('?S=x&In-Reply-To=%3Ca%40x%3E%20%28added%20by%20y%29', '<a@x> (added by y)'),
                ('?S=x&amp;In-Reply-To=%0A%20%3Ca%40x%3E', '\n <a@x>'), ('?S=x&In-Reply-To=', None), ('', None),
                ('?In-Reply-To=%3C%E9%40x%3E', text('<\\u00e9@x>')), ('?In-Reply-To=100%zz%3', '100%zz%3')):
            self.assertEqual((reply, self.article(page(reply))['messageId']), (reply, expected))

    def test_old_pages_take_the_databases_id(self):
        found = self.article(page(''), {'sequence': 7, 'msgid': 'id@db', '_message_id': '<id@db>', 'date': '01080818976'})
        self.assertEqual((found['messageId'], found['idFrom'], found['databaseId'], found['date']),
                         ('<id@db>', 'database', 'id@db', 1080818976))
        found = self.article(page(''), {'sequence': 7, 'msgid': 'id@db'})
        self.assertEqual((found['messageId'], found['idFrom']), ('<id@db>', 'database'))
        found = self.article(page(''), {'sequence': 7, 'msgid': '7'})
        self.assertEqual((found['messageId'], found['idFrom']), (None, None))

    def test_words_of_a_page(self):
        found = self.article(page('', subject='A &lt;b&gt; &amp;amp; &#233;&#x1F600; \xe9', author='Ann\n  B'))
        self.assertEqual((found['subject'], found['author'], found['email'], found['datestr']),
                         (text('A <b> &amp; \\u00e9\\U0001f600 \\u00e9'), 'Ann B', 'ann at x', 'Mon Jan'))
        found = self.article(page('', subject='\xb1', more='<META CONTENT="text/html; charset=iso-8859-2">'))
        self.assertEqual(found['subject'], text('\\u0105'))

    def test_pages_that_are_anything(self):
        for source in ('', '\x00' * 20000, '<' * 20000, '<TITLE>' * 3000, '<H1></H1><B><A HREF="' * 500, page('')[:60]):
            found = self.article(source)
            self.assertEqual((found['number'], found['idFrom']), (7, None))

    def test_duplicates(self):
        for number in (1, 2, 3):
            self.write('2004-May/00000%d.html' % number, page('?In-Reply-To=%%3Cid%%40%d%%3E' % (number // 2)))
        self.assertEqual([record['duplicate'] for record in of_type(run_archive(self.folder), 'article')],
                         [False, False, True])

    def test_order_and_other_files(self):
        for name in ('2004-May/000001.html', '2004-April/1000000.html', '2004-April/000002.html', '2003/000003.html',
                     '2004-April/thread.html', '2004-April/x.html', '2004-April/sub/y.png', 'index.html', 'a/b/c',
                     '2004-April.txt.gz', '2005-May.txt', 'notes.txt', 'attachments/20040101/ab/a.png', 'odd/000009.html',
                     'database/x', 'pipermail.pck'):
            self.write(name, '')
        records = run_archive(self.folder)
        self.assertEqual([(record['volume'], record['number']) for record in of_type(records, 'article')],
                         [('2003', 3), ('2004-April', 2), ('2004-April', 1000000), ('2004-May', 1), ('odd', 9)])
        self.assertEqual([(record['name'], record['kind'], record['indexes'], record['txt'], record['txtGz'])
                          for record in of_type(records, 'volume')],
                         [('2003', 'year', [], None, None), ('2004-April', 'month', ['thread.html'], None, '2004-April.txt.gz'),
                          ('2004-May', 'month', [], None, None), ('2005-May', 'month', [], '2005-May.txt', None),
                          ('odd', 'unknown', [], None, None)])
        self.assertEqual([record['path'] for record in of_type(records, 'attachment')], ['attachments/20040101/ab/a.png'])
        self.assertEqual([record['path'] for record in of_type(records, 'other')],
                         ['2004-April/sub/y.png', '2004-April/x.html', 'a/b/c', 'index.html', 'notes.txt'])
        self.assertEqual(records[-1], {'type': 'end', 'volumes': 5, 'articles': 5, 'attachments': 1, 'others': 5})

    def test_links_and_pipes(self):
        os.makedirs(os.path.join(self.folder, '2004-May'))
        os.symlink('/etc/passwd', os.path.join(self.folder, '2004-May', '000001.html'))
        os.mkfifo(os.path.join(self.folder, '2004-May', '000002.html'))
        os.symlink('/', os.path.join(self.folder, 'all'))
        records = run_archive(self.folder)
        self.assertEqual(codes(records), ['source.archive-page-outside-root', 'source.archive-page-not-a-file'])
        self.assertEqual([record['path'] for record in of_type(records, 'other')], ['all'])


class Databases(FolderCase):
    def found(self, data):
        self.write('2004-May/000007.html', page('?In-Reply-To=%3Cid%40x%3E'))
        self.write('database/2004-May-article', data)
        records = run_archive(self.folder)
        self.assertEqual(of_type(records, 'article')[0]['messageId'], '<id@x>')
        return codes(records)

    def test_hostile_and_damaged(self):
        sound = database({'id@x': {'sequence': 7}})
        self.assertEqual(self.found(sound), [])
        self.assertEqual(self.found(sound[:-3]), ['source.archive-database-truncated'])
        self.assertEqual(self.found(B('x')), ['source.archive-database-corrupt'])
        self.assertEqual(self.found(database({'id@x': "cos\nsystem\n(S'true'\ntR."})), ['source.pickle-refused'])
        self.assertEqual(self.found(database({'id@x': 'N.'})), ['source.archive-database-corrupt'])
        self.assertEqual(self.found(database({'id@x': {'sequence': 8}})), ['source.archive-page-missing'])

    def test_truncated_at_every_byte(self):
        sound = database({'id@x': {'sequence': 7}, 'id@y': {'sequence': 7, 'subject': 'x\xe9'}})
        for end in range(len(sound)):
            self.contains(self.found(sound[:end]), (['source.archive-database-truncated'],
                                                    ['source.archive-database-corrupt']))


class Command(FolderCase):
    def run_it(self, *words):
        stream = open(os.path.join(SCRIPTS, 'mailman2_pipermail.py'))
        process = subprocess.Popen([sys.executable, '-W', 'error', '-'] + list(words), stdin=stream,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate()
        stream.close()
        return process.returncode, out, err

    def test_piped(self):
        code, out, err = self.run_it('--archive', self.folder, '--language-charset', 'UTF-8')
        self.assertEqual((code, err, len(out.split(B('\n')))), (0, B(''), 3))
        self.contains('"charset":"utf-8"', out.decode('ascii'))

    def test_cannot_start(self):
        for words, message in (((), '--archive is missing'), (('--archive', '/nowhere'), 'cannot read /nowhere'),
                               (('--what',), 'cannot understand --what')):
            code, out, err = self.run_it(*words)
            self.assertEqual((code, out), (2, B('')))
            self.contains(message, err.decode('ascii'))


if __name__ == '__main__':
    unittest.main()
