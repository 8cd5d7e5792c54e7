# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox from nothing to nothing: mail in, mail out, archive, search, log-in, redirects.

Takes about a minute and the packages, so it runs only when asked for:

    SANDBOX_WHOLE=sqlite,whoosh /usr/bin/python3 -m unittest discover -s scripts/sandbox.d/tests
"""
import base64
import hashlib
import http.cookiejar
import json
import os
import re
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

SCRIPT = Path(__file__).resolve().parents[2] / "sandbox"
WISH = os.environ.get("SANDBOX_WHOLE", "")
LIST, WORD, MESSAGE_ID = "trial@lists.example.org", "zebrafish", "<1@whole.example>"
HASH = base64.b32encode(hashlib.sha1(MESSAGE_ID[1:-1].encode()).digest()).decode()
MAIL = f"""\
From: Anne <anne@example.com>
To: {LIST}
Subject: trial
Message-ID: {MESSAGE_ID}
Date: Mon, 01 Jan 2024 10:00:00 +0000

A body with a {WORD} in it.
"""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@unittest.skipUnless(WISH, "SANDBOX_WHOLE is not set")
class Whole(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.parent = Path(tempfile.mkdtemp())
        cls.parent.chmod(0o755)
        cls.dir = cls.parent / "with blank"
        cls.addClassCleanup(shutil.rmtree, cls.parent)
        cls.addClassCleanup(cls.sandbox, "down", "--delete")
        database, search = WISH.split(",")
        cls.sandbox("up", "--database", database, "--search", search)
        cls.facts = json.loads((cls.dir / "sandbox.json").read_text())
        cls.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    @classmethod
    def sandbox(cls, command, *options, status=0):
        done = subprocess.run([SCRIPT, command, "--dir", cls.dir, *options],
                              capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        return done

    def rest(self, path, **form):
        pair = f"{self.facts['restUser']}:{self.facts['restPassword']}".encode()
        request = urllib.request.Request(
            self.facts["restUrl"] + path, urlencode(form).encode() or None,
            {"Authorization": "Basic " + base64.b64encode(pair).decode()})
        with self.opener.open(request) as answer:
            return answer.read()

    def page(self, path, form=None):
        url = self.facts["nginxUrl"] + path
        data = urlencode(form).encode() if form else None
        with self.opener.open(urllib.request.Request(url, data, {"Referer": url})) as answer:
            return answer.read().decode()

    def django(self, *arguments):
        return subprocess.run([*self.facts["djangoCommand"], *arguments], check=True,
                              capture_output=True, text=True).stdout

    def eventually(self, look):
        for _ in range(150):
            try:
                if found := look():
                    return found
            except urllib.error.HTTPError:
                pass
            time.sleep(0.2)
        return self.fail("waited 30 s in vain")

    def test_1_mail_comes_in_goes_out_and_is_archived_and_found(self):
        self.rest("/domains", mail_host="lists.example.org")
        self.rest("/lists", fqdn_listname=LIST)
        self.rest("/members", list_id="trial.lists.example.org", subscriber="anne@example.com",
                  pre_verified=True, pre_confirmed=True, pre_approved=True,
                  send_welcome_message=False)
        with smtplib.LMTP("127.0.0.1", self.facts["lmtpPort"]) as core:
            core.sendmail("anne@example.com", [LIST], MAIL)
        sink = Path(self.facts["smtpSink"])
        sent = self.eventually(lambda: list(sink.glob("*.eml")))[0].read_text()
        self.assertIn("X-Envelope-To: anne@example.com\n", sent)
        self.eventually(lambda: WORD in self.page(f"hyperkitty/list/{LIST}/message/{HASH}/"))
        self.assertIn("Indexing 1 emails", self.django("update_index_one_list", LIST))
        self.assertIn(HASH, self.page(f"hyperkitty/search?mlist={LIST}&q={WORD}"))

    def test_2_a_person_logs_in(self):
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)', self.page("accounts/login/"))[1]
        password = Path(self.facts["adminPasswordFile"]).read_text().strip()
        self.page("accounts/login/", {"csrfmiddlewaretoken": token, "password": password,
                                      "login": self.facts["adminUser"]})
        self.assertIn("Delete", self.page("postorius/lists/trial.lists.example.org/settings/"))

    def test_3_redirects_and_a_refused_configuration(self):
        rules = self.dir / "redirects" / "trial.conf"
        strict = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
        rules.write_text("location = /old { return 301 /new; }\n")
        self.sandbox("reload")
        rules.write_text("nonsense;\n")
        self.assertIn("nonsense", self.sandbox("reload", status=2).stderr)
        with self.assertRaises(urllib.error.HTTPError) as answer:
            strict.open(self.facts["nginxUrl"] + "old")
        self.assertEqual(answer.exception.code, 301)
        rules.unlink()

    def test_4_what_is_killed_is_seen_and_started_again(self):
        for part in ("core", "web"):
            pid = json.loads((self.dir / "run" / f"{part}.pid").read_text())["pid"]
            os.kill(pid, signal.SIGKILL)
            self.assertIn("not running", self.sandbox("status", status=4).stdout)
            self.sandbox("up")
            self.sandbox("status")

    def test_5_reset_empties(self):
        self.sandbox("reset")
        self.assertEqual(json.loads(self.rest("/lists"))["total_size"], 0)
        self.assertEqual(list(Path(self.facts["smtpSink"]).iterdir()), [])

    def test_6_down_leaves_no_process(self):
        self.sandbox("down")
        left = subprocess.run(["pgrep", "-f", str(self.dir)], capture_output=True, text=True)
        self.assertEqual(left.stdout, "")


if __name__ == "__main__":
    unittest.main()
