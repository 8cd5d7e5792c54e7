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
import heapq
import pickle
import re
from array import array

# Postings that a child holds in memory: some 150 MB.
POOL_POSTINGS = 800000
# Words whose analysis is remembered.
WORDS = 100000
# One segment holds at most so many messages: what a killed run loses.
SEGMENT = 40000
# More segments than this are merged, the smallest first.
SEGMENTS = 16
KEPT_SEGMENTS = 6
# A posting list of one that is no longer than this stays as it is.
UNCOMPRESSED = 100


def whoosh_parts():
    """The parts of Whoosh that are used beyond its documented interface, or None where it lacks
    them: then HyperKitty's own command does the work."""
    try:
        from whoosh.codec.whoosh3 import (
            LENGTHS_COLUMN, W3FieldWriter, W3PostingsWriter, W3TermInfo, _lenfield)
        from whoosh.writing import SegmentWriter
    except ImportError:
        return None
    used = ((W3PostingsWriter, ("_write_block", "_new_block", "finish_postings", "start_postings")),
            (SegmentWriter, ("_close_segment", "_assemble_segment", "_commit_toc", "_finish",
                             "_flush_segment", "_finalize_segment", "per_document_reader")),
            (W3FieldWriter, ("start_field", "start_term", "finish_term", "finish_field")))
    if not all(hasattr(owner, name) for owner, names in used for name in names):
        return None
    return SegmentWriter, W3TermInfo, LENGTHS_COLUMN, _lenfield


class TermPool:
    """Postings by field and term. A posting is three neighbours in a list: document, weight, value."""

    def __init__(self, storage):
        self.storage = storage
        self.fields = {}
        self.count = 0
        self.runs = []

    def add(self, item):
        # As Whoosh adds, while it merges segments.
        fieldname, text, docnum, weight, value = item
        self.of(fieldname).setdefault(text, []).extend((docnum, weight, value))
        self.count += 1
        if self.count > POOL_POSTINGS:
            self.spill()

    def of(self, fieldname):
        return self.fields.setdefault(fieldname, {})

    def terms(self):
        for fieldname in sorted(self.fields):
            terms = self.fields[fieldname]
            for text in sorted(terms):
                yield fieldname, text, terms[text]

    def spill(self):
        name = "%d-%d.run" % (os.getpid(), len(self.runs))
        with self.storage.create_file(name).raw_file() as stream:
            for term in self.terms():
                pickle.dump(term, stream, 4)
        self.runs.append(name)
        self.fields = {}
        self.count = 0

    def read(self, name):
        with self.storage.open_file(name).raw_file() as stream:
            while True:
                try:
                    yield pickle.load(stream)
                except EOFError:
                    return

    def sorted_terms(self):
        """Every term once, fields and terms in order, documents in order."""
        sources = [self.read(name) for name in self.runs] + [self.terms()]
        last = None
        for fieldname, text, postings in heapq.merge(*sources, key=lambda term: term[:2]):
            if last is not None and last[:2] == (fieldname, text):
                last[2].extend(postings)
                continue
            if last is not None:
                yield last
            last = (fieldname, text, postings)
        if last is not None:
            yield last

    def cleanup(self):
        for name in self.runs:
            self.storage.delete_file(name)
        self.runs = []


