#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loader where it does not do as HyperKitty's import command does: a test for each row of
EXCEPTIONS in hyperkitty_loader_fit.py but the first, which every comparison of rows meets.

Needs HyperKitty and no Mailman Core; its database is in memory.
"""
import datetime
import sys
import unittest

import hyperkitty_rows

hyperkitty_rows.start(":memory:")
hyperkitty_rows.prepare(":memory:")

from django.contrib.auth.models import User  # noqa: E402
from hyperkitty.models import Email, Favorite, LastView, MailingList, Tag, Tagging, Thread  # noqa: E402

LOADER = {"__name__": "loader"}
TEXT = "\n".join((hyperkitty_rows.SCRIPTS / name).read_text() for name in hyperkitty_rows.LOADER[:-1])
exec(compile(TEXT, "loader", "exec"), LOADER)
DAY = datetime.datetime(2015, 1, 1, tzinfo=datetime.timezone.utc)


def mail(name, answers=None, **headers):
    fields = {"Message-ID": "<%s@x>" % name, "From": "Ann <ann@x.org>", "Subject": name,
              "Date": "Thu, 1 Jan 2015 10:00:%02d +0000" % (ord(name[0]) % 60), **headers}
    if answers:
        fields["In-Reply-To"] = "<%s@x>" % answers
    return "".join("%s: %s\n" % field for field in fields.items()).encode() + b"\n" + name.encode() + b"\n"


class Exceptions(unittest.TestCase):
    def setUp(self):
        self.mlist = MailingList.objects.create(name="%s@x.org" % self.id().rsplit(".")[-1].lower())
        self.refused = []

    def load(self, *mails, narrow=False):
        """Stores mails as the loader does; what of them lost something."""
        fit = LOADER["Fit"](narrow=narrow)
        store = LOADER["Store"](self.mlist, lambda row, why: self.refused.append((row.message_id, why)))
        rows, lost = [], {}
        for body in mails:
            values, names = fit.row(LOADER["values_of"](body, "a@x Thu Jan  1 10:00:00 2015"))
            rows.append(LOADER["Row"](*values))
            lost[rows[-1].message_id] = names
        store.put(rows)
        store.adopt_orphans()
        store.straighten()
        self.assertEqual(self.refused, [])
        return lost

    def email(self, name):
        return Email.objects.get(mailinglist=self.mlist, message_id=name + "@x")

    def shape(self):
        """Parent, thread, place and depth of each message."""
        return {email.message_id[0]: (email.parent and email.parent.message_id[0],
                                      email.thread.starting_email.message_id[0],
                                      email.thread_order, email.thread_depth)
                for email in Email.objects.filter(mailinglist=self.mlist)}

    def test_covers_every_exception(self):
        tested = {"thread-ring", "too-long", "nul", "half-character", "joined-threads", "deleted-beginning"}
        self.assertEqual({rule for rule, *_ in LOADER["EXCEPTIONS"]} - {"thread-date"}, tested)

    def test_thread_ring(self):
        ring = [mail("a", answers="b"), mail("b", answers="a"), mail("c", answers="b")]
        self.load(*ring)
        first = self.shape()
        self.assertEqual(first["a"], (None, "a", 0, 0))
        self.assertEqual([first[name][:2] for name in "bc"], [("a", "a"), ("b", "a")])
        self.load(mail("d"))
        self.load(*ring)
        self.assertEqual({name: place for name, place in self.shape().items() if name != "d"}, first)

    def test_too_long(self):
        name, address = "N" * 400, "%s@x.org" % ("a" * 300)
        lost = self.load(
            mail("a", From='"%s" <ann@x.org>' % name), mail("b", From="<%s>" % address),
            mail("c", **{"Content-Type": "application/x-a; name=%s.zip" % ("z" * 300)}))
        self.assertEqual(lost, {"a@x": ["sender_name"], "b@x": ["sender", "sender_name"], "c@x": ["attachments"]})
        self.assertEqual(self.email("a").sender_name, name[:255])
        self.assertEqual(self.email("b").sender_id, address[:255])
        self.assertEqual([each.name for each in self.email("c").attachments.all()], ["z" * 255])

    def test_nul(self):
        lost = self.load(mail("a", Subject="=?utf-8?q?one=00two?="))
        self.assertEqual((lost, self.email("a").subject), ({"a@x": ["subject"]}, "onetwo"))

    def test_half_character(self):
        fit = LOADER["Fit"]()
        self.assertEqual(fit.text("one \ud83d two", None), "one \ufffd two")
        whole = "\U0001f600"
        self.assertEqual(fit.text(whole, None), whole)

    def test_of_four_bytes_where_mysql_takes_three(self):
        lost = self.load(mail("a", Subject="=?utf-8?b?8J+YgA==?= caf=?utf-8?q?=C3=A9?="), narrow=True)
        self.assertEqual(lost, {"a@x": ["subject"]})
        self.assertIn("\ufffd", self.email("a").subject)

    def test_joined_threads(self):
        self.load(mail("b", answers="a"), mail("c", answers="b"))
        thread, user = self.email("b").thread, User.objects.create(username="ann")
        Favorite.objects.create(thread=thread, user=user)
        LastView.objects.create(thread=thread, user=user)
        Tagging.objects.create(thread=thread, user=user, tag=Tag.objects.create(name="good"))
        self.load(mail("a"))
        joined = self.email("a").thread
        self.assertEqual(self.shape(), {"a": (None, "a", 0, 0), "b": ("a", "a", 1, 1), "c": ("b", "a", 2, 2)})
        self.assertFalse(Thread.objects.filter(pk=thread.pk).exists())
        for model in (Favorite, LastView, Tagging):
            self.assertEqual([each.thread for each in model.objects.filter(user=user)], [joined])

    def test_saved_once_more(self):
        self.load(mail("b", answers="a"))
        thread = self.email("b").thread
        self.load(mail("a"))
        thread.save()
        self.assertEqual(Thread.objects.filter(mailinglist=self.mlist).count(), 2)
        self.load(mail("a"))
        self.assertEqual([each.starting_email.message_id for each in
                          Thread.objects.filter(mailinglist=self.mlist)], ["a@x"])
        self.assertEqual(self.shape(), {"a": (None, "a", 0, 0), "b": ("a", "a", 1, 1)})

    def test_deleted_beginning(self):
        self.load(mail("a"), mail("b", answers="a"), mail("c", answers="a"))
        self.email("a").delete()
        self.assertEqual(self.email("c").parent, self.email("b"))
        left = self.email("b").thread
        self.load(mail("a"))
        self.assertEqual(self.email("a").thread, left)
        self.assertEqual(Thread.objects.filter(mailinglist=self.mlist).count(), 1)
        self.assertEqual(len({email.thread_order for email in left.emails.all()}), 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
