# SPDX-License-Identifier: GPL-3.0-or-later
"""mailman2_dump.py over the fixture site, over damaged sites, and as a command."""

import base64
import os
import shutil
import subprocess
import sys
import unittest

from support import (B, CONFIG, FolderCase, Raw, SCRIPTS, SITE, Sink, codes, config, dump, instance, json, of_type, pickled,
                     run_dump)
from test_pickle import HOSTILE, text

#        name: (members, digest, owners, moderators, held, subscriptions, unsubscriptions, pending, articles)
COUNTS = {
    'ancient': (25, 0, 1, 0, 0, 0, 0, 0, None),
    'announce': (40, 0, 2, 2, 0, 0, 0, 0, 120),
    'biglist': (3000, 600, 1, 0, 0, 0, 0, 0, 0),
    'c++-users': (10, 0, 1, 0, 0, 0, 0, 0, 40),
    'dev': (119, 54, 3, 1, 0, 0, 0, 0, 436),
    'digest-only': (15, 15, 1, 0, 0, 0, 0, 0, 64),
    'equipe-fr': (5, 2, 1, 0, 0, 0, 0, 0, 164),
    'extended': (0, 0, 1, 0, 0, 0, 0, 0, None),
    'mailman': (0, 0, 1, 0, 0, 0, 0, 0, 0),
    'mixed-case.list_1': (1, 0, 2, 0, 0, 0, 0, 0, 0),
    'no-archive': (1, 0, 1, 0, 0, 0, 0, 0, 0),
    'old-news': (25, 0, 1, 0, 0, 0, 0, 0, 200),
    'security-private': (12, 0, 1, 1, 3, 2, 1, 2, 86),
    'truncated': (25, 0, 1, 0, 0, 0, 0, 0, None),
    'umbrella': (2, 0, 1, 0, 0, 0, 0, 0, 0),
    'volunteers': (30, 8, 1, 0, 0, 0, 0, 0, 90),
}
UNREADABLE = ['broken', 'hostile', 'nothing-here']


class FixtureSite(unittest.TestCase):
    def records(self):
        if not hasattr(FixtureSite, 'cache'):
            FixtureSite.cache = run_dump(SITE)
        return FixtureSite.cache

    def only(self, kind, name):
        found = of_type(self.records(), kind, name)
        self.assertEqual(len(found), 1)
        return found[0]

    def test_every_list_is_there_with_its_counts(self):
        lists = of_type(self.records(), 'list')
        self.assertEqual([record['name'] for record in lists],
                         [name for name in sorted(COUNTS)])
        for record in lists:
            counts = record['counts']
            pipermail = record['archive']['pipermail']
            self.assertEqual((record['name'], COUNTS[record['name']]), (record['name'], tuple(
                [counts[name] for name in ('members', 'digestMembers', 'owners', 'moderators', 'held',
                                           'subscriptions', 'unsubscriptions', 'pending')]
                + [pipermail and pipermail['articles']])))
            members = [member for page in of_type(self.records(), 'members', record['name'])
                       for member in page['members']]
            self.assertEqual(len(members), counts['members'])
            self.assertEqual(len([member for member in members if member['digest']]), counts['digestMembers'])

    def test_every_list_ends_and_so_does_the_stream(self):
        records = self.records()
        ends = dict([(record['list'], record['ok']) for record in of_type(records, 'list-end')])
        folders = os.listdir(os.path.join(SITE, 'lists'))
        self.assertEqual(sorted(ends), sorted(folders))
        bad = sorted([name for name in ends if not ends[name]])
        self.assertEqual(bad, sorted([name for name in UNREADABLE + ['extended'] if name in folders]))
        self.assertEqual(records[-1], {'type': 'end', 'lists': len(folders), 'failed': len(bad)})

    def test_no_password_leaves(self):
        sink = Sink()
        options = dump.parse_arguments(['--root', SITE])[0]
        dump.Site(options, dump.Output(sink)).run([])
        for secret in ('hunter2', 'md5:0000', '"pw"', base64.b64encode(B('hunter2')).decode('ascii')):
            self.assertEqual(sink.bytes().find(B(secret)), -1)

    def test_secrets_are_named(self):
        self.assertEqual(self.only('list', 'dev')['omitted'], ['password', 'passwords'])

    def test_header(self):
        header = self.records()[0]
        self.assertEqual((header['type'], header['schemaVersion'], header['helper'], header['mailmanVersion']),
                         ('header', 1, 'mailman2_dump', '2.1.39'))

    def test_names_in_any_charset(self):
        page = self.only('members', 'dev')
        found = dict([(note['at'], note['charset']) for note in page['decoded']])
        self.assertEqual(found, {'members[111].name': 'iso-8859-1', 'members[116].name': 'utf-8'})
        french = [member['name'] for member in self.only('members', 'equipe-fr')['members']]
        self.assertEqual(french[0], text('Fran\\u00e7ois'))

    def test_members_of_mailman_2_0(self):
        record = self.only('list', 'ancient')
        self.assertEqual((record['file'], record['format'], record['dataVersion']), ('config.db', 'marshal', 21))

    def test_a_damaged_config_falls_back(self):
        self.assertEqual(self.only('list', 'truncated')['file'], 'config.pck.last')
        self.assertEqual(codes([record for record in self.records() if record.get('list') == 'truncated']),
                         ['source.config-truncated'])

    def test_the_hostile_list_is_refused_and_named(self):
        findings = of_type(self.records(), 'finding', 'hostile')
        self.assertEqual([record['code'] for record in findings], ['source.pickle-refused', 'source.list-unreadable'])
        self.assertEqual(findings[0]['why'], 'Refused, and not executed: it asks for posix.system.')

    def test_the_roster_of_a_plug_in_is_not_trusted(self):
        self.assertEqual(self.only('list', 'extended')['extend'], True)
        self.assertEqual('source.extend-present' in codes(of_type(self.records(), 'finding', 'extended')), True)

    def test_held_messages_come_as_they_were(self):
        held = [record for record in of_type(self.records(), 'request') if record['kind'] == 'held']
        message = base64.b64decode(held[1]['message'])
        self.assertEqual(message[:32], B('From: Zo\xc3\xab <zoe@example.net>\nTo:'))
        self.assertEqual(message[-40:], B('\n\nHeld body 1\nFrom the start of a line.\n'))

    def test_survey_has_the_counts_alone(self):
        records = run_dump(SITE, '--survey', '--lists', 'security-private', 'dev')
        self.assertEqual([record['type'] for record in records],
                         ['header', 'list', 'list-end', 'list', 'list-end', 'end'])
        self.assertEqual(records[1]['counts'], self.only('list', 'security-private')['counts'])

    def test_templates(self):
        found = self.only('list', 'announce')['templates']
        self.assertEqual([(item['language'], item['name'], item['bytes'] == len(item['text'])) for item in found],
                         [('en', 'listinfo.html', True), ('en', 'subscribeack.txt', True)])


