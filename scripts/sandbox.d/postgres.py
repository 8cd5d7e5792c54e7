# SPDX-License-Identifier: GPL-3.0-or-later
"""A private PostgreSQL cluster with a database for Core and one for Django."""
import subprocess
from pathlib import Path
from urllib.parse import quote

import cache
from box import Box
from processes import environment
from trouble import Trouble, indent

ROLE = "mailman"
LONGEST_SOCKET = 107  # sockaddr_un holds 108 bytes with the closing NUL


def binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: int(path.parts[-3]))
    if not found:
        raise Trouble("PostgreSQL's server programs are missing below /usr/lib/postgresql. "
                      "Get them as root:\n    apt-get install --no-install-recommends postgresql")
    return found[-1].parent


def url(box: Box, database: str) -> str:
    password = quote(box.secret("database-password"), safe="")
    return (f"postgresql://{ROLE}:{password}@127.0.0.1:{box.ports['postgres']}/{database}"
            "?sslmode=disable")


def argv(box: Box) -> list[str]:
    socket_dir = str(box.folder("run", "postgres"))
    fits = len(f"{socket_dir}/.s.PGSQL.{box.ports['postgres']}".encode()) <= LONGEST_SOCKET
    return [str(binaries() / "postgres"), "-D", str(box.path("postgres")),
            "-p", str(box.ports["postgres"]), "-c", "listen_addresses=127.0.0.1",
            "-k", socket_dir if fits else ""]


def is_ready(box: Box) -> bool:
    return subprocess.run(
        [binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(box.ports["postgres"])],
        env=environment(box, marked=False)).returncode == 0


def cache_name() -> str:
    return cache.key("postgres", binaries().parent.name)


def prepare(box: Box, use_cache: bool) -> bool:
    """A cluster in DIR/postgres with both databases, if there is none yet. True if it comes
    from the cache, and so with Django's tables in it."""
    data, raw = box.path("postgres"), box.path("postgres.new")
    # Nobody is alive here, which PostgreSQL would doubt as long as the killed is a zombie.
    box.path("postgres", "postmaster.pid").unlink(missing_ok=True)
    for lock in box.path("run", "postgres").glob(".s.PGSQL.*"):
        lock.unlink()
    if data.exists():
        return False
    cache.remove(raw)
    cached = use_cache and cache.load(box, cache_name(), raw)
    if cached:
        # Made by another sandbox: only the password is not ours.
        single_user(box, raw, f"ALTER ROLE {ROLE} PASSWORD '{box.secret('database-password')}'")
    else:
        step(box, [str(binaries() / "initdb"), "-D", str(raw), "-U", ROLE, "-E", "UTF8",
                   "--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync",
                   f"--pwfile={box.path('secrets', 'database-password')}"])
        single_user(box, raw, "CREATE DATABASE core", "CREATE DATABASE web")
    raw.rename(data)
    return cached


def single_user(box: Box, data: Path, *statements: str) -> None:
    """Without network or password, and nothing secret on a command line."""
    step(box, [str(binaries() / "postgres"), "--single", "-D", str(data), "postgres"],
         "".join(statement + ";\n" for statement in statements))


def step(box: Box, command: list[str], words: str = "") -> None:
    done = subprocess.run(command, input=words, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=environment(box), cwd=box.dir,
                          **box.account.popen_options())
    if done.returncode or "ERROR:" in done.stdout:
        raise Trouble(f"{command[0]} failed with status {done.returncode}:\n"
                      + indent(done.stdout[-2000:]))
