"""The comparison of what belongs to no case: contents, rows that entries name, and rows that are held by bounds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from gateway.journal.audit.entries import ROWS_VOUCHED, RowLedger, Vouched, details_of, handed_over
from gateway.journal.audit.row_digests import ROWS, commitment
from gateway.journal.payload import OWNER, PROOFS
from gateway.journal.store import schema
from gateway.journal.store.statements import streamed
from gateway.journal.verification.baseline import held_rows
from gateway.journal.verification.findings import Mismatch, Mismatches
from gateway.journal.verification.texts import Value
from gateway.model import JsonView
from gateway.model.case import NOBODY

#: Characters of a salted commitment. Older ones are keyed, and longer.
_SALTED = 43
#: Characters of a number before its sequence: the implementation and the day.
_BLOCK = 39


@dataclass(slots=True)
class Counted:
    """Sums over all cases, by which other rows are held within bounds."""

    attempts: int = 0
    numbers: dict[str, int] = field(default_factory=dict)  # the highest sequence by implementation and day
    services: set[Any] = field(default_factory=set)  # digests of definitions that cases stand on

    def filed(self, number: object, service: object) -> None:
        """Count an application."""
        self.services.add(service)
        if isinstance(number, str) and number[_BLOCK:].isdecimal():
            sequence = int(number[_BLOCK:])
            if sequence > self.numbers.get(number[:_BLOCK], 0):
                self.numbers[number[:_BLOCK]] = sequence

    def add(self, other: Counted) -> None:
        """Add what other cases came to."""
        self.attempts += other.attempts
        self.services |= other.services
        self.numbers = {block: max(self.numbers.get(block, 0), other.numbers.get(block, 0)) for block in self.numbers | other.numbers}


@dataclass(slots=True)
class Contents:
    """An owner's contents by the entries: the commitments by part and revision, and which of them are gone.

    ``gone`` are those that were missing when a baseline vouched for the rest. ``erased`` are those that an entry says were taken away,
    unless a later one puts others there.
    """

    commitments: dict[str, Any] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)

    def say(self, details: JsonView, *, in_order: bool = False) -> None:
        """Take what one entry says. With ``in_order`` it comes after all that were before it, so that what it keeps is there again."""
        if "commitments" in details:
            self.commitments.update(details["commitments"])
            if in_order:
                self.erased.difference_update(details["commitments"])
        if "erased" in details:
            self.erased.update(details["erased"])


def compare_contents(case: str, said: Contents, rows: Iterable[Sequence[Any]], keys: Sequence[bytes], found: Mismatches) -> None:
    """Compare contents with their commitments. Any may be gone only where an entry says so. ``rows``: owner, part, revision, salt, blob."""
    gone = said.gone | said.erased
    for _, part, revision, salt, blob in rows:
        name = f"{part}@{revision}"
        recorded = said.commitments.pop(name, None)
        if recorded is None or name in gone:
            found.add(Mismatch(what="payload", id=name, application_id=case, field=None, table="present", audit=None))
        elif not isinstance(recorded, str) or len(recorded) != _SALTED:
            if not keys:
                found.unchecked += 1
            elif not isinstance(blob, bytes) or recorded not in [hmac.digest(key, blob, hashlib.sha256).hex() for key in keys]:
                found.add(_other(case, name, recorded))
        elif not isinstance(blob, bytes) or not isinstance(salt, bytes) or commitment(salt, blob) != recorded:
            found.add(_other(case, name, recorded))
    for name, recorded in said.commitments.items():
        if name not in gone:
            found.add(Mismatch(what="payload", id=name, application_id=case, field=None, table=None, audit=str(recorded)[:12]))


def _other(case: str, name: str, recorded: object) -> Mismatch:
    return Mismatch(what="payload", id=name, application_id=case, field="blob", table="other contents", audit=str(recorded)[:12])


def compare_rows(connection: Connection, vouched: Vouched | None, counted: Counted, keys: Sequence[bytes], found: Mismatches) -> None:
    """Compare everything that is no case's. What nodes of an older version wrote is held once it has been vouched for."""
    ledger, said = _said(connection, vouched, found)
    with connection.execute(streamed(PROOFS.where(OWNER == NOBODY))) as rows:
        compare_contents(NOBODY, said, rows, keys, found)
    if vouched is not None:
        _compare_definitions(connection, counted.services, found)
        _compare_blocks(connection, counted.numbers, found)
        _compare_orphans(connection, counted.attempts, found)
        _compare_named(connection, ledger, found)
        counts = handed_over(connection)
        counts.update(vouched.quota)
        _compare_quotas(connection, counts, found)


