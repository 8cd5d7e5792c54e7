# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of slow, always equal steps: a migrated database, collected and compressed assets.

An entry is named after everything it depends on, so it is never stale, and it comes into being
by a rename, so it is never half done. Losing the cache costs time and nothing else."""
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

import packages
from box import Box

KEEP_SECONDS = 30 * 24 * 3600
HERE = Path(__file__).resolve().parent
DEPENDS_ON = ["python3-django-hyperkitty", "python3-django-postorius", "python3-django-mailman3",
              "python3-django", "python3-django-allauth", "python3-django-compressor",
              "python3-django-q", "python3-djangorestframework", "python3-django-haystack",
              "python3-django-gravatar2", "python3-django-extensions", "python3", "sassc",
              "libjs-bootstrap4", "libjs-jquery", "libjs-jquery-ui", "fonts-font-awesome"]


def folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base, "mm2to3-sandbox")


def key(kind: str, *extra: str) -> str:
    digest = hashlib.sha256("\0".join(extra).encode())
    digest.update(repr(sorted(packages.versions(DEPENDS_ON).items())).encode())
    digest.update((HERE / "web" / "settings.py").read_bytes())
    return f"{kind}-{digest.hexdigest()[:16]}"


def load(box: Box, name: str, target: Path) -> bool:
    """A copy of the entry at `target`, owned by the sandbox's account."""
    entry = folder() / name
    if not entry.exists():
        return False
    partial = target.with_name(f".{target.name}.partial")
    remove(partial)
    try:
        copy(entry, partial)
    except FileNotFoundError:
        return False  # somebody has emptied the cache meanwhile
    box.account.own_tree(partial)
    os.replace(partial, target)
    touch(entry)
    return True


def save(name: str, source: Path) -> None:
    entry = folder() / name
    try:
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if entry.exists():
            return
        workplace = Path(tempfile.mkdtemp(dir=entry.parent, prefix=".building-"))
    except OSError:
        return  # no home, or a read-only one: the next start takes a little longer
    try:
        copy(source, workplace / name)
        os.rename(workplace / name, entry)
        touch(entry)
        forget_old()
    except OSError:
        pass  # another sandbox was first, or the disk is full
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def touch(entry: Path) -> None:
    try:
        os.utime(entry)
    except OSError:
        pass


def forget_old() -> None:
    """Of packages that have been upgraded since."""
    for entry in folder().iterdir():
        if entry.stat().st_mtime < time.time() - KEEP_SECONDS:
            remove(entry)


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