class Lists(FolderCase):
    """Sites of one list, made for one thing each."""

    def members(self, **changes):
        records = run_dump(self.site(config(**changes)))
        return of_type(records, 'members')[0], records

    def texts(self):
        records = run_dump(self.site(config(preferred_language='fr')))
        found = of_type(records, 'list')[0]['templates']
        return [(item['language'], item['name'], item['text']) for item in found], codes(records)

    def test_own_texts_are_read_in_their_languages_charset(self):
        self.write('lists/dev/fr/postack.txt', 'Re\xe7u.')
        self.write('lists/dev/ja/postack.txt', '\xc6\xfc')
        self.write('lists/dev/xx/postack.txt', 'caf\xc3\xa9\r\n')
        self.write('lists/dev/fr/postack.txt~', 'older')
        self.write('lists/dev/fr/sub/postack.txt', 'not Mailman\'s')
        found, findings = self.texts()
        self.assertEqual(found, [('fr', 'postack.txt', text('Re\xe7u.')), ('ja', 'postack.txt', text('\\u65e5')),
                                 ('xx', 'postack.txt', text('caf\xe9\r\n'))])
        self.assertEqual(findings, ['source.unknown-file'])

    def test_links_make_no_text_of_what_is_none(self):
        self.write('lists/dev/en/real.txt', 'text')
        self.write('elsewhere/fr/postack.txt', 'of the site')
        outside = self.write('../%s-outside/secret.txt' % os.path.basename(self.folder), 'secret')
        try:
            for name, target in (('lists/dev/en/config.txt', '../config.pck'), ('lists/dev/en/good.txt', 'real.txt'),
                                 ('lists/dev/en/out.txt', outside), ('lists/dev/de', os.path.dirname(outside)),
                                 ('lists/dev/fr', '../../elsewhere/fr')):
                os.symlink(target, os.path.join(self.folder, name))
            found, findings = self.texts()
        finally:
            shutil.rmtree(os.path.dirname(outside))
        self.assertEqual(found, [('en', 'good.txt', 'text'), ('en', 'real.txt', 'text'),
                                 ('fr', 'postack.txt', 'of the site')])
        self.assertEqual(findings, ['source.template-outside-root', 'source.template-outside-root',
                                    'source.unknown-file'])

    def test_giants_and_crowds_of_texts_are_named(self):
        limits = dump.MAX_TEMPLATE_BYTES, dump.MAX_TEMPLATES_BYTES, dump.MAX_TEMPLATES
        dump.MAX_TEMPLATE_BYTES, dump.MAX_TEMPLATES_BYTES, dump.MAX_TEMPLATES = 10, 15, 3
        try:
            self.write('lists/dev/en/a.txt', '12345678901')
            self.write('lists/dev/en/b.txt', '1234567890')
            self.write('lists/dev/en/c.txt', '123456')
            for name in 'defgh':
                self.write('lists/dev/en/%s.txt' % name, '')
            found, findings = self.texts()
        finally:
            dump.MAX_TEMPLATE_BYTES, dump.MAX_TEMPLATES_BYTES, dump.MAX_TEMPLATES = limits
        self.assertEqual([name for _language, name, _text in found], ['b.txt', 'd.txt', 'e.txt'])
        self.assertEqual(findings, ['source.template-too-large'] * 3)

    def test_a_sound_list(self):
        page, records = self.members()
        self.assertEqual([record['type'] for record in records], ['header', 'list', 'members', 'list-end', 'end'])
        self.assertEqual([(member['address'], member['originalAddress'], member['digest'], member['options'])
                          for member in page['members']],
                         [('ann@example.org', 'ann@example.org', False, None),
                          ('bob@example.org', 'Bob@example.org', False, 128),
                          ('cy@example.org', 'cy@example.org', True, None)])

    def test_every_field_of_a_member(self):
        bounce = instance('Mailman.Bouncer._BounceInfo', {
            'member': 'bob@example.org', 'score': 2.5, 'date': (2024, 1, 2), 'noticesleft': 3,
            'lastnotice': (1970, 1, 2), 'cookie': 'secret-cookie'})
        page, _records = self.members(
            language={'bob@example.org': 'fr'}, usernames={'bob@example.org': 'Bob\xe9'},
            delivery_status={'bob@example.org': (2, 1700000000.5)}, bounce_info={'bob@example.org': bounce},
            topics_userinterest={'bob@example.org': ['one']}, one_last_digest={'bob@example.org': 'x'})
        self.assertEqual(page['members'][1], {
            'address': 'bob@example.org', 'originalAddress': 'Bob@example.org', 'digest': False, 'options': 128,
            'language': 'fr', 'name': text('Bob\\u00e9'), 'deliveryStatus': 2, 'deliveryStatusTime': 1700000000.5,
            'topics': ['one'], 'bounce': {'score': 2.5, 'date': [2024, 1, 2], 'noticesLeft': 3,
                                          'lastNotice': [1970, 1, 2]}, 'oneLastDigest': True})
        self.assertEqual(page['decoded'], [])

    def test_bounce_counts_of_mailman_2_0(self):
        page, records = self.members(bounce_info={'ann@example.org': [1.0, 2, 3]})
        self.assertEqual((page['members'][0]['bounce'], codes(records)), (None, ['source.bounce-info-old']))

    def test_rosters_that_contradict_themselves(self):
        _page, records = self.members(digest_members={'ann@example.org': 0},
                                      user_options={'gone@example.org': 1})
        self.assertEqual(codes(records), ['source.member-twice', 'source.member-unknown-address'])
        self.assertEqual(of_type(records, 'list')[0]['counts']['members'], 2)

    def test_odd_member_entries(self):
        page, records = self.members(usernames={'ann@example.org': 5}, delivery_status={'bob@example.org': (1, 2, 3)},
                                     members={'ann@example.org': 0, 'bob@example.org': 0, 7: 0})
        self.assertEqual(codes(records), ['source.member-odd-address', 'source.member-odd-value'])
        self.assertEqual([member['name'] for member in page['members']], [None, None, None])

    def test_a_roster_of_mailman_1(self):
        page, _records = self.members(members=['Ann@example.org'], digest_members=[])
        self.assertEqual([member['address'] for member in page['members']], ['Ann@example.org'])

    def test_pages_of_500(self):
        records = run_dump(self.site(config(members=dict([('u%04d@example.org' % i, 0) for i in range(1001)]))))
        self.assertEqual([len(page['members']) for page in of_type(records, 'members')], [500, 500, 2])

    def test_numbers_that_json_has_not(self):
        _page, records = self.members(bounce_score_threshold=Raw('G\x7f\xf0\0\0\0\0\0\0'), x=Raw('F1e999\n'))
        self.assertEqual(codes(records), ['source.value-lost'])

    def test_charset_of_the_language(self):
        for language, version, raw, expected in (('pl', 112, '\xb1', 'iso-8859-2'), ('ru', 97, '\xc1', 'koi8-r'),
                                                 ('ru', 112, '\xc1', 'utf-8'), ('xx', 112, '\xc1', None)):
            record = of_type(run_dump(self.site(config(preferred_language=language, data_version=version,
                                                       info=raw))), 'list')[0]
            self.assertEqual((language, record['charset']), (language, expected))
            self.assertEqual(len(record['decoded']), expected in (None, 'utf-8') and 1 or 0)

    def test_a_site_that_registered_other_charsets(self):
        self.write('Mailman/mm_cfg.py', "add_language('fr', _('French'), 'utf-8', 'ltr')\n")
        record = of_type(run_dump(self.site(config(preferred_language='fr', info='\xc3\xa9'))), 'list')[0]
        self.assertEqual((record['charset'], record['attributes']['info'], record['decoded']),
                         ('utf-8', text('\\u00e9'), []))


