# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Postorius's own Django, for helper_session.py, and prints JSON lines.

``REQUEST`` is a dict:

    {"do": "observe", "list": LIST-ID}
    {"do": "set", "list": LIST-ID, "templates": [{"name": ..., "text": ...}], "remove": [NAME, ...]}

Records: ``template`` (name, uri, and for observe text), ``refused`` (name, why: that one template
was not written). Where the database is locked for too long, or gone, the request fails.

Postorius stores a list's templates under its list-id and tells Core, whenever one is saved or
deleted, to take it from Postorius. Its pages show and edit them whatever their language is, but it
serves them by name alone and fails where there are two of one name; its own form leaves the
language empty, which lets the database refuse a second one. So the language stays empty here, too.
"""
import json
import sys
import time

from django.db import InterfaceError, OperationalError, transaction
from postorius.models import EmailTemplate
from postorius.template_list import TEMPLATES_LIST

# Waits before a template that met another writer is tried again: an import holds SQLite for seconds.
RETRY_SECONDS = (0.1, 0.5, 2, 5, 10, 20)


def emit(**record):
    sys.stdout.write(json.dumps(record) + "\n")


def rows_of(request, name):
    rows = EmailTemplate.objects.filter(context="list", identifier=request["list"])
    return rows if name is None else rows.filter(name=name).order_by("pk")


def observe(request):
    for row in rows_of(request, None):
        emit(type="template", name=row.name, uri=row.api_url, text=row.data)


def save(request, template):
    """One template, in Postorius and in Core or in neither."""
    name = template["name"]
    if name not in dict(TEMPLATES_LIST):
        # Its page of templates does not survive a name that it has no description of.
        raise ValueError("this release of Postorius does not know it")
    longest = EmailTemplate._meta.get_field("identifier").max_length
    if len(request["list"]) > longest:
        raise ValueError("Postorius has no room for a list-id of more than %d characters" % longest)
    with transaction.atomic():
        rows = list(rows_of(request, name))
        row = rows[0] if rows else EmailTemplate(
            context="list", identifier=request["list"], name=name, language="")
        for other in rows[1:]:
            other.delete()
        row.data = template["text"]
        row.save()
        return row.api_url


def remove(request, name):
    with transaction.atomic():
        for row in rows_of(request, name):
            row.delete()
    return ""


def attempt(name, work, *arguments):
    """What goes wrong with one template is told of that one, and the others go on."""
    for wait in (*RETRY_SECONDS, None):
        try:
            return emit(type="template", name=name, uri=work(*arguments))
        except (InterfaceError, OperationalError):
            # No fault of the template's, and it goes away: the caller tries all of them again.
            if wait is None:
                raise
            time.sleep(wait)
        except Exception as error:
            return emit(type="refused", name=name, why="%s: %s" % (type(error).__name__, error))


def main(request):
    if request["do"] == "observe":
        observe(request)
    elif request["do"] == "set":
        for name in request["remove"]:
            attempt(name, remove, request, name)
        for template in request["templates"]:
            attempt(template["name"], save, request, template)
    else:
        raise SystemExit("unknown request: %r" % request["do"])
    sys.stdout.flush()


main(REQUEST)  # noqa: F821 (defined by the caller)