def _said(connection: Connection, vouched: Vouched | None, found: Mismatches) -> tuple[RowLedger, Contents]:
    """Read what the entries of no case say of rows and of contents."""
    audit, ledger, contents = schema.audit.c, RowLedger(), Contents()
    entries = select(audit.chain, audit.seq, audit.event, audit.details).where(audit.application_id.is_(None))
    with connection.execute(streamed(entries)) as rows:
        for chain, seq, event, text in rows:
            details = details_of(text)
            if details is None:
                place = f"{chain}:{seq}"
                found.add(Mismatch(what="entry", id=place, application_id=NOBODY, field="details", table="unreadable", audit="JSON"))
                continue
            if event != ROWS_VOUCHED or (vouched is not None and chain == vouched.chain and vouched.since <= seq <= vouched.seq):
                ledger.say(details)
                contents.say(details)
    return ledger, contents


def _compare_definitions(connection: Connection, used: set[Any], found: Mismatches) -> None:
    """Compare each definition with its digest, and find those that cases stand on and that are missing."""
    table = schema.service_definition.c
    known = set()
    for row in connection.execute(select(table.digest, table.definition)):
        known.add(row.digest)
        made = hashlib.sha256(str(row.definition).encode("utf-8", "surrogatepass")).hexdigest()
        if made != row.digest:
            found.add(_no_case("service_definition", str(row.digest), "definition", made[:12], str(row.digest)[:12]))
    for digest in used - known:
        found.add(_no_case("service_definition", str(digest), None, None, "a case stands on it"))


def _compare_blocks(connection: Connection, highest: Mapping[str, int], found: Mismatches) -> None:
    """Compare the next number of each block with those that were given, since none may be given twice."""
    following = {f"{row.implementation}{row.day}": row.next for row in connection.execute(select(schema.number_block))}
    for block, sequence in highest.items():
        if block not in following:
            found.add(_no_case("number_block", block, None, None, sequence + 1))
        elif not isinstance(following[block], int) or sequence >= following[block]:
            found.add(_no_case("number_block", block, "next", str(following[block]), sequence + 1))


def _compare_orphans(connection: Connection, seen: int, found: Mismatches) -> None:
    """Find calls of deliveries that are not there, which no case's comparison meets."""
    attempt, delivery = schema.attempt.c, schema.delivery.c
    if connection.execute(select(func.count()).select_from(schema.attempt)).scalar_one() == seen:
        return
    alone = select(attempt.delivery_id, attempt.epoch).where(~select(delivery.id).where(delivery.id == attempt.delivery_id).exists())
    with connection.execute(streamed(alone)) as rows:
        for delivery_id, epoch in rows:
            found.add(_no_case("attempt", f"{delivery_id} {epoch}", None, "present", None))


def _compare_named(connection: Connection, ledger: RowLedger, found: Mismatches) -> None:
    """Hold each row that is no case's against the digest that its last entry names."""
    held = dict(held_rows(connection))
    early = set()
    for name, left, unknown in ledger.standing():
        table, _, row = name.partition(" ")
        made = held.pop(name, None)
        if unknown is not None:
            found.add(_no_case(table, row, "contents before its last change", unknown[:12], left and left[:12]))
        if table == "inbox" and made is None and left is not None:
            early.add((name, left))
        elif made != left:
            found.add(_no_case(table, row, "contents" if made and left else None, made and made[:12], left and left[:12]))
    for name, made in held.items():
        table, _, row = name.partition(" ")
        found.add(_no_case(table, row, None, made[:12], None))
    _compare_early(connection, early, found)


def _compare_early(connection: Connection, early: set[tuple[str, str]], found: Mismatches) -> None:
    """Compare callbacks that came before their case was known with their entries, which have them as they came."""
    if not early:
        return
    inbox = schema.inbox.c
    rows = ROWS["inbox"]
    with connection.execute(streamed(select(schema.inbox).where(inbox.delivery_id.is_not(None)))) as result:
        taken = {rows.named({**row, "delivery_id": None, "standing": "waiting"}) for row in result.mappings()}
    for name, left in sorted(early - taken):
        table, _, row = name.partition(" ")
        found.add(_no_case(table, row, None, None, left[:12]))


def _compare_quotas(connection: Connection, counted: Mapping[tuple[str, str], int], found: Mismatches) -> None:
    used = {(row.department, row.day): row.used for row in connection.execute(select(schema.quota_use))}
    for place in sorted(used.keys() | {place for place, count in counted.items() if count}, key=str):
        if used.get(place) != counted.get(place, 0):
            found.add(_no_case("quota_use", " ".join(map(str, place)), "used", used.get(place), counted.get(place, 0)))


def _no_case(what: str, name: str, column: str | None, table: Value, audit: Value) -> Mismatch:
    return Mismatch(what=what, id=name, application_id=NOBODY, field=column, table=table, audit=audit)
