# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting daemons, knowing them again, and making sure that none is left behind."""
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from box import PYTHON, Box
from trouble import Trouble, indent, tail

MARKER = "MM2TO3_SANDBOX"
GRACE_SECONDS = 12

# Settings of the caller's shell that would lead a daemon astray.
STRANGE = ("PYTHON", "MAILMAN_", "DJANGO_", "PG", "LC_", "GUNICORN_", "LANGUAGE")


def environment(box: Box, marked: bool = True) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(STRANGE)}
    # HOME: libpq fails on a home it may not look into, and the caller's may be root's.
    kept |= {"HOME": str(box.dir), "LANG": "C.UTF-8", "DJANGO_SETTINGS_MODULE": "settings",
             "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
    return kept | {MARKER: str(box.dir)} if marked else kept


def run(box: Box, argv: list[str], what: str, timeout: int = 300, **options) -> None:
    """A step that ends, with its output in a log of its own."""
    log = box.log(f"setup-{what}")
    with log.open("wb") as file:
        box.account.own(log)
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=file,
                              stderr=subprocess.STDOUT, env=environment(box), timeout=timeout,
                              cwd=box.dir, **box.account.popen_options(), **options)
    if done.returncode:
        raise Trouble(f"{what} failed with status {done.returncode}. Last lines of {log}:\n"
                      + indent(tail(log)))


def django(box: Box, *arguments: str) -> list[str]:
    return [PYTHON, str(box.path("web", "manage.py")), *arguments]


def spawn(box: Box, name: str, argv: list[str], cwd: Path, as_caller: bool = False) -> None:
    """A daemon, leader of its own session, whose pid and start time are noted in DIR/run."""
    log = box.log(name)
    who = {} if as_caller else box.account.popen_options()
    with log.open("ab") as file:
        box.account.own(log)
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=file,
                                 stderr=subprocess.STDOUT, env=environment(box), cwd=cwd,
                                 start_new_session=True, **who)
    note = {"pid": child.pid, "started": started(child.pid)}
    box.write(box.path("run", f"{name}.pid"), json.dumps(note) + "\n")


def pid_of(box: Box, name: str) -> int | None:
    """The pid of a part that is alive. The start time guards against a number used again."""
    try:
        note = json.loads(box.path("run", f"{name}.pid").read_text())
    except (OSError, ValueError):
        return None
    now = started(note["pid"])
    return note["pid"] if now is not None and now == note["started"] else None


def stat_fields(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (OSError, UnicodeDecodeError):
        return None
    fields = text[text.rindex(")") + 2:].split()  # from the third field on: state, ppid, …
    return None if fields[0] in "ZX" else fields


def started(pid: int) -> int | None:
    fields = stat_fields(pid)
    return int(fields[19]) if fields else None


def all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for other in all_pids():
        fields = stat_fields(other)
        if fields:
            children.setdefault(int(fields[1]), []).append(other)
    found, queue = [], [pid]
    while queue:
        queue += (kids := children.get(queue.pop(), []))
        found += kids
    return found


def members(box: Box) -> list[int]:
    """Every living process of this sandbox, found without trusting any pid file.

    Three marks, because no single one survives everywhere: the environment (Core's master
    gives its runners a fresh one; nginx and PostgreSQL overwrite theirs with a title), Core's
    configuration on the command line, and nginx's or PostgreSQL's working folder."""
    mark = f"{MARKER}={box.dir}".encode()
    config = str(box.path("mailman.cfg"))
    return [pid for pid in all_pids() if pid != os.getpid() and stat_fields(pid)
            and (has_mark(pid, mark) or is_core(pid, config) or is_titled(pid, box.dir))]


def has_mark(pid: int, mark: bytes) -> bool:
    try:
        return mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def is_core(pid: int, config: str) -> bool:
    argv = command_line(pid)
    return config in argv and any(a.endswith(("/bin/runner", "/bin/master")) for a in argv)


def is_titled(pid: int, folder: Path) -> bool:
    try:
        program = Path(f"/proc/{pid}/comm").read_text().strip()
        return (program in ("nginx", "postgres")
                and Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(folder))
    except OSError:
        return False


def send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def stop(box: Box, name: str, number: signal.Signals = signal.SIGTERM) -> None:
    """A part and everything below it: asked first, then made to."""
    pid = pid_of(box, name)
    if pid is not None:
        family = [pid, *descendants(pid)]
        send([pid], number)
        if not wait_gone(family, GRACE_SECONDS):
            send(family, signal.SIGKILL)
            wait_gone(family, 5)
    box.path("run", f"{name}.pid").unlink(missing_ok=True)


def wait_gone(pids: Iterable[int], seconds: float) -> bool:
    marks = {pid: started(pid) for pid in pids}
    end = time.monotonic() + seconds
    while True:
        # A pid that is used again by now has another start time.
        marks = {p: s for p, s in marks.items() if s is not None and started(p) == s}
        if not marks or time.monotonic() > end:
            return not marks
        time.sleep(0.05)


def end_all(box: Box) -> list[int]:
    """Whatever is left of this sandbox. Returns the pids that even SIGKILL did not end."""
    for number, seconds in ((signal.SIGTERM, 4), (signal.SIGKILL, 4), (signal.SIGKILL, 4)):
        left = members(box)
        if not left:
            return []
        send(left, number)
        wait_gone(left, seconds)
    return members(box)
