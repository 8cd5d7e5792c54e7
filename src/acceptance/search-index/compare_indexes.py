# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the search index of this program with HyperKitty's own, in HyperKitty's own Django.

``ASKED``: ``{"lists": [...], "queries": [...], "work": folder, "helpers": text, "engine":
"whoosh" | "xapian", "rates": {...}, "index": path | null}``. Where ``index`` is null the program's own helpers build
one here. The official command builds a second one beside it. Prints one JSON object:
``documents`` (of each index), ``differing`` (documents that are not the same in every stored value,
term, position and length) and ``searches`` (those that answer otherwise on HyperKitty's own page).
"""
import io
import json
import os
import sys
from contextlib import redirect_stdout

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import RequestFactory
from haystack import connections

ENGINES = {"whoosh": "haystack.backends.whoosh_backend.WhooshEngine",
           "xapian": "xapian_backend.XapianEngine"}


def use(path):
    connections.connections_info["default"].update(ENGINE=ENGINES[ASKED["engine"]], PATH=path)  # noqa: F821
    connections.reload("default")


def build_ours(path):
    use(path)
    request = {"do": "index", "list": "", "lists": ASKED["lists"], "sweep": True,  # noqa: F821
               "rates": ASKED["rates"]}  # noqa: F821
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(ASKED["helpers"], "helper", "exec"),  # noqa: F821
             {"__name__": "helper", "REQUEST": request})
    return [json.loads(line) for line in said.getvalue().splitlines()]


def build_official(path):
    use(path)
    with redirect_stdout(io.StringIO()):
        for name in ASKED["lists"]:  # noqa: F821
            call_command("update_index_one_list", name, verbosity=0)


def whoosh_documents(path):
    from whoosh import index

    found = {}
    reader = index.open_dir(path, indexname="MAIN").reader()
    for leaf, _ in reader.leaf_readers():
        names = {number: stored["id"] for number, stored in leaf.iter_docs()}
        for number, stored in leaf.iter_docs():
            found[stored["id"]] = {"stored": repr(sorted(stored.items())), "terms": []}
            for field in ("date", "archived_date", "subject", "sender", "mailinglist", "text"):
                found[stored["id"]]["terms"].append((field, repr(leaf.column_reader(field)[number])))
        for field, term in leaf.all_terms():
            if field.startswith("spell_"):
                continue
            matcher = leaf.postings(field, term)
            while matcher.is_active():
                number = matcher.id()
                found[names[number]]["terms"].append((
                    field, term, matcher.weight(), matcher.value(), leaf.doc_field_length(number, field)))
                matcher.next()
    return found


def xapian_documents(path):
    import xapian

    database = xapian.Database(path)
    found = {}
    for item in database.postlist(""):
        document = database.get_document(item.docid)
        terms = [(term.term, term.wdf, tuple(term.positer)) for term in document.termlist()]
        name = [term[0] for term in terms if term[0].startswith(b"Qhyperkitty.")][0]
        found[name] = {"stored": document.get_data(), "terms": terms + [
            (value.num, value.value) for value in document.values()]}
    return found


def weigh_all():
    """Takes from Whoosh (2.7.4) a shortcut that is wrong where something is excluded, as private
    lists are from a search without a list. Each hit then gets 1.0 for not being excluded, and once a
    page is full, IntersectionMatcher.replace passes over a whole segment that cannot reach the page's
    last hit; but it takes for the most that InverseMatcher can add what the excluded ones weigh, none
    where the segment has none of them. So hits are lost, the best ones among them, and too few are
    counted, in either index: which ones depends on where segments end, on nothing else."""
    from whoosh.matching.binary import IntersectionMatcher

    original = IntersectionMatcher.replace
    IntersectionMatcher.replace = lambda self, minquality=0: original(self)


def answers(path):
    """What HyperKitty's search page has to show for each query: hits in their order."""
    from hyperkitty.views import search as page

    use(path)
    # The page itself is left out: its HTML has the context's hits in it.
    page.render = lambda request, template, context, **kwargs: context
    found = {}
    for query in ASKED["queries"]:  # noqa: F821
        for sort in ("", "date-asc", "date-desc"):
            for name in [None] + ASKED["lists"]:  # noqa: F821
                asked = {"q": query, "sort": sort, "count": "200"}
                request = RequestFactory().get("/search", dict(asked, **({"mlist": name} if name else {})))
                request.user = AnonymousUser()
                context = page.search(request)
                shown = list(context.get("emails", []))
                # Of hits of equal weight a page shows those that lie first in the index.
                hits = [str(hit.pk) if sort else round(hit.score, 3) for hit in shown]
                total = context["emails"].paginator.count if shown else 0
                found["%s %s %s" % (query, sort, name)] = [total] + hits
    return found


documents = whoosh_documents if ASKED["engine"] == "whoosh" else xapian_documents  # noqa: F821
ours, official = ASKED["index"], os.path.join(ASKED["work"], "official-" + ASKED["engine"])  # noqa: F821
records = []
if ours is None:
    ours = os.path.join(ASKED["work"], "ours-" + ASKED["engine"])  # noqa: F821
    records = build_ours(ours)
if not os.path.exists(official):
    build_official(official)
sides = [documents(ours), documents(official)]
for side in sides:
    for document in side.values():
        document["terms"].sort(key=repr)
if ASKED["engine"] == "whoosh":  # noqa: F821
    weigh_all()
found = [answers(ours), answers(official)]
print(json.dumps({
    "documents": [len(side) for side in sides],
    "differing": sorted(str(name) for name in set(sides[0]) | set(sides[1])
                        if sides[0].get(name) != sides[1].get(name)),
    "hits": sum(hits[0] for hits in found[1].values()),
    "searches": sorted(query for query in found[0] if found[0][query] != found[1][query]),
    "records": records}))
sys.stdout.flush()
