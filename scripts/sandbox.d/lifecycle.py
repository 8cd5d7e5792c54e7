# SPDX-License-Identifier: GPL-3.0-or-later
"""From a folder to a running sandbox, and back to nothing."""
import json
import shutil
import signal
import time
from collections.abc import Iterable, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cache
import config_files
import parts
import ports
import postgres
import processes
from box import ADMIN_EMAIL, ADMIN_USER, PYTHON, Box
from parts import Part
from trouble import PartDied, Trouble

MAIL_DOMAIN = "example.org"
PATIENCE_SECONDS = 120
ATTEMPTS = 3
TOO_FULL_MB = 20
IN_USE = ("ddress already in use", "is already in use", "Errno 98", "Connection in use")


def is_up(box: Box) -> bool:
    return not any(part.trouble(box) for part in parts.of(box)) and all(
        part.answers(box) for part in parts.of(box))


def up(box: Box, use_cache: bool = True) -> None:
    """Starts what is not alive. Leaves nothing running if it cannot."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            box.make_secrets()
            clear_the_dead(box)
            start(box, use_cache)
            return
        except BaseException as error:
            down(box)
            taken = isinstance(error, PartDied) and any(words in str(error) for words in IN_USE)
            if taken and attempt < ATTEMPTS:
                box.ports = {}  # somebody was faster; their log tells, and so do the new ports
                continue
            free = shutil.disk_usage(box.dir).free >> 20
            if free < TOO_FULL_MB and isinstance(error, (OSError, Trouble)):
                raise Trouble(f"The disk that holds {box.dir} is full: {free} MB are left. Then "
                              f"this was bound to fail: {error}") from error
            raise


def clear_the_dead(box: Box) -> None:
    """Ends what is half alive, and every process that belongs to no living part."""
    healthy = [part for part in parts.of(box) if not part.trouble(box)]
    if box.database == "postgres" and parts.POSTGRES not in healthy:
        kill(box)  # the others' connections died with it: they cannot even end in order
        healthy = []
    elif not all(part.answers(box) for part in healthy if part is not parts.NGINX):
        healthy = []  # alive and deaf: nothing here is to be trusted
    for part in parts.of(box):
        if part not in healthy:
            processes.stop(box, part.name, part.stop_signal)
    living = {pid for part in healthy if (pid := processes.pid_of(box, part.name))}
    families = living | {kid for pid in living for kid in processes.descendants(pid)}
    kill(box, spared=families)
    settled = ports.settle(box.ports, frozenset(n for part in healthy for n in part.ports))
    if settled != box.ports:
        if healthy and box.ports:
            down(box)  # every configuration file names some port
        box.ports = settled
        box.save()


def start(box: Box, use_cache: bool) -> None:
    config_files.write_all(box)
    with ThreadPoolExecutor() as pool:
        assets = pool.submit(prepare_assets, box, use_cache)
        if box.database == "postgres" and parts.POSTGRES.trouble(box):
            if postgres.prepare(box, use_cache):
                box.write(box.path("data", "migrated"), postgres.cache_name())
            launch(box, [parts.POSTGRES])
            await_all(box, [parts.POSTGRES])
        launch(box, [parts.SINK])
        if box.database == "sqlite":
            launch(box, [parts.CORE])
        prepare_web_database(box, use_cache)
        launch(box, [parts.CORE])
        provision(box)
        assets.result()
    launch(box, parts.of(box))
    await_all(box, parts.of(box))
    config_files.write_handover(box)


def launch(box: Box, wanted: Iterable[Part]) -> None:
    for part in wanted:
        if processes.pid_of(box, part.name) is None:
            part.start(box)


def await_all(box: Box, wanted: Iterable[Part]) -> None:
    watched = list(wanted)
    waiting, once_well = list(watched), set()
    end = time.monotonic() + PATIENCE_SECONDS
    while waiting:
        for part in watched:
            trouble = part.trouble(box)
            if processes.pid_of(box, part.name) is None:
                raise PartDied(part.name, evidence(box, part))
            if trouble and part.name in once_well:
                raise PartDied(part.name, evidence(box, part), f"is {trouble}")
            if trouble is None:
                once_well.add(part.name)
        for part in list(waiting):
            if part is parts.NGINX and len(waiting) > 1:
                continue  # a page asked for too early fills three logs with errors
            if part.name in once_well and part.answers(box):
                waiting.remove(part)
        if waiting and time.monotonic() > end:
            part = waiting[0]
            why = part.trouble(box) or f"does not answer at {part.url(box)}"
            raise PartDied(part.name, evidence(box, part),
                           f"is not ready after {PATIENCE_SECONDS} s: {why}")
        if waiting:
            time.sleep(0.1)


def evidence(box: Box, part: Part) -> Path:
    """Where a part speaks about its end: Core's runners do so in a log of Core's own."""
    spoken, own = box.log(part.name), box.path("logs", "core", "mailman.log")
    return own if part is parts.CORE and own.exists() and not spoken.stat().st_size else spoken


def prepare_assets(box: Box, use_cache: bool) -> None:
    """Collected and compressed once: style sheets and scripts are the same in every sandbox."""
    target, name = box.path("static"), cache.key("static")
    note = box.path("static.key")
    if target.exists() and note.exists() and note.read_text() == name:
        return
    cache.remove(target)
    if not (use_cache and cache.load(box, name, target)):
        processes.run(box, processes.django(box, "collectstatic", "--noinput"), "collectstatic")
        processes.run(box, processes.django(box, "compress", "--force"), "compress")
        cache.save(name, target)
    box.write(note, name)


def prepare_web_database(box: Box, use_cache: bool) -> None:
    """Django's tables, from the cache if it has them. Core makes its own within a second."""
    done, target = box.path("data", "migrated"), box.path("data", "web.db")
    name = cache.key("sqlite") if box.database == "sqlite" else postgres.cache_name()
    if done.exists() and done.read_text() == name:
        return
    if box.database == "sqlite" and not target.exists() and use_cache:
        if cache.load(box, name, target):
            box.write(done, name)
            return
    processes.run(box, processes.django(box, "migrate", "--noinput"), "migrate")
    if not done.exists():
        keep_for_next_time(box, name)
    box.write(done, name)


