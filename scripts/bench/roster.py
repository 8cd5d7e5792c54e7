# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder of Mailman 2 with one list of invented members.

    roster.py FOLDER LIST HOST MEMBERS

A plain dictionary in pickle protocol 1 is what both Mailman 2 and `mailman import21` read. Options,
digests and names vary with the number of the member, so that every run has the same list.
"""
import pickle
import sys
from pathlib import Path

OPTIONS = (0, 4, 16, 128, 256, 256 | 2, 8)


def main(folder, name, host, count):
    addresses = ["Member.%d@%s" % (n, host) for n in range(int(count))]
    keys = [address.lower() for address in addresses]
    kept = {key: 0 if key == address else address for key, address in zip(keys, addresses)}
    config = {
        "_internal_name": name,
        "real_name": name.capitalize(),
        "host_name": host,
        "preferred_language": "en",
        "owner": ["boss@" + host],
        "moderator": [],
        "default_member_moderation": 0,
        "member_moderation_action": 0,
        "members": {key: kept[key] for key in keys[::2] + keys[1::4]},
        "digest_members": {key: kept[key] for key in keys[3::4]},
        "usernames": {key: "Member %d" % n for n, key in enumerate(keys) if n % 3},
        "user_options": {key: OPTIONS[n % 7] for n, key in enumerate(keys) if OPTIONS[n % 7]},
        "language": {},
        "passwords": {},
        "delivery_status": {key: (2, 1300000000.0) for key in keys[::50]},
        "bounce_info": {},
        "ban_list": [],
        "data_version": 101,
    }
    target = Path(folder) / "lists" / name
    target.mkdir(parents=True)
    (target / "config.pck").write_bytes(pickle.dumps(config, protocol=1))


main(*sys.argv[1:])
