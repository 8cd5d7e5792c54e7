# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts batches of messages into HyperKitty's tables, each in one short transaction that leaves the
list as HyperKitty itself would have it at that point: so nothing has to be remembered between two
batches, whatever ends the run, and mail that arrives meanwhile finds its place.
"""
from collections import namedtuple
from contextlib import suppress

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Count, DateTimeField, Exists, F, Max, OuterRef
from hyperkitty.models import Attachment, Email, MailingList, Sender, Thread

Row = namedtuple("Row", FIELDS)  # noqa: F821 (of hyperkitty_loader_parse)

# SQLite takes only so many values in one statement.
AT_ONCE = 800
# What one message can be to blame for; anything else ends the run.
MESSAGE_FAULTS = (DataError, IntegrityError, ValueError, OverflowError, LookupError)
# Ids that others may take while MySQL is told which ones are wanted here.
LEEWAY = 1000


def weight(row):
    """Bytes, about, that a message takes."""
    return len(row.content) + sum(len(each[-1]) for each in row.attachments)


def chunks(items, size=AT_ONCE):
    items = list(items)
    return [items[at:at + size] for at in range(0, len(items), size)]


def some_of(query, field, values):
    """The rows of a query whose field is among many values."""
    for part in chunks(values):
        yield from query.filter(**{field + "__in": part})


class Store:
    """One list's rows. `refuse(row, why)` is told of each message that the database refuses."""

    def __init__(self, mlist, refuse):
        self.mlist = mlist
        self.refuse = refuse
        # Threads whose counts others may have remembered.
        self.changed_threads = set()
        self.added = 0
        # Bytes that fit into one transaction, and into one message.
        self.batch_bytes, self.most_bytes = 8 << 20, None
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 60000")
            if connection.vendor == "mysql":
                self.adapt_to_mysql(cursor)

    def adapt_to_mysql(self, cursor):
        cursor.execute("SELECT @@max_allowed_packet")
        packet = cursor.fetchone()[0]
        # A byte of an attachment can take two in a statement.
        self.batch_bytes, self.most_bytes = min(self.batch_bytes, packet // 4), packet // 3

    def put(self, rows):
        """Stores the messages that the list does not hold yet; where the database refuses some,
        the others all the same."""
        if self.most_bytes is not None:
            for row in rows:
                if weight(row) > self.most_bytes:
                    self.refuse(row, "it is larger than the server's max_allowed_packet allows")
            rows = [row for row in rows if weight(row) <= self.most_bytes]
        try:
            fresh, threads = patiently(lambda: self.write(rows))  # noqa: F821 (of hyperkitty_list)
        except MESSAGE_FAULTS as error:
            if len(rows) == 1:
                self.refuse(rows[0], str(error) or type(error).__name__)
                return
            half = len(rows) // 2
            self.put(rows[:half])
            self.put(rows[half:])
            return
        self.added += fresh
        self.changed_threads.update(threads)

    def adopt_orphans(self):
        """Gives a place to messages whose thread began without the one that they answer, and which
        is here now: HyperKitty's daily job does it, for those that came while this was running."""
        last = 0
        while last is not None:
            last = patiently(lambda after=last: self.adopt_some(after))  # noqa: F821

    def adopt_some(self, after):
        self.lock()
        emails = Email.objects.filter(mailinglist=self.mlist)
        answered = emails.filter(message_id=OuterRef("in_reply_to"))
        orphans = list(
            emails.filter(Exists(answered), parent__isnull=True, id__gt=after)
            .exclude(message_id=F("in_reply_to")).order_by("id")
            .values_list("id", "in_reply_to", "thread_id")[:AT_ONCE // 4])
        if not orphans:
            return None
        parents = list(some_of(emails.values_list("id", "thread_id"), "message_id",
                               {in_reply_to for _, in_reply_to, _ in orphans}))
        forest = forest_of(
            {thread for *_, thread in orphans + parents}, {id for id, _ in parents}, set())
        for id, in_reply_to, _ in orphans:
            if in_reply_to in forest.parents:
                forest.adopt(forest.by_id[id], forest.parents[in_reply_to])
        forest.lay_out()
        self.update(forest)
        return orphans[-1][0]

    def straighten(self):
        """Lays out anew the threads in which two messages have one place. HyperKitty sorts a new
        message in by a job of its own: one that looked at an orphan before its thread was joined to
        another, and waited to write until it was, leaves it where it stood. And what archives it may
        save that thread once more, which then is there again without a message."""
        for ghost in Thread.objects.filter(
                mailinglist=self.mlist, starting_email__isnull=False, emails__isnull=True):
            patiently(ghost.delete)  # noqa: F821
        crowded = Email.objects.filter(mailinglist=self.mlist).order_by().values(
            "thread_id", "thread_order").annotate(count=Count("id")).filter(count__gt=1)
        for part in chunks({row["thread_id"] for row in crowded}, AT_ONCE // 4):
            patiently(lambda part=part: self.lay_out(part))  # noqa: F821

    def lay_out(self, threads):
        self.lock()
        forest = forest_of(threads, set(), set())
        forest.lay_out()
        self.update(forest)

    def lock(self):
        # Written first, so that SQLite gives the lock for writing before anything is read, and
        # two runs on one list wait for each other.
        MailingList.objects.filter(pk=self.mlist.pk).update(name=self.mlist.name)

    def write(self, rows):
        self.lock()
        rows = self.unheld(rows)
        if not rows:
            return 0, ()
        ids = allocate(Email, len(rows), mailinglist=self.mlist, sender_id="", thread_id=-1,
                       date=rows[0].date, timezone=0)
        nodes = [Node(id, None, row.date, message_id=row.message_id,  # noqa: F821
                      in_reply_to=row.in_reply_to, row=row) for id, row in zip(ids, rows)]
        forest = self.forest(nodes)
        for node in nodes:
            forest.add(node)
        forest.lay_out()
        new = [thread for thread in forest.touched if thread.id is None and thread.members]
        for id, thread in zip(allocate(Thread, len(new), mailinglist=self.mlist), new):
            thread.id = id
        senders(rows)
        self.insert(nodes, new)
        self.update(forest)
        return len(rows), [thread.id for thread in forest.touched if thread.before is not None]

    def unheld(self, rows):
        held = set(some_of(
            Email.objects.filter(mailinglist=self.mlist).values_list("message_id", flat=True),
            "message_id", [row.message_id for row in rows]))
        fresh = []
        for row in rows:
            if row.message_id not in held:
                held.add(row.message_id)
                fresh.append(row)
        return fresh

    def forest(self, nodes):
        """Every thread that these messages go to, or whose beginning answers one of them."""
        emails = Email.objects.filter(mailinglist=self.mlist)
        answered = {node.in_reply_to for node in nodes} - {None}
        parents = list(some_of(emails.values_list("id", "thread_id"), "message_id", answered))
        orphans = list(some_of(emails.filter(parent__isnull=True).values_list("id", "thread_id"),
                               "in_reply_to", [node.message_id for node in nodes]))
        named = some_of(Thread.objects.filter(mailinglist=self.mlist).values_list("id", flat=True),
                        "thread_id", [node.row.hash for node in nodes])
        wanted = {thread for _, thread in parents + orphans} | set(named)
        return forest_of(wanted, {id for id, _ in parents}, {id for id, _ in orphans})

    def insert(self, nodes, threads):
        # Threads and their first messages point at each other: the databases that can check that
        # at the end do so; MySQL is told not to.
        with connection.constraint_checks_disabled():
            Thread.objects.bulk_create([
                Thread(id=thread.id, mailinglist=self.mlist, thread_id=thread.key,
                       date_active=thread.date_active, starting_email_id=thread.starter)
                for thread in threads])
            insert_rows(Email, [dict(
                id=node.id, mailinglist_id=self.mlist.id, message_id=node.row.message_id,
                message_id_hash=node.row.hash, sender_id=node.row.sender,
                sender_name=node.row.sender_name, subject=node.row.subject,
                content=node.row.content, date=node.row.date, timezone=node.row.timezone,
                in_reply_to=node.row.in_reply_to, parent_id=node.parent, thread_id=node.thread.id,
                archived_date=node.row.archived_date, thread_order=node.order,
                thread_depth=node.depth) for node in nodes])
        attachments = []
        for node in nodes:
            # As much of it as the name of an attachment's file is made of.
            email = node.row.attachments and Email(
                id=node.id, mailinglist=self.mlist, message_id_hash=node.row.hash)
            for counter, name, content_type, charset, content in node.row.attachments:
                attachment = Attachment(email=email, counter=counter, name=name,
                                        content_type=content_type, encoding=charset)
                # Into the database, or into the folder of the settings.
                attachment.set_content(content)
                attachments.append(attachment)
        Attachment.objects.bulk_create(attachments)

    def update(self, forest):
        moved = [node for node in forest.by_id.values()
                 if node.before is not None and node.before != node.state()]
        execute_many(
            "UPDATE %s SET parent_id = %%s, thread_id = %%s, thread_order = %%s, thread_depth = %%s "
            "WHERE id = %%s" % Email._meta.db_table, [node.state() + (node.id,) for node in moved])
        for thread in forest.touched:
            if thread.before is None:
                continue
            if thread.joined is not None:
                join(thread)
            elif thread.before != (thread.starter, thread.date_active):
                Thread.objects.filter(pk=thread.id).update(
                    starting_email_id=thread.starter, date_active=thread.date_active)


def forest_of(thread_ids, parent_ids, orphan_ids):
    threads = {
        id: Thread_(key, id, starter, date_active)  # noqa: F821
        for id, key, starter, date_active in some_of(
            Thread.objects.select_for_update().values_list(
                "id", "thread_id", "starting_email_id", "date_active"), "pk", thread_ids)}
    parents, orphans = {}, {}
    for id, message_id, in_reply_to, parent, thread, date, order, depth in some_of(
            Email.objects.values_list("id", "message_id", "in_reply_to", "parent_id", "thread_id",
                                      "date", "thread_order", "thread_depth"),
            "thread_id", threads):
        node = Node(id, parent, date, order, depth, message_id, in_reply_to)  # noqa: F821
        threads[thread].add(node)
        node.before = node.state()
        if id in parent_ids:
            parents[message_id] = node
        if id in orphan_ids:
            orphans.setdefault(in_reply_to, []).append(node)
    return Forest(threads.values(), orphans, parents)  # noqa: F821


def join(thread):
    """What people tied to a thread that another one took in goes with its messages."""
    survivor = thread.joined
    while survivor.joined is not None:
        survivor = survivor.joined
    for relation in Thread._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if model is not Email and not relation.many_to_many:
            model.objects.filter(**{name: thread.id}).update(**{name: survivor.id})
    # Without signals: each would have HyperKitty work out all counts of the list anew.
    gone = Thread.objects.filter(pk=thread.id)
    gone._raw_delete(gone.db)


def senders(rows):
    wanted = {row.sender for row in rows}
    known = set(some_of(Sender.objects.values_list("address", flat=True), "pk", wanted))
    Sender.objects.bulk_create(
        [Sender(address=address) for address in sorted(wanted - known)], ignore_conflicts=True)


def insert_rows(model, rows):
    """Rows of a model, each a dict of its fields' values. Making objects of them first, as
    bulk_create wants them, takes as long as all the rest of storing them."""
    fields = model._meta.concrete_fields
    dates = [field.attname for field in fields if isinstance(field, DateTimeField)]
    adapt = connection.ops.adapt_datetimefield_value
    for row in rows:
        for field in fields:
            if field.attname not in row:
                row[field.attname] = field.get_default()
        for name in dates:
            row[name] = adapt(row[name])
    quoted = connection.ops.quote_name
    statement = "INSERT INTO %s (%s) VALUES " % (
        quoted(model._meta.db_table), ", ".join(quoted(field.column) for field in fields))
    one = "(%s)" % ", ".join(["%s"] * len(fields))
    values = [tuple(row[field.attname] for field in fields) for row in rows]
    if connection.vendor == "sqlite":
        # Read once for all rows.
        execute_many(statement + one, values)
        return
    with connection.cursor() as cursor:
        for part in chunks(values, AT_ONCE // len(fields)):
            cursor.execute(statement + ", ".join([one] * len(part)),
                           [value for row in part for value in row])


def execute_many(statement, values):
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def allocate(model, count, **needed):
    """So many ids that nobody else will get; `needed` are values without which a row is none."""
    if count == 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) "
                           "FROM generate_series(1, %s)", [table, count])
            return [id for id, in cursor.fetchall()]
        if connection.vendor == "sqlite":
            # Nobody else can write until this transaction ends.
            cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [table])
            first = (cursor.fetchone()[0] or 0) + 1
            return range(first, first + count)
    # MySQL hands out no ids in advance, but goes on after the greatest that it has ever seen, that
    # of a row which was taken back included.
    first = (model.objects.aggregate(Max("id"))["id__max"] or 0) + LEEWAY
    with suppress(TakenBack), transaction.atomic(), connection.constraint_checks_disabled():
        model.objects.bulk_create([model(id=first + count, **needed)])
        raise TakenBack
    return range(first, first + count)


class TakenBack(Exception):
    """Undoes a savepoint."""
