# SPDX-License-Identifier: GPL-3.0-or-later
"""What HyperKitty took off the messages of one list.

Fed to HyperKitty's own Django after hyperkitty_list.py. ``REQUEST``: ``{"do": "attachments", "list":
fqdn}``. Records: ``attachments`` (a page of them: message hash, counter, name, content type and size
by turns; the size is null where the content is gone).
"""
import os

VALUES = 5
PAGE = 1000 * VALUES


def size_of(attachment):
    """Without reading the content: HyperKitty keeps it in the database or in a folder."""
    if attachment.size is not None:
        return attachment.size
    if attachment.length is not None:
        return attachment.length
    folder = attachment._get_folder()
    if folder is None:
        return None
    try:
        return os.path.getsize(os.path.join(folder, str(attachment.counter)))
    except OSError:
        return None


def attachments(request):
    from django.db.models import Case, When
    from django.db.models.functions import Length
    from hyperkitty.models import Attachment

    # The database need not open what it knows the size of.
    length = Case(When(size__isnull=True, then=Length("content")))
    rows = (Attachment.objects.filter(email__mailinglist__name=request["list"])
            .select_related("email__mailinglist")
            .only("counter", "name", "content_type", "size", "email__message_id_hash",
                  "email__mailinglist__name")
            .annotate(length=length).order_by("pk"))
    page = []
    for row in rows.iterator(chunk_size=1000):
        page += (row.email.message_id_hash, row.counter, row.name, row.content_type, size_of(row))
        if len(page) >= PAGE:
            emit(type="attachments", attachments=page)
            page = []
    emit(type="attachments", attachments=page)


attachments(REQUEST)  # noqa: F821 (defined by the caller)
