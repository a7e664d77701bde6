"""Replay the audit's entries, case by case, against the rows that the tables hold now.

Entries, applications, deliveries and payloads are read side by side in order of the application, so that a journal of any size
is compared in the memory of one case.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, select

from gateway.journal import schema
from gateway.journal.findings import Mismatch, Mismatches

#: The application that payload belongs to while nobody waits for it.
NOBODY = "-"

_BATCH = 2_000
_Row = Row[*tuple[Any, ...]]
_LAST = "\U0010ffff"


def replay(connection: Connection, hmac_key: bytes | None) -> Mismatches:
    """Compare every case of one snapshot; without ``hmac_key`` payloads are not compared with their commitments."""
    found = Mismatches()
    with ExitStack() as results:
        streams = [_Groups(_rows(connection, statement, results)) for statement in _statements(with_payloads=hmac_key is not None)]
        entries, applications, deliveries, payloads = (*streams, _Groups(()))[:4]
        while (case := min(stream.key for stream in streams)) != _LAST:
            said = _said(case, entries.take(case), found)
            _compare_application(case, said, applications.take(case), found)
            _compare_deliveries(case, said, deliveries.take(case), found)
            if hmac_key is not None:
                _compare_payloads(case, said.commitments, payloads.take(case), hmac_key, found)
        if hmac_key is not None:
            _compare_inbox(connection, hmac_key, found, results)
    return found


def _statements(*, with_payloads: bool) -> Iterator[Select[Any]]:
    """What is read side by side, each in order of the application."""
    audit, application, delivery, payload = schema.audit.c, schema.application.c, schema.delivery.c, schema.payload.c
    entries = select(audit.application_id, audit.event_no, audit.details).where(audit.application_id.is_not(None))
    yield entries.order_by(audit.application_id, audit.event_no)
    yield select(application.id, application.state, application.needs_attention, application.version).order_by(application.id)
    deliveries = select(delivery.application_id, delivery.id, delivery.step, delivery.state, delivery.round)
    yield deliveries.order_by(delivery.application_id)
    if with_payloads:
        payloads = select(payload.application_id, payload.part, payload.revision, payload.blob).where(payload.application_id != NOBODY)
        yield payloads.order_by(payload.application_id)


@dataclass(slots=True)
class _Said:
    """What the entries of one case amount to."""

    events: int = 0
    state: Any = None
    attention: Any = None
    moves: dict[str, Any] = field(default_factory=dict)
    commitments: dict[str, Any] = field(default_factory=dict)


def _said(case: str, entries: Iterable[_Row], found: Mismatches) -> _Said:
    said = _Said()
    for _, event_no, text in entries:
        details = _details(text)
        if details is None:
            found.add(Mismatch(what="entry", id=str(event_no), application_id=case, field="details", table="unreadable", audit="JSON"))
            continue
        if event_no is not None:
            said.events += 1
            if event_no != said.events:
                found.add(
                    Mismatch(
                        what="entry", id=str(said.events), application_id=case, field="event_no", table=str(event_no), audit=said.events
                    )
                )
                said.events = event_no if isinstance(event_no, int) else said.events
        said.moves.update(details.get("moves") or {})
        said.commitments.update(details.get("commitments") or {})
        if "application" in details:
            said.state, said.attention = details["application"], details.get("attention")
    return said


def _details(text: object) -> Mapping[str, Any] | None:
    """Give an entry's details; None when they are no JSON object of the shape that is replayed."""
    try:
        details = orjson.loads(text)  # type: ignore[arg-type]  # what is no text is refused, whatever it is
    except (orjson.JSONDecodeError, TypeError):
        return None
    if not isinstance(details, dict):
        return None
    if not all(isinstance(details.get(name, {}), dict) for name in ("moves", "commitments")):
        return None
    if not all(isinstance(move, list) and len(move) == 3 for move in details.get("moves", {}).values()):
        return None
    return details


