# SPDX-License-Identifier: GPL-3.0-or-later
"""What two Mailmans send for a text: standard input has [{"old", "new"}, ...], standard output a
list of what Mailman 2 makes of `old` and Mailman 3 of `new`, with the values of one list.

Python itself is the judge of both kinds of placeholders; around it stands what Decorate.py of
Mailman 2 does, in a few lines."""
import json
import re
import string
import sys


class Answering(dict):
    """Answers an unknown name with its placeholder, as Mailman 2's dictionary does."""

    def __missing__(self, key):
        return "%(" + key + ")s"


def mailman2(text, values):
    if not text.strip(" \t\n\r\f\v"):
        return ""
    try:
        sent = (text % Answering(values)).replace("\r\n", "\n")
        lines = sent.split("\n")
        lines[:-1] = [re.sub(r"(?<!^--) +\Z", "", line) for line in lines[:-1]]
        sent = "\n".join(lines)
    except (TypeError, ValueError):
        sent = text
    return sent if sent.endswith("\n") else sent + "\n"


def mailman3(text, values):
    return string.Template(text).safe_substitute(values)


request = json.load(sys.stdin)
json.dump([[mailman2(case["old"], request["old"]), mailman3(case["new"], request["new"])]
           for case in request["cases"]], sys.stdout)
