"""One transaction of the journal: a batch's rows are read together, and written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy import Connection, Table, bindparam, literal_column, select, update

from gateway.journal.audit.hash_chain import ChainHead, append
from gateway.journal.payload import of_owners
from gateway.journal.store import schema
from gateway.journal.store.records import Row, application_of, application_row, changed_columns, delivery_of, delivery_row
from gateway.journal.store.statements import Among, Many, inserted
from gateway.journal.writer.commits import Recent
from gateway.journal.writer.draft import Draft, Loaded, Needs
from gateway.journal.writer.images import complete_entries
from gateway.model.application import Columns
from gateway.model.case import Case
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.errors import GatewayError

_A, _D, _I = schema.application.c, schema.delivery.c, schema.inbox.c
_BY_ID = Among(select(_D.id, _D.application_id), _D.id)
_BY_REFERENCE = Among(select(_D.department, _D.reference, _D.application_id).where(_D.reference.is_not(None)), _D.department, _D.reference)
_APPLICATIONS = Among(select(schema.application), _A.id)
_LOCK = Among(select(_A.id, _A.version).order_by(_A.id).with_for_update(), _A.id)
_DELIVERIES = Among(select(schema.delivery).order_by(_D.application_id, _D.position), _D.application_id)
_WAITING = select(schema.inbox).where(literal_column("standing = 'waiting'"))  # as its indexes say it
_WAITING_BY_KEY = Among(_WAITING, _I.department, _I.key)
_WAITING_BY_REFERENCE = Among(_WAITING, _I.department, _I.reference)
_FILINGS = Among(select(schema.idempotency), schema.idempotency.c.caller, schema.idempotency.c.key)

FIXED = {"id", "application_id", "position", "step", "department", "operation", "required", "after"}  # from its filing to its end
_OF_DELIVERY = tuple(str(c.name) for c in schema.delivery.c if c.name not in FIXED)
_OF_APPLICATION = tuple(Columns.__annotations__)
#: Parents before children, as foreign keys want it; every batch in the same order, so that no two deadlock.
_ORDER = {table: place for place, table in enumerate(schema.metadata.sorted_tables)}


class Overtaken(GatewayError):
    """Another writer has changed a delivery since it was read: the change is decided anew."""


def load(connection: Connection, needs: Collection[Needs], recent: Recent, *, lock: bool) -> Loaded:
    """Read the rows that the changes of a batch asked for, one statement a table whatever their number. ``recent`` cases are known.

    ``lock``: other nodes may change the same cases, so each case's application row is locked first, all in the order of their ids, and
    one that has another version than is remembered is read again. What another node changes without a new version (it asks a department
    and hears nothing new) is seen at the latest when the delivery is written, by the delivery's own version.
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
        filings.update(need.filings)
    known = recent.known(wanted)
    if lock:
        standing = {row["id"]: row["version"] for row in _LOCK.execute(connection, wanted)}
        known = {case_id: case for case_id, case in known.items() if standing.get(case_id) == case.application.version}
    loaded = Loaded(cases=known, owners=owners, as_read=dict(known))
    load_cases(connection, loaded, [case for case in wanted if case not in known], ())
    load_cases(connection, loaded, (), [case for case, payload in wanted.items() if payload or (case in released and _waits(loaded, case))])
    if inbox:
        _load_inbox(connection, loaded, inbox, references)
    loaded.filings = {(row["caller"], row["key"]): row for row in _FILINGS.execute(connection, filings)}
    return loaded


def _waits(loaded: Loaded, case_id: str) -> bool:
    case = loaded.cases.get(case_id)
    return case is not None and any(d.state is DeliveryState.WAITING for d in case.deliveries.values())


def _owners(connection: Connection, needs: Iterable[Needs]) -> dict[str | tuple[str, str], str]:
    """Find the application of each delivery that is named by its id, or by its department and reference there."""
    owners: dict[str | tuple[str, str], str] = {}
    for row in _BY_ID.execute(connection, {need.delivery for need in needs if need.delivery is not None}):
        owners[row["id"]] = row["application_id"]
    for row in _BY_REFERENCE.execute(connection, {need.reference for need in needs if need.reference is not None and not need.cases}):
        owners[row["department"], row["reference"]] = row["application_id"]
    return owners