def _compare_application(case: str, said: _Said, rows: Iterable[_Row], found: Mismatches) -> None:
    row = next(iter(rows), None)
    if row is None or said.state is None:
        if row is not None or said.state is not None:
            table = None if row is None else str(row[1])
            found.add(Mismatch(what="application", id=case, application_id=case, field=None, table=table, audit=said.state))
        return
    _, state, attention, version = row
    for name, held, recorded in (
        ("state", state, said.state),
        ("needs_attention", attention, said.attention),
        ("version", version, said.events),
    ):
        if held != recorded:
            found.add(Mismatch(what="application", id=case, application_id=case, field=name, table=held, audit=recorded))


def _compare_deliveries(case: str, said: _Said, rows: Iterable[_Row], found: Mismatches) -> None:
    for _, delivery, *held in rows:
        recorded = said.moves.pop(delivery, None)
        if recorded is None:
            found.add(Mismatch(what="delivery", id=str(delivery), application_id=case, field=None, table=str(held[1]), audit=None))
            continue
        for name, table, audit in zip(("step", "state", "round"), held, recorded, strict=True):
            if table != audit:
                found.add(Mismatch(what="delivery", id=str(delivery), application_id=case, field=name, table=table, audit=audit))
    for delivery, move in said.moves.items():
        found.add(Mismatch(what="delivery", id=delivery, application_id=case, field=None, table=None, audit=str(move[1])))


def _compare_payloads(case: str, commitments: Mapping[str, Any], rows: Iterable[_Row], key: bytes, found: Mismatches) -> None:
    """Contents that have been erased keep their commitment; contents that are there must fit it."""
    for _, part, revision, blob in rows:
        name = f"{part}@{revision}"
        recorded = commitments.get(name)
        if recorded is None:
            found.add(Mismatch(what="payload", id=name, application_id=case, field=None, table="present", audit=None))
        elif not isinstance(blob, bytes) or hmac.digest(key, blob, hashlib.sha256).hex() != recorded:
            found.add(
                Mismatch(what="payload", id=name, application_id=case, field="blob", table="other contents", audit=str(recorded)[:12])
            )


def _compare_inbox(connection: Connection, key: bytes, found: Mismatches, results: ExitStack) -> None:
    """Callbacks that no case waits for yet: their contents belong to nobody, and so do the entries."""
    audit, payload = schema.audit.c, schema.payload.c
    commitments: dict[str, Any] = {}
    for row in _rows(connection, select(audit.details).where(audit.application_id.is_(None)), results):
        details = _details(row[0])
        if details is None:
            found.add(Mismatch(what="entry", id="?", application_id=NOBODY, field="details", table="unreadable", audit="JSON"))
        else:
            commitments.update(details.get("commitments") or {})
    contents = select(payload.application_id, payload.part, payload.revision, payload.blob).where(payload.application_id == NOBODY)
    _compare_payloads(NOBODY, commitments, _rows(connection, contents, results), key, found)


def _rows(connection: Connection, statement: Select[Any], results: ExitStack) -> Iterable[_Row]:
    """Read by the batch; a cursor that is left half-way (the connection was lost) is closed with ``results``."""
    return results.enter_context(connection.execute(statement.execution_options(yield_per=_BATCH)))


class _Groups:
    """Rows in order of their first column, handed out a case at a time. ``key`` is the next case."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._rows: list[_Row] = []
        self.key = ""
        self._advance()

    def take(self, case: str) -> list[_Row]:
        """Give the rows of ``case`` when it is this stream's next one, else none."""
        if self.key != case:
            return []
        taken = self._rows
        self._advance()
        return taken

    def _advance(self) -> None:
        case, rows = next(self._groups, (_LAST, ()))
        self._rows = list(rows)
        # SQLite keeps bytes where somebody wrote bytes, and sorts them last.
        self.key = case if isinstance(case, str) else f"{_LAST}{case!r}"
