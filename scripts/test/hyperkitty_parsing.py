#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loader's parsing against the way of HyperKitty's import command, message by message.

    hyperkitty_parsing.py COUNT SEED [MBOX...]

Makes odd messages at random, and spoils those of mailboxes at random, and compares every value.
Prints how many were compared, and how many of them the loader read without writing them out anew;
exit code 1 with the first messages of which the two disagree.
"""
import email
import email.policy
import mailbox
import random
import sys

import hyperkitty_rows

PARTS = hyperkitty_rows.LOADER[1:4]
UNIXFROMS = ["someone@example.org Fri Apr 26 21:57:56 2019", "x@y.org Mon Feb  5 01:02:03 2001",
             "nobody", "x Thu Feb 31 00:00:00 2004", "a at b.org Sat, 3 Mar 2007 10:00:00 +0200",
             "x@y.org Mon Feb 29 25:02:03 2000"]
NAMES = ["Subject", "subject", "From", "Date", "Message-ID", "Message-Id", "In-Reply-To",
         "References", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding",
         "Resent-Date", "To", "X-Long", "Received", "MIME-Version", "Keywords"]
WORDS = ["Re:", "[list]", "hello", "world,", "a;", "=?utf-8?q?caf=C3=A9?=", "=?utf-8?b?4pyT?=",
         "=?x?", "=?utf-8?q?half", "(comment)", '"quoted, text"', "x" * 70, "y" * 90, "ab@c.org",
         "<ab@c.org>", "<x.y+z@h.org>", "<a b@x>", "<>", "<<i@j>>", "\t", "  ", "\\",
         "12 Mar 2004", "10:00:00", "+0200", "(CEST)", "(MET DST)", "-0000", "+1500", "GMT", "=", "<a@b",
         "boundary=x", "<a.@b.org>", "<.a@b>", "<a@[1.2.3.4]>"]
WILD = ["caf\xe9", "€", "\x0c", "\x1c", "\x85", "\x00"]
DATES = ["Fri, 26 Apr 2019 21:57:56 +0200", "1 Jan 1999 00:00:00 -0500 (EST)", "Mon, 30 Feb 2004 10:00:00 +0000",
         "Tue, 2 Mar 2004 10:00:00 -0000", "2 Mar 04 10:00 EST", "Wed, 3 Mar 2004 24:00:60 +1400",
         "Thu,  4 Mar 2004 10:00:00 GMT", "Fri, 5 Mar 2004 10:00:00 +0160", "2004-03-02T10:00:00Z", ""]
TYPES = ["text/plain", "text/plain; charset=utf-8", 'text/plain; charset="iso-8859-1"; format=flowed',
         "text/html; charset=utf-8", "TEXT/PLAIN; charset=nonsense", "text", "image/png; name=\"a b.png\"",
         "application/pgp-signature; name*=utf-8''f%C3%BC.asc", "message/rfc822", "message/delivery-status",
         "text/plain (comment); charset=us-ascii", "text/x-patch; name=\"=?utf-8?q?=C3=BC.patch?=\""]
MULTIPARTS = ["mixed", "alternative", "signed; micalg=pgp-sha1; protocol=\"application/pgp-signature\"",
              "digest", "related", "report; report-type=delivery-status"]
LINES = ["hello", "", "From here on", "-- next part --", "caf\xe9", "x" * 100, "  indented", "--b1", "--b1--",
         "--b2", "=E9=", "aGVsbG8gd29ybGQ=", "-------------- next part --------------", ">From", "\x00"]


def pick(dice, of, many=1):
    return [dice.choice(of) for _ in range(dice.randrange(many) + 1)]


def field(dice, name):
    if name in ("Date", "Resent-Date") and dice.random() < 0.8:
        return dice.choice(DATES)
    if name == "Message-ID" and dice.random() < 0.7:
        return "<%d.x@example.org>" % dice.randrange(1000)
    words = pick(dice, WORDS + WILD if dice.random() < 0.05 else WORDS, 14)
    gaps = (" ", " ", " ", "  ", "\n ", "\n\t", "") + ((" \n ",) if dice.random() < 0.1 else ())
    text = "".join(word + dice.choice(gaps) for word in words)
    return text if dice.random() < 0.05 else text.rstrip()


def header(dice, kind=None):
    fields = ["%s: %s" % (name, field(dice, name)) for name in pick(dice, NAMES[:8] + NAMES[11:], 9)]
    if dice.random() < 0.95:
        fields.append("Message-ID: <%d@example.org>" % dice.randrange(10 ** 9))
    if dice.random() < 0.9:
        fields.append("From: A. Person <a.person@example.org>")
    return fields + part_header(dice, kind)


def part_header(dice, kind=None):
    fields = []
    if kind is not None or dice.random() < 0.7:
        fields.append("Content-Type:%s%s" % (dice.choice((" ", " ", "\n ", "")), kind or dice.choice(TYPES)))
    if dice.random() < 0.3:
        fields.append("Content-Transfer-Encoding: " + dice.choice(
            ["base64", "quoted-printable", "7bit", "8bit", "x-uuencode", "BASE64 "]))
    if dice.random() < 0.2:
        fields.append("Content-Disposition: " + dice.choice(
            ["inline", "attachment", 'attachment; filename="a b.txt"', "attachment; filename=%s.txt" % ("z" * 80)]))
    if dice.random() < 0.05:
        fields.append("%s: %s" % (dice.choice(NAMES), field(dice, "X")))
    dice.shuffle(fields)
    return fields


def body(dice, depth=0):
    """The fields that say what a body is, and the body."""
    if depth > 2 or dice.random() < (0.4 if depth == 0 else 0.7):
        return None, "\n".join(pick(dice, LINES, 6)) + dice.choice(("\n", "", "\n\n"))
    name = "b%d" % (depth + 1)
    shown = dice.choice((name, '"%s"' % name, '"%s"' % name, '"b 1"', "%s; x=\"=?a?=\"" % name))
    kind = "multipart/%s;%sboundary=%s" % (dice.choice(MULTIPARTS), dice.choice((" ", "\n\t")), shown)
    text = "" if dice.random() < 0.5 else "\n".join(pick(dice, LINES[:7], 3)) + "\n"
    for _ in range(dice.choice((0, 1, 2, 2, 3))):
        inner, part = body(dice, depth + 1)
        text += "--%s%s\n" % (name, dice.choice(("", "", "", " ")))
        text += "".join(each + "\n" for each in part_header(dice, inner))
        text += ("" if dice.random() < 0.03 else "\n") + part + dice.choice(("\n", "\n", ""))
    if dice.random() < 0.9:
        text += "--%s--%s" % (name, dice.choice(("\n", "", "\n\nepilogue\n")))
    return kind, text


def made(dice):
    kind, text = body(dice)
    whole = "\n".join(header(dice, kind)) + "\n\n" + text
    if dice.random() < 0.05:
        whole = whole.replace("\n", "\r\n")
    return whole.encode(dice.choice(("utf-8", "latin-1")), "replace")


def spoilt(dice, message):
    lines = message.split(b"\n")
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(lines))
        what = dice.randrange(4)
        if what == 0:
            del lines[at:at + 1]
        elif what == 1:
            lines.insert(at, dice.choice(lines))
        elif what == 2 and lines[at]:
            where = dice.randrange(len(lines[at]))
            lines[at] = lines[at][:where] + dice.choice((b" ", b"\n ", b"\xe9", b"\t", b"\x00", b"=?")) + lines[at][where:]
        elif what == 3:
            lines[at] = lines[at] + b" " + b" ".join([b"word"] * dice.randrange(40))
        lines = lines or [b""]
    return b"\n".join(lines)


def loader(**replaced):
    text = "\n".join((hyperkitty_rows.SCRIPTS / name).read_text() for name in PARTS)
    space = {"__name__": "loader"}
    exec(compile(text, "loader", "exec"), space)
    space.update(replaced)
    return space


def outcome(work, *words):
    try:
        return work(*words)
    except RecursionError:
        raise
    except Exception as error:
        return type(error).__name__


def main(count, seed, *mboxes):
    hyperkitty_rows.start(":memory:")
    import datetime

    from django.utils import timezone
    from hyperkitty.lib import utils

    now = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    timezone.now = lambda: now
    ours = loader()
    stock = loader(to_unicode=utils.header_to_unicode, parsed_date=utils.parsedate)

    def official(body, unixfrom):
        written = mailbox.mboxMessage(body).as_bytes(unixfrom=False)
        return stock["gather"](email.message_from_bytes(written, policy=email.policy.default), unixfrom)

    spared = 0
    whole = ours["whole"]

    def counted(body):
        nonlocal spared
        spared -= 1
        return whole(body)

    ours["whole"] = counted
    dice = random.Random(int(seed))
    samples = []
    for path in mboxes:
        with open(path, "rb") as stream:
            samples += [message.partition(b"\n")[2] for message in stream.read().split(b"\n\nFrom ")]
    wrong = 0
    for _ in range(int(count)):
        message = spoilt(dice, dice.choice(samples)) if samples and dice.random() < 0.4 else made(dice)
        unixfrom = dice.choice(UNIXFROMS)
        spared += 1
        mine, theirs = (outcome(each, message, unixfrom) for each in (ours["values_of"], official))
        if mine != theirs:
            wrong += 1
            if wrong <= 5:
                print(message, unixfrom, mine, theirs, sep="\n", end="\n\n")
    print("%d compared, %d of them spared the long way, %d wrong" % (int(count), spared, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
