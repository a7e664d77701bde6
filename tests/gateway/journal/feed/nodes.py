"""Nodes' chains written by hand: transactions that begin, stay open and are committed in any order, and who reads the feed beside."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from gateway.journal.audit.chains import own_chain
from gateway.journal.audit.hash_chain import ChainHead, Entry, append
from gateway.journal.feed.cursor import Cursor, read_cursor
from gateway.journal.feed.pages import CaseEvent, FeedPage, newest, page
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader, open_writer
from gateway.journal.store.records import application_row
from gateway.model.application import Application
from gateway.model.identifiers import new_id
from tests.gateway.journal.small import DIGEST, application

#: The time that passes where nobody writes for long.
SILENCE = 1_000_000
_CHAIN = schema.chain


@dataclass
class Node:
    """A node's chain as committed, and the transaction that it has open."""

    head: ChainHead
    engine: Engine
    rows: list[dict[str, Any]] = field(default_factory=list)
    end: ChainHead | None = None  # of the open transaction
    begun: int = 0  # its time
    connection: Connection | None = None  # it is open at a server, too


class Nodes:
    """Nodes on one journal. Nothing of a transaction is seen before its commit. ``clock`` is the database's."""

    def __init__(self, url: str) -> None:
        self._stack = ExitStack()
        self._url = url
        self.engine = open_writer(url)
        self.reader = open_reader(url)
        self.alone = self.engine.dialect.name == "sqlite"
        self.clock = 1_000
        self.nodes: list[Node] = []
        self.cases: list[Application] = []
        self.events: Counter[str] = Counter()  # committed, by case
        self._held: set[str] = set()
        self._stack.callback(self.engine.dispose)
        self._stack.callback(self.reader.dispose)
        with self.engine.begin() as connection:
            if self.alone:  # nothing here is about the disk
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA synchronous=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.execute(insert(schema.service_definition), {"digest": DIGEST, "code": "x", "definition": "{}", "stored_at": 1})

    def close(self) -> None:
        for node in self.nodes:
            if node.connection is not None:
                node.connection.close()
        self._stack.close()

    def file(self, caller: str = "c") -> Application:
        """Add a case that has no event yet."""
        made = application(f"n{len(self.cases)}", caller=caller)
        with self.engine.begin() as connection:
            connection.execute(insert(schema.application), application_row(made))
        self.cases.append(made)
        return made

    def start(self, chain: str | None = None) -> Node:
        """Begin a chain."""
        engine = self.engine if self.alone else self.server()
        node = Node(ChainHead(chain=chain or new_id()), engine)
        row = {"id": node.head.chain, "node": "n", "batch": 0, "seq": 0, "hash": node.head.hash, "seen_at": self.clock}
        with self.engine.begin() as connection:
            connection.execute(insert(_CHAIN), row)
        self.nodes.append(node)
        return node

    def server(self) -> Engine:
        """Make a connection for one more writer."""
        made = open_writer(self._url)
        self._stack.callback(made.dispose)
        return made

    def chain_of(self, node: str) -> str:
        """Give the chain that a node's own writer goes on with."""
        return own_chain(self.engine, "00000000-0000-7000-8000-000000000001", node)

    def begin(self, node: Node, *cases: Application, also: int = 0) -> None:
        """Open a transaction with an event of each case that no other transaction holds, and some entries of no case."""
        node.begun, node.end = self.clock, ChainHead(node.head.chain, node.head.seq, node.head.hash)
        for case in cases:
            if case.id not in self._held:
                self._held.add(case.id)
                self._enter(
                    node, Entry(event="moved", actor="t", application_id=case.id, event_no=self.events[case.id] + 1, details={"moves": {}})
                )
                self._enter(node, Entry(event="record_kept", actor="t", application_id=case.id))
        for _ in range(also):
            self._enter(node, Entry(event="note", actor="t"))
        if not self.alone:
            node.connection = node.engine.connect()
            self._write(node, node.connection)

    def _enter(self, node: Node, entry: Entry) -> None:
        assert node.end is not None
        node.rows.append(append(node.end, entry, node.begun))

    def _write(self, node: Node, connection: Connection) -> None:
        assert node.end is not None
        if node.rows:
            connection.execute(insert(schema.audit), node.rows)
        end = {"seq": node.end.seq, "hash": node.end.hash, "seen_at": node.begun}
        connection.execute(update(_CHAIN).where(_CHAIN.c.id == node.head.chain).values(end))

    def commit(self, node: Node) -> None:
        """Commit the node's open transaction."""
        if node.connection is None:
            with node.engine.begin() as connection:
                self._write(node, connection)
        else:
            node.connection.commit()
            node.connection.close()
        for row in node.rows:
            if row["event_no"] is not None:
                self.events[row["application_id"]] += 1
                self._held.discard(row["application_id"])
        assert node.end is not None
        node.head, node.end, node.rows, node.connection = node.end, None, [], None

    def write(self, node: Node, *cases: Application, also: int = 0) -> None:
        """Make a whole commit."""
        self.begin(node, *cases, also=also)
        self.commit(node)

    def enter(self, node: Node, event: str) -> None:
        """Commit an entry of no case."""
        node.begun, node.end = self.clock, ChainHead(node.head.chain, node.head.seq, node.head.hash)
        self._enter(node, Entry(event=event, actor="t"))
        self.commit(node)

    def cut(self, node: Node, head: ChainHead, events: int) -> None:
        """Put a chain of one case back to where it stood, as a restore does."""
        case = self.cases[0].id
        with self.engine.begin() as connection:
            connection.execute(delete(schema.audit).where(schema.audit.c.chain == head.chain, schema.audit.c.seq > head.seq))
            connection.execute(update(_CHAIN).where(_CHAIN.c.id == head.chain).values(seq=head.seq, hash=head.hash))
        node.head, self.events[case] = head, events

    # -- reading
    def page(self, cursor: Cursor, reach: int = 1000) -> FeedPage:
        with self.reader.connect() as connection:
            return page(connection, cursor, reach)

    def newest(self) -> Cursor:
        with self.reader.connect() as connection:
            return newest(connection)

    def rows(self) -> list[tuple[str, int]]:
        """Give all events of cases as they stand in the journal."""
        table = schema.audit.c
        with self.reader.connect() as connection:
            return [
                tuple(row) for row in connection.execute(select(table.application_id, table.event_no).where(table.event_no.is_not(None)))
            ]


