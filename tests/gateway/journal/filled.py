"""A journal as the gateway leaves it, written row by row: applications of two deliveries, six entries each."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Table, insert

from gateway.journal.audit import row_digests
from gateway.journal.audit.hash_chain import ChainHead, Entry, append
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.store import schema
from gateway.journal.store.database import migrate, open_reader, open_writer
from gateway.journal.store.records import application_row, delivery_row
from gateway.journal.store.schema import JOURNAL_ID
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify
from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.journal.empty import empty

HMAC_KEY = b"an installation's key"
DIGEST = hashlib.sha256(b"{}").hexdigest()
JOURNAL = "0190a000-0000-7000-8000-000000000001"
STARTED = 1_790_000_000_000_000  # microseconds since the epoch

Rows = dict[Table, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A journal on disk with its heads file, and what it takes to verify it."""

    url: str
    heads: Path
    key: Ed25519PrivateKey

    def verify(self, *, hmac_key: bytes | None = HMAC_KEY) -> VerifyReport:
        reader = open_reader(self.url)
        try:
            return verify(reader, self.heads, self.key.public_key(), hmac_key, url=self.url)
        finally:
            reader.dispose()

    def run(self, statement: str, *values: object) -> None:
        """Do what somebody with the database does to it. ``?`` stands for each of the values."""
        writer = open_writer(self.url)
        with writer.begin() as connection:
            if writer.dialect.name == "sqlite":
                connection.exec_driver_sql(statement, values)
            else:
                connection.exec_driver_sql(statement.replace("?", "%s"), values)
        writer.dispose()


def fill(
    folder: Path, applications: int, *, url: str | None = None, chains: tuple[str, ...] = ("node-a",), signed_every: int = 1
) -> Filled:
    """Write ``applications`` cases, their entries in turn over ``chains``, a signed head after each ``signed_every`` cases.

    ``url`` names an empty journal. Without it a SQLite file in ``folder`` is made, where the heads lie in any case.
    """
    heads = folder / "logs" / "heads.jsonl"
    filled = Filled(url=url or empty(folder / "journal.db"), heads=heads, key=Ed25519PrivateKey.generate())
    migrate(filled.url)
    writer = open_writer(filled.url)
    signer = HeadSigner(filled.key, filled.heads)
    chained = [ChainHead(chain=chain) for chain in chains]
    signer.write(JOURNAL, chained, STARTED)
    definition = {"digest": DIGEST, "code": "passport", "definition": "{}", "stored_at": STARTED}
    numbers = {"implementation": _number(0)[:31], "day": _number(0)[31:39], "next": applications + 1}
    with writer.begin() as connection:
        connection.execute(insert(schema.meta), [{"key": JOURNAL_ID, "value": JOURNAL}])
        connection.execute(insert(schema.service_definition), [definition])
        connection.execute(insert(schema.number_block), [numbers])
    for first in range(0, applications, signed_every):
        rows = _empty()
        for number in range(first, min(first + signed_every, applications)):
            _case(rows, chained, number)
        with writer.begin() as connection:
            for table, some in rows.items():
                connection.execute(insert(table), some)
        signer.write(JOURNAL, chained, STARTED + applications)
    writer.dispose()
    return filled


def _empty() -> Rows:
    return {schema.application: [], schema.delivery: [], schema.payload: [], schema.audit: []}


def _case(rows: Rows, heads: list[ChainHead], number: int) -> None:
    application_id, steps = new_id(), {"tax": new_id(), "exit": new_id()}
    application = application_row(_application(application_id, number))
    deliveries = [delivery_row(_delivery(application_id, position, *step)) for position, step in enumerate(steps.items())]
    rows[schema.application].append(application)
    rows[schema.delivery] += deliveries
    image = row_digests.image(application.values(), [list(row.values()) for row in sorted(deliveries, key=itemgetter("step"))])
    for event_no, (event, details) in enumerate(_events(steps), 1):
        part = {1: ("form", 1), 3: ("outcome:tax", 1), 6: ("outcome:exit", 2)}.get(event_no)
        if part is not None:
            blob = f"personal data of {number} {part}".encode()
            rows[schema.payload].append({"application_id": application_id, "part": part[0], "revision": part[1], "blob": blob})
            details["commitments"] = {f"{part[0]}@{part[1]}": hmac.digest(HMAC_KEY, blob, hashlib.sha256).hex()}
        entry = Entry(
            event=event,
            actor="gateway",
            application_id=application_id,
            event_no=event_no,
            delivery_id=steps["tax"],
            details={**details, "image": image},
        )
        rows[schema.audit].append(append(heads[(number + event_no) % len(heads)], entry, STARTED + number))


def _events(steps: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tell the story of a case: tax approves, exit-entry sends back once and then approves."""

    def change(event: str, step: str, state: str, round_: int, application: str) -> tuple[str, dict[str, Any]]:
        return event, {"moves": {steps[step]: [step, state, round_]}, "application": application, "attention": False}

    both = {steps["tax"]: ["tax", "sending", 1], steps["exit"]: ["exit", "waiting", 1]}
    yield "application_accepted", {"moves": both, "application": "in_progress", "attention": False}
    yield change("attempt_started", "exit", "sending", 1, "in_progress")
    yield change("outcome_recorded", "tax", "approved", 1, "in_progress")
    yield change("outcome_recorded", "exit", "returned", 1, "returned")
    yield change("revision_filed", "exit", "ready", 2, "in_progress")
    yield change("outcome_recorded", "exit", "approved", 2, "approved")


def _number(number: int) -> str:
    return f"11500152000000019R4000000000000{number:019}"


def _application(application_id: str, number: int) -> Application:
    return Application(
        id=application_id,
        number=_number(number),
        caller="key",
        service="passport",
        service_digest=DIGEST,
        channel="counter",
        revision=2,
        state=ApplicationState.APPROVED,
        needs_attention=False,
        trace_id="0" * 32,
        applicant_index="0" * 64,
        received_at=STARTED,
        due_at=None,
        ended_at=STARTED,
        withdrawal_asked=False,
        version=6,
    )


def _delivery(application_id: str, position: int, step: str, delivery_id: str) -> Delivery:
    return Delivery(
        id=delivery_id,
        application_id=application_id,
        position=position,
        step=step,
        department=step,
        operation="act",
        required=True,
        after=() if position == 0 else ("tax",),
        state=DeliveryState.APPROVED,
        round=position + 1,
    )
