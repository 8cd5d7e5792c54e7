# SPDX-License-Identifier: GPL-3.0-or-later
"""The one operating-system account that owns a sandbox and runs every part of it.

An ordinary user runs everything as himself. For root it is Debian's `list`, the account of
Mailman Core: Core warns against running as root and PostgreSQL refuses to, and a tool that is
tried only as root never meets the permission errors of a real site. One account for all parts,
where Debian has three (list, www-data, postgres), lets DIR stay closed to everyone else.
"""
import grp
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from trouble import Trouble

PREFERRED_FOR_ROOT = ("list", "nobody")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def group(self) -> str:
        return grp.getgrgid(self.gid).gr_name

    def argv_prefix(self) -> list[str]:
        """setpriv, not su or runuser: it executes in place, so signals, stdin and the exit
        status belong to the command itself."""
        if self.is_me:
            return []
        return ["setpriv", f"--reuid={self.name}", f"--regid={self.group}", "--init-groups"]

    def popen_options(self) -> dict:
        if self.is_me:
            return {}
        groups = os.getgrouplist(self.name, self.gid)
        return {"user": self.uid, "group": self.gid, "extra_groups": groups}

    def own(self, path: Path) -> None:
        if not self.is_me:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def own_tree(self, root: Path) -> None:
        if self.is_me:
            return
        self.own(root)
        for folder, folders, files in os.walk(root):
            for name in folders + files:
                self.own(Path(folder, name))

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder down to this one lets the account pass."""
        if self.is_me:
            return True
        groups = os.getgrouplist(self.name, self.gid)
        for step in [folder, *folder.parents]:
            if not step.exists():
                continue
            status = step.stat()
            shift = 6 if status.st_uid == self.uid else 3 if status.st_gid in groups else 0
            if not status.st_mode >> shift & 1:
                return False
        return True


def by_name(name: str) -> Account:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise Trouble(f"There is no user {name} on this machine.") from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def default_account() -> Account:
    if os.geteuid() != 0:
        entry = pwd.getpwuid(os.geteuid())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in PREFERRED_FOR_ROOT:
        try:
            return by_name(name)
        except Trouble:
            continue
    raise Trouble("Neither user list nor nobody exists. Run the sandbox as an ordinary user.")
