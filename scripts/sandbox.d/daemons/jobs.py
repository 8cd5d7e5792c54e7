# SPDX-License-Identifier: GPL-3.0-or-later
"""What cron does for HyperKitty on a Debian machine: `runjobs KIND`, at cron's times.

Django is loaded once and each job runs in a forked child, so that a sandbox that does nothing
costs nearly nothing. As with cron and flock, a kind that still runs is not started again."""
import os
import signal
import sys
import time

import django
from django.core.management import call_command

KINDS = {  # kind: whether it is due in this minute, by local time as cron has it
    "minutely": lambda t: True,
    "quarter_hourly": lambda t: t.tm_min in (2, 17, 32, 47),
    "hourly": lambda t: t.tm_min == 0,
    "daily": lambda t: (t.tm_hour, t.tm_min) == (0, 0),
    "weekly": lambda t: (t.tm_wday, t.tm_hour, t.tm_min) == (6, 0, 0),
    "monthly": lambda t: (t.tm_mday, t.tm_hour, t.tm_min) == (1, 0, 0),
    "yearly": lambda t: (t.tm_yday, t.tm_hour, t.tm_min) == (1, 0, 0),
}
running: dict[str, int] = {}


def say(text: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, flush=True)


def collect() -> None:
    for kind, pid in list(running.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            del running[kind]
            say(f"{kind} ended" + (f" with status {status}" if status else ""))


def start(kind: str) -> None:
    pid = os.fork()
    if pid:
        running[kind] = pid
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    status = 1
    try:
        call_command("runjobs", kind)
        status = 0
    except Exception as error:
        say(f"{kind} failed: {error!r}")
    finally:
        sys.stdout.flush()
        os._exit(status)


def leave(*_) -> None:
    for pid in running.values():
        os.kill(pid, signal.SIGTERM)
    sys.exit(0)


signal.signal(signal.SIGTERM, leave)
django.setup()
say("scheduler runs")
while True:
    # Half a second late: woken a moment early, it would take one minute for two.
    time.sleep(60.5 - time.time() % 60)
    collect()
    moment = time.localtime()
    for kind, is_due in KINDS.items():
        if is_due(moment) and kind not in running:
            start(kind)
