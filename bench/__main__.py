"""``make bench``: the gateway against the same calls made bare, in turns, in one run; medians and ranges, as ratios."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from bench.composition import write_page
from bench.contest import Round, bare, departments, gateway
from bench.page import record, section
from bench.processes import family
from tests.postgres import Ground, Server

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


def _on_postgres(ground: Ground, stubs: int) -> Round:
    """One round on a server of its own, which syncs; its processes share the gateway's core and count with it."""
    server = Server.made(ground)
    try:
        for pid in family(server.pid):
            os.sched_setaffinity(pid, {0})
        return gateway(stubs, server.url(server.create()), server.pid)
    finally:
        server.stop()


def main() -> None:
    """Measure in turns, print, write the page."""
    with Ground() as ground, departments({1}) as stubs:
        contestants: dict[str, Callable[[], Round]] = {
            "bare": lambda: bare(stubs),
            "gateway on SQLite": lambda: gateway(stubs),
            "gateway on PostgreSQL": lambda: _on_postgres(ground, stubs),
        }
        rounds: dict[str, list[Round]] = {name: [] for name in contestants}
        for number in range(ROUNDS):
            for name, run in contestants.items():
                rounds[name].append(run())
            print(f"round {number + 1} of {ROUNDS} done", file=sys.stderr)
        print(section(record(rounds)))  # before the servers are cleared away: what was measured must not be lost with them
        write_page()


if __name__ == "__main__":
    main()
