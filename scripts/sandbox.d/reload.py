# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes nginx read its configuration anew, and returns once the new one is in force."""
import signal
import subprocess
import time

import parts
import processes
from box import Box
from trouble import Trouble, indent, tail

# nginx reads a map of a million pairs in six seconds, twice: to test it and to use it.
PATIENCE_SECONDS = 180


def reload(box: Box) -> None:
    master = processes.pid_of(box, "nginx")
    if master is None:
        raise Trouble("The sandbox's nginx is not running. Start it: "
                      f"scripts/sandbox up --dir {box.asked_dir}")
    test(box)
    before, error_log = workers(master), box.path("logs", "nginx-error.log")
    said = error_log.stat().st_size if error_log.exists() else 0
    processes.send([master], signal.SIGHUP)
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        now = workers(master)
        if now and not now & before and parts.ports.answers(box.ports["nginx"]):
            return
        if "[emerg]" in since(error_log, said):
            raise Trouble("nginx kept its old configuration. Its words:\n"
                          + indent(tail(error_log)))
        if processes.pid_of(box, "nginx") is None:
            raise Trouble(f"nginx ended while reloading. Last lines of {error_log}:\n"
                          + indent(tail(error_log)))
        time.sleep(0.02)
    raise Trouble(f"nginx has not taken up the new configuration within {PATIENCE_SECONDS} s.")


def test(box: Box) -> None:
    who = {} if box.by_root else box.account.popen_options()
    done = subprocess.run([*parts.nginx_argv(box), "-t", "-q"], capture_output=True, text=True,
                          env=processes.environment(box), **who)
    if done.returncode:
        raise Trouble("nginx refuses the new configuration; the old one stays in force.\n"
                      + indent(done.stderr.strip()))


def workers(master: int) -> set[int]:
    """Those that take new connections; one that is shutting down says so in its title."""
    return {pid for pid in processes.descendants(master)
            if "shutting down" not in " ".join(processes.command_line(pid))}


def since(log, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        return file.read().decode("utf-8", "replace")