def whoosh_writer_class():
    SegmentWriter, W3TermInfo, LENGTHS_COLUMN, lenfield = whoosh_parts()
    from whoosh.fields import TEXT
    from whoosh.util.numeric import byte_to_length

    class BulkWriter(SegmentWriter):
        """Whoosh's writer with its two slow parts replaced."""

        def __init__(self, ix):
            super().__init__(ix, _lk=False)
            self.pool = TermPool(self._tempstorage)
            self.analysers = {}
            self.spellings = {}
            for name, field in self.schema.items():
                analyser = text_analyser(field) if type(field) is TEXT else None
                if analyser is not None:
                    self.analysers[name] = analyser

        def add_document(self, **fields):
            """The same as Whoosh's own, for documents without boosts."""
            names = sorted(name for name in fields if fields[name] is not None)
            # First what can fail, then what cannot be taken back.
            analysed = [(name, self.analyse(name, fields[name])) for name in names]
            docnum = self.docnum
            perdoc = self.perdocwriter
            perdoc.start_doc(docnum)
            for name, (postings, length, spelled) in analysed:
                field = self.schema[name]
                value = fields[name]
                terms = self.pool.of(name)
                for text, weight, encoded in postings:
                    known = terms.get(text)
                    if known is None:
                        terms[text] = [docnum, weight, encoded]
                    else:
                        known += (docnum, weight, encoded)
                self.pool.count += len(postings)
                if spelled is not None:
                    counts = self.spellings.setdefault(field.spelling_fieldname(name), {})
                    for text in spelled:
                        counts[text] = counts.get(text, 0) + 1
                perdoc.add_field(name, field, value if field.stored else None, length)
                if field.column_type:
                    perdoc.add_column_value(name, field.column_type, field.to_column_value(value))
            perdoc.finish_doc()
            self._added = True
            self.docnum += 1
            if self.pool.count > POOL_POSTINGS:
                self.pool.spill()

        def analyse(self, name, value):
            """Postings, field length and words to be spelled of one field."""
            field = self.schema[name]
            if name in self.analysers:
                return self.analysers[name](value)
            postings = []
            length = 0
            if field.indexed:
                for text, freq, weight, encoded in field.index(value):
                    if field.scorable:
                        length += freq
                    postings.append((text, weight, encoded))
            spelled = None
            if field.separate_spelling():
                spelled = [word.encode("utf-8") for word in field.spellable_words(value)]
            return postings, length, spelled

        def _flush_segment(self):
            self.perdocwriter.close()
            for fieldname, counts in self.spellings.items():
                terms = self.pool.of(fieldname)
                for text, count in counts.items():
                    terms.setdefault(text, []).extend((0, count, b"\0\0\0\1"))
            perdoc = self.per_document_reader()
            writer = self.fieldwriter
            compression = self.codec._compression
            current = None
            for fieldname, text, postings in self.pool.sorted_terms():
                if fieldname != current:
                    if current is not None:
                        writer.finish_field()
                    writer.start_field(fieldname, self.schema[fieldname])
                    current = fieldname
                    column = perdoc._cached_reader(lenfield(fieldname), LENGTHS_COLUMN)
                    lengths = None if column is None else [
                        byte_to_length(byte) if byte else 0 for byte in column]
                    spelling = fieldname in self.spellings
                if spelling:
                    # Runs name the same word again.
                    postings = [0, sum(postings[1::3]), postings[2]]
                writer.start_term(text)
                write_postings(writer._postwriter, postings, lengths, compression)
                writer.finish_term()
            if current is not None:
                writer.finish_field()
            writer.close()
            perdoc.close()

    return BulkWriter


def write_postings(writer, postings, lengths, compression):
    """All postings of a term, by blocks; the last is written as the term ends."""
    size = 3 * writer._blocklimit
    writer._compression = compression
    for first in range(0, len(postings), size):
        if first:
            writer._write_block()
        ids = postings[first:first + size:3]
        weights = postings[first + 1:first + size:3]
        writer._ids = array("I", ids)
        writer._weights = array("f", weights)
        writer._values = [value for value in postings[first + 2:first + size:3] if value]
        writer._maxweight = max(weights)
        if lengths is not None:
            known = [lengths[docnum] for docnum in ids if lengths[docnum]]
            if known:
                writer._minlength = min(known)
                writer._maxlength = max(known)
    if len(postings) == 3 and len(postings[2] or b"") <= UNCOMPRESSED:
        writer._compression = 0


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

    def room(self, size, count):
        """Bytes that so many messages with so much text may need, temporary files included."""
        return int(size * 5) + count * 5000

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
