# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes every configuration file of a sandbox from its ports, choices and secrets."""
import json
import re
import shutil
from pathlib import Path

import postgres
from box import ADMIN_USER, PYTHON, REST_USER, Box

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parent / "sandbox"
MASTERS = ("mailman.cfg", "mailman-hyperkitty.cfg", "nginx.conf")


def write_all(box: Box) -> None:
    for parts in (("run",), ("logs",), ("logs", "core"), ("core",), ("data",), ("web",),
                  ("nginx",), ("smtp-sink",), ("smtp-work",), ("redirects",),
                  ("redirects", "http")):
        box.folder(*parts)
    values = template_values(box)
    for name in MASTERS:
        text = (HERE / "templates" / name).read_text()
        target = box.path("nginx", name) if name == "nginx.conf" else box.path(name)
        box.write(target, re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text))
    # Copies: the account that runs them may not be able to read the checkout.
    for program in [*(HERE / "web").glob("*.py"), *(HERE / "daemons").glob("*.py")]:
        box.write(box.path("web", program.name), program.read_text())
    box.write(box.path("web", "site.json"), json.dumps(django_values(box), indent=2) + "\n")


def template_values(box: Box) -> dict[str, str]:
    on_postgres = box.database == "postgres"
    return {
        "dir": str(box.dir),
        "database_class": ("mailman.database.postgresql.PostgreSQLDatabase" if on_postgres
                           else "mailman.database.sqlite.SQLiteDatabase"),
        "database_url": (postgres.url(box, "core") if on_postgres
                         else f"sqlite:///{box.dir}/core/data/mailman.db"),
        "rest_user": REST_USER,
        "rest_password": box.secret("rest-password"),
        "archiver_key": box.secret("archiver-key"),
        "hyperkitty_url": box.url("nginx", "/hyperkitty/"),
        # A sandbox of root's: nginx's master stays root, as in production, and so reads
        # redirects that only root may read; its workers are the account's.
        "user_line": f"user {box.account.name} {box.account.group};" if box.by_root else "",
        **{f"{name}_port": str(port) for name, port in box.ports.items()},
    }


def django_values(box: Box) -> dict:
    return {
        "dir": str(box.dir), "database": box.database, "search": box.search,
        "secretKey": box.secret("django-key"), "archiverKey": box.secret("archiver-key"),
        "coreUrl": box.url("rest"), "restUser": REST_USER,
        "restPassword": box.secret("rest-password"),
        "nginxUrl": box.url("nginx"), "nginxPort": box.ports["nginx"],
        "smtpPort": box.ports["smtp"], "postgresPort": box.ports["postgres"],
        "databasePassword": box.secret("database-password"),
    }


def commands(box: Box) -> dict[str, list[str]]:
    """How others run Core's and Django's commands: as the account that owns the daemons' files,
    whoever calls, and with nothing of the caller's environment leading them astray."""
    clean = ["env", "-u", "MAILMAN_VAR_DIR", "-u", "PYTHONPATH", "-u", "PYTHONHOME",
             f"HOME={box.dir}", "LANG=C.UTF-8"]
    core = [*box.account.argv_prefix(), *clean, f"MAILMAN_CONFIG_FILE={box.dir}/mailman.cfg"]
    web = [*box.account.argv_prefix(), *clean, "DJANGO_SETTINGS_MODULE=settings"]
    return {
        "coreCommand": [*core, "/usr/bin/mailman", "-C", str(box.path("mailman.cfg"))],
        "corePython": [*core, PYTHON],
        "djangoCommand": [*web, PYTHON, str(box.path("web", "manage.py"))],
        "djangoPython": [*web, f"PYTHONPATH={box.dir}/web", PYTHON],
        "reloadCommand": [str(SCRIPT), "reload", "--dir", str(box.asked_dir)],
    }


def write_handover(box: Box) -> None:
    """sandbox.json and mm2to3.yaml: what others need to work with this sandbox."""
    argv = commands(box)
    facts = {
        "restUrl": box.url("rest", "/3.1"), "restUser": REST_USER,
        "restPassword": box.secret("rest-password"),
        "webUrl": box.url("web", "/"), "nginxUrl": box.url("nginx", "/"),
        "hyperkittyUrl": box.url("nginx", "/hyperkitty/"),
        "postoriusUrl": box.url("nginx", "/postorius/"),
        "smtpSink": str(box.path("smtp-sink")),
        "lmtpHost": "127.0.0.1", "lmtpPort": box.ports["lmtp"], "smtpPort": box.ports["smtp"],
        "coreConfig": str(box.path("mailman.cfg")),
        "djangoSettings": str(box.path("web", "settings.py")), "python": PYTHON,
        "database": box.database, "search": box.search,
        "coreDatabaseUrl": template_values(box)["database_url"],
        "webDatabaseUrl": (postgres.url(box, "web") if box.database == "postgres"
                           else f"sqlite:///{box.dir}/data/web.db"),
        "searchIndex": str(box.path("data", "fulltext_index")),
        **argv,
        "adminUser": ADMIN_USER,
        "adminPasswordFile": str(box.path("secrets", "admin-password")),
        "user": box.account.name, "logs": str(box.path("logs")), "dir": str(box.dir),
    }
    box.write(box.path("sandbox.json"), json.dumps(facts, indent=2) + "\n")
    box.write(box.path("mm2to3.yaml"), yaml(box, argv))


def yaml(box: Box, argv: dict[str, list[str]]) -> str:
    def q(value) -> str:  # a JSON string or array is the same in YAML
        return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
    return f"""\
# Written by `scripts/sandbox up`, anew each time. For: mm2to3 --config <this file>
source:
  root: {q(box.source)}
target:
  restUrl: {q(box.url("rest", "/3.1"))}
  restUser: {q(REST_USER)}
  restPasswordFile: {q(box.path("secrets", "rest-password"))}
  core:
    command: {q(argv["coreCommand"])}
    python: {q(argv["corePython"])}
  django:
    command: {q(argv["djangoCommand"])}
  postoriusUrl: {q(box.url("nginx", "/postorius/"))}
  hyperkittyUrl: {q(box.url("nginx", "/hyperkitty/"))}
redirects:
  output: {q(box.path("redirects"))}
  reload: {q(argv["reloadCommand"])}
  testUrl: {q(box.url("nginx", "/"))}
workspace: {q(box.path("workspace"))}
"""


def remove_data(box: Box) -> None:
    """Everything but the choices, the ports and the secrets."""
    for name in ("core", "data", "postgres", "smtp-sink", "smtp-work", "redirects", "workspace",
                 "logs"):
        path = box.path(name)
        if path.exists():
            shutil.rmtree(path)
