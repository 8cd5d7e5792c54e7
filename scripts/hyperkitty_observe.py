# SPDX-License-Identifier: GPL-3.0-or-later
"""What HyperKitty holds of one list, and, if that is asked, how much of it the search index knows.

Fed to HyperKitty's own Django after hyperkitty_list.py; with ``documents`` after the indexer's parts,
too. ``REQUEST``: ``{"do": "observe", "list": fqdn, "documents": true}``. Records: ``emails`` (a page of messages: hash and date by turns), ``list`` (one).
"""


def observe(request):
    import hyperkitty
    from hyperkitty.models import Email, MailingList

    mlist = MailingList.objects.filter(name=request["list"]).first()
    if mlist is None:
        emit(type="list", exists=False, version=hyperkitty.VERSION)
        return
    count = 0
    page = []
    rows = Email.objects.filter(mailinglist=mlist).order_by("pk").values_list("message_id_hash", "date")
    for message_hash, date in rows.iterator(chunk_size=5000):
        count += 1
        page += (message_hash, date.timestamp())
        if len(page) >= 2000:
            emit(type="emails", emails=page)
            page = []
    emit(type="emails", emails=page)
    documents = count - absent_from_index(mlist) if request["documents"] else None
    emit(type="list", exists=True, version=hyperkitty.VERSION,
         archivePolicy=mlist.get_archive_policy_display(), documents=documents)


def absent_from_index(mlist):
    """How many messages the search index does not know."""
    from haystack import connections
    from hyperkitty.models import Email

    engine = engine_for(connections["default"].get_backend(),
                        connections["default"].get_unified_index().get_index(Email))
    if engine is None:
        found = searched(mlist)
        return sum(str(key) not in found for key, _ in list_rows(mlist))
    return sum(1 for _ in engine.known(list_rows(mlist), []))


observe(REQUEST)  # noqa: F821 (defined by the caller)
