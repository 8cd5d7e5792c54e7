# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on purpose: a sentence for a person, and the log that proves it."""
from pathlib import Path

TAIL_LINES = 15


class Trouble(Exception):
    """Something the caller can act on. Everything else is a bug and keeps its traceback."""


class PartDied(Trouble):
    def __init__(self, part: str, log: Path, why: str = "ended while starting"):
        super().__init__(f"{part} {why}. Last lines of {log}:\n{indent(tail(log))}")


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 8192))
            text = file.read().decode("utf-8", "replace")
    except OSError as error:
        return f"(no log: {error.strerror})"
    return "\n".join(text.splitlines()[-lines:]) or "(the log is empty)"


def indent(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())
