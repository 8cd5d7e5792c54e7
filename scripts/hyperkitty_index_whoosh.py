# SPDX-License-Identifier: GPL-3.0-or-later
"""The Whoosh side of scripts/hyperkitty_index.py.

Documents are HyperKitty's own (``EmailIndex.full_prepare``); what is done otherwise than in the
official command is how they come into segments:

- every child writes a segment of its own, and the table of contents names them all in one step;
- postings are kept by term, not as a list of a tuple each to be sorted, and go to disk in runs
  where they get too many;
- a text is cut into words, lowered, stopped and stemmed once a distinct word, not once a word;
- a posting list of one is not compressed: that costs more time and no less room.

The segments are what Whoosh itself would write; only the field of spellings, which repeats a word
once a message, names it once with the sum as its weight.
"""
import pickle
import re

# Words whose analysis is remembered.
WORDS = 100000
# One segment holds at most so many messages: what a killed run loses.
SEGMENT = 40000
# More segments than this are merged, the smallest first.
SEGMENTS = 16
KEPT_SEGMENTS = 6


def text_analyser(field):
    """A function of a text that gives what ``field.index`` and ``field.spellable_words`` give, for
    haystack's own kind of text field; None for any other."""
    from whoosh.analysis import (
        CompositeAnalyzer, LowercaseFilter, RegexTokenizer, StemFilter, StopFilter)
    from whoosh.formats import Positions
    from whoosh.system import pack_uint

    analyzer = field.analyzer
    if type(field.format) is not Positions or type(analyzer) is not CompositeAnalyzer:
        return None
    if [type(item) for item in analyzer.items] != [
            RegexTokenizer, LowercaseFilter, StopFilter, StemFilter]:
        return None
    cutter, _, stopper, stemmer = analyzer.items
    if cutter.gaps or not stopper.renumber or stemmer.ignore or field.vector:
        return None
    expression = cutter.expression
    if expression.pattern == r"\w+(\.?\w+)*":
        cut = re.compile(r"\w+(?:\.?\w+)*", expression.flags).findall
    else:
        def cut(text):
            return [match.group() for match in expression.finditer(text)]
    stops, shortest, longest = stopper.stops, stopper.min, stopper.max
    boost = field.format.field_boost
    spelling = field.separate_spelling()
    stems = {}
    spellings = {}
    singles = {}

    def learn(word):
        if len(stems) >= WORDS:
            stems.clear()
            spellings.clear()
        lowered = word.lower()
        if len(lowered) < shortest or (longest is not None and len(lowered) > longest) or lowered in stops:
            stems[word] = spellings[word] = False
        else:
            stems[word] = stemmer._stem(lowered).encode("utf-8")
            spellings[word] = lowered.encode("utf-8")
        return stems[word]

    def encode(positions):
        """As whoosh.formats.Positions encodes them; most words of a message come once."""
        if len(positions) == 1:
            encoded = singles.get(positions[0])
            if encoded is None:
                encoded = pack_uint(1) + pickle.dumps(positions, 2)
                if len(singles) < WORDS:
                    singles[positions[0]] = encoded
            return encoded
        deltas = [position - before for position, before in zip(positions, [0] + positions)]
        return pack_uint(len(deltas)) + pickle.dumps(deltas, 2)

    def analyse(text):
        words = cut(text)
        kept = []
        spelled = set()
        first = None
        known = stems.get
        for place, word in enumerate(words):
            stem = known(word)
            if stem is None:
                stem = learn(word)
            if stem:
                if first is None:
                    first = place
                kept.append(stem)
                if spelling:
                    spelled.add(spellings[word])
        places = {}
        for place, stem in enumerate(kept, first or 0):
            if stem in places:
                places[stem].append(place)
            else:
                places[stem] = [place]
        return ([(stem, len(found) * boost, encode(found)) for stem, found in places.items()],
                len(kept), spelled if spelling else None)

    return analyse


