"""``make bench-peers``: the gateway on SQLite and other engines doing the same job, in turns, all on all cores."""

from __future__ import annotations

import os
import sys

from bench.composition import write_page
from bench.contest import APPLICATIONS, Round, departments, gateway
from bench.peers.contestants import PEERS, run
from bench.peers.environment import SkippedError, versions
from bench.peers.section import US, Told, figures_of, record, section
from tests.postgres import Ground

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


def main() -> None:
    """Measure in turns, print, write the page."""
    busy = os.getloadavg()[0]
    rounds: dict[str, list[Round]] = {US: []}
    skipped: dict[str, str] = {}
    with departments(None) as stubs, Ground() as ground:
        for number in range(ROUNDS):
            rounds[US].append(gateway(stubs, cores=None))
            for peer in PEERS:
                if peer.name in skipped:
                    continue
                try:
                    rounds.setdefault(peer.name, []).append(run(peer, stubs, ground))
                except SkippedError as error:
                    skipped[peer.name] = str(error)
                    rounds.pop(peer.name, None)
            print(f"round {number + 1} of {ROUNDS} done", file=sys.stderr)
        # Before the servers are cleared away, so that the figures are not lost with them.
        pinned = versions()
        told = {
            peer.name: Told(engine=peer.engine, how=f"{pinned[peer.engine]}; {peer.how}", applications=peer.applications) for peer in PEERS
        }
        told[US] = Told(engine=US, how="one process; each application filed over HTTP and waited for", applications=APPLICATIONS)
        print(section(record(figures_of(rounds, told), skipped, busy=busy)))
        write_page()


if __name__ == "__main__":
    main()
