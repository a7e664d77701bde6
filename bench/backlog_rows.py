"""Very many waiting applications, written straight into a stopped gateway's SQLite file as it would have left them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.cases.casework import Mac
from gateway.journal.audit.hash_chain import ChainHead, Entry, append
from gateway.journal.audit.row_digests import ROWS, image_of
from gateway.journal.audit.trust import ChainSigner
from gateway.journal.store import schema
from gateway.journal.store.records import Row, application_row, delivery_row
from gateway.journal.store.schema import JOURNAL_ID
from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.identifiers import new_id, new_trace_id

SERVICE = "one"
SAMPLE = Path(__file__).parent / f"config/services/{SERVICE}.sample.json"
_TABLES = (schema.application, schema.delivery, schema.payload, schema.idempotency, schema.audit)
_BATCH = 20_000


def fill(database: Path, count: int, mac: Mac, key: Ed25519PrivateKey) -> None:
    """Add so many applications of one delivery, each due now. The gateway has run once, so that it knows the service, and is stopped;
    ``mac`` gives the commitment to what was handed in, ``key`` signs its audit.
    """
    now = time.time_ns() // 1000
    body = json.loads(SAMPLE.read_text())
    form = orjson.dumps({"applicant": body["applicant"], "agent": None, "data": body["data"]})
    said = {"form@1": mac(form)}
    with closing(sqlite3.connect(database)) as connection:
        head = _head(connection)
        digest = connection.execute("SELECT digest FROM service_definition WHERE code = ?", (SERVICE,)).fetchone()[0]
        for first in range(0, count, _BATCH):
            rows: dict[str, list[Row]] = {table.name: [] for table in _TABLES}
            for number in range(first, min(count, first + _BATCH)):
                for name, row in _case(number, now, head, digest=digest, form=form, said=said):
                    rows[name].append(row)
            with connection:
                for name, of in rows.items():
                    connection.executemany(_insert(name, list(of[0])), [tuple(row.values()) for row in of])
        leave(connection, head, key)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def leave(connection: sqlite3.Connection, head: ChainHead, key: Ed25519PrivateKey) -> None:
    """Sign the end of the chain, as a commit of the gateway does. On SQLite the chain has the journal's name."""
    with connection:
        batch = connection.execute("SELECT batch FROM chain WHERE id = ?", (head.chain,)).fetchone()[0] + 1
        signed = ChainSigner(head.chain, key).of(head.chain, batch, head.seq, head.hash)
        row = (batch, head.seq, head.hash, signed, head.chain)
        connection.execute("UPDATE chain SET batch = ?, seq = ?, hash = ?, signature = ? WHERE id = ?", row)


def _insert(table: str, names: list[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({quoted}) VALUES ({", ".join("?" for _ in names)})'  # noqa: S608  # names of our own tables


def _head(connection: sqlite3.Connection) -> ChainHead:
    chain = connection.execute("SELECT value FROM meta WHERE key = ?", (JOURNAL_ID,)).fetchone()[0]
    row = connection.execute("SELECT seq, hash FROM audit WHERE chain = ? ORDER BY seq DESC LIMIT 1", (chain,)).fetchone()
    return ChainHead(chain=chain, seq=row[0], hash=row[1]) if row else ChainHead(chain=chain)


def _case(number: int, now: int, head: ChainHead, *, digest: str, form: bytes, said: dict[str, str]) -> Iterator[tuple[str, Row]]:
    application = Application(
        id=new_id(), number=f"BACKLOG{number:08d}", caller="bench", service=SERVICE, service_digest=digest, channel="counter", revision=1,
        state=ApplicationState.IN_PROGRESS, needs_attention=False, trace_id=new_trace_id(), received_at=now,
        applicant_index=hashlib.sha256(b"%d" % (number // 10)).hexdigest(), due_at=None, ended_at=None, withdrawal_asked=False, version=1,
    )  # fmt: skip
    waiting = Delivery(
        id=new_id(), application_id=application.id, position=0, step="step_1", department="stub_1", operation="act", required=True,
        after=(), state=DeliveryState.READY, due_at=now, version=1, updated_at=now,
    )  # fmt: skip
    details: Row = {"commitments": said, "moves": {waiting.id: ["step_1", "ready", 1]}, "application": "in_progress", "attention": False}
    yield "application", application_row(application)
    yield "delivery", delivery_row(waiting)
    yield "payload", {"application_id": application.id, "part": "form", "revision": 1, "blob": form}
    key = {"caller": "bench", "key": f"backlog-{number}", "body_hmac": "0" * 64, "application_id": application.id}
    filing = {**key, "revision": 1, "created_at": now}
    details |= {"image": image_of(application, {"step_1": waiting}), "rows": dict([ROWS["idempotency"].named(filing)])}
    entry = Entry(event="application_accepted", actor="caller:bench", application_id=application.id, event_no=1, details=details)
    yield "idempotency", filing
    yield "audit", append(head, entry, now)