class WholeSite(FolderCase):
    def findings(self):
        return [record for record in of_type(run_dump(self.site(config())), 'finding') if record['list'] is None]

    def test_bans_are_named(self):
        self.write('Mailman/mm_cfg.py', "GLOBAL_BAN_LIST = ['^.*@spam', 'a@b']\n")
        [found] = self.findings()
        self.assertEqual((found['code'], found['severity'], found['summary'][:21]),
                         ('source.global-bans', 'warning', '2 bans of the whole s'))
        self.contains('^.*@spam, a@b', found['why'])

    def test_texts_are_named(self):
        for number in range(20):
            self.write('templates/en/text%d.txt' % number, 'x')
            os.utime(os.path.join(self.folder, 'templates/en/text%d.txt' % number), (1000000, 1000000 + number))
        os.utime(os.path.join(self.folder, 'templates/en/text7.txt'), (2000000, 2000000))
        self.write('templates/site/fr/subscribeack.txt', 'x')
        self.write('templates/lists.example.org/en/listinfo.html', 'x')
        self.write('templates/site/README', 'x')
        own, changed = self.findings()
        self.assertEqual([found['code'] for found in (own, changed)], ['source.site-templates'] * 2)
        self.contains(': lists.example.org/en/listinfo.html, site/fr/subscribeack.txt.', own['why'])
        self.contains(': en/text7.txt.', changed['why'])

    def test_texts_as_they_were_installed_are_no_matter(self):
        for number in range(20):
            self.write('templates/en/text%d.txt' % number, 'x')
        self.assertEqual(self.findings(), [])

    def test_texts_elsewhere(self):
        self.write('elsewhere/site/en/help.txt', 'x')
        self.write('Mailman/mm_cfg.py', "TEMPLATE_DIR = '%s'\n" % os.path.join(self.folder, 'elsewhere'))
        self.assertEqual([found['path'] for found in self.findings()], [os.path.realpath(os.path.join(self.folder, 'elsewhere'))])


