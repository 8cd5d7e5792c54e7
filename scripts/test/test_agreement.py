# SPDX-License-Identifier: GPL-3.0-or-later
"""Every Python writes the same bytes. Run by run-python-tests, under Python 3 alone.

MM2TO3_PYTHONS holds the interpreters, separated by blanks. Two real lists are
compared as well where they lie: MM2TO3_REAL_SITE, a Mailman 2 tree, and
MM2TO3_REAL_ARCHIVES, folders of pipermail archives, separated by blanks.
"""

import json
import os
import subprocess
import sys
import unittest

from support import SCRIPTS, SITE

PYTHONS = os.environ.get('MM2TO3_PYTHONS', sys.executable).split()
ROOTS = [SITE] + os.environ.get('MM2TO3_REAL_SITE', '').split()
ARCHIVES = [os.path.join(SITE, 'archives', 'private', name)
            for name in sorted(os.listdir(os.path.join(SITE, 'archives', 'private')))]
ARCHIVES += os.environ.get('MM2TO3_REAL_ARCHIVES', '').split()


def output(python, helper, *words):
    """What a helper writes, piped into an interpreter with the poorest of locales."""
    with open(os.path.join(SCRIPTS, helper), 'rb') as script:
        done = subprocess.run([python, '-W', 'error', '-'] + list(words), stdin=script, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env={'LC_ALL': 'C', 'PATH': os.environ['PATH']})
    assert (done.returncode, done.stderr) == (0, b''), (python, done)
    return done.stdout


class Agreement(unittest.TestCase):
    maxDiff = 2000

    def compare(self, helper, *words):
        results = []
        for python in PYTHONS:
            header, rest = output(python, helper, *words).split(b'\n', 1)
            header = json.loads(header.decode('ascii'))
            header.pop('python')
            results.append((list(header.items()), rest))
            self.assertEqual(results[0][0], results[-1][0], python)
            if results[0][1] != rest:
                pairs = zip(results[0][1].split(b'\n'), rest.split(b'\n'))
                self.fail('%s differs from %s: %s' % (python, PYTHONS[0], [pair for pair in pairs if pair[0] != pair[1]][0]))
        for line in results[0][1].split(b'\n')[:-1]:
            json.loads(line.decode('ascii'))

    def test_dump(self):
        for root in ROOTS:
            self.compare('mailman2_dump.py', '--root', root)

    def test_survey(self):
        for root in ROOTS:
            self.compare('mailman2_dump.py', '--root', root, '--survey')

    def test_pipermail(self):
        for archive in ARCHIVES:
            if os.path.isdir(archive):
                self.compare('mailman2_pipermail.py', '--archive', archive, '--language-charset', 'iso-8859-1')


if __name__ == '__main__':
    unittest.main()