@dataclass
class Follower:
    """Somebody who reads the feed, keeps its cursor as text, and goes now and then before it has taken all of a page."""

    nodes: Nodes
    cursor: Cursor
    seen: list[CaseEvent] = field(default_factory=list)

    def look(self, reach: int = 1000, takes: int | None = None) -> FeedPage:
        """Take a page, or its first events alone."""
        found = self.nodes.page(self._kept(), reach)
        some = found.items if takes is None else found.items[:takes]
        self.seen += some
        self.cursor = some[-1].cursor if takes is not None and some else self.cursor if takes is not None else found.next
        return found

    def _kept(self) -> Cursor:
        kept = read_cursor(self.cursor.text)
        assert kept == self.cursor
        return kept

    def drain(self, reach: int = 1000) -> None:
        """Read to the end."""
        assert any(not self.look(reach).more for _ in range(1000)), "the feed has no end"

    @property
    def told(self) -> list[tuple[str, int]]:
        return [(one.application_id, one.event.no) for one in self.seen]


def prove(told: list[tuple[str, int]], expected: list[tuple[str, int]]) -> None:
    """Hold what came against what happened: each once, those of one case in their order."""
    assert Counter(told) == Counter(expected), "lost or repeated"
    last: dict[str, int] = {}
    for case, number in told:
        assert number > last.get(case, 0), f"{case}: event {number} after {last[case]}"
        last[case] = number
