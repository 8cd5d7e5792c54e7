# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of core_session.py and of hyperkitty_session.py: runs helper after helper.

What comes before it starts the machinery and defines ``forget()``, called after every request.
Standard input goes on with requests: a line of JSON with ``helper`` (its name), ``helperBytes`` and
whatever the helper wants, then the helper's text. The helper runs with the request as ``REQUEST``
and prints its records; then comes ``answered``, or ``failed`` with ``why``. The end of standard
input is the end.
"""
import json
import signal
import sys

# Ctrl-C in a terminal reaches the whole group; the caller ends its step and closes the input.
signal.signal(signal.SIGINT, signal.SIG_IGN)


def answer(request, text):
    try:
        code = compile(text, request["helper"], "exec")
        exec(code, {"__name__": "mm2to3_helper", "REQUEST": request})
    except BrokenPipeError:
        raise SystemExit(0)  # nobody listens any more
    except SystemExit as error:
        return {"type": "failed", "why": str(error)}
    except Exception as error:
        # The first line: what follows in a database's error holds the values, people's addresses.
        why = str(error).partition("\n")[0]
        return {"type": "failed", "why": "%s: %s" % (type(error).__name__, why)}
    finally:
        # Nothing is remembered from one request to the next, and no transaction stays open.
        forget()  # noqa: F821 (defined before)
    return {"type": "answered"}


while True:
    line = sys.stdin.buffer.readline()
    if not line.strip():
        break
    asked = json.loads(line)
    outcome = answer(asked, sys.stdin.buffer.read(asked["helperBytes"]))
    sys.stdout.write(json.dumps(outcome) + "\n")
    sys.stdout.flush()
