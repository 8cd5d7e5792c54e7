# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian packages a sandbox stands on: which are needed, which are missing, how to get them."""
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from trouble import Trouble

# Core asks debconf for a database unless dbconfig-no-thanks is there; mailman3-web is left out
# on purpose: it would make a site of its own, and the sandbox brings its own settings.
ALWAYS = ("dbconfig-no-thanks", "mailman3", "python3-mailman-hyperkitty",
          "python3-django-hyperkitty", "python3-django-postorius", "python3-aiosmtpd",
          "gunicorn", "sassc", "nginx")
FOR_DATABASE = {"sqlite": (), "postgres": ("postgresql", "python3-psycopg2")}
FOR_SEARCH = {"whoosh": ("python3-whoosh",), "xapian": ("python3-xapian-haystack",)}

POLICY = Path("/usr/sbin/policy-rc.d")
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/mm2to3-sandbox.conf")


def needed(databases: tuple[str, ...], searches: tuple[str, ...]) -> list[str]:
    names = list(ALWAYS)
    for database in databases:
        names += FOR_DATABASE[database]
    for search in searches:
        names += FOR_SEARCH[search]
    return names


def versions(names: list[str]) -> dict[str, str]:
    """Installed ones only."""
    try:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}\t${Package}\t${Version}\n", *names],
            capture_output=True, text=True)
    except FileNotFoundError:
        raise Trouble("dpkg-query is missing: the sandbox is made of Debian's packages and "
                      "runs on Debian 12 or later.") from None
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {name: version for status, name, version in rows if status.startswith("ii")}


def missing(names: list[str]) -> list[str]:
    there = versions(names)
    if "mailman3" in there:
        # Its question is answered already, and dbconfig-no-thanks would drive out the package
        # that a site of this machine may have answered it with.
        there["dbconfig-no-thanks"] = ""
    return [name for name in names if name not in there]


def command(names: list[str]) -> str:
    return "apt-get install --no-install-recommends " + " ".join(names)


def check(database: str, search: str) -> None:
    lacking = missing(needed((database,), (search,)))
    if lacking:
        raise Trouble("The sandbox needs Debian packages that are not installed: "
                      f"{', '.join(lacking)}.\nGet them as root:\n    {command(lacking)}\n"
                      "or let this script do it, without any service being started:\n"
                      "    scripts/sandbox packages --install")


def install(names: list[str]) -> None:
    if os.geteuid() != 0:
        raise Trouble(f"Installing packages takes root. The command:\n    sudo {command(names)}")
    argv = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with temporary_file(POLICY, "#!/bin/sh\nexit 101\n", 0o755), \
            temporary_file(NO_CLUSTER, "create_main_cluster = false\n", 0o644):
        if subprocess.run(argv, env=environment).returncode:
            # Most often the lists of available packages are missing or old.
            subprocess.run(["apt-get", "update"], env=environment)
            if subprocess.run(argv, env=environment).returncode:
                raise Trouble("apt-get could not install them; its own words stand above.")


@contextmanager
def temporary_file(path: Path, text: str, mode: int):
    """There while packages are installed, unless the machine has its own already."""
    if path.exists():
        yield
        return
    made = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        for folder in made:
            try:
                folder.rmdir()
            except OSError:
                break  # a package has put something into it meanwhile
