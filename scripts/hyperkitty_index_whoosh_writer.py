# SPDX-License-Identifier: GPL-3.0-or-later
"""A writer of one Whoosh segment, for hyperkitty_index_whoosh.py, which says what is special in it."""
import heapq
import pickle
from array import array

# Postings that a child holds in memory: some 150 MB.
POOL_POSTINGS = 800000
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
