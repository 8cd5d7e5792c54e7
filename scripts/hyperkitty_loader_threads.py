# SPDX-License-Identifier: GPL-3.0-or-later
"""Which message answers which, and in what order a thread shows them: no database here.

A message belongs to the thread of the one that it answers; without one it begins a thread. A
message that came before the one it answers (an orphan) is adopted as soon as that one comes, with
all that hangs on it, as HyperKitty does when mail arrives and in its daily job.
"""


class Node:
    """A message as far as threads go. `parent` is the id of the message that it answers."""

    __slots__ = ("id", "message_id", "in_reply_to", "parent", "thread", "date", "order", "depth",
                 "row", "before")

    def __init__(self, id, parent, date, order=None, depth=0, message_id=None, in_reply_to=None,
                 row=None):
        self.id, self.parent, self.date, self.order, self.depth = id, parent, date, order, depth
        self.message_id, self.in_reply_to, self.row = message_id, in_reply_to, row
        self.thread = None
        # As the database has it; None for a message that it does not hold yet.
        self.before = None

    def state(self):
        return (self.parent, self.thread.id, self.order, self.depth)


class Thread_:
    """A thread with all of its messages."""

    __slots__ = ("id", "key", "members", "starter", "date_active", "joined", "before")

    def __init__(self, key, id=None, starter=None, date_active=None):
        self.id, self.key, self.starter, self.date_active = id, key, starter, date_active
        self.members = []
        # The thread that took in this one's messages.
        self.joined = None
        self.before = None if id is None else (starter, date_active)

    def add(self, node):
        node.thread = self
        self.members.append(node)


class Forest:
    """The threads that new messages touch."""

    def __init__(self, threads, orphans, parents):
        """`threads` with their members as the database has them; `orphans`: lists of beginnings
        of threads by the Message-ID that they answer; `parents`: messages by Message-ID."""
        self.touched = list(threads)
        self.by_key = {thread.key: thread for thread in threads}
        self.by_id = {node.id: node for thread in threads for node in thread.members}
        self.orphans = orphans
        self.parents = parents

    def add(self, node):
        self.by_id[node.id] = node
        parent = self.parents.get(node.in_reply_to)
        if parent is not None:
            node.parent = parent.id
            parent.thread.add(node)
        else:
            self.begin(node)
        self.parents[node.message_id] = node
        for orphan in self.orphans.pop(node.message_id, ()):
            self.adopt(orphan, node)
        # One that answers itself waits for nobody.
        if node.parent is None and node.in_reply_to not in (None, node.message_id):
            self.orphans.setdefault(node.in_reply_to, []).append(node)

    def begin(self, node):
        """A thread of the message's own. Where HyperKitty has a thread of that name, its first
        message was deleted there, and what was left answered it."""
        thread = self.by_key.get(node.row.hash)
        if thread is None:
            thread = self.by_key[node.row.hash] = Thread_(node.row.hash)
            self.touched.append(thread)
        elif thread.members:
            starter = self.by_id.get(thread.starter, thread.members[0])
            if starter.in_reply_to != node.message_id:
                node.parent = starter.id
        thread.add(node)

    def adopt(self, orphan, node):
        if orphan.parent is not None or self.root(node) is orphan:
            return  # a ring of answers stays open where it began
        orphan.parent = node.id
        former, thread = orphan.thread, node.thread
        if former is thread:
            return
        for member in former.members:
            thread.add(member)
        former.members, former.joined = [], thread

    def root(self, node):
        while node.parent is not None and node.parent in self.by_id:
            node = self.by_id[node.parent]
        return node

    def lay_out(self):
        """Order and depth in every thread that is left, its beginning and its latest date."""
        for thread in self.touched:
            if thread.members:
                lay_out(thread)


def lay_out(thread):
    members = sorted(thread.members, key=lambda node: (node.date, node.id))
    present = {node.id for node in members}
    answers = {}
    roots = []
    for node in members:
        if node.parent is None:
            roots.append(node)
        elif node.parent in present:
            answers.setdefault(node.parent, []).append(node)
    start = next((node for node in roots if node.id == thread.starter), None)
    start = start or (roots or members)[0]
    thread.starter = start.id
    thread.date_active = members[-1].date
    order, stack, seen = 0, [(start, 0)], set()
    while stack:
        node, depth = stack.pop()
        if node.id in seen:
            continue  # somebody else's ring
        seen.add(node.id)
        node.order, node.depth = order, depth
        order += 1
        stack.extend((answer, depth + 1) for answer in reversed(answers.get(node.id, ())))
