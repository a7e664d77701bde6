"""One transaction of the journal: what a batch of changes needs is read together, what they made is written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import Connection, Table, bindparam, or_, select, update

from gateway.journal import schema
from gateway.journal.audit import ChainHead, append
from gateway.journal.draft import Case, Draft, Loaded, Needs
from gateway.journal.recent import Recent
from gateway.journal.records import Row, application_of, application_row, delivery_of, delivery_row
from gateway.journal.statements import Many, inserted
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.errors import GatewayError

T = TypeVar("T")

#: Values in one IN list; SQLite takes 32,766 variables, long lists plan badly elsewhere.
_CHUNK = 500

_FIXED = {"id", "application_id", "position", "step", "department", "operation", "required", "after"}  # from its filing to its end
_UPDATE_DELIVERY = Many(
    update(schema.delivery)
    .where(schema.delivery.c.id == bindparam("b_id"), schema.delivery.c.version == bindparam("b_version"))
    .values({c.name: bindparam(c.name) for c in schema.delivery.c if c.name not in _FIXED})
)
_UPDATE_APPLICATION = Many(
    update(schema.application)
    .where(schema.application.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "service_digest",
                "revision",
                "state",
                "needs_attention",
                "applicant_index",
                "ended_at",
                "withdrawal_asked",
                "version",
            )
        }
    )
)
_END_ATTEMPT = Many(
    update(schema.attempt)
    .where(schema.attempt.c.id == bindparam("b_id"))
    .values(ended_at=bindparam("ended_at"), result=bindparam("result"), detail=bindparam("detail"))
)

#: Parents before children, as foreign keys want it; every batch in the same order, so that no two deadlock.
_ORDER = {table: place for place, table in enumerate(schema.metadata.sorted_tables)}


class Overtaken(GatewayError):
    """Another writer has changed a delivery since it was read: the change is decided anew."""


def load(connection: Connection, needs: Collection[Needs], recent: Recent, *, lock: bool) -> Loaded:
    """Read what the changes of a batch asked for: one statement a table, whatever their number; ``recent`` cases are known.

    ``lock``: other nodes may change the same cases, so each case's application row is locked first, all in the order of their ids.
    """
    owners = _owners(connection, needs)
    wanted: dict[str, bool] = {}
    released: set[str] = set()
    inbox: set[str] = set()
    references: dict[tuple[str, str], str] = {}
    filings: set[tuple[str, str]] = set()
    for need in needs:
        named = [owners[one] for one in (need.delivery, need.reference) if one in owners]
        for case in (*need.cases, *named):
            wanted[case] = wanted.get(case, False) or need.payload
            if need.releases:
                released.add(case)
        if need.inbox:
            inbox.update(need.cases)
            if need.reference and need.cases:
                references[need.reference] = need.cases[0]
        if need.filing:
            filings.add(need.filing)
    loaded = Loaded(cases=recent.known(wanted), owners=owners)
    loaded.versions = {d.id: d.version for case in loaded.cases.values() for d in case.deliveries.values()}
    unknown = [case for case in wanted if case not in loaded.cases]
    if lock:
        _lock(connection, unknown)
    load_cases(connection, loaded, unknown, ())
    load_cases(connection, loaded, (), [case for case, payload in wanted.items() if payload or (case in released and _waits(loaded, case))])
    if inbox:
        _load_inbox(connection, loaded, inbox, references)
    _load_filings(connection, loaded, filings)
    return loaded


def _waits(loaded: Loaded, case_id: str) -> bool:
    case = loaded.cases.get(case_id)
    return case is not None and any(d.state is DeliveryState.WAITING for d in case.deliveries.values())


def _owners(connection: Connection, needs: Iterable[Needs]) -> dict[str | tuple[str, str], str]:
    """The application of each delivery that is named by its id, or by its department and reference there."""
    table = schema.delivery
    owners: dict[str | tuple[str, str], str] = {}
    for ids in _chunks({need.delivery for need in needs if need.delivery is not None}):
        for row in connection.execute(select(table.c.id, table.c.application_id).where(table.c.id.in_(ids))):
            owners[row.id] = row.application_id
    for pairs in _chunks({need.reference for need in needs if need.reference is not None and not need.cases}):
        departments, references = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
        statement = select(table.c.department, table.c.reference, table.c.application_id)
        statement = statement.where(table.c.department.in_(departments), table.c.reference.in_(references))
        for department, reference, application_id in connection.execute(statement):
            owners[department, reference] = application_id
    return owners


def _lock(connection: Connection, cases: Collection[str]) -> None:
    """Hold the cases against other nodes until the commit; always in the same order, so that no two deadlock."""
    table = schema.application
    for ids in _chunks(sorted(cases)):
        connection.execute(select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update()).all()


def load_cases(connection: Connection, loaded: Loaded, cases: Collection[str], payloads: Collection[str]) -> None:
    """Add cases, and the payloads of some of them, to what is loaded."""
    applications = {}
    for ids in _chunks(cases):
        table = schema.application
        for row in connection.execute(select(table).where(table.c.id.in_(ids))).mappings():
            applications[row["id"]] = application_of(dict(row))
    deliveries: dict[str, dict[str, Delivery]] = defaultdict(dict)
    for ids in _chunks(applications):
        statement = select(schema.delivery).where(schema.delivery.c.application_id.in_(ids))
        for row in connection.execute(statement.order_by(schema.delivery.c.position)).mappings():
            delivery = deliveries[row["application_id"]][row["step"]] = delivery_of(dict(row))
            loaded.versions[delivery.id] = delivery.version
    for application_id, application in applications.items():
        loaded.cases[application_id] = Case(application=application, deliveries=deliveries[application_id])
    for ids in _chunks(payloads):
        for part in connection.execute(select(schema.payload).where(schema.payload.c.application_id.in_(ids))):
            loaded.payloads.setdefault(part.application_id, {})[part.part, part.revision] = part.blob
    loaded.whole.update(payloads)


def _load_inbox(connection: Connection, loaded: Loaded, cases: Collection[str], references: dict[tuple[str, str], str]) -> None:
    keys: dict[str, str] = {}
    for case_id in cases:
        case = loaded.cases.get(case_id)
        for delivery in case.deliveries.values() if case else ():
            keys[delivery.key] = case_id
            if delivery.reference:
                references[delivery.department, delivery.reference] = case_id
    table = schema.inbox
    for ids in _chunks([*keys, *(reference for _, reference in references)]):
        statement = select(table).where(table.c.standing == "waiting", or_(table.c.key.in_(ids), table.c.reference.in_(ids)))
        for row in connection.execute(statement).mappings():
            named = keys.get(row["key"] or "") or references.get((row["department"], row["reference"] or ""))
            if named is not None:
                loaded.inbox.setdefault(named, []).append(dict(row))


def _load_filings(connection: Connection, loaded: Loaded, filings: Collection[tuple[str, str]]) -> None:
    table = schema.idempotency
    for chunk in _chunks(filings):
        keys = [key for _, key in chunk]
        for row in connection.execute(select(table).where(table.c.key.in_(keys))).mappings():
            if (row["caller"], row["key"]) in filings:
                loaded.filings[row["caller"], row["key"]] = dict(row)


def merge(loaded: Loaded, draft: Draft) -> None:
    """Let the batch go on from what a change decided."""
    loaded.cases.update(draft.cases)
    for application_id, payload in draft.payloads.items():
        loaded.payloads.setdefault(application_id, {}).update(payload)
    loaded.filings.update(draft.filings)
    loaded.whole |= draft.new
    loaded.arrived.update(draft.arrived)
    loaded.taken |= draft.taken


def write(connection: Connection, drafts: list[Draft], head: ChainHead, now: int) -> None:
    """Write what the drafts of one batch hold: rows by the many, entries chained to ``head``."""
    inserts: dict[Table, list[Row]] = defaultdict(list)
    new: set[str] = set()
    cases: dict[str, Case] = {}
    before: dict[str, Case] = {}
    for draft in drafts:
        new |= draft.new
        cases.update(draft.cases)
        for table, row in draft.inserts:
            inserts[table].append(row)
        inserts[schema.audit].extend(append(head, entry, now) for entry in draft.entries)
    for case_id in sorted(cases):
        case = cases[case_id]
        if case_id in new:
            inserts[schema.application].append(application_row(case.application))
            inserts[schema.delivery].extend(delivery_row(d) for d in case.deliveries.values())
        else:
            before[case_id] = case
    for table in sorted(inserts, key=_ORDER.__getitem__):
        by_columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in inserts[table]:
            by_columns[tuple(row)].append(row)
        for columns, rows in by_columns.items():
            inserted(table, columns).execute(connection, rows)
    _update_cases(connection, drafts, before)
    for draft in drafts:
        for statement, row in draft.statements:
            connection.execute(statement, row)


def _update_cases(connection: Connection, drafts: list[Draft], cases: dict[str, Case]) -> None:
    changed = {delivery_id for draft in drafts for delivery_id in draft.changed}
    _UPDATE_APPLICATION.execute(connection, [{**application_row(case.application), "b_id": case.application.id} for case in cases.values()])
    versions = drafts[0].loaded.versions if drafts else {}
    deliveries = [
        {**delivery_row(d), "b_id": d.id, "b_version": versions[d.id]}
        for case in cases.values()
        for d in case.deliveries.values()
        if d.id in changed
    ]
    if _UPDATE_DELIVERY.execute(connection, sorted(deliveries, key=itemgetter("b_id"))) != len(deliveries):
        raise Overtaken("a delivery was changed by another writer since it was read")
    _END_ATTEMPT.execute(connection, [row for draft in drafts for row in draft.ended_attempts])


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    chunk: list[T] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
