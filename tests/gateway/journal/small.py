"""A small journal and small changes, for the tests of how changes are gathered, decided and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.store import schema
from gateway.journal.store.database import migrate, open_writer
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Delivery
from gateway.model.identifiers import new_id
from tests.gateway.journal.empty import empty

DIGEST = "d" * 64


def engine(where: str | Path) -> Engine:
    """Make a writer on an empty journal that knows one definition, at a URL or in a SQLite file in a folder."""
    if isinstance(where, Path):
        url = empty(where / "journal.db")
    else:
        migrate(where)
        url = where
    made = open_writer(url)
    with made.begin() as connection:
        connection.execute(insert(schema.service_definition), {"digest": DIGEST, "code": "x", "definition": "{}", "stored_at": 1})
    return made


def application(number: str, **more: Any) -> Application:
    values: dict[str, Any] = {
        "id": new_id(),
        "number": number,
        "caller": "c",
        "service": "x",
        "service_digest": DIGEST,
        "channel": "counter",
        "revision": 1,
        "state": ApplicationState.IN_PROGRESS,
        "needs_attention": False,
        "trace_id": "0" * 32,
        "applicant_index": "i",
        "received_at": 1,
        "due_at": None,
        "ended_at": None,
        "withdrawal_asked": False,
        "version": 0,
        **more,
    }
    return Application(**values)


def delivery(of: Application, step: str = "do", **more: Any) -> Delivery:
    values: dict[str, Any] = {"department": "office", "operation": "safe", "position": 0, "required": True, "after": (), **more}
    return Delivery(id=new_id(), application_id=of.id, step=step, **values)


@dataclass
class Does:
    """A change that does what it is told, and counts how often it decided."""

    doing: Callable[[Draft], Any]
    needs: Needs = field(default_factory=Needs)
    decided: int = 0

    def decide(self, draft: Draft) -> Any:
        self.decided += 1
        return self.doing(draft)


def adds(one: Application, **more: Any) -> Does:
    """Make a change that adds a case of one delivery."""

    def doing(draft: Draft) -> str:
        draft.add_case(one, [delivery(one, **more)])
        draft.settle(one.id, "application_accepted", "test", {})
        return one.id

    return Does(doing)


def notes(text: str) -> Does:
    return Does(lambda draft: draft.audit(Entry(event=text, actor="test")))


def column(engine: Engine, table: Any, name: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(table.c[name]).order_by(table.c[name])).scalars())


def opened(engine: Engine, **more: Any) -> Journal:
    return Journal(engine, node="node-1", chain="chain", **more)
