# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: starts Core's machinery once, then runs helper after helper.

Fed to ``python -c`` of the account that runs Core. Standard input goes on with requests: a line of
JSON with ``helper`` (its name), ``helperBytes`` and whatever the helper wants, then the helper's
text. The helper runs with the request as ``REQUEST`` and prints its records; then comes
``answered``, or ``failed`` with ``why``. The end of standard input is the end.
"""
import json
import signal
import sys

import mailman.core.initialize
from mailman.config import config

# Ctrl-C in a terminal reaches the whole group; the caller ends its step and closes the input.
signal.signal(signal.SIGINT, signal.SIG_IGN)

mailman.core.initialize.initialize()
# Helpers work on their own as well, and Core's machinery must not be started twice.
mailman.core.initialize.initialize = lambda *_args, **_kws: None


def answer(request, text):
    try:
        code = compile(text, request["helper"], "exec")
        exec(code, {"__name__": "mm2to3_helper", "REQUEST": request})
    except SystemExit as error:
        return {"type": "failed", "why": str(error)}
    except Exception as error:
        # The first line: what follows in SQLAlchemy's holds the values, people's addresses.
        why = str(error).partition("\n")[0]
        return {"type": "failed", "why": "%s: %s" % (type(error).__name__, why)}
    finally:
        # Nothing is remembered from one request to the next, and no transaction stays open.
        config.db.abort()
        config.db.close_session()
    return {"type": "answered"}


while True:
    line = sys.stdin.buffer.readline()
    if not line.strip():
        break
    asked = json.loads(line)
    outcome = answer(asked, sys.stdin.buffer.read(asked["helperBytes"]))
    sys.stdout.write(json.dumps(outcome) + "\n")
    sys.stdout.flush()