class Damage(FolderCase):
    def test_hostile_configs_execute_nothing(self):
        mark = os.path.join(self.folder, 'executed')
        for data, name in HOSTILE:
            records = run_dump(self.site(data.replace('/tmp/mm2to3-was-here', mark)))
            self.assertEqual(codes(records)[0], 'source.pickle-refused')
            self.contains(name, of_type(records, 'finding')[0]['why'])
            self.assertEqual(of_type(records, 'list'), [])
        self.assertEqual(os.path.exists(mark), False)

    def test_a_hostile_value_deep_inside(self):
        records = run_dump(self.site(config(usernames={'ann@example.org': Raw("cos\nsystem\n(S'true'\ntR")})))
        self.assertEqual(codes(records), ['source.pickle-refused', 'source.list-unreadable'])

    def test_a_hostile_config_makes_its_backup_untrustworthy(self):
        self.site(config(), file='config.pck.last')
        self.assertEqual(of_type(run_dump(self.site('cos\nsystem\n.')), 'list'), [])

    def test_truncated_at_every_byte(self):
        data = config()
        for end in range(len(data)):
            records = run_dump(self.site(data[:end]))
            self.assertEqual((codes(records)[-1], of_type(records, 'list')), ('source.list-unreadable', []))
            self.assertEqual(records[-1], {'type': 'end', 'lists': 1, 'failed': 1})

    def test_truncated_at_every_byte_with_a_backup(self):
        data = config()
        self.site(data, file='config.pck.last')
        for end in range(0, len(data), 7):
            records = run_dump(self.site(data[:end]))
            self.contains(codes(records), (['source.config-truncated'], ['source.config-corrupt']))
            self.assertEqual(of_type(records, 'list')[0]['file'], 'config.pck.last')

    def test_damaged_at_every_byte(self):
        data = config()
        for index in range(len(data)):
            for byte in ('\x00', '\xff', '.'):
                records = run_dump(self.site(data[:index] + B(byte) + data[index + 1:]))
                self.assertEqual(records[-1]['type'], 'end')

    def test_order_of_the_files(self):
        for name, form in (('config.db.last', 'marshal'), ('config.pck.last', 'pickle'), ('config.pck', 'pickle')):
            data = config()
            if form == 'marshal':
                data = '{s\x07\x00\x00\x00members{00'
            self.site(data, file=name)
            record = of_type(run_dump(self.folder), 'list')[0]
            self.assertEqual((record['file'], record['format']), (name, form))

    def test_what_is_no_list(self):
        for data in (pickled([]), pickled({'members': 5}), pickled({})):
            self.assertEqual(codes(run_dump(self.site(data))), ['source.config-corrupt', 'source.list-unreadable'])

    def test_deep_and_circular_values(self):
        for value in (Raw(']q\x01h\x01a'), Raw(']' * 5000 + 'a' * 4999), Raw('}q\x01S\'x\'\nh\x01s')):
            records = run_dump(self.site(config(info=value)))
            self.assertEqual(codes(records), ['source.list-too-deep'])
            self.assertEqual(records[-1], {'type': 'end', 'lists': 1, 'failed': 1})

    def test_values_that_unfold_endlessly(self):
        bomb = ']q\x00' + ''.join(['0](h%sh%seq%s' % (chr(i), chr(i), chr(i + 1)) for i in range(50)])
        self.assertEqual(codes(run_dump(self.site(config(info=Raw(bomb))))), ['source.list-too-large'])

    def test_a_limit_on_size(self):
        records = run_dump(self.site(config()), '--max-bytes', '100')
        self.assertEqual(codes(records), ['source.config-too-large', 'source.list-unreadable'])

    def test_an_empty_folder_and_a_stray_file(self):
        os.makedirs(os.path.join(self.folder, 'lists', 'nothing-here'))
        self.write('lists/README', 'x')
        self.write('lists/.mailman.lock', 'x')
        self.assertEqual(codes(run_dump(self.folder)), ['source.stray-file', 'source.list-empty-folder'])

    def test_list_names_are_hostile_too(self):
        for name in ('a\nb', 'a"b', 'a\x01b', 'a\\b', '-rf'):
            self.site(config(), name=name)
        os.makedirs(os.path.join(self.folder.encode('ascii'), B('lists/\xff\xc3')))
        records = run_dump(self.folder)
        self.assertEqual([record['name'] for record in of_type(records, 'list')],
                         ['-rf', 'a\x01b', 'a\nb', 'a"b', 'a\\b'])
        self.assertEqual(of_type(records, 'list-end')[-1]['list'], text('\\u00ff\\u00c3'))
        self.assertEqual(codes(records).count('source.list-name-odd'), 3)

    def test_links_that_lead_out_of_the_site(self):
        other = os.path.join(self.folder, 'other')
        os.makedirs(os.path.join(other, 'away'))
        root = os.path.join(self.folder, 'var')
        os.makedirs(os.path.join(root, 'lists', 'here'))
        os.symlink(os.path.join(other, 'away'), os.path.join(root, 'lists', 'away'))
        os.symlink('/etc/passwd', os.path.join(root, 'lists', 'here', 'config.pck'))
        records = run_dump(root)
        self.assertEqual(codes(records), ['source.list-outside-root', 'source.config-outside-root',
                                          'source.list-unreadable'])

    def test_a_lists_folder_that_is_elsewhere(self):
        self.write('data2/dev/config.pck', config())
        root = os.path.join(self.folder, 'var')
        os.makedirs(root)
        os.symlink(os.path.join(self.folder, 'data2'), os.path.join(root, 'lists'))
        self.assertEqual(codes(run_dump(root)), [])

    def test_a_pipe_does_not_hang(self):
        os.makedirs(os.path.join(self.folder, 'lists', 'dev'))
        os.mkfifo(os.path.join(self.folder, 'lists', 'dev', 'config.pck'))
        self.assertEqual(codes(run_dump(self.folder))[0], 'source.config-not-a-file')


