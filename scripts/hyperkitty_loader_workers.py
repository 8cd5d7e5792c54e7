# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits an mbox and has its messages parsed by several processes, in order and in flat memory."""
import os
import pickle
import re
import signal
import struct
import threading

# What a worker gets at a time: so many messages, or bytes if they are large.
PIECE_MESSAGES, PIECE_BYTES = 50, 1 << 19
BLOCK = 1 << 16
# A message that takes longer than this many seconds is given up.
LONGEST = 120
# More do not help one writer.
MOST_WORKERS = 6


def messages(stream):
    """(From_ line without "From ", rest) of each message of a prepared mbox: every one begins with
    a From_ line after an empty one, and no other line begins so. The rest ends as Python's mbox
    reader has it: without the empty line that parts it from the next."""
    rest = b""
    while True:
        block = stream.read(BLOCK)
        rest += block
        start = 0
        while True:
            # The empty line before a From_ line is not the message's.
            end = rest.find(b"\n\nFrom ", start)
            if end < 0:
                break
            yield parted(rest[start:end + 1])
            start = end + 2
        rest = rest[start:]
        if not block:
            break
    if rest:
        yield parted(rest[:-1] if rest.endswith(b"\n\n") else rest)


def parted(message):
    line, _, rest = message.partition(b"\n")
    if not line.startswith(b"From "):
        raise SystemExit("this is no prepared mbox: a message begins with %r" % line[:80])
    return line[5:].decode("ascii", "replace"), rest


def pieces(stream):
    piece, size = [], 0
    for message in messages(stream):
        piece.append(message)
        size += len(message[1])
        if len(piece) >= PIECE_MESSAGES or size >= PIECE_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def send(fd, value):
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    data = memoryview(struct.pack("!Q", len(data)) + data)
    while data:
        data = data[os.write(fd, data):]


def receive(fd):
    head = read_exactly(fd, 8)
    return None if head is None else pickle.loads(read_exactly(fd, struct.unpack("!Q", head)[0]))


def read_exactly(fd, size):
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class Workers:
    """Processes that apply one function to pieces of the mail. Made before any connection to the
    database is open, and before any thread runs."""

    def __init__(self, work):
        count = max(1, min(MOST_WORKERS, len(os.sched_getaffinity(0))))
        self.pipes, self.pids, self.feeder = [], [], None
        for _ in range(count):
            to_read, to_write = os.pipe()
            from_read, from_write = os.pipe()
            pid = os.fork()
            if pid == 0:
                for ours in [to_write, from_read] + [fd for pair in self.pipes for fd in pair]:
                    os.close(ours)
                serve(to_read, from_write, work)
            os.close(to_read)
            os.close(from_write)
            self.pipes.append((to_write, from_read))
            self.pids.append(pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Nothing of them is left, however it ended: this process goes on with other work."""
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if self.feeder is None:
            for to_write, _ in self.pipes:
                os.close(to_write)
        else:
            # What it reads comes to an end, and nobody takes what it writes.
            self.feeder.join()
        for _, from_read in self.pipes:
            os.close(from_read)

    def begin(self, stream):
        """Has them work on an mbox, until what they made of it fills the pipes."""
        self.feeder = Feeder(stream, [to_write for to_write, _ in self.pipes])
        self.feeder.start()

    def results(self):
        """What the function made of each message, in order."""
        feeder, received = self.feeder, 0
        while (answer := receive(self.pipes[received % len(self.pipes)][1])) is not None:
            received += 1
            yield from answer
        feeder.join()
        if feeder.trouble is not None:
            raise feeder.trouble
        # The first that has nothing more to say has been served last: all others are through, too.
        if received != feeder.dealt:
            raise SystemExit("a process that parsed mail was ended from outside")


class Feeder(threading.Thread):
    """Deals pieces out in turns; a worker that is behind makes the others wait."""

    def __init__(self, stream, fds):
        super().__init__(daemon=True)
        self.stream, self.fds = stream, fds
        self.dealt, self.trouble = 0, None

    def run(self):
        try:
            for piece in pieces(self.stream):
                send(self.fds[self.dealt % len(self.fds)], piece)
                self.dealt += 1
        except BaseException as error:  # raised again in the main thread
            self.trouble = error
        finally:
            for fd in self.fds:
                os.close(fd)


def serve(read_fd, write_fd, work):
    """The life of a worker."""
    code = 1
    try:
        signal.signal(signal.SIGALRM, too_long)
        while (piece := receive(read_fd)) is not None:
            send(write_fd, [guarded(work, message) for message in piece])
        code = 0
    finally:
        os._exit(code)


def too_long(*_):
    raise TimeoutError("parsing it took more than %d seconds" % LONGEST)


def guarded(work, message):
    """What the function returns, or why it could not."""
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        return work(*message), None
    except Exception as error:
        return message_id_of(message[1]), "%s: %s" % (type(error).__name__, error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def message_id_of(body):
    """For reports about a message that could not be parsed."""
    head = body.partition(b"\n\n")[0]
    found = re.search(rb"^Message-ID:\s*(.*)$", head, re.IGNORECASE | re.MULTILINE)
    return found.group(1).decode("latin-1") if found else "(without Message-ID)"
