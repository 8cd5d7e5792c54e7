# SPDX-License-Identifier: GPL-3.0-or-later
"""The Xapian side of scripts/hyperkitty_index.py.

Documents and their terms are made by HyperKitty's search backend itself; what is done otherwise
than in the official command:

- children write databases of their own beside the index, each a run of neighbouring messages, and
  Xapian's own compaction puts them behind the index, in the order of their messages. The new index
  then changes places with the old one in one step. Where few messages join many, that would copy
  the many: they are written into the index itself;
- a document is added, not put in the place of one that must be looked for first;
- a term that Xapian refuses is left out of its document: the official command fails with all of
  the documents that it had in hand.
"""
import os
import shutil

# What Xapian refuses: longer terms, in bytes, where NUL counts twice. HyperKitty leaves long words
# out of texts and subjects, not out of names of senders and tags.
LONGEST_TERM = 245
# One database of a child holds at most so many messages: what a killed run loses.
SHARD = 40000
# Messages that join an index of more than so many times their number are written into it.
COPY_LIMIT = 4
# Messages between two commits, in a child's own database, too. What waits for one is sorted in memory:
# of 4,000 messages in each of two children, 5,000 took 67 s of processor and 615 MB each, 1,000 took
# 58 s and 275 MB, 500 took 52 s and 213 MB.
COMMIT_EVERY = 500


class Gathering:
    """Stands in the place of the backend's database: takes a document, and adds it."""

    def __init__(self, database):
        self.database = database
        self.shortened = 0

    def replace_document(self, _name, document):
        import xapian

        try:
            self.database.add_document(document)
        except xapian.InvalidArgumentError:
            for term in [item.term for item in document.termlist()]:
                if len(term) + term.count(b"\0") > LONGEST_TERM:
                    document.remove_term(term)
                    self.shortened += 1
            self.database.add_document(document)

    def __getattr__(self, name):
        return getattr(self.database, name)

    def close(self):
        pass  # the backend closes after each call; there are more to come


class Prepared:
    """Stands in the place of HyperKitty's index: hands the backend a document that is made."""

    def __init__(self, index):
        self.index = index
        self.document = None

    def full_prepare(self, _email):
        return self.document

    def __getattr__(self, name):
        return getattr(self.index, name)


