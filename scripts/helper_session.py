# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of core_session.py and of hyperkitty_session.py: runs helper after helper.

What comes before it starts the machinery and defines ``forget()``, called after every request.
Standard input goes on with requests: a line of JSON with ``helper`` (its name), ``helperBytes`` and
whatever the helper wants, then the helper's text. The helper runs with the request as ``REQUEST``
and prints its records; then comes ``answered``, or ``failed`` with ``why``. The end of standard
input is the end.

A request with ``body`` is followed by bytes for the helper, which reads them from ``BODY``: pieces,
each after a line with its length; ``0`` ends them, ``-1`` says that the rest cannot be had. A
helper that needs no more has the record ``enough`` printed, and what is on its way is passed over.
"""
import json
import signal
import sys

# Ctrl-C in a terminal reaches the whole group; the caller ends its step and closes the input.
signal.signal(signal.SIGINT, signal.SIG_IGN)


class Body:
    """The bytes that follow a request. Their end is only what the caller says is the end: where it
    was killed, the last that came may be half a message."""

    def __init__(self, stream):
        self.stream, self.left, self.ended = stream, 0, False

    def read(self, most):
        """Some bytes, none at the end. Raises EOFError where the caller could not go on."""
        if self.left == 0 and not self.ended:
            line = self.stream.readline()
            self.left = int(line) if line.endswith(b"\n") else -1
            self.ended = self.left <= 0
            if self.left < 0:
                self.left = 0
                raise EOFError("what was to be read ended early")
        piece = self.stream.read(min(most, self.left))
        self.left -= len(piece)
        if not piece and self.left > 0:
            self.left, self.ended = 0, True
            raise EOFError("what was to be read ended early")
        return piece

    def pass_over(self):
        """Reads what nobody wants any more."""
        if self.ended:
            return
        say({"type": "enough"})
        try:
            while self.read(1 << 18):
                pass
        except EOFError:
            pass


def say(record):
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


def answer(request, text):
    body = Body(sys.stdin.buffer) if request.get("body") else None
    try:
        code = compile(text, request["helper"], "exec")
        exec(code, {"__name__": "mm2to3_helper", "REQUEST": request, "BODY": body})
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
        if body is not None:
            body.pass_over()
    return {"type": "answered"}


while True:
    line = sys.stdin.buffer.readline()
    if not line.strip():
        break
    asked = json.loads(line)
    say(answer(asked, sys.stdin.buffer.read(asked["helperBytes"])))
