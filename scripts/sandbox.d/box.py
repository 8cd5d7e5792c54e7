# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox: its folder, its choices, its secrets, and where everything in it lies."""
import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ports as port_book
from account import Account, by_name, default_account
from trouble import Trouble

CHECKOUT = Path(__file__).resolve().parents[2]
PYTHON = "/usr/bin/python3"  # the one Debian's Mailman packages are installed for
REST_USER = "restadmin"
ADMIN_USER = "admin"
ADMIN_EMAIL = "admin@example.org"
DATABASES = ("sqlite", "postgres")
SEARCHES = ("whoosh", "xapian")
SECRETS = ("rest-password", "admin-password", "archiver-key", "django-key", "database-password")

# Configuration files of four programs hold paths below DIR, each with quoting of its own.
# Blanks pass in all of them; these do not.
FORBIDDEN = set("$%\"'`\\{};#*?[]<>|&!\n\r\t")


@dataclass
class Box:
    dir: Path
    asked_dir: Path
    account: Account
    database: str
    search: str
    source: str
    jobs: bool
    ports: dict[str, int]
    # Then nginx's master is root's, as in production, and nobody else can signal it.
    by_root: bool = False

    def path(self, *parts: str) -> Path:
        return self.dir.joinpath(*parts)

    def log(self, part: str) -> Path:
        return self.path("logs", f"{part}.log")

    def url(self, port: str, path: str = "") -> str:
        return f"http://{port_book.HOST}:{self.ports[port]}{path}"

    def secret(self, name: str) -> str:
        return self.path("secrets", name).read_text().strip()

    def folder(self, *parts: str, mode: int = 0o700) -> Path:
        path = self.path(*parts)
        if not path.is_dir():
            path.mkdir(mode=mode, parents=True)
            self.account.own(path)
        return path

    def write(self, path: Path, text: str, mode: int = 0o600) -> None:
        """Whole or not at all, and never readable by others, not even for a moment."""
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, mode)
        self.account.own(Path(temporary))
        os.replace(temporary, path)

    def save(self) -> None:
        state = {"user": self.account.name, "database": self.database, "search": self.search,
                 "source": self.source, "jobs": self.jobs, "ports": self.ports,
                 "by_root": self.by_root}
        self.write(self.path("state.json"), json.dumps(state, indent=2) + "\n")

    def make_secrets(self) -> None:
        folder = self.folder("secrets")
        for name in SECRETS:
            if not (folder / name).exists():
                self.write(folder / name, secrets.token_urlsafe(24) + "\n")

    @contextmanager
    def lock(self, name: str = "lifecycle"):
        """One up, down, reset or reload at a time. The kernel frees it when we die."""
        path = self.folder("run") / f"{name}.lock"
        with open(path, "w") as file:
            self.account.own(path)
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def alone_in(folder: Path):
    """For finding or making a sandbox: two at once must not make the same one."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def default_dir() -> Path:
    return CHECKOUT / ".sandbox"


def find(asked: Path) -> Box:
    box = find_if_any(asked)
    if box is None:
        raise Trouble(f"There is no sandbox in {asked}. Make one: scripts/sandbox up --dir {asked}")
    return box


def find_if_any(asked: Path) -> Box | None:
    asked = Path(os.path.abspath(asked))
    real = asked.resolve()
    try:
        state = json.loads((real / "state.json").read_text())
    except FileNotFoundError:
        return None
    except PermissionError:
        raise Trouble(f"{real} belongs to someone else. Use its owner's account, root, "
                      "or another --dir.") from None
    account = by_name(state.pop("user"))
    if os.geteuid() != 0 and (state["by_root"] or not account.is_me):
        owner = "root" if state["by_root"] else f"{account.name} or root"
        raise Trouble(f"The sandbox in {real} was made by another user. Run this as {owner}, "
                      "or make your own with --dir.")
    return Box(dir=real, asked_dir=asked, account=account, **state)


def create(asked: Path, database: str, search: str, source: str, jobs: bool) -> Box:
    asked = Path(os.path.abspath(asked))
    refuse_odd_names(asked)
    account = default_account()
    if asked.exists() and (not asked.is_dir() or any(asked.iterdir())):
        raise Trouble(f"{asked} exists and is no sandbox. Name an empty or new folder with --dir.")
    real = make_folder(asked, account)
    box = Box(real, asked, account, database, search, source, jobs, {}, os.geteuid() == 0)
    box.save()
    return box


def make_folder(asked: Path, account: Account) -> Path:
    """DIR itself, or, where the account could not get into it (a checkout below /root), a
    folder of its own under /var/tmp with DIR as a link to it."""
    if not account.can_enter(asked.parent):
        if asked.is_dir():
            asked.rmdir()
        tag = hashlib.sha256(str(asked).encode()).hexdigest()[:6]
        real = Path(tempfile.mkdtemp(prefix=f"mm2to3-sandbox-{tag}-", dir="/var/tmp"))
        asked.symlink_to(real)
    else:
        asked.mkdir(exist_ok=True)
        real = asked.resolve()
    os.chmod(real, 0o700)
    account.own(real)
    return real


def refuse_odd_names(asked: Path) -> None:
    odd = sorted(FORBIDDEN & set(str(asked)))
    if odd:
        raise Trouble(f"The folder name {str(asked)!r} has {' '.join(map(repr, odd))} in it, which "
                      "the configuration files of nginx and Mailman cannot carry. "
                      "Choose another with --dir.")
