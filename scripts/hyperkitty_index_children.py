# SPDX-License-Identifier: GPL-3.0-or-later
"""What the indexer of scripts/hyperkitty_index.py stands on: children and HyperKitty's own lock.

All heavy work is done in forked children. The process that speaks with the caller only counts,
tells progress and refreshes the lock, so that neither waits for the other.
"""
import gc
import os
import pickle
import select
import signal
import tempfile
import time

# How often progress is told, and how often the lock is refreshed.
TELL_SECONDS = 0.25
REFRESH_SECONDS = 10
# A lock that nobody refreshes for so long is nobody's: short, for a killed run must not keep
# HyperKitty's jobs waiting.
LOCK_SECONDS = 120


class IndexTrouble(Exception):
    """Why indexing ended, for people; ``code`` is the finding's."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.code = code
        self.facts = facts


def die_with_parent():
    """A child whose parent was killed must not go on writing: the next run begins at once."""
    try:
        import ctypes

        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        pass  # not Linux: told() of the child fails with the pipe's other end gone


def spare_collector():
    """What stands at the fork stays, and a child makes few cycles and many objects that it keeps: the
    collector would walk all of them again and again."""
    gc.freeze()
    gc.set_threshold(100000, 50, 100)


class Child:
    """One forked child: what it tells through its pipe is progress, then its result."""

    def __init__(self, work, others):
        reading, writing = os.pipe()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                die_with_parent()
                spare_collector()
                if os.getppid() != parent:
                    os._exit(1)
                os.close(reading)
                for other in others:
                    os.close(other.pipe)
                self._run(work, writing)
                status = 0
            finally:
                # Nothing of the parent's is flushed, closed or unlocked by its child.
                os._exit(status)
        os.close(writing)
        self.pipe = reading
        self.rest = b""
        self.result = None
        self.failure = "it was killed"
        self.complete = False

    @staticmethod
    def _run(work, writing):
        def write(kind, data):
            with os.fdopen(os.dup(writing), "wb") as stream:
                stream.write(b"%s%d\n" % (kind, len(data)) + data)

        try:
            result = work(lambda done: os.write(writing, b"+%d\n" % done))
        except BaseException as error:
            write(b"!", ("%s: %s" % (type(error).__name__, error)).encode("utf-8", "replace"))
        else:
            write(b"=", pickle.dumps(result))

    def read(self):
        """Takes what the child said; returns how much of its work that was, None at its end."""
        data = os.read(self.pipe, 1 << 16)
        if not data:
            os.close(self.pipe)
            os.waitpid(self.pid, 0)
            return None
        self.rest += data
        done = 0
        while b"\n" in self.rest:
            line, _, rest = self.rest.partition(b"\n")
            if line[:1] == b"+":
                done += int(line[1:])
                self.rest = rest
                continue
            if len(rest) < int(line[1:]):
                break
            self.complete = line[:1] == b"="
            if self.complete:
                self.result = pickle.loads(rest)
            else:
                self.failure = rest.decode("utf-8", "replace")
            self.rest = b""
        return done


def in_children(works, tick, lock):
    """Runs each work (a function of a ``told(count)``) in a child of its own; their results in
    order. Raises where one of them failed, and the others are ended."""
    from django.db import connections

    connections.close_all()  # what is open would be shared, and broken, by fork
    running = []
    try:
        for work in works:
            running.append(Child(work, running))
        left = list(running)
        while left:
            ready, _, _ = select.select([child.pipe for child in left], [], [], TELL_SECONDS)
            for child in [child for child in left if child.pipe in ready]:
                done = child.read()
                if done is None:
                    left.remove(child)
                    if not child.complete:
                        raise IndexTrouble("index.worker-failed", why=child.failure)
                else:
                    tick(done)
            lock.refresh()
        return [child.result for child in running]
    finally:
        for child in running:
            try:
                if not child.complete:
                    os.kill(child.pid, signal.SIGKILL)
                    os.waitpid(child.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass


class JobsLock:
    """The lock of HyperKitty's periodic jobs (hyperkitty.lib.utils.run_with_lock): held for all of
    the work, refreshed as long as this process lives, and waited for where another holds it."""

    def __init__(self, wait):
        from django.conf import settings
        from flufl.lock import Lock

        self.path = getattr(settings, "HYPERKITTY_JOBS_UPDATE_INDEX_LOCKFILE", os.path.join(
            tempfile.gettempdir(), "hyperkitty-jobs-update-index.lock"))
        self.lock = Lock(self.path, lifetime=LOCK_SECONDS)
        self.wait = wait
        self.refreshed = 0

    def holder(self):
        """The process that holds the lock: its host, its number, and whether it lives (None where
        that cannot be known from here); None where nobody holds it."""
        try:
            with open(self.path) as stream:
                _, host, pid, _ = stream.read().strip().rsplit("|", 3)
        except (OSError, ValueError):
            return None
        if host != self.lock.hostname:
            return host, int(pid), None
        return host, int(pid), os.path.exists("/proc/%s" % pid) or not os.path.isdir("/proc/self")

    def __enter__(self):
        from flufl.lock import TimeOutError

        began = time.time()
        told = False
        while True:
            holder = self.holder()
            if holder is not None and holder[2] is False:
                self.break_dead(holder)
            elif holder is not None and holder[2]:
                # The jobs lock for 15 seconds and work longer: one that lives is waited for, though
                # its lock has expired.
                if time.time() - began > self.wait:
                    raise IndexTrouble("index.locked", path=self.path, holder="%s, process %d" % holder[:2])
                if not told:
                    emit(type="waiting", path=self.path, holder="%s, process %d" % holder[:2])
                    told = True
                time.sleep(0.5)
                continue
            try:
                self.lock.lock(timeout=2 if holder is None or holder[2] is False else LOCK_SECONDS)
                break
            except TimeOutError:
                if time.time() - began > self.wait:
                    raise IndexTrouble("index.locked", path=self.path, holder="%s, process %d" % (
                        holder or ("?", 0))[:2]) from None
        self.refreshed = time.time()
        return self

    def break_dead(self, holder):
        """Removes the lock of a process of this host that is no more."""
        try:
            if self.holder() == holder:
                os.unlink(self.path)
        except FileNotFoundError:
            pass
        except PermissionError:
            # In /tmp a file can be removed by its owner only; flufl.lock would fail there, too.
            raise IndexTrouble("index.lock-stale", path=self.path,
                               holder="%s, process %d" % holder[:2]) from None

    def refresh(self):
        if time.time() - self.refreshed < REFRESH_SECONDS:
            return
        from flufl.lock import NotLockedError

        try:
            self.lock.refresh()
        except NotLockedError:
            raise IndexTrouble("index.lock-lost", path=self.path) from None
        self.refreshed = time.time()

    def __exit__(self, *_):
        self.lock.unlock(unconditionally=True)