class Requests(FolderCase):
    def requests(self, table, **files):
        self.site(config())
        self.write('lists/dev/request.pck', pickled(table))
        return run_dump(self.folder)

    def test_every_old_form(self):
        records = self.requests({
            1: (2, (1.5, 'a@example.org', 'A', 'hunter2', 1, 'fr')),
            2: (2, (1.5, 'b@example.org', 'hunter2', 0, 'fr')),
            3: (2, (1.5, 'c@example.org', 'hunter2', 1)),
            4: (1.5, 'd@example.org', 'D', 'hunter2', 1, 'fr'),
            5: (3, 'e@example.org'),
            6: (9, 'x'),
            'version': (0, 1)})
        self.assertEqual([(record['kind'], record['address'], record.get('fullname'), record.get('digest'),
                           record.get('language')) for record in of_type(records, 'request')],
                         [('subscription', 'a@example.org', 'A', True, 'fr'),
                          ('subscription', 'b@example.org', '', False, 'fr'),
                          ('subscription', 'c@example.org', '', True, 'en'),
                          ('subscription', 'd@example.org', 'D', True, 'fr'),
                          ('unsubscription', 'e@example.org', None, None, None)])
        self.assertEqual(codes(records), ['source.request-odd'])

    def test_held_messages(self):
        self.write('data/heldmsg-dev-2.txt', 'From ann Mon Jan  1 00:00:00 2024\nSubject: x\n\nbody\n')
        records = self.requests({
            1: (1, (1.5, 'a@example.org', 'gone', 'why', 'heldmsg-dev-1.pck', {})),
            2: (1, (1.5, 'a@example.org', 'text', 'why', 'heldmsg-dev-2.txt', {'n': 1, 'l': []})),
            3: (1, (1.5, 'a@example.org', 'evil', 'why', '../../../../etc/passwd', {})),
            4: (1, (1.5, 'a@example.org', 'evil', 'why', 'heldmsg-/etc/passwd-1.txt', {}))})
        found = of_type(records, 'request')
        self.assertEqual([record['message'] for record in found],
                         [None, base64.b64encode(B('Subject: x\n\nbody\n')).decode('ascii'), None, None])
        self.assertEqual(found[1]['msgdata'], {'n': 1})
        self.assertEqual(codes(records), ['source.held-missing', 'source.held-path-refused',
                                          'source.held-path-refused'])
        self.assertEqual(of_type(records, 'list-end')[0]['ok'], True)

    def test_a_hostile_held_message_costs_only_itself(self):
        self.write('data/heldmsg-dev-1.pck', 'cos\nsystem\n.')
        self.write('data/heldmsg-dev-2.txt', 'Subject: x\n\nbody\n')
        records = self.requests({1: (1, (1.5, 'a@example.org', 'x', 'why', 'heldmsg-dev-1.pck', {})),
                                 2: (1, (1.5, 'a@example.org', 'x', 'why', 'heldmsg-dev-2.txt', {}))})
        self.assertEqual([(record['code'], record['severity']) for record in of_type(records, 'finding')],
                         [('source.held-refused', 'warning')])
        self.assertEqual([record['message'] is None for record in of_type(records, 'request')], [True, False])
        self.assertEqual(of_type(records, 'list-end')[0]['ok'], True)

    def test_a_damaged_request_file_does_not_hide_the_list(self):
        self.site(config())
        self.write('lists/dev/request.pck', '(dp1\n')
        records = run_dump(self.folder)
        self.assertEqual((codes(records), of_type(records, 'list')[0]['counts']['held']),
                         (['source.requests-truncated'], None))
        self.assertEqual(of_type(records, 'list-end')[0]['ok'], True)

    def test_a_hostile_request_file_keeps_the_list_back(self):
        self.site(config())
        self.write('lists/dev/request.pck', 'cos\nsystem\n.')
        records = run_dump(self.folder)
        self.assertEqual(codes(records), ['source.pickle-refused'])
        self.assertEqual(of_type(records, 'list-end')[0]['ok'], False)

    def test_held_messages_are_not_read_unasked(self):
        self.write('data/heldmsg-dev-1.pck', 'cos\nsystem\n.')
        self.site(config())
        self.write('lists/dev/request.pck',
                   pickled({1: (1, (1.5, 'a@example.org', 'x', 'why', 'heldmsg-dev-1.pck', {}))}))
        records = run_dump(self.folder, '--no-messages')
        self.assertEqual([(record['id'], record['message']) for record in of_type(records, 'request')],
                         [(1, None)])
        self.assertEqual((codes(records), of_type(records, 'list')[0]['counts']['held']), ([], 1))

    def test_pending(self):
        self.site(config())
        person = instance('Mailman.UserDesc.UserDesc', {'address': 'a@example.org', 'fullname': 'A\xe9',
                                                        'password': 'hunter2', 'digest': 1, 'language': 'fr'})
        self.write('lists/dev/pending.pck', pickled({
            'c1': ('S', person), 'c2': ('U', 'b@example.org'), 'c3': ('C', 'c@example.org', 'n@example.org', 1),
            'c4': ('E', 'dev', 'd@example.org'), 'c5': ('H', 7),
            'c6': ('P', 'e@example.org', instance('email.Message.Message', {})), 'c7': ('?',),
            'evictions': {'c1': 12.5}, 'version': 2}))
        found = of_type(run_dump(self.folder), 'pending')
        self.assertEqual([(record['kind'], record['address'], record['expires']) for record in found],
                         [('subscription', 'a@example.org', 12.5), ('unsubscription', 'b@example.org', None),
                          ('changeOfAddress', 'c@example.org', None), ('reEnable', 'd@example.org', None),
                          ('heldMessage', None, None), ('probe', 'e@example.org', None), ('unknown', None, None)])
        self.assertEqual((found[0]['fullname'], found[2]['newAddress'], found[4]['requestId']),
                         (text('A\\u00e9'), 'n@example.org', 7))


