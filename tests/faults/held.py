"""Very many held deliveries, written straight into a stopped gateway's tables as it would have left them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import orjson

from bench.backlog_rows import leave
from gateway.cases.casework import mac_by
from gateway.installation.secrets import Secrets
from gateway.journal.audit.hash_chain import ChainHead, Entry, append
from gateway.journal.audit.row_digests import image_of
from gateway.journal.store import schema
from gateway.journal.store.records import application_row, delivery_row
from gateway.journal.store.schema import JOURNAL_ID
from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Delivery, DeliveryState, SkipReason
from gateway.model.identifiers import new_id, new_trace_id
from tests.faults.installation import Installation, sample

SERVICE = "company-start"
_TABLES = (schema.application, schema.delivery, schema.payload, schema.audit)
_BATCH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The filed data, and the audit's commitment to it."""

    form: bytes
    commitment: str


def hold(installation: Installation, count: int, now: int) -> list[str]:
    """Add so many cases whose tax step failed too often and is held. Gives the deliveries' keys in order of arrival.

    ``now`` is in microseconds. The gateway must have run once, so that it knows its services, and be stopped.
    """
    keys: list[str] = []
    with closing(sqlite3.connect(installation.database)) as connection:
        head = _head(connection)
        digest = connection.execute("SELECT digest FROM service_definition WHERE code = ?", (SERVICE,)).fetchone()[0]
        mac = mac_by(Secrets(installation.data.with_name("var.secrets")).hmac_key())
        body = sample(SERVICE)
        form = orjson.dumps({"applicant": body["applicant"], "agent": None, "data": {**body["data"], "employees": []}})
        said = Said(form=form, commitment=mac(form))
        for first in range(0, count, _BATCH):
            rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in _TABLES}
            for number in range(first, min(count, first + _BATCH)):
                for name, row in _case(number, now, digest, said, head):
                    rows[name].append(row)
                keys.append(f"{rows['delivery'][-2]['id'].replace('-', '')}-1")
            with connection:
                for table in _TABLES:
                    names = list(rows[table.name][0])
                    quoted = ", ".join(f'"{name}"' for name in names)
                    statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join(":" + name for name in names)})'  # noqa: S608  # names of our own tables
                    connection.executemany(statement, rows[table.name])
        leave(connection, head, Secrets(installation.data.with_name("var.secrets")).signing_key())
    return sorted(keys)


def _head(connection: sqlite3.Connection) -> ChainHead:
    chain = connection.execute("SELECT value FROM meta WHERE key = ?", (JOURNAL_ID,)).fetchone()[0]
    row = connection.execute("SELECT seq, hash FROM audit WHERE chain = ? ORDER BY seq DESC LIMIT 1", (chain,)).fetchone()
    return ChainHead(chain=chain, seq=row[0], hash=row[1]) if row else ChainHead(chain=chain)


def _case(number: int, now: int, digest: str, said: Said, head: ChainHead) -> Iterator[tuple[str, dict[str, Any]]]:
    application = Application(
        id=new_id(), number=f"HELD{number:08d}", caller=new_id(), service=SERVICE, service_digest=digest, channel="counter", revision=1,
        state=ApplicationState.IN_PROGRESS, needs_attention=True, trace_id=new_trace_id(), applicant_index="a" * 64, received_at=now,
        due_at=None, ended_at=None, withdrawal_asked=False, version=1,
    )  # fmt: skip
    tax = Delivery(
        id=new_id(), application_id=application.id, position=0, step="tax", department="tax", operation="activate_invoicing",
        required=True, after=(), state=DeliveryState.HELD, attempts=3, failures=3, problem="http_400", first_sent_at=now,
        last_sent_at=now, sent_revision=1, version=4, updated_at=now,
    )  # fmt: skip
    other = Delivery(
        id=new_id(), application_id=application.id, position=1, step="social_security", department="social_security",
        operation="enroll_employees", required=True, after=(), state=DeliveryState.SKIPPED, skip_reason=SkipReason.NOT_APPLICABLE,
        version=1, updated_at=now,
    )  # fmt: skip
    moves = {d.id: [d.step, d.state.value, d.round] for d in (tax, other)}
    details = {
        "commitments": {"form@1": said.commitment},
        "moves": moves,
        "application": application.state.value,
        "attention": True,
        "image": image_of(application, {delivery.step: delivery for delivery in (tax, other)}),
    }
    entry = Entry(event="application_accepted", actor="test", application_id=application.id, event_no=1, details=details)
    yield "application", application_row(application)
    yield "delivery", delivery_row(tax)
    yield "delivery", delivery_row(other)
    yield "payload", {"application_id": application.id, "part": "form", "revision": 1, "blob": said.form}
    yield "audit", append(head, entry, now)