def keep_for_next_time(box: Box, name: str) -> None:
    if (cache.folder() / name).exists():
        return
    if box.database == "sqlite":
        cache.save(name, box.path("data", "web.db"))
        return
    processes.stop(box, "postgres", parts.POSTGRES.stop_signal)  # a copy needs it still
    cache.save(name, box.path("postgres"))
    launch(box, [parts.POSTGRES])
    await_all(box, [parts.POSTGRES])


def provision(box: Box) -> None:
    wish = {"nginxUrl": box.url("nginx"), "mailDomain": MAIL_DOMAIN, "adminUser": ADMIN_USER,
            "adminEmail": ADMIN_EMAIL,
            "adminPasswordFile": str(box.path("secrets", "admin-password"))}
    text, done = json.dumps(wish), box.path("data", "provisioned.json")
    if done.exists() and done.read_text() == text:
        return
    processes.run(box, [PYTHON, str(box.path("web", "provision.py")), text], "provision")
    box.write(done, text)


def down(box: Box) -> None:
    """Leaves no process. Those that write first, then those they write to."""
    order = list(reversed(parts.of(box)))
    with ThreadPoolExecutor() as pool:
        writers = [p for p in order if p not in (parts.POSTGRES, parts.SINK)]
        list(pool.map(lambda p: processes.stop(box, p.name, p.stop_signal), writers))
    for part in (parts.SINK, parts.POSTGRES):
        processes.stop(box, part.name, part.stop_signal)
    left = processes.end_all(box)
    if left:
        raise Trouble(f"These processes of the sandbox do not end, not even killed: {left}. "
                      "Look at them with: ps -o pid,stat,wchan,args -p "
                      + ",".join(map(str, left)))
    for lock in box.path("core", "locks").glob("*"):
        lock.unlink(missing_ok=True)


def kill(box: Box, spared: Set[int] = frozenset()) -> None:
    """At once: for what has nothing left to lose."""
    strays = [pid for pid in processes.members(box) if pid not in spared]
    processes.send(strays, signal.SIGKILL)
    processes.wait_gone(strays, 5)


def empty(box: Box) -> None:
    kill(box)  # what they would still write is going to be deleted
    down(box)
    config_files.remove_data(box)


def delete(box: Box) -> None:
    down(box)
    shutil.rmtree(box.dir)
    if box.asked_dir.is_symlink():
        box.asked_dir.unlink()
