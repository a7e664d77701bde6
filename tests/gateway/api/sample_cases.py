"""A journal to read from, with cases written by hand as the writer would leave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, Table, text

from gateway.journal.audit.hash_chain import ChainHead, Entry, append
from gateway.journal.store import schema
from gateway.journal.store.database import HEAD, open_writer
from gateway.journal.store.records import application_row, attempt_row, delivery_row
from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Action, Attempt, Delivery, DeliveryState
from gateway.model.identifiers import new_id, new_trace_id

#: 2026-11-23 09:30:00 in China, in microseconds.
NOON = 1_795_397_400_000_000
FORM: dict[str, Any] = {
    "applicant": {"name": "欧阳明", "id_type": "111", "id_number": "500152199001010018", "mobile": "13800138000"},
    "agent": None,
    "data": {"spouse": {"name": "李丽", "id_number": "500152198512310026"}, "married_on": "2026-11-23"},
}
DIGEST = "d" * 64


class Journal:
    """A journal with an engine that writes to it, in a new SQLite file in a folder or at a URL."""

    def __init__(self, where: Path | str) -> None:
        self.url = f"sqlite:///{where / 'journal.db'}" if isinstance(where, Path) else where
        self.engine: Engine = open_writer(self.url)
        self.head = ChainHead(chain=new_id())
        if isinstance(where, Path):
            with self.engine.begin() as connection:
                schema.metadata.create_all(connection)
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        self.insert(schema.service_definition, {"digest": DIGEST, "code": "newlywed", "definition": "{}", "stored_at": NOON})

    def insert(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Write rows to a table."""
        with self.engine.begin() as connection:
            connection.execute(table.insert(), list(rows))

    def change(self, delivery: Delivery, application: Application) -> None:
        """Write the present state of a delivery and its application."""
        with self.engine.begin() as connection:
            connection.execute(schema.delivery.update().where(schema.delivery.c.id == delivery.id).values(delivery_row(delivery)))
            row = application_row(application)
            connection.execute(schema.application.update().where(schema.application.c.id == application.id).values(row))

    def add(self, application: Application, deliveries: Iterable[Delivery], form: Mapping[str, Any] | None = FORM) -> None:
        """Write a case, with its first event."""
        made = list(deliveries)
        self.insert(schema.application, application_row(application))
        if made:
            self.insert(schema.delivery, *(delivery_row(d) for d in made))
        if form is not None:
            self.payload(application.id, "form", application.revision, form)
        moves = {d.id: [d.step, d.state.value, d.round] for d in made}
        self.event(application, "application_accepted", moves)

    def payload(self, application_id: str, part: str, revision: int, content: Mapping[str, Any]) -> None:
        """Write one blob."""
        row = {"application_id": application_id, "part": part, "revision": revision, "blob": orjson.dumps(content)}
        self.insert(schema.payload, row)

    def event(
        self,
        application: Application,
        event: str,
        moves: Mapping[str, Any] | None = None,
        delivery_id: str | None = None,
        actor: str = "test",
        **details: object,
    ) -> None:
        """Write an audit entry about an application as it is now."""
        said = {"moves": moves or {}, "application": application.state.value, "attention": application.needs_attention, **details}
        entry = Entry(
            event=event,
            actor=actor,
            application_id=application.id,
            event_no=application.version,
            delivery_id=delivery_id,
            details=said,
        )
        self.insert(schema.audit, append(self.head, entry, NOON + self.head.seq))

    def stand(self) -> None:
        """Write where the chain stands, as every commit does."""
        with self.engine.begin() as connection:
            connection.execute(schema.chain.delete())
            here = {"id": self.head.chain, "seq": self.head.seq, "hash": self.head.hash}
            connection.execute(schema.chain.insert(), {**here, "node": self.head.chain, "batch": 1, "seen_at": NOON + self.head.seq})

    def attempt(self, delivery: Delivery, number: int, result: str) -> None:
        """Write an attempt at a delivery."""
        made = Attempt(
            delivery_id=delivery.id,
            epoch=number,
            round=delivery.round,
            number=number,
            action=Action.SUBMIT,
            node=new_id(),
            started_at=NOON,
            ended_at=NOON + 5000,
            result=result,
        )
        self.insert(schema.attempt, attempt_row(made))


_count = iter(range(1, 1_000_000))


def an_application(**changes: Any) -> Application:
    """Make an application under way."""
    values: dict[str, Any] = {
        "id": new_id(),
        "number": f"11500152000000019R350015200000120261123{next(_count):04d}",
        "caller": new_id(),
        "service": "newlywed",
        "service_digest": DIGEST,
        "channel": "counter",
        "revision": 1,
        "state": ApplicationState.IN_PROGRESS,
        "needs_attention": False,
        "trace_id": new_trace_id(),
        "applicant_index": "a" * 64,
        "received_at": NOON,
        "due_at": NOON + 3_600_000_000,
        "ended_at": None,
        "withdrawal_asked": False,
        "version": 1,
    }
    return Application(**values | changes)


def a_delivery(application: Application, step: str = "marriage", **changes: Any) -> Delivery:
    """Make a delivery of it, to the department of the step's name."""
    values: dict[str, Any] = {
        "id": new_id(),
        "application_id": application.id,
        "position": 0,
        "step": step,
        "department": step,
        "operation": "register",
        "required": True,
        "after": (),
        "state": DeliveryState.READY,
        "due_at": NOON,
        "updated_at": NOON,
    }
    return Delivery(**values | changes)
