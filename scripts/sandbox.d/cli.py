# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of scripts/sandbox."""
import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

import lifecycle
import packages
import parts
import processes
import reload
from box import (CHECKOUT, DATABASES, SEARCHES, Box, alone_in, create, default_dir, find,
                 find_if_any)
from trouble import Trouble

OK, CANNOT, NOT_ALIVE = 0, 2, 4

EXAMPLES = """\
examples:
  scripts/sandbox packages --install        what Debian has to bring, once, as root
  scripts/sandbox up                        SQLite and Whoosh, in .sandbox
  scripts/sandbox up --dir /tmp/pg --database postgres --search xapian
  scripts/sandbox status
  scripts/sandbox reset                     empty again
  scripts/sandbox down

exit status: 0 done; 2 could not; 4 status: not everything is alive
"""


def main(argv: list[str]) -> int:
    options = parser().parse_args(argv)
    # So that an `up` told to end still takes down what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        status = options.run(options) or OK
        sys.stdout.flush()
        return status
    except Trouble as trouble:
        print(f"sandbox: {trouble}", file=sys.stderr)
    except KeyboardInterrupt:
        print("sandbox: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` has read enough
        return OK
    except OSError as error:
        print(f"sandbox: {error}", file=sys.stderr)
    return CANNOT


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="sandbox", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="A private, real Mailman 3 (Core, HyperKitty, Postorius, nginx) with an SMTP "
                    "sink instead of a mail server, in one folder and on its own ports. It "
                    "touches no installed Mailman.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        sub.set_defaults(run=run)
        return sub

    def choices(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--database", choices=DATABASES, help="default: sqlite")
        sub.add_argument("--search", choices=SEARCHES, help="default: whoosh")

    def setup(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--source", metavar="ROOT", type=Path,
                         help="Mailman 2 site for mm2to3.yaml; default: fixtures/mm2-site/var")
        sub.add_argument("--jobs", choices=("on", "off"),
                         help="HyperKitty's cron jobs; default: on")
        sub.add_argument("--no-cache", action="store_true", help="build everything anew")

    start = command("up", run_up, "start it, or what of it is not alive")
    again = command("reset", run_reset, "empty it and start it")
    for sub in (start, again):
        choices(sub)
        setup(sub)
    stop = command("down", run_down, "stop it; the data stay")
    stop.add_argument("--delete", action="store_true", help="delete the folder too")
    state = command("status", run_status, "show every part, its process and its address")
    state.add_argument("--json", action="store_true")
    renew = command("reload", run_reload, "make nginx read DIR/redirects anew")
    for sub in (start, again, stop, state, renew):
        sub.add_argument("--dir", type=Path, default=default_dir(), metavar="DIR",
                         help="default: .sandbox in the checkout")
    needs = command("packages", run_packages, "print the Debian packages it needs")
    choices(needs)
    needs.add_argument("--install", action="store_true",
                       help="install those that are missing; starts no service, takes root")
    needs.add_argument("--missing", action="store_true", help="print only those")
    return top


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def settle_options(box: Box, options: argparse.Namespace) -> None:
    if options.source:
        box.source = str(options.source.absolute())
    if options.jobs:
        box.jobs = options.jobs == "on"


def run_up(options: argparse.Namespace) -> None:
    with alone_in(options.dir.absolute().parent):
        box = find_if_any(options.dir)
        database = options.database or (box.database if box else "sqlite")
        search = options.search or (box.search if box else "whoosh")
        packages.check(database, search)
        if box is None:
            box = create(options.dir, database, search,
                         str(CHECKOUT / "fixtures" / "mm2-site" / "var"), jobs=True)
    with box.lock():
        box = find(options.dir)  # whoever held the lock may have changed its ports
        if (database, search) != (box.database, box.search):
            raise Trouble(f"This sandbox was made with {box.database} and {box.search}. To change "
                          "that means to empty it: scripts/sandbox reset --dir "
                          f"{options.dir} --database {database} --search {search}")
        before = (box.source, box.jobs)
        settle_options(box, options)
        if before == (box.source, box.jobs) and lifecycle.is_up(box):
            say(f"The sandbox in {box.asked_dir} is up already.")
        else:
            begin = time.monotonic()
            say(f"Starting the sandbox in {box.asked_dir} ({box.database}, {box.search}) …")
            if not box.jobs:
                processes.stop(box, "jobs")
            box.save()
            lifecycle.up(box, not options.no_cache)
            say(f"Up after {time.monotonic() - begin:.1f} s.")
    introduce(box)


def run_reset(options: argparse.Namespace) -> None:
    box = find(options.dir)
    packages.check(options.database or box.database, options.search or box.search)
    with box.lock():
        begin = time.monotonic()
        say(f"Emptying the sandbox in {box.asked_dir} …")
        lifecycle.empty(box)
        box.database = options.database or box.database
        box.search = options.search or box.search
        settle_options(box, options)
        box.save()
        lifecycle.up(box, not options.no_cache)
        say(f"Empty and up after {time.monotonic() - begin:.1f} s.")
    introduce(box)


def introduce(box: Box) -> None:
    print(f"""\
Postorius      {box.url("nginx", "/postorius/")}
HyperKitty     {box.url("nginx", "/hyperkitty/")}
REST           {box.url("rest", "/3.1")}
log in as      admin, password in {box.path("secrets", "admin-password")}
mail goes to   {box.path("smtp-sink")}
configuration  {box.path("mm2to3.yaml")}""")


def run_down(options: argparse.Namespace) -> None:
    box = find_if_any(options.dir)
    if box is None:
        say(f"There is no sandbox in {options.dir}.")
        return
    with box.lock():
        lifecycle.down(box)
        if options.delete:
            lifecycle.delete(box)
    say(f"The sandbox in {box.asked_dir} is {'gone' if options.delete else 'down'}.")


def run_status(options: argparse.Namespace) -> int:
    box = find(options.dir)
    rows = []
    for part in parts.of(box):
        trouble = part.trouble(box)
        if trouble is None and not part.answers(box):
            trouble = "does not answer"
        rows.append({"part": part.name, "alive": trouble is None, "trouble": trouble,
                     "pid": processes.pid_of(box, part.name), "url": part.url(box)})
    if options.json:
        print(json.dumps({"schemaVersion": 1, "dir": str(box.dir),
                          "alive": all(row["alive"] for row in rows), "parts": rows}, indent=2))
    else:
        for row in rows:
            print(f"{row['part']:<10} {row['pid'] or '-':>7}  {row['trouble'] or 'alive':<16} "
                  f"{row['url']}".rstrip())
    return OK if all(row["alive"] for row in rows) else NOT_ALIVE


def run_reload(options: argparse.Namespace) -> None:
    box = find(options.dir)
    with box.lock("reload"):
        reload.reload(box)


def run_packages(options: argparse.Namespace) -> None:
    databases = (options.database,) if options.database else DATABASES
    searches = (options.search,) if options.search else SEARCHES
    names = packages.needed(databases, searches)
    if options.install:
        lacking = packages.missing(names)
        if lacking:
            packages.install(lacking)
        say("Installed: " + " ".join(lacking) if lacking else "Nothing is missing.")
        return
    print("\n".join(packages.missing(names) if options.missing else names))