PLAIN = 'From: a@example.org\nSubject: =?utf-8?q?=C3=A9?=\n folded\nX-Odd:\n\nbody\n'
MULTIPART = ('Content-Type: multipart/mixed;\n boundary="a b"\n\npreamble\n--a b\n\nplain\n--a b\n'
             'Content-Type: message/rfc822\n\nSubject: inner\n\ninner body\n--a b\n'
             'Content-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\nx\n--c\n'
             'Content-Type: text/html\n\n<b>\n--c--\n\n--a b--\nepilogue\n')


class HeldMessages(FolderCase):
    def flat(self, state):
        message = dump.load_pickle(pickled(instance('Mailman.Message.Message', state)))
        return dump.Flattener(100000).flatten(message)

    def test_as_the_email_package_pickles_them(self):
        try:
            import email.Message  # noqa: F401  Python 2 has it
        except ImportError:
            return
        import email
        import pickle
        for source in (PLAIN, MULTIPART):
            for protocol in (0, 1, 2):
                state = dump.load_pickle(pickle.dumps(email.message_from_string(source), protocol))
                self.assertEqual(dump.Flattener(100000).flatten(state), source)

    def test_parts_without_a_boundary(self):
        part = instance('email.Message.Message', {'_headers': [], '_payload': 'one\n'})
        self.assertEqual(self.flat({'_headers': [('To', 'x')], '_payload': [part]}),
                         B('To: x\nContent-Type: multipart/mixed; boundary="===============mm2to3=="\n\n'
                           '--===============mm2to3==\n\none\n\n--===============mm2to3==--\n'))

    def test_header_objects(self):
        charset = instance('email.Charset.Charset', {'input_charset': 'utf-8'})
        header = instance('email.Header.Header', {'_chunks': [('Re:', 'us-ascii'), ('\xc3\xa9', charset)]})
        self.assertEqual(self.flat({'_headers': [('Subject', header)], '_payload': None}),
                         B('Subject: Re: =?utf-8?b?w6k=?=\n\n'))

    def test_messages_that_hold_themselves(self):
        state = pickled({'_headers': [], '_payload': [Raw('h\x01')]})[:-1]
        message = dump.load_pickle(B('(iemail.Message\nMessage\nq\x01') + state + B('b.'))
        self.assertEqual(self.refused(dump.Flattener(100000).flatten, message).code, 'too-deep')


