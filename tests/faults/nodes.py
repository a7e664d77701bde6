"""An installation of several nodes on one PostgreSQL, or on a synchronous pair of them: one configuration, the same secrets."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import orjson
from psycopg import sql

from gateway.installation.secrets import Secrets
from gateway.journal.store.database import open_reader
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify
from tests.faults.installation import Installation
from tests.faults.processes import Process
from tests.patience import until
from tests.ports import free_ports, give_back
from tests.postgres import Ground, Pair, Server

#: Length of a lease, unless the longest call and five seconds are more, as here.
LEASE_SECONDS = 2
#: Seconds that a call to a department may take. With the margin it makes leases of six seconds.
DEADLINE_SECONDS = 1.0
#: The name of a writer's connection at the server.
WRITER = "onestop-gateway writer"
_CHECKED = ("application", "delivery", "idempotency", "audit", "attempt")


@dataclass(slots=True)
class Node:
    """One node, with its own folders and port, and a ``process`` while it runs."""

    data: Path
    port: int
    process: Process | None = None
    incarnation: str = ""  # the owner of its leases, and the name of its audit chain
    paused: bool = False  # callers pass it over

    @property
    def log_folder(self) -> Path:
        """The folder of the audit's heads that it signs."""
        return self.data.with_name(f"{self.data.name}.log")