class WhooshEngine:
    """The index of haystack's Whoosh backend."""

    name = "whoosh"
    def __init__(self, backend, index):
        self.backend = backend
        self.index = index
        self.path = backend.path
        backend.setup()
        self.refused = []

    def recover(self):
        pass  # what a killed run leaves is not in the table of contents; the next one clears it away

    def room(self, new, work, _count):
        """Bytes that may be needed: for what is new in the index, and for work files beside it."""
        return new + work

    def _fresh(self):
        self.backend.index = self.backend.index.refresh()
        return self.backend.index

    def known(self, rows, stale):
        """Of rows (key, archived date), the keys that the index has not; those whose document is
        another message's go into ``stale`` besides."""
        reader = self._fresh().reader()
        try:
            leaves = [leaf for leaf, _ in reader.leaf_readers() if leaf.doc_count()]
            field = self.backend.schema["archived_date"]
            columns = [leaf.column_reader("archived_date", translate=False) for leaf in leaves]
            for key, archived in rows:
                term = identifier(key).encode()
                found = False
                for leaf, column in zip(leaves, columns):
                    if ("id", term) not in leaf:
                        continue
                    docnum = leaf.term_info("id", term).max_id()
                    if leaf.is_deleted(docnum):
                        continue
                    if column[docnum] == field.to_column_value(archived):
                        found = True
                    else:
                        stale.append(key)
                if not found:
                    yield key
        finally:
            reader.close()

    def keys(self):
        """The keys of all documents."""
        reader = self._fresh().reader()
        try:
            for leaf, _ in reader.leaf_readers():
                for term in leaf.lexicon("id"):
                    docnum = leaf.term_info("id", term).max_id()
                    if not leaf.is_deleted(docnum):
                        yield key_of(term.decode("utf-8"))
        finally:
            reader.close()

    def remove(self, keys, lock):
        def work(_told):
            from whoosh.query import Term

            writer = self._writer()
            for key in keys:
                writer.delete_by_query(Term("id", identifier(key)))
            self._commit(writer, [])

        in_children([work], lambda done: None, lock)

    def _writer(self):
        # Somebody else may be writing; the jobs are not, for they have the lock.
        return self._fresh().writer(timeout=60.0, delay=0.1)

    @staticmethod
    def _commit(writer, segments):
        writer._close_segment()
        writer._commit_toc(writer.segments + segments)
        writer._finish()

    def add(self, keys, workers, tick, lock):
        """Adds the messages with these keys, in segments of a few ten thousand."""
        size = max(1, min(SEGMENT, -(-len(keys) // workers)))
        for first in range(0, len(keys), size * workers):
            works = [self._segment_work(keys[start:start + size])
                     for start in range(first, min(len(keys), first + size * workers), size)]
            writer = self._writer()
            try:
                results = in_children(works, tick, lock)
                for _, refused in results:
                    self.refused += refused
                self._commit(writer, [segment for segment, _ in results if segment is not None])
            except BaseException:
                writer.cancel()
                raise

    def _segment_work(self, keys):
        def work(told):
            writer = whoosh_writer_class()(self.backend.index)
            refused = []
            for document, email in documents(self.index, keys, told, refused):
                fields = {name: self.backend._from_python(value) for name, value in document.items()}
                fields.pop("boost", None)
                try:
                    writer.add_document(**fields)
                except (UnicodeError, ValueError, TypeError) as error:
                    refused.append((email.pk, "%s: %s" % (type(error).__name__, error)))
            segment = writer._finalize_segment() if writer.doc_count() else None
            return segment, refused

        return work

    def tidy(self, lock):
        """Merges the smallest segments where there are many: a search asks each of them."""
        if len(self._fresh()._segments()) <= SEGMENTS:
            return
        emit(type="merging")

        def work(_told):
            main = self._writer()
            ordered = sorted(main.segments, key=lambda segment: segment.doc_count_all())
            merged = {segment.segment_id() for segment in ordered[:len(ordered) - KEPT_SEGMENTS]}
            from whoosh.reading import SegmentReader

            writer = whoosh_writer_class()(self.backend.index)
            # In the order in which they were written, that messages stay in order.
            for segment in main.segments:
                if segment.segment_id() in merged:
                    reader = SegmentReader(writer.storage, writer.schema, segment)
                    writer.add_reader(reader)
                    reader.close()
            main.segments = [segment for segment in main.segments if segment.segment_id() not in merged]
            self._commit(main, [writer._finalize_segment()])

        in_children([work], lambda done: None, lock)