class MailmanConfig(unittest.TestCase):
    def parsed(self, source):
        return dump.SiteConfig(B(source))

    def test_literals(self):
        found = self.parsed('''
from Defaults import *
# DEFAULT_URL_HOST = 'comment'
"""
DEFAULT_URL_HOST = 'docstring'
"""
DEFAULT_EMAIL_HOST = "lists.example" '.org'
DEFAULT_URL_HOST = DEFAULT_EMAIL_HOST  # the same
DEFAULT_URL_PATTERN = 'https://%s/' + 'mailman/'; MAILMAN_SITE_LIST = r'site\\n'
DB_PASSWORD = 'hunter2'
add_virtualhost(DEFAULT_URL_HOST, DEFAULT_EMAIL_HOST)
add_virtualhost('www.example.com')
''')
        self.assertEqual(found.values['DEFAULT_URL_HOST'], B('lists.example.org'))
        self.assertEqual(found.values['DEFAULT_URL_PATTERN'], B('https://%s/mailman/'))
        self.assertEqual(found.values['MAILMAN_SITE_LIST'], B('site\\n'))
        self.assertEqual(found.hosts, [(B('lists.example.org'), B('lists.example.org')),
                                       (B('www.example.com'), B('example.com'))])
        self.assertEqual(found.computed, {})

    def test_what_would_have_to_be_computed(self):
        found = self.parsed("import socket\nDEFAULT_EMAIL_HOST = 'a'\nDEFAULT_EMAIL_HOST = socket.getfqdn()\n"
                            "if x:\n    DEFAULT_URL_HOST = 'b'\nadd_virtualhost(f(x), 'y')\n")
        self.assertEqual((found.values.get('DEFAULT_EMAIL_HOST'), found.values.get('DEFAULT_URL_HOST'), found.hosts),
                         (None, B('b'), []))
        self.assertEqual(sorted(found.computed), ['DEFAULT_EMAIL_HOST', 'DEFAULT_URL_HOST', 'add_virtualhost'])

    def test_bans_of_the_whole_site(self):
        for source, bans, computed in (
                ('', [], False),
                ("GLOBAL_BAN_LIST = []\n", [], False),
                ("GLOBAL_BAN_LIST = ['^.*@spam', r'^a\\.b',\n  'c@d' 'e', ]\n", ['^.*@spam', '^a\\.b', 'c@de'], False),
                ("GLOBAL_BAN_LIST.append('a@b')\nGLOBAL_BAN_LIST += ['c@d']\nGLOBAL_BAN_LIST.extend(('e@f',))\n",
                 ['a@b', 'c@d', 'e@f'], False),
                ("GLOBAL_BAN_LIST = ['a@b']\nGLOBAL_BAN_LIST = ['c@d']\n", ['c@d'], False),
                ("GLOBAL_BAN_LIST = open('/x').readlines()\n", [], True),
                ("GLOBAL_BAN_LIST = ['a@b', f(x)]\n", ['a@b'], True),
                ("if x:\n    GLOBAL_BAN_LIST.append('a@b')\n", ['a@b'], True)):
            found = self.parsed(source)
            self.assertEqual((source, found.bans, 'GLOBAL_BAN_LIST' in found.computed),
                             (source, [B(ban) for ban in bans], computed))

    def test_hosts_that_are_cleared(self):
        self.assertEqual(self.parsed("add_virtualhost('a.b', 'b')\nVIRTUAL_HOSTS.clear()\n").hosts, [])

    def test_anything_at_all(self):
        for source in ('', '(', ')', "'", '"""', '\\', '=', 'add_virtualhost(', 'add_virtualhost()', 'A = = =', '\xff\x00',
                       'add_language()', "add_language('fr')", 'X = (\n' * 100):
            self.parsed(source)


