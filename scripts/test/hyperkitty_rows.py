#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""HyperKitty's tables for tests, without Mailman Core: filled by HyperKitty's own import command or
by this project's loader, and compared. Runs with any release of HyperKitty, inside a chroot, too.

    hyperkitty_rows.py DATABASE prepare
    hyperkitty_rows.py DATABASE stock LIST MBOX...
    hyperkitty_rows.py DATABASE bulk LIST MBOX...
    hyperkitty_rows.py DATABASE kill LIST MBOX TIMES SEED
                                                   the loader, killed so often at random moments
    hyperkitty_rows.py DATABASE shuffle MBOX SEED FIRST SECOND
                                                   halves of an mbox in another order
    hyperkitty_rows.py DATABASE spoil LIST         places as HyperKitty's job leaves them where it
                                                   looks before a load and writes after it
    hyperkitty_rows.py DATABASE rows LIST          one line of JSON for each row, ids resolved
    hyperkitty_rows.py DATABASE compare LIST OTHER the loader's rows against the command's in OTHER

DATABASE is the path of a file for SQLite, or postgres:NAME:PORT or mysql:NAME:SOCKET;
MM2TO3_ATTACHMENTS names a folder for attachments. Exit code 1 where rows differ.
"""
import json
import os
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
LOADER = ["hyperkitty_list.py", *(f"hyperkitty_loader_{part}.py" for part in
          ("headers", "parse", "fit", "threads", "store", "workers", "caches")), "hyperkitty_loader.py"]
APPS = ["hyperkitty", "django_mailman3", "django.contrib.admin", "django.contrib.auth",
        "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
        "django.contrib.messages", "django.contrib.staticfiles", "rest_framework",
        "django_gravatar", "compressor", "haystack", "django_extensions", "django_q", "allauth",
        "allauth.account", "allauth.socialaccount"]


def setting(database):
    kind, _, rest = database.partition(":")
    if kind == "postgres":
        name, port = rest.split(":")
        return {"ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": "mailman",
                "HOST": "127.0.0.1", "PORT": port}
    if kind == "mysql":
        name, socket = rest.split(":")
        return {"ENGINE": "django.db.backends.mysql", "NAME": name, "USER": "root",
                "HOST": socket, "OPTIONS": {"charset": "utf8mb4"}}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": database, "OPTIONS": {"timeout": 30}}


def start(database):
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": setting(database)}, INSTALLED_APPS=APPS, SECRET_KEY="tests",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, TIME_ZONE="UTC",
        USE_I18N=True, SITE_ID=1, ROOT_URLCONF="hyperkitty.urls", STATIC_URL="/static/", STATIC_ROOT="/nonexistent",
        MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"],
        HAYSTACK_CONNECTIONS={"default": {
            "ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        HYPERKITTY_ATTACHMENT_FOLDER=os.environ.get("MM2TO3_ATTACHMENTS"),
        # Nobody listens there: what would ask Mailman Core goes without.
        MAILMAN_REST_API_URL="http://127.0.0.1:9", MAILMAN_REST_API_USER="", MAILMAN_REST_API_PASS="",
        MAILMAN_ARCHIVER_KEY="", MAILMAN_ARCHIVER_FROM=(), Q_CLUSTER={"orm": "default", "timeout": 300, "retry": 360},
        LOGGING_CONFIG=None)
    django.setup()


def prepare(database):
    from django.core.management import call_command
    call_command("migrate", verbosity=0)


def stock(database, name, *mboxes):
    from django.core.management import call_command
    from hyperkitty.jobs.orphan_emails import Job
    call_command("hyperkitty_import", *mboxes, list_address=name, no_sync_mailman=True,
                 since="1900-01-01T00:00:00+00:00", ignore_mtime=True, verbosity=0)
    from django.conf import settings
    settings.HYPERKITTY_BATCH_MODE = True
    Job().execute()


def bulk(database, name, *mboxes):
    """Like src/target/hyperkitty-import.ts: one text, the request and the mail beside it."""
    text = "\n".join((SCRIPTS / name).read_text() for name in LOADER)
    code = compile(text, "loader", "exec")
    for mbox in mboxes:
        request = {"do": "load", "list": name, "archivePolicy": "private",
                   "batch": int(os.environ.get("MM2TO3_BATCH", "500"))}
        with open(mbox, "rb") as body:
            exec(code, {"REQUEST": request, "BODY": body, "__name__": "loader"})


def kill(database, name, mbox, times, seed):
    """Small transactions, so that there are many moments between two of them."""
    import random
    import signal
    import subprocess
    import time
    moments = random.Random(int(seed))
    command = [sys.executable, __file__, database, "bulk", name, mbox]
    environment = {**os.environ, "MM2TO3_BATCH": "11"}
    killed = 0
    for _ in range(int(times)):
        run = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        run.stdout.readline()  # it has begun
        time.sleep(moments.uniform(0, 0.7))
        run.send_signal(signal.SIGKILL)
        killed += run.wait() == -signal.SIGKILL
        run.stdout.close()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    print(json.dumps({"killed": killed}))


def shuffle(database, mbox, seed, first, second):
    import random
    messages = Path(mbox).read_bytes().rstrip(b"\n").split(b"\n\nFrom ")
    messages = [messages[0].removeprefix(b"From "), *messages[1:]]
    random.Random(int(seed)).shuffle(messages)
    half = len(messages) // 2
    for path, part in ((first, messages[:half]), (second, messages[half:])):
        Path(path).write_bytes(b"".join(b"From " + message + b"\n\n" for message in part))


def spoil(database, name):
    from hyperkitty.models import Email
    answers = Email.objects.filter(mailinglist__name=name, parent__isnull=False)
    spoilt = list(answers.order_by("pk").values_list("pk", flat=True))[::7]
    print(Email.objects.filter(pk__in=spoilt).update(thread_order=0, thread_depth=0))


def rows(database, name):
    for table, found in tables(name):
        for row in found:
            print(json.dumps({"table": table, **row}, default=str, sort_keys=True))


def tables(name):
    """Every column of every row that belongs to a list, with names where there were ids."""
    from hyperkitty.models import Attachment, Email, MailingList, Sender, Thread

    mlist = MailingList.objects.get(name=name)
    emails = {email.id: email for email in Email.objects.filter(mailinglist=mlist)}
    threads = {thread.id: thread for thread in Thread.objects.filter(mailinglist=mlist)}

    def columns(instance, **replaced):
        found = {field.attname: getattr(instance, field.attname)
                 for field in instance._meta.concrete_fields if field.attname not in ("id",)}
        return {**found, "mailinglist_id": name, **replaced}

    def message(id):
        return emails[id].message_id if id is not None else None

    yield "Email", [columns(email, parent_id=message(email.parent_id),
                            thread_id=threads[email.thread_id].thread_id)
                    for email in emails.values()]
    yield "Thread", [columns(thread, starting_email_id=message(thread.starting_email_id))
                     for thread in threads.values()]
    yield "Attachment", [
        columns(attachment, email_id=message(attachment.email_id),
                content=bytes(attachment.get_content()).hex())
        for attachment in Attachment.objects.filter(email__in=list(emails)).iterator()]
    yield "Sender", [columns(sender) for sender in
                     Sender.objects.filter(emails__mailinglist=mlist).distinct()]


KEYS = {"Email": ("message_id",), "Thread": ("thread_id",), "Sender": ("address",),
        "Attachment": ("email_id", "counter")}


def compare(database, name, other):
    """The loader's rows, then the other's: printed in one go by two processes."""
    import subprocess
    theirs = {}
    run = subprocess.run([sys.executable, __file__, other, "rows", name], check=True,
                         stdout=subprocess.PIPE, text=True)
    for line in run.stdout.splitlines():
        row = json.loads(line)
        theirs[(row["table"], *(row[key] for key in KEYS[row["table"]]))] = row
    # Across JSON and back, so that dates and bytes look alike.
    mine = {}
    for table, found in tables(name):
        for row in found:
            row = json.loads(json.dumps({"table": table, **row}, default=str))
            mine[(table, *(row[key] for key in KEYS[table]))] = row
    latest = {}
    for key, row in mine.items():
        if key[0] == "Email":
            latest[row["thread_id"]] = max(latest.get(row["thread_id"], ""), row["date"])
    differences, allowed = [], {}
    if os.environ.get("MM2TO3_ATTACHMENTS"):
        from hyperkitty.models import Attachment
        inside = Attachment.objects.filter(email__mailinglist__name=name, content__isnull=False)
        if inside.exists():
            differences.append(f"{inside.count()} attachments are in the database")
    for key in sorted(set(mine) | set(theirs), key=str):
        if key not in mine or key not in theirs:
            differences.append(f"{key}: only {'the loader' if key in mine else 'the command'} has it")
            continue
        for column in sorted(set(mine[key]) | set(theirs[key])):
            ours, stocks = mine[key].get(column), theirs[key].get(column)
            # thread-date: the latest date, whatever came last.
            if key[0] == "Thread" and column == "date_active":
                if ours != latest[key[1]]:
                    differences.append(f"{key} {column}: {ours!r} is not the latest")
                elif ours != stocks:
                    allowed["thread-date"] = allowed.get("thread-date", 0) + 1
            elif ours != stocks:
                differences.append(f"{key} {column}: {str(ours)[:300]!r}, the command {str(stocks)[:300]!r}")
    counts = {table: sum(key[0] == table for key in mine) for table in KEYS}
    print(json.dumps({"rows": counts, "allowed": allowed, "different": len(differences),
                      "differences": differences[:20]}))
    return 1 if differences else 0


if __name__ == "__main__":
    database, action, *words = sys.argv[1:]
    if action not in ("kill", "shuffle"):
        start(database)
    commands = {"prepare": prepare, "stock": stock, "bulk": bulk, "rows": rows, "spoil": spoil, "compare": compare,
                "kill": kill, "shuffle": shuffle}
    sys.exit(commands[action](database, *words))
