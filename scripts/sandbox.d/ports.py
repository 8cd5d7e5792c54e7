# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of a sandbox: picked once, kept for its folder, chosen anew when someone took them."""
import random
import socket

HOST = "127.0.0.1"
NAMES = ("rest", "lmtp", "smtp", "web", "nginx", "postgres")

# Below Linux's ephemeral range (32768 and up), so that no outgoing connection of this machine
# sits on one of them between `down` and the next `up`.
LOWEST, HIGHEST = 20000, 32000


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the daemons do: a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2):
            return True
    except OSError:
        return False


def pick(taken: set[int]) -> int:
    for _ in range(1000):
        port = random.randint(LOWEST, HIGHEST)
        if port not in taken and is_free(port):
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST}")


def settle(known: dict[str, int], keep: frozenset[str] = frozenset()) -> dict[str, int]:
    """The known ports, with every one replaced that is missing or occupied by a stranger.
    `keep` names those whose occupier is the sandbox itself."""
    settled: dict[str, int] = {}
    for name in NAMES:
        port = known.get(name)
        if port is None or not (name in keep or is_free(port)):
            port = pick(set(known.values()) | set(settled.values()))
        settled[name] = port
    return settled
