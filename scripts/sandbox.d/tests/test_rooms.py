# SPDX-License-Identifier: GPL-3.0-or-later
"""Each room of the sandbox on its own. No Mailman is started; takes about a second.

    /usr/bin/python3 -m unittest discover -s scripts/sandbox.d/tests
"""
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import box as boxes  # noqa: E402
import cli  # noqa: E402
import config_files  # noqa: E402
import packages  # noqa: E402
import parts  # noqa: E402
import ports  # noqa: E402
import processes  # noqa: E402
from trouble import PartDied, Trouble  # noqa: E402


class WithFolder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        os.chmod(holder.name, 0o755)  # root's sandbox belongs to another account
        self.folder = Path(holder.name)

    def box(self, name="box", **choices) -> boxes.Box:
        wish = {"database": "sqlite", "search": "whoosh", "source": "/s", "jobs": True} | choices
        made = boxes.create(self.folder / name, **wish)
        made.ports = ports.settle({})
        made.make_secrets()
        made.folder("logs"), made.folder("run")
        return made


class Ports(unittest.TestCase):
    def test_keeps_what_is_free_and_replaces_what_is_taken(self):
        first = ports.settle({})
        with socket.socket() as stranger:
            stranger.bind((ports.HOST, first["web"]))
            stranger.listen()
            second = ports.settle(first)
            self.assertEqual(ports.settle(first, frozenset({"web"})), first)
        changed = {name for name in ports.NAMES if first[name] != second[name]}
        self.assertEqual(changed, {"web"})

    def test_no_port_twice(self):
        self.assertEqual(len(set(ports.settle({}).values())), len(ports.NAMES))


class Folder(WithFolder):
    def test_found_again_as_it_was_made(self):
        made = self.box(database="postgres", search="xapian", jobs=False)
        made.save()
        self.assertEqual(boxes.find(self.folder / "box"), made)

    def test_closed_to_others(self):
        made = self.box()
        made.save()
        for path in (made.dir, *made.dir.rglob("*")):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_names_that_configuration_files_cannot_carry(self):
        for name in ("a$b", 'a"b', "a;b", "a%b", "a\nb"):
            with self.assertRaisesRegex(Trouble, "Choose another"):
                boxes.create(self.folder / name, "sqlite", "whoosh", "", True)

    def test_never_takes_over_a_folder_with_something_in_it(self):
        (self.folder / "mine").write_text("")
        with self.assertRaisesRegex(Trouble, "is no sandbox"):
            boxes.create(self.folder, "sqlite", "whoosh", "", True)

    def test_nothing_there(self):
        with self.assertRaisesRegex(Trouble, "scripts/sandbox up --dir"):
            boxes.find(self.folder / "none")


class Configuration(WithFolder):
    def test_every_placeholder_is_filled(self):
        made = self.box("with blank")
        config_files.write_all(made)
        for name in ("mailman.cfg", "mailman-hyperkitty.cfg", "nginx/nginx.conf"):
            text = made.path(name).read_text()
            self.assertNotIn("{{", text)
            self.assertNotIn("/etc/mailman3", text)
            self.assertNotIn("/var/lib/mailman3", text)

    def test_handover_is_private_and_names_the_account_s_command(self):
        made = self.box()
        config_files.write_handover(made)
        for name in ("mm2to3.yaml", "sandbox.json"):
            self.assertEqual(made.path(name).stat().st_mode & 0o777, 0o600)
        argv = config_files.commands(made)["coreCommand"]
        self.assertEqual("setpriv" in argv, os.geteuid() == 0)


class Processes(WithFolder):
    def spawn(self, made, *argv):
        processes.spawn(made, "trial", list(argv), made.dir)
        pid = processes.pid_of(made, "trial")
        self.addCleanup(processes.end_all, made)
        return pid

    def test_found_by_its_mark_when_the_pid_file_is_gone(self):
        made, other = self.box(), self.box("other")
        pid = self.spawn(made, "sleep", "60")
        made.path("run", "trial.pid").unlink()
        self.assertIn(pid, processes.members(made))
        self.assertNotIn(pid, processes.members(other))
        self.assertEqual(processes.end_all(made), [])
        self.assertIsNone(processes.started(pid))

    def test_killed_when_it_does_not_want_to_end(self):
        made = self.box()
        pid = self.spawn(made, "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
        while "ready" not in made.log("trial").read_text():
            time.sleep(0.02)
        with mock.patch.object(processes, "GRACE_SECONDS", 0.2):
            processes.stop(made, "trial")
        self.assertIsNone(processes.started(pid))

    def test_a_pid_used_again_is_not_taken_for_the_daemon(self):
        made = self.box()
        made.write(made.path("run", "trial.pid"), f'{{"pid": {os.getpid()}, "started": 1}}')
        self.assertIsNone(processes.pid_of(made, "trial"))

    def test_the_caller_s_environment_stays_outside(self):
        made = self.box()
        with mock.patch.dict(os.environ, {"MAILMAN_VAR_DIR": "/x", "PYTHONPATH": "/y"}):
            self.assertFalse({"MAILMAN_VAR_DIR", "PYTHONPATH"} & set(processes.environment(made)))

    def test_death_is_told_with_the_log(self):
        log = self.folder / "x.log"
        log.write_text("first\nlast words\n")
        self.assertIn("last words", str(PartDied("core", log)))


class Runners(unittest.TestCase):
    @unittest.skipUnless(parts.CORE_DEFAULTS.exists(), "Mailman Core is not installed")
    def test_those_that_run_in_production(self):
        runners = parts.expected_runners()
        self.assertLessEqual({"in", "out", "lmtp", "rest", "archive", "digest"}, runners)
        self.assertFalse({"bad", "shunt", "master"} & runners)


class Packages(unittest.TestCase):
    def test_an_installed_mailman_keeps_its_dbconfig_choice(self):
        names = packages.needed(("sqlite",), ("whoosh",))
        with mock.patch.object(packages, "versions", return_value={"mailman3": "3"}):
            self.assertNotIn("dbconfig-no-thanks", packages.missing(names))
        with mock.patch.object(packages, "versions", return_value={}):
            self.assertEqual(packages.missing(names), names)

    def test_what_is_missing_comes_with_the_command(self):
        with mock.patch.object(packages, "versions", return_value={}):
            with self.assertRaisesRegex(Trouble, "--no-install-recommends .*python3-xapian"):
                packages.check("sqlite", "xapian")


class CommandLine(WithFolder):
    def test_exit_codes(self):
        with open(os.devnull, "w") as null, mock.patch("sys.stderr", null):
            self.assertEqual(cli.main(["status", "--dir", str(self.folder / "none")]), 2)
            self.assertEqual(cli.main(["down", "--dir", str(self.folder / "none")]), 0)

    def test_a_reader_that_has_read_enough_is_no_error(self):
        done = subprocess.run(f"{HERE.parents[1] / 'sandbox'} packages | true", shell=True,
                              capture_output=True, text=True)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
