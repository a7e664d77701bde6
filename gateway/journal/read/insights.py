"""The read side of the journal: what the interface, the pages and the metrics know, read beside the writer.

Every list goes along an index, newest first, a page at a time. Nothing here scans a table. Reads run on a small thread pool of their own
over a read-only engine (:func:`gateway.journal.store.database.open_reader`), each in one snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from sqlalchemy import ColumnElement, select

from gateway.journal.payload import FORM, OUTCOME, kept, outcome_part
from gateway.journal.read import attention, lists, people, totals
from gateway.journal.read.attention import Awaited
from gateway.journal.read.reading import patiently
from gateway.journal.read.said import said_of
from gateway.journal.read.totals import Counts, Queue, Totals
from gateway.journal.store.records import application_of, attempt_of, delivery_of
from gateway.journal.store.schema import (
    api_key,
    application,
    attempt,
    audit,
    delivery,
    department,
    department_control,
    quota_use,
    service_definition,
)
from gateway.journal.store.views import (
    ApplicationFilter,
    AuditEntry,
    AuditFilter,
    CaseView,
    Control,
    DeliveryFilter,
    DeliveryView,
    DepartmentStanding,
    DepartmentView,
    Event,
    KeyView,
    ListedApplication,
    Page,
    Subjects,
)
from gateway.model import JsonView
from gateway.model.application import Reach, marks
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.identifiers import CHINA
from gateway.model.service import APPLICANT

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Select

T = TypeVar("T")

#: Threads that read, and so connections that are held.
READING_THREADS = 2
#: The member under which a case's references stand beside its personal values: no field's name has a space.
REFERENCES = "its references"


class Insights:
    """A reader of the journal. Every method is safe to await from the event loop. ``close`` it when done."""

    def __init__(self, engine: Engine) -> None:
        """Take a read-only engine, which stays the caller's to dispose of."""
        self._engine = engine
        self._queues: Counts[dict[str, Queue]] = Counts()
        self._totals: Counts[Totals] = Counts()
        self._waiting: Counts[tuple[int, int]] = Counts()
        self._others: Counts[Any] = Counts()  # of other modules, each under a name of its own
        self._threads = ThreadPoolExecutor(READING_THREADS, thread_name_prefix="insights")

    def close(self) -> None:
        """Let the threads go. What is being read is finished first."""
        self._threads.shutdown()

    async def application(self, application_id: str) -> CaseView | None:
        """Give the application of that id with its deliveries and outcomes, or None when there is none."""
        return await self.read(lambda c: _case(c, application.c.id == application_id))

    async def application_by_number(self, number: str) -> CaseView | None:
        """Give the same by 办件编号."""
        return await self.read(lambda c: _case(c, application.c.number == number))

    async def form(self, application_id: str, revision: int | None = None) -> JsonView | None:
        """Give what was handed in as that revision (None: the latest): ``{"applicant", "agent", "data"}``. Personal."""
        return await self.read(lambda c: _form(c, application_id, revision))

    async def personal(self, application_id: str) -> list[JsonView]:
        """Give what is masked in texts, every revision and output of an application, and its references, which are shown."""
        return await self.read(lambda c: _personal(c, application_id))

    async def applications(self, wanted: ApplicationFilter, cursor: str | None, limit: int) -> Page[ListedApplication]:
        """Give a page of applications, newest first. ``cursor`` is a page's ``next``."""
        statement = lists.applications(wanted, cursor, limit)
        return await self.read(lambda c: _applications(c, statement, limit, wanted.person_index or ()))

    async def delivery(self, delivery_id: str) -> DeliveryView | None:
        """Give the delivery of that id with all that explains where it stands, or None when there is none."""
        return await self.read(lambda c: _delivery(c, delivery_id))

    async def deliveries(self, wanted: DeliveryFilter, cursor: str | None, limit: int) -> Page[Delivery]:
        """Give a page of deliveries, newest first. ``cursor`` is a page's ``next``."""
        statement = lists.deliveries(wanted, cursor, limit)
        return await self.read(lambda c: _page([delivery_of(r._asdict()) for r in c.execute(statement)], limit, lambda d: d.id))

    async def siblings(self, application_ids: Collection[str]) -> dict[str, tuple[Delivery, ...]]:
        """Give all deliveries of each application, in the order of its steps."""
        return await self.read(lambda c: _siblings(c, application_ids))

    async def standings(self, names: Collection[str]) -> dict[str, DepartmentStanding]:
        """Give the standing of each department named."""
        return await self.read(lambda c: _standings(c, names))

    async def events(self, application_id: str, after_no: int = 0, limit: int = 500) -> tuple[list[Event], bool]:
        """Give what happened to an application after its event ``after_no``, oldest first, and whether there is more.

        Entries of one change share a number and are never parted.
        """
        return await self.read(lambda c: _events(c, application_id, after_no, limit))

    async def departments(self, names: Sequence[str]) -> dict[str, DepartmentView]:
        """Give standing and open deliveries of each department named. Counts of long queues may be some time old."""
        return await self.read(lambda c: _departments(c, names, totals.queues(self._queues, c, names)))

    async def totals(self, departments: Sequence[str]) -> Totals:
        """Count what the whole journal holds, deliveries of these departments. Counts of a long journal may be some time old."""
        wanted = tuple(departments)
        return await self.read(lambda c: self._totals.of(wanted, lambda: totals.count(c, wanted)))

    async def waiting(self, states: tuple[DeliveryState, ...], reach: Reach | None, most: int) -> Awaited:
        """Give the first deliveries in these states that wait for a person. The numbers of very many may be some time old."""
        counted = partial(self._waiting.of, (states, reach))
        return await self.read(lambda c: attention.waiting(c, states, reach, most, counted))

    async def audit(self, wanted: AuditFilter, cursor: str | None, limit: int) -> Page[AuditEntry]:
        """Give a page of audit entries, newest first. A page may be short, even empty, and still have a ``next``."""
        return await self.read(lambda c: _audit(c, wanted, cursor, limit))

    async def subjects(self, entries: Iterable[AuditEntry]) -> Subjects:
        """Give the names that people know the actors, cases and deliveries of these entries by."""
        found = list(entries)
        return await self.read(lambda c: _subjects(c, found))

    async def key_by_hash(self, digest: str) -> KeyView | None:
        """Give the API key whose SHA-256 (hex) this is, revoked or not."""
        return await self.read(lambda c: _key(c, api_key.c.hash == digest))

    async def key(self, key_id: str) -> KeyView | None:
        """Give the API key of that id, revoked or not."""
        return await self.read(lambda c: _key(c, api_key.c.id == key_id))

    async def fellows(self, group: str) -> frozenset[str]:
        """Give the callers of a group that filed cases before they came into one."""
        return await self.read(lambda c: frozenset(c.execute(lists.fellows(group)).scalars()))

    async def keys(self) -> list[KeyView]:
        """Give every API key, newest first."""
        statement = select(api_key).order_by(api_key.c.id.desc())
        return await self.read(lambda c: [KeyView(**r._asdict()) for r in c.execute(statement)])

    async def service_definition(self, digest: str) -> str | None:
        """Give the canonical JSON of the service definition of that digest."""
        statement = select(service_definition.c.definition).where(service_definition.c.digest == digest)
        return await self.read(lambda c: c.execute(statement).scalar_one_or_none())

    async def counted(self, what: Hashable, count: Callable[[Connection], T]) -> T:
        """Give a count of another module's, made now, or some time ago where it was dear."""
        return await self.read(lambda c: self._others.of(what, lambda: count(c)))

    async def read(self, read: Callable[[Connection], T]) -> T:
        """Make a read in one snapshot. Its statements may be another module's."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, patiently, self._engine, read)


def _page(found: list[T], limit: int, place: Callable[[T], str]) -> Page[T]:
    """Make a page of at most ``limit`` from what was found with one more asked for."""
    more = len(found) > limit
    items = tuple(found[:limit])
    return Page(items, place(items[-1]) if more else None)


def _applications(connection: Connection, statement: Select[Any], limit: int, person: Sequence[str]) -> Page[ListedApplication]:
    found = _page([application_of(r._asdict()) for r in connection.execute(statement)], limit, lambda a: a.id)
    of: dict[str, list[Delivery]] = {a.id: [] for a in found.items}
    for row in connection.execute(lists.marked(list(of))) if of else ():
        of[row.application_id].append(delivery_of(row._asdict()))
    roles = {a.id: {APPLICANT} if a.applicant_index in person else set() for a in found.items}
    for row in connection.execute(lists.roles(person, list(of))) if of and person else ():
        roles[row.application_id].update(row.roles.split(","))
    return Page(tuple(ListedApplication(a, marks(of[a.id]), tuple(sorted(roles[a.id]))) for a in found.items), found.next)


def _case(connection: Connection, which: ColumnElement[bool]) -> CaseView | None:
    row = connection.execute(select(application).where(which)).one_or_none()
    if row is None:
        return None
    case = application_of(row._asdict())
    deliveries = _siblings(connection, [case.id])[case.id]
    outcomes = _outcomes(connection, case.id, deliveries)
    return CaseView(application=case, deliveries={d.step: d for d in deliveries}, outcomes=outcomes)


def _siblings(connection: Connection, application_ids: Collection[str]) -> dict[str, tuple[Delivery, ...]]:
    """Give deliveries by application, in the order of its steps."""
    found: dict[str, list[Delivery]] = {one: [] for one in application_ids}
    statement = select(delivery).where(delivery.c.application_id.in_(found)).order_by(delivery.c.application_id, delivery.c.position)
    for row in connection.execute(statement) if found else ():
        found[row.application_id].append(delivery_of(row._asdict()))
    return {one: tuple(deliveries) for one, deliveries in found.items()}


def _outcomes(connection: Connection, application_id: str, deliveries: Iterable[Delivery]) -> dict[str, JsonView]:
    """Give outcomes by step, for the deliveries of one application."""
    found = {(one.part, one.revision): one.blob for one in kept(connection, application_id, kind=OUTCOME)}
    wanted = {d.step: (outcome_part(d.step), d.round) for d in deliveries}
    return {step: orjson.loads(found[place]) for step, place in wanted.items() if place in found}


def _form(connection: Connection, application_id: str, revision: int | None) -> JsonView | None:
    found = kept(connection, application_id, [FORM], revision=revision, most=1)
    return orjson.loads(found[0].blob) if found else None


def _personal(connection: Connection, application_id: str) -> list[JsonView]:
    contents = [*kept(connection, application_id, [FORM]), *kept(connection, application_id, kind=OUTCOME)]
    found = [orjson.loads(one.blob) for one in contents]
    personal = [one["output"] if "output" in one else {name: one.get(name) for name in ("applicant", "agent", "data")} for one in found]
    references = connection.execute(select(delivery.c.reference).where(delivery.c.application_id == application_id)).scalars()
    return [*personal, {REFERENCES: [one for one in references if one]}]


def _delivery(connection: Connection, delivery_id: str) -> DeliveryView | None:
    row = connection.execute(select(delivery).where(delivery.c.id == delivery_id)).one_or_none()
    if row is None:
        return None
    found = delivery_of(row._asdict())
    case = connection.execute(select(application).where(application.c.id == found.application_id)).one()
    statement = select(attempt).where(attempt.c.delivery_id == delivery_id).order_by(attempt.c.epoch)
    attempts = [attempt_of(r._asdict()) for r in connection.execute(statement)]
    if found.being_sent:
        attempts.append(found.attempt())
    return DeliveryView(
        delivery=found,
        attempts=tuple(attempts),
        outcome=_outcomes(connection, found.application_id, (found,)).get(found.step),
        application=application_of(case._asdict()),
        siblings=_siblings(connection, [found.application_id])[found.application_id],
        said=said_of(connection, found),
    )


def _events(connection: Connection, application_id: str, after_no: int, limit: int) -> tuple[list[Event], bool]:
    statement = (
        select(audit)
        .where(audit.c.application_id == application_id, audit.c.event_no > after_no)
        .order_by(audit.c.event_no, audit.c.chain, audit.c.seq)
        .limit(limit + 1)
    )
    rows = list(connection.execute(statement))
    more = len(rows) > limit
    if more:
        last = rows[-1].event_no
        whole = [r for r in rows if r.event_no != last]
        rows = whole or rows  # one change with more entries than a page holds: better too many than none
    events = [
        Event(
            no=r.event_no, chain=r.chain, seq=r.seq, at=r.at, event=r.event, actor=r.actor,
            delivery_id=r.delivery_id, details=orjson.loads(r.details),
        )
        for r in rows
    ]  # fmt: skip
    return events, more


def _departments(connection: Connection, names: Sequence[str], queues: Mapping[str, Queue]) -> dict[str, DepartmentView]:
    standings = _standings(connection, names)
    controls = select(department_control).where(department_control.c.name.in_(names))
    said = {r.name: Control(**r._asdict()) for r in connection.execute(controls)}
    return {
        name: DepartmentView(
            standing=standings[name],
            control=said.get(name) or Control(name=name),
            open=queues[name].open,
            oldest_open_at=lists.id_time(oldest) if (oldest := queues[name].oldest) is not None else None,
            counted_at=queues[name].counted_at,
        )
        for name in names
    }


def _standings(connection: Connection, names: Collection[str]) -> dict[str, DepartmentStanding]:
    rows = {row.name: row._asdict() for row in connection.execute(select(department).where(department.c.name.in_(names)))}
    control = department_control.c
    pauses = select(control.name, control.changed_at).where(control.name.in_(names), control.paused)
    paused = {row.name: row.changed_at for row in connection.execute(pauses)}
    today = f"{datetime.now(CHINA):%Y%m%d}"
    counted = select(quota_use.c.department, quota_use.c.used).where(quota_use.c.department.in_(names), quota_use.c.day == today)
    used = {row.department: row.used for row in connection.execute(counted)}
    kept = ("breaker", "failures", "problem", "since", "probe_at")
    return {
        name: DepartmentStanding(
            name=name,
            paused_since=paused.get(name),
            quota_used=used.get(name, 0),
            **{key: rows[name][key] for key in kept if name in rows},
        )
        for name in names
    }


def _audit(connection: Connection, wanted: AuditFilter, cursor: str | None, limit: int) -> Page[AuditEntry]:
    statement = lists.audit_entries(wanted, cursor, limit)
    found = [AuditEntry(**r._asdict()) for r in connection.execute(statement)]
    page = _page(found, limit, lambda entry: f"{entry.chain}:{entry.seq}")
    if page.next is None and wanted.is_looked_for:
        # The look is bounded, so what is rare gives a short page that goes on behind it.
        reached = connection.execute(lists.audit_reach(cursor)).one_or_none()
        return Page(page.items, None if reached is None else f"{reached.chain}:{reached.seq}")
    return page


def _subjects(connection: Connection, entries: Iterable[AuditEntry]) -> Subjects:
    case, step = application.c, delivery.c
    numbers = select(case.id, case.number).where(case.id.in_({e.application_id for e in entries if e.application_id}))
    departments = select(step.id, step.department).where(step.id.in_({e.delivery_id for e in entries if e.delivery_id}))
    return Subjects(
        actors=people.names(connection, {e.actor for e in entries}),
        numbers={row.id: row.number for row in connection.execute(numbers)},
        departments={row.id: row.department for row in connection.execute(departments)},
    )


def _key(connection: Connection, wanted: ColumnElement[bool]) -> KeyView | None:
    row = connection.execute(select(api_key).where(wanted)).one_or_none()
    return None if row is None else KeyView(**row._asdict())