class XapianEngine:
    """The index of the backend xapian_backend (xapian-haystack)."""

    name = "xapian"

    def __init__(self, backend, index):
        self.backend = backend
        self.index = index
        self.path = backend.path
        # Beside the index, for what is there can change places with it.
        self.aside = os.path.normpath(self.path) + ".mm2to3"
        self.refused = []

    def recover(self):
        """Puts an index back that a killed run had taken from its place. The backend makes an empty
        folder there as it starts."""
        kept = os.path.join(self.aside, "old")
        if os.path.isdir(kept) and not os.listdir(self.path):
            os.rmdir(self.path)
            os.rename(kept, self.path)

    def room(self, new, work, count):
        """Bytes that may be needed: for what is new in the index, and for work files beside it."""
        if self.into_place(count):
            return 2 * new  # nothing is compacted
        there = sum(entry.stat().st_size for entry in os.scandir(self.path) if entry.is_file())
        return there + new + work

    def _open(self):
        """The index; None where there is none yet (Xapian makes it with the first document)."""
        import xapian

        try:
            return xapian.Database(self.path)
        except xapian.DatabaseOpeningError:
            return None

    def known(self, rows, stale):
        """Of rows (key, archived date), the keys that the index has not; those whose document is
        another message's go into ``stale`` besides."""
        database = self._open()
        column = self.backend.column["archived_date"] if database is not None else None
        for key, archived in rows:
            found = False
            if database is not None:
                for posting in database.postlist("Q" + identifier(key)):
                    value = database.get_document(posting.docid).get_value(column)
                    found = value.decode("ascii") == archived.strftime("%Y%m%d%H%M%S").zfill(14)
                    if not found:
                        stale.append(key)
            if not found:
                yield key
        if database is not None:
            database.close()

    def keys(self):
        """The keys of all documents."""
        database = self._open()
        if database is not None:
            for item in database.allterms("Q" + identifier("")):
                yield key_of(item.term.decode("utf-8"))
            database.close()

    def remove(self, keys, lock):
        def work(_told):
            database = self.backend._database(writable=True)
            for key in keys:
                database.delete_document("Q" + identifier(key))
            database.close()

        in_children([work], lambda done: None, lock)

    def count(self):
        database = self._open()
        return 0 if database is None else database.get_doccount()

    def into_place(self, count):
        """Whether so many messages are written into the index itself."""
        return (self.count() > COPY_LIMIT * count or count < WORTH_SHARING
                or not os.access(os.path.dirname(self.aside), os.W_OK) or os.path.ismount(self.path))

    def add(self, keys, workers, tick, lock):
        left = keys
        while left:
            if self.into_place(len(left)):
                # A killed child leaves what it committed.
                batch, left = left[:SHARD], left[SHARD:]
                works = [self._work(batch, lambda: self.backend._database(writable=True))]
                self._done(in_children(works, tick, lock))
                continue
            # As many as there are already, or a good part of an hour's work: each round copies.
            size = min(len(left), workers * max(SHARD // 8, min(SHARD, self.count() // workers)))
            batch, left = left[:size], left[size:]
            share = -(-len(batch) // workers)
            shutil.rmtree(self.aside, ignore_errors=True)
            os.makedirs(self.aside, 0o700)
            shards = [os.path.join(self.aside, str(number)) for number in range(workers)]
            works = [self._work(batch[number * share:(number + 1) * share], self._shard(path))
                     for number, path in enumerate(shards)]
            self._done(in_children(works, tick, lock))
            in_children([lambda told: self._join(shards)], lambda done: None, lock)
            shutil.rmtree(self.aside, ignore_errors=True)

    def _done(self, results):
        for refused in results:
            self.refused += refused

    @staticmethod
    def _shard(path):
        def make():
            import xapian

            # Nothing is lost with a shard: no waiting for the disk.
            return xapian.WritableDatabase(
                path, xapian.DB_CREATE | xapian.DB_NO_SYNC | xapian.DB_DANGEROUS)

        return make

    def _work(self, keys, make):
        def work(told):
            import warnings

            warnings.simplefilter("ignore")  # the backend calls what Django will not have for ever
            refused = []
            database = Gathering(make())
            self.backend._database = lambda writable=False: database
            prepared = Prepared(self.index)
            count = 0
            for document, email in documents(self.index, keys, told, refused):
                prepared.document = document
                try:
                    self.backend.update(prepared, [email])
                except Exception as error:
                    refused.append((email.pk, "%s: %s" % (type(error).__name__, error)))
                count += 1
                if count % COMMIT_EVERY == 0:
                    database.commit()
            database.database.close()
            return refused

        return work

    def _join(self, shards):
        """The index with the shards behind it, in its place."""
        import xapian

        whole = xapian.Database()
        there = self._open()
        if there is not None and there.get_doccount():
            whole.add_database(there)
        for shard in shards:
            database = xapian.Database(shard)
            if database.get_doccount():
                whole.add_database(database)
        joined = os.path.join(self.aside, "new")
        whole.compact(joined)
        shutil.copystat(self.path, joined)
        owner = os.stat(self.path)
        if os.geteuid() == 0:
            for path in [joined] + [entry.path for entry in os.scandir(joined)]:
                os.chown(path, owner.st_uid, owner.st_gid)
        whole.close()
        exchange(self.path, joined, os.path.join(self.aside, "old"))

    def tidy(self, lock):
        pass  # there is but one database


def exchange(path, other, spare):
    """Two folders change places: in one step where Linux can do that."""
    try:
        import ctypes

        AT_FDCWD, RENAME_EXCHANGE = -100, 2
        done = ctypes.CDLL(None, use_errno=True).renameat2(
            AT_FDCWD, os.fsencode(path), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    except (OSError, AttributeError):
        done = -1
    if done != 0:
        os.rename(path, spare)
        os.rename(other, path)
