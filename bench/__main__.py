"""``make bench``: the gateway against the same calls made bare, in turns, in one run, with medians and ranges as ratios."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import beside, counted
from bench.adapters import SOAP
from bench.backlog import backlog, mean
from bench.composition import write_page
from bench.contest import Round, bare, departments, gateway
from bench.nodes import per_second
from bench.page import record, section
from bench.processes import family
from gateway.assembly.process import run
from gateway.telemetry.logs import configure_logs
from tests.postgres import Ground, Server

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
#: Deliveries of the long backlog, beside one of 1,000.
BACKLOG = int(os.environ.get("BENCH_BACKLOG", "1000000"))


def _on_postgres(ground: Ground, stubs: int) -> Round:
    """Run one round on a PostgreSQL server of its own, which syncs. Its processes share the gateway's core and count with it."""
    server = Server.made(ground)
    try:
        for pid in family(server.pid):
            os.sched_setaffinity(pid, {0})
        return gateway(stubs, server.url(server.create()), server.pid)
    finally:
        server.stop()


def _beside_the_bare_calls(ground: Ground) -> tuple[dict[str, list[Round]], list[dict[str, float]]]:
    """Run the rounds over REST, and give each round's figures with two of the departments over SOAP."""
    with departments({1}) as stubs:
        contestants: dict[str, Callable[[], Round]] = {
            "bare": lambda: bare(stubs),
            "gateway on SQLite": lambda: gateway(stubs),
            "gateway on PostgreSQL": lambda: _on_postgres(ground, stubs),
        }
        over_soap: dict[str, Callable[[], Round]] = {
            "zeep": lambda: bare(stubs, "zeep"),
            "adapters": lambda: bare(stubs, "adapters"),
            "gateway": lambda: gateway(stubs, soap=SOAP),
        }
        rounds: dict[str, list[Round]] = {name: [] for name in contestants}
        soap = []
        for number in range(ROUNDS):
            for name, once in contestants.items():
                rounds[name].append(once())
            soap.append({name: once().per_second for name, once in over_soap.items()})
            print(f"round {number + 1} of {ROUNDS} done", file=sys.stderr)
    return rounds, soap


def _two_nodes(ground: Ground) -> list[dict[str, float]]:
    os.sched_setaffinity(0, set(range(os.cpu_count() or 1)))
    with departments(None) as stubs:
        rounds = [{name: per_second(ground, stubs, nodes) for name, nodes in (("one", 1), ("two", 2))} for _ in range(ROUNDS)]
    print("two nodes done", file=sys.stderr)
    return rounds


def _counted() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        sink = configure_logs("json", stream=(Path(folder) / "log.jsonl").open("w"))
        try:
            return asdict(run(counted.count(Path(folder))))
        finally:
            sink.close()


def main() -> None:
    """Measure in turns, print, write the page; or measure beside the code of another commit, and print."""
    if sys.argv[1:2] == ["--beside"]:
        beside.main(sys.argv[2], ROUNDS)
        return
    with Ground() as ground:
        rounds, soap = _beside_the_bare_calls(ground)
        nodes = _two_nodes(ground)
        before, large, after = (asdict(backlog(size)) for size in (1_000, BACKLOG, 1_000))
        backlogs = [mean(before, after), large]  # the short backlog is measured before and after, because a machine is not always as fast
        print("backlogs done", file=sys.stderr)
        more = {"soap": soap, "nodes": nodes, "backlog": backlogs, "counted": _counted()}
        print(section(record(rounds, more)))  # before the servers are cleared away, so that the figures are not lost with them
        write_page()


if __name__ == "__main__":
    main()