class Command(FolderCase):
    def run_it(self, *words):
        stream = open(os.path.join(SCRIPTS, 'mailman2_dump.py'))
        process = subprocess.Popen([sys.executable, '-W', 'error', '-'] + list(words), stdin=stream,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate()
        stream.close()
        return process.returncode, out, err

    def test_survey_first(self):
        """Two streams, one after the other, each with its own header and end."""
        both = self.run_it('--root', SITE, '--survey-first', '--lists', 'announce')
        survey = self.run_it('--root', SITE, '--survey')
        asked = self.run_it('--root', SITE, '--lists', 'announce')
        self.assertEqual(both, (0, survey[1] + asked[1], B('')))

    def test_piped(self):
        code, out, err = self.run_it('--root', self.site(config()), '--lists', 'dev')
        self.assertEqual((code, err, len(out.split(B('\n')))), (0, B(''), 6))
        if json is not None:
            for line in out.split(B('\n'))[:-1]:
                json.loads(line.decode('ascii'))

    def test_cannot_start(self):
        for words, message in (((), '--root is missing'), (('--root', '/nowhere'), 'cannot read /nowhere/lists'),
                               (('--what',), 'cannot understand --what'), (('--root',), 'cannot understand --root'),
                               (('--root', self.site(config()), '--max-bytes', 'x'), 'takes a number'),
                               (('--root', self.site(config()), '--lists', '../x'), 'no list name'),
                               (('--root', self.site(config()), '--config', '/nowhere'), 'cannot read the config')):
            code, out, err = self.run_it(*words)
            self.assertEqual((code, out), (2, B('')))
            self.contains(message, err.decode('ascii'))

    def test_a_list_that_is_not_there(self):
        code, out, _err = self.run_it('--root', self.site(config()), '--lists', 'nope')
        self.assertEqual(code, 0)
        self.contains('source.list-missing', out.decode('ascii'))


if __name__ == '__main__':
    unittest.main()
