# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a sandbox: how each is started, known to be alive, and ended. One row each."""
import configparser
import re
import signal
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ports
import postgres
from box import PYTHON, REST_USER, Box
from processes import command_line, descendants, django, pid_of, spawn, stat_fields

CORE_MASTER = "/usr/lib/mailman3/bin/master"
CORE_DEFAULTS = Path("/usr/lib/python3/dist-packages/mailman/config/mailman.cfg")


@dataclass(frozen=True)
class Part:
    name: str
    start: Callable[[Box], None]
    url: Callable[[Box], str]
    answers: Callable[[Box], bool]
    ports: tuple[str, ...] = ()
    # Beyond "its process lives": what is missing, in words.
    ailment: Callable[[Box, int], str | None] = lambda box, pid: None
    stop_signal: signal.Signals = signal.SIGTERM

    def trouble(self, box: Box) -> str | None:
        """Why it is not alive; None if it is."""
        pid = pid_of(box, self.name)
        return "not running" if pid is None else self.ailment(box, pid)


def start_postgres(box: Box) -> None:
    spawn(box, "postgres", postgres.argv(box), box.path("postgres"))


def start_sink(box: Box) -> None:
    spawn(box, "smtp-sink", [PYTHON, str(box.path("web", "smtp_sink.py")), ports.HOST,
                             str(box.ports["smtp"]), str(box.path("smtp-sink")),
                             str(box.path("smtp-work"))], box.path("web"))


def start_core(box: Box) -> None:
    """What `mailman start` executes after it has forked. --force: a lock of the killed; whether
    a master is alive is known here better than by its lock."""
    for stale in box.folder("core", "locks").iterdir():
        stale.unlink()
    spawn(box, "core", [PYTHON, CORE_MASTER, "--force", "-C", str(box.path("mailman.cfg"))],
          box.path("core"))


def expected_runners() -> set[str]:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(CORE_DEFAULTS)
    return {name.removeprefix("runner.") for name in parser.sections()
            if name.startswith("runner.") and parser[name].get("start", "yes") == "yes"}


def missing_runners(box: Box, master: int) -> str | None:
    """Core's master does not restart a runner that was killed; it must be seen here."""
    alive = set()
    for pid in descendants(master):
        fields = stat_fields(pid)
        if fields and int(fields[1]) == master:
            spec = [a for a in command_line(pid) if a.startswith("--runner=")]
            alive |= {re.split("[=:]", a)[1] for a in spec}
    lost = sorted(expected_runners() - alive)
    return f"without its runners {', '.join(lost)}" if lost else None


def core_answers(box: Box) -> bool:
    return (ports.answers(box.ports["lmtp"])
            and get(box.url("rest", "/3.1/system/versions"), REST_USER,
                    box.secret("rest-password")) == 200)


def start_web(box: Box) -> None:
    web = str(box.path("web"))
    spawn(box, "web", [PYTHON, "-m", "gunicorn", "--chdir", web, "--workers", "2",
                       "--threads", "4", "--timeout", "300", "--graceful-timeout", "5",
                       "--bind", f"{ports.HOST}:{box.ports['web']}",
                       "--access-logfile", str(box.path("logs", "web-access.log")),
                       "wsgi:application"], box.path("web"))


def start_qcluster(box: Box) -> None:
    spawn(box, "qcluster", django(box, "qcluster"), box.path("web"))


def short_of_workers(box: Box, pid: int) -> str | None:
    """The cluster is a sentinel below the command, and below that guards and workers."""
    return None if len(descendants(pid)) >= 3 else "without its workers"


def start_jobs(box: Box) -> None:
    spawn(box, "jobs", [PYTHON, str(box.path("web", "jobs.py"))], box.path("web"))


def start_nginx(box: Box) -> None:
    spawn(box, "nginx", nginx_argv(box, "daemon off;"), box.path("nginx"), as_caller=box.by_root)


def nginx_argv(box: Box, *directives: str) -> list[str]:
    return ["/usr/sbin/nginx", "-p", f"{box.dir}/nginx/", "-c", f"{box.dir}/nginx/nginx.conf",
            "-e", f"{box.dir}/logs/nginx-error.log", *(w for d in directives for w in ("-g", d))]


def get(url: str, user: str = "", password: str = "") -> int:
    """The status of a page after its redirects; 0 if nothing answers. Never by a proxy."""
    manager = urllib.request.HTTPPasswordMgrWithPriorAuth()
    if user:
        manager.add_password(None, url, user, password, is_authenticated=True)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                         urllib.request.HTTPBasicAuthHandler(manager))
    try:
        with opener.open(url, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def pages_answer(box: Box) -> bool:
    return all(get(box.url("nginx", path)) == 200 for path in ("/postorius/", "/hyperkitty/"))


def port_answers(name: str) -> Callable[[Box], bool]:
    return lambda box: ports.answers(box.ports[name])


POSTGRES = Part("postgres", start_postgres, lambda b: f"127.0.0.1:{b.ports['postgres']}",
                postgres.is_ready, ("postgres",), stop_signal=signal.SIGINT)
SINK = Part("smtp-sink", start_sink, lambda b: f"smtp://127.0.0.1:{b.ports['smtp']}",
            port_answers("smtp"), ("smtp",))
CORE = Part("core", start_core, lambda b: b.url("rest", "/3.1"), core_answers,
            ("rest", "lmtp"), missing_runners)
WEB = Part("web", start_web, lambda b: b.url("web", "/"), port_answers("web"), ("web",))
QCLUSTER = Part("qcluster", start_qcluster, lambda b: "", lambda b: True,
                ailment=short_of_workers)
JOBS = Part("jobs", start_jobs, lambda b: "", lambda b: True)
NGINX = Part("nginx", start_nginx, lambda b: b.url("nginx", "/"), pages_answer, ("nginx",))


def of(box: Box) -> list[Part]:
    """Those this sandbox has, in the order in which they can do without the later ones."""
    return [*([POSTGRES] if box.database == "postgres" else []), SINK, CORE, WEB, QCLUSTER,
            *([JOBS] if box.jobs else []), NGINX]