class Nodes(Installation):
    """An installation that starts all its nodes with :meth:`fork_gateway`. Callers go round the running ones."""

    def __init__(self, folder: Path, settings: Mapping[str, Any] | None = None, *, nodes: int = 3, pair: bool = False) -> None:
        given = {"limits": {"deadline_seconds": DEADLINE_SECONDS}, **(settings or {})}
        super().__init__(folder, given)
        self.ground = Ground(memory=True)
        self.pair: Pair | None = None
        try:
            if pair:
                self.pair = Pair(self.ground)
            self._alone = self.pair.primary if self.pair is not None else Server.made(self.ground)
            self.name = self.server.create()
        except BaseException:
            self.ground.__exit__()
            raise
        self._doors = free_ports(nodes)
        self.nodes = [Node(folder / f"node-{number + 1}", self._doors + number) for number in range(nodes)]
        self._turns = count()

    @property
    def server(self) -> Server:
        """The server that takes writes."""
        return self._alone if self.pair is None else self.pair.primary

    @property
    def running(self) -> list[Node]:
        """The nodes that run and are not paused."""
        return [node for node in self.nodes if node.process is not None and not node.paused]

    @property
    def gateways(self) -> list[Process]:
        """The nodes' processes."""
        return [node.process for node in self.nodes if node.process is not None]

    @property
    def url(self) -> str:
        """The address of the next running node, as a load balancer would choose it."""
        return self.url_of((self.running or self.nodes)[next(self._turns) % len(self.running or self.nodes)])

    def door_of(self, path: str) -> str:
        """Give the address of a caller's next request."""
        return self.url + path

    @staticmethod
    def url_of(node: Node) -> str:
        """Give that node's address."""
        return f"http://127.0.0.1:{node.port}"

    def environment_of(self, node: Node) -> dict[str, str]:
        """Give the environment of a node, and the journal they share."""
        return {
            "GATEWAY_DATA": str(node.data),
            "GATEWAY_LOG_FOLDER": str(node.log_folder),
            "GATEWAY_SECRETS": str(self.data.with_name("var.secrets")),
            "GATEWAY_PORT": str(node.port),
            "GATEWAY_DATABASE": self.pair.url(self.name) if self.pair is not None else self.server.url(self.name),
            "GATEWAY_LEASE_SECONDS": str(LEASE_SECONDS),
        }

    def fork_gateway(self, **environment: str) -> Process:
        """Start every node that does not run, and give the first of them once all serve."""
        missing = [node for node in self.nodes if node.process is None]
        with ThreadPoolExecutor(len(missing)) as pool:
            started = list(pool.map(lambda node: self.start_node(node, **environment), missing))
        return started[0]

    def start_node(self, node: Node, **environment: str) -> Process:
        """Start one node, and give it once it serves."""
        process = super().fork_gateway(**{**self.environment_of(node), **environment})
        node.incarnation = process.events("audit_head")[0]["heads"][0]["chain"]  # its own chain is signed before it serves
        node.process = process
        return process

    def die_together(self, moments: random.Random) -> list[Process]:
        """Choose one of them, or two, or all."""
        [number] = moments.choices(range(1, len(self.gateways) + 1), [2, 3, 1][: len(self.gateways)])
        return moments.sample(self.gateways, number)

    def pausable(self, moments: random.Random) -> Sequence[Process]:
        """Choose all but one, once each has something under way. The one left goes on meanwhile."""
        chosen = moments.sample(self.running, len(self.running) - 1)
        until(lambda: all(map(self.leases_of, chosen)))
        return [node.process for node in chosen if node.process is not None]

    def leases_of(self, node: Node) -> dict[str, int]:
        """Give the deliveries that a node has under way, with the ends of their leases (microseconds by the server's clock)."""
        question = sql.SQL("SELECT id, lease_until FROM delivery WHERE lease_owner = {} AND state = 'sending'")
        return dict(self.server.execute(question.format(node.incarnation), self.name))

    def late_results(self) -> int:
        """Count the results in the audit that came after the lease had gone and moved nothing."""
        return len(self.audited("late_result_kept"))

    def pause(self, process: Process) -> None:
        """Stop it where it is, so that callers pass it over."""
        self._node(process).paused = True
        super().pause(process)

    def resume(self, process: Process) -> None:
        """Let it go on."""
        super().resume(process)
        self._node(process).paused = False

    def _node(self, process: Process) -> Node:
        return next(node for node in self.nodes if node.process is process)

    def writer_socket(self) -> str:
        """Give the socket between the only node's writer and the server, as /proc names it."""
        newest = sql.SQL("SELECT client_port FROM pg_stat_activity WHERE application_name = {} ORDER BY backend_start DESC LIMIT 1")
        [[port]] = self.server.execute(newest.format(WRITER))
        [process] = self.gateways
        for line in Path(f"/proc/{process.pid}/net/tcp").read_text().splitlines()[1:]:
            local, inode = line.split()[1], line.split()[9]
            if int(local.rpartition(":")[2], 16) == port:
                return f"socket:[{inode}]"
        raise AssertionError(f"no socket of the gateway is connected from port {port}")

    def audited(self, event: str) -> list[tuple[str, int, dict[str, Any]]]:
        """Give application, time and details of the audit's entries of that event."""
        question = sql.SQL("SELECT application_id, at, details FROM audit WHERE event = {} ORDER BY at")
        return [(row[0], row[1], orjson.loads(row[2])) for row in self.server.execute(question.format(event), self.name)]

    def gone(self, process: Process) -> None:
        """Note that this node runs no more, so that callers go to others and it can be started again."""
        super().gone(process)
        self._node(process).process = None

    @property
    def socket(self) -> Path:
        """The unix socket of a running node."""
        return self.running[0].data / "gateway.sock"

    @property
    def database_url(self) -> str:
        """Give the checker's URL of the journal."""
        return self.server.url(self.name, scheme="postgresql+psycopg")

    def copy(self, name: str) -> str:
        """Copy everything that the checker reads into a schema of its own, and give the checker's URL of it."""
        with self.server.connect(self.name) as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute(f"CREATE SCHEMA {name} AUTHORIZATION gateway".encode())
            for table in _CHECKED:
                connection.execute(f"CREATE TABLE {name}.{table} AS SELECT * FROM public.{table}".encode())  # noqa: S608  # our own names
                connection.execute(f"ALTER TABLE {name}.{table} OWNER TO gateway".encode())
        return f"{self.database_url}?options=-csearch_path%3D{name}"

    def verify(self) -> VerifyReport:
        """Verify the audit against the heads that each node signed, and give the first bad report."""
        reports = self.verifications()
        return next((report for report in reports if not report.ok), reports[0])

    def verifications(self) -> Sequence[VerifyReport]:
        """Run ``gateway audit verify`` on every node."""
        secrets = Secrets(self.data.with_name("var.secrets"))
        reader = open_reader(self.server.url(self.name))
        try:
            key, hmac_key = secrets.signing_key().public_key(), secrets.hmac_key()
            return [verify(reader, node.log_folder / "audit-heads.jsonl", key, hmac_key) for node in self.nodes]
        finally:
            reader.dispose()

    def close(self) -> None:
        """End the nodes, then the servers."""
        try:
            super().close()
        finally:
            give_back(self._doors)
            self.ground.__exit__()


def one_node(folder: Path, settings: Mapping[str, Any] | None = None) -> Nodes:
    """Make an installation of one node on PostgreSQL."""
    return Nodes(folder, settings, nodes=1)


def on_a_pair(folder: Path, settings: Mapping[str, Any] | None = None) -> Nodes:
    """Make one of three nodes on a primary with a synchronous standby."""
    return Nodes(folder, settings, pair=True)
