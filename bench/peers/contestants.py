"""The peers, and one round of one of them: its database or server, its worker processes, and the process that hands in the load."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from bench.contest import APPLICATIONS, AT_ONCE, PER_SECOND, UNHURRIED, Round, line
from bench.peers.environment import PYTHON, ROOT, SkippedError, libraries, reason, restate_server
from bench.peers.restate_server import serving
from bench.processes import cpu_seconds, family, peak_bytes_together
from tests.ports import free_port
from tests.postgres import Ground, Server

#: For the commit that a result waits for. The rest of the server is set up as for the gateway.
_DURABLE = {"synchronous_commit": "on"}
WORKERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One way to do the job with another engine. ``how`` describes its set-up for the page."""

    name: str
    engine: str
    module: str
    how: str
    shape: str = ""
    share: float = 1.0  # of the applications of a round, for slow peers

    @property
    def applications(self) -> int:
        """The number of its applications in a round."""
        return max(AT_ONCE, int(APPLICATIONS * self.share))


_AT_ONCE = "everything enqueued at once with its batch call; the answers inserted into a table beside its own"
PEERS = (
    Peer(
        name="DBOS", engine="DBOS", module="on_dbos", share=0.25,
        how=f"a workflow of five gathered steps, started in {WORKERS} processes of 20 connections and 16 threads; {AT_ONCE} under way",
    ),
    Peer(
        name="PgQueuer, a job an application", engine="PgQueuer", module="on_pgqueuer", shape="whole",
        how=f"{WORKERS} workers on asyncpg, batches of 50; {_AT_ONCE}",
    ),
    Peer(
        name="PgQueuer, a job a department", engine="PgQueuer", module="on_pgqueuer", shape="split", share=0.5,
        how="the same, five jobs an application",
    ),
    Peer(
        name="Procrastinate, a job an application", engine="Procrastinate", module="on_procrastinate", shape="whole", share=0.5,
        how=f"{WORKERS} workers with a concurrency of 50 each; {_AT_ONCE}",
    ),
    Peer(
        name="Procrastinate, a job a department", engine="Procrastinate", module="on_procrastinate", shape="split", share=0.25,
        how="the same, five jobs an application",
    ),
    Peer(
        name="Restate", engine="Restate", module="on_restate",
        how=f"its server with 4 partitions, {WORKERS} workers of Hypercorn on uvloop, `ctx.run_typed` for each call; {AT_ONCE} under way",
    ),
)  # fmt: skip


#: Starts a process of a peer, given its role, its engine's address, the first port of the stubs, and further arguments.
Starter = Callable[..., subprocess.Popen[str]]


def run(peer: Peer, stubs: int, ground: Ground) -> Round:
    """Run one round of a peer. Raises SkippedError with its last words if it cannot be set up or does not finish."""
    libraries()
    with tempfile.TemporaryFile("w+") as errors:
        try:
            with ExitStack() as stack, _starter(peer, errors.fileno()) as start:
                if peer.engine == "Restate":
                    return _on_restate(peer, start, stubs, stack)
                return _on_postgres(peer, start, stubs, ground, stack)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            errors.seek(0)
            raise SkippedError(f"did not get through: {error}; it said: {reason(errors.read())}") from error


def _on_postgres(peer: Peer, start: Starter, stubs: int, ground: Ground, stack: ExitStack) -> Round:
    server = Server.made(ground, settings=_DURABLE)
    stack.callback(shutil.rmtree, server.data, ignore_errors=True)  # now, since all of them at the end take the janitor too long
    stack.callback(server.stop)
    url = server.url(server.create())
    if peer.engine == "DBOS":  # the process that hands in applications also runs them
        fronts = [_ready(start("front", url, stubs, number)) for number in range(WORKERS)]
        return _measured(peer, fronts, [server.pid, *(front.pid for front in fronts)])
    front = _ready(start("front", url, stubs, peer.shape))
    workers = [_ready(start("work", url, stubs)) for _ in range(WORKERS)]
    return _measured(peer, [front], [server.pid, *(worker.pid for worker in workers)])


def _on_restate(peer: Peer, start: Starter, stubs: int, stack: ExitStack) -> Round:
    server = stack.enter_context(serving(restate_server()))
    port = free_port()
    workers = start("work", port, stubs)
    server.register(port)
    return _measured(peer, [_ready(start("front", server.ingress))], [server.pid, workers.pid])


def _measured(peer: Peer, fronts: Sequence[subprocess.Popen[str]], roots: Sequence[int]) -> Round:
    """Warm up, run at a low rate, then run everything. The count covers the peer's own processes (``roots`` and their children)."""
    shared, at_once = peer.applications // len(fronts), AT_ONCE // len(fronts)
    _told(fronts, f"load {AT_ONCE // len(fronts)} {at_once}")
    unhurried = _told(fronts[:1], f"unhurried {UNHURRIED} {PER_SECOND}")[0]["unhurried"]
    before = _used(roots)
    seconds = max(said["seconds"] for said in _told(fronts, f"load {shared} {at_once}"))
    cpu, done = _used(roots) - before, shared * len(fronts)
    peak = peak_bytes_together(pid for root in roots for pid in family(root))
    return Round(per_second=done / seconds, cpu_ms=1000 * cpu / done, peak_bytes=peak, alone=(), unhurried=tuple(unhurried))


def _told(fronts: Sequence[subprocess.Popen[str]], words: str) -> list[dict[str, Any]]:
    for front in fronts:
        if front.stdin is not None:
            front.stdin.write(words + "\n")
            front.stdin.flush()
    return [json.loads(line(front)) for front in fronts]


def _ready(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    line(process)
    return process


def _used(roots: Sequence[int]) -> float:
    return cpu_seconds(pid for root in roots for pid in family(root))


@contextmanager
def _starter(peer: Peer, errors: int) -> Iterator[Starter]:
    """Start a peer's processes under its own interpreter, and end them with all their children on leaving."""
    started: list[subprocess.Popen[str]] = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {"PYTHONPATH": str(ROOT)}

    def start(*words: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(PYTHON), "-m", f"bench.peers.{peer.module}", *map(str, words)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    try:
        yield start
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
