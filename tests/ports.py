"""Ports for servers under test, in blocks of which each belongs to one test process, so that parallel runs never collide."""

from __future__ import annotations

import random
import socket

#: Below the ports that the system hands out itself, and below those that ``gateway demo`` tries.
_LOWEST, _HIGHEST = 10_000, 20_000
#: Ports of a block: its guard, then those that are given away.
_BLOCK = 10

_guards: dict[int, socket.socket] = {}


def free_ports(length: int) -> int:
    """Give the first of so many (nine at most) free ports in a row, held until they are given back or this process ends."""
    assert length < _BLOCK
    for _ in range(1000):
        base = random.randrange(_LOWEST, _HIGHEST, _BLOCK)
        guard = socket.socket()
        try:
            guard.bind(("127.0.0.1", base))  # without SO_REUSEADDR, so that nobody else can
            for port in range(base + 1, base + 1 + length):
                with socket.socket() as door:
                    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    door.bind(("127.0.0.1", port))
        except OSError:
            guard.close()
            continue
        _guards[base + 1] = guard
        return base + 1
    raise RuntimeError("no free ports")


def free_port() -> int:
    """Give a port nobody listens on, on which servers can be started again and again."""
    return free_ports(1)


def give_back(first: int) -> None:
    """Release these ports. Does nothing if they were given back before."""
    guard = _guards.pop(first, None)
    if guard is not None:
        guard.close()