def load_cases(connection: Connection, loaded: Loaded, cases: Collection[str], payloads: Collection[str]) -> None:
    """Add cases, and the payloads of some of them, to what is loaded."""
    applications = {row["id"]: application_of(row) for row in _APPLICATIONS.execute(connection, cases)}
    deliveries: dict[str, dict[str, Delivery]] = defaultdict(dict)
    for row in _DELIVERIES.execute(connection, applications):
        deliveries[row["application_id"]][row["step"]] = delivery_of(row)
    for application_id, application in applications.items():
        case = Case(application=application, deliveries=deliveries[application_id])
        loaded.cases[application_id] = loaded.found[application_id] = loaded.as_read[application_id] = case
        loaded.read[application_id] = application.version
    for owner, one in of_owners(connection, payloads):
        loaded.payloads.setdefault(owner, {})[one.part, one.revision] = one.blob
    loaded.whole.update(payloads)


def _load_inbox(connection: Connection, loaded: Loaded, cases: Collection[str], references: dict[tuple[str, str], str]) -> None:
    keys: dict[tuple[str, str], str] = {}
    for case_id in cases:
        case = loaded.cases.get(case_id)
        for delivery in case.deliveries.values() if case else ():
            keys[delivery.department, delivery.key] = case_id
            if delivery.reference:
                references[delivery.department, delivery.reference] = case_id
    found = {(row["department"], row["message_id"]): row for row in _WAITING_BY_REFERENCE.execute(connection, references)}
    found |= {(row["department"], row["message_id"]): row for row in _WAITING_BY_KEY.execute(connection, keys)}
    for row in found.values():
        named = keys.get((row["department"], row["key"])) or references[row["department"], row["reference"]]
        loaded.inbox.setdefault(named, []).append(row)


def merge(loaded: Loaded, draft: Draft) -> None:
    """Complete a change's entries, and let the batch go on from its decisions."""
    complete_entries(draft)
    loaded.cases.update(draft.cases)
    for application_id, parts in draft.erased.items():
        for part in parts:
            loaded.payloads.get(application_id, {}).pop(part, None)
    for application_id, payload in draft.payloads.items():
        loaded.payloads.setdefault(application_id, {}).update(payload)
    loaded.filings.update(draft.filings)
    loaded.whole |= draft.new
    loaded.arrived.update(draft.arrived)
    loaded.taken |= draft.taken


def write(connection: Connection, drafts: list[Draft], head: ChainHead, now: int) -> None:
    """Write the drafts of one batch: rows by the many, entries chained to ``head``."""
    inserts: dict[Table, list[Row]] = defaultdict(list)
    new: set[str] = set()
    cases: dict[str, Case] = {}
    before: dict[str, Case] = {}
    for draft in drafts:
        new |= draft.new
        cases.update(draft.cases)
        for table, row in draft.inserts:
            inserts[table].append(row)
        inserts[schema.attempt].extend(draft.attempts.values())
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
    """Write the columns that have changed, since each that is named touches every index on it, whatever its value.

    Where nodes share the journal, the row of each case's application was locked before, so no two wait for each other here.
    """
    changed = {delivery_id for draft in drafts for delivery_id in draft.changed}
    applications: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    deliveries: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for case_id, case in cases.items():
        was = drafts[0].loaded.as_read[case_id]
        if row := changed_columns(was.application, case.application, _OF_APPLICATION):
            applications[tuple(row)].append({**row, "b_id": case_id})
        for step, delivery in case.deliveries.items():
            if delivery.id in changed:
                before = was.deliveries[step]
                row = changed_columns(before, delivery, _OF_DELIVERY)
                deliveries[tuple(row)].append({**row, "b_id": delivery.id, "b_version": before.version})
    for columns, rows in applications.items():
        _updated(schema.application, columns, "id").execute(connection, rows)
    met = sum(_updated(schema.delivery, columns, "id", "version").execute(connection, rows) for columns, rows in deliveries.items())
    if met != sum(map(len, deliveries.values())):
        raise Overtaken("a delivery was changed by another writer since it was read")


@lru_cache(maxsize=500)
def _updated(table: Table, columns: tuple[str, ...], *here: str) -> Many:
    """Give the statement that changes these columns of the row that is named."""
    where = [table.c[name] == bindparam(f"b_{name}") for name in here]
    return Many(update(table).where(*where).values({name: bindparam(name) for name in columns}))
