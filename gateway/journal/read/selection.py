"""Deliveries that a repair of many is for, and the statements that find them: in order of arrival, a page at a time, never all at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select, union_all

from gateway.journal.read.lists import SLACK, equal, id_at
from gateway.journal.store.schema import application, delivery, job_delivery
from gateway.model import JsonObject, JsonView
from gateway.model.delivery import Action, DeliveryState

#: States that a person has to look at, and that a repair of many may be for.
REPAIRABLE = (DeliveryState.HELD, DeliveryState.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The deliveries that are asked for. A field that is None is not asked about.

    Times are microseconds since the epoch (UTC), both ends inclusive. No personal data is in it.
    """

    states: tuple[DeliveryState, ...] = REPAIRABLE
    department: str | None = None
    operation: str | None = None
    service: str | None = None
    problem: str | None = None
    updated_after: int | None = None
    updated_before: int | None = None
    received_after: int | None = None
    received_before: int | None = None
    ids: tuple[str, ...] = ()

    def as_json(self) -> JsonObject:
        """Give what is asked about, as it is stored and answered."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        return {name: value for name, value in plain.items() if value not in (None, [])}

    @classmethod
    def of_json(cls, stored: JsonView) -> Self:
        """Make the selection that was stored."""
        states = tuple(DeliveryState(state) for state in stored["states"])
        return cls(**{**stored, "states": states, "ids": tuple(stored.get("ids", ()))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A count of deliveries of one kind. ``doubt``: they may have been processed. ``leased``: they are being asked about right now.

    ``accepted``: held although the department has accepted them, since asking about them failed. ``problem`` says how, for those alone.
    """

    department: str
    operation: str
    state: DeliveryState
    doubt: bool
    leased: bool
    accepted: bool
    problem: str | None
    count: int
    last: str  # the latest of them by arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDelivery:
    """One delivery of a page. It is ``fresh`` when it never went out, so that whether it applies is asked again."""

    id: str
    application_id: str
    fresh: bool


def groups(connection: Connection, wanted: Selection) -> list[Group]:
    """Count what fits, by what decides whether it is sent again."""
    d = delivery.c
    doubt, leased = d.doubt_since.is_not(None), d.lease_owner.is_not(None)
    accepted = and_(d.state == DeliveryState.HELD.value, doubt, d.reference.is_not(None))
    problem = case((accepted, d.problem))
    found: list[Group] = []
    for state in wanted.states:
        statement = (
            select(
                d.department,
                d.operation,
                doubt.label("doubt"),
                leased.label("leased"),
                accepted.label("accepted"),
                problem.label("problem"),
                func.count().label("count"),
                func.max(d.id).label("last"),
            )
            .where(*_fits(wanted, state))
            .group_by(d.department, d.operation, doubt, leased, accepted, problem)
        )
        for row in connection.execute(statement).mappings():
            told = {name: bool(row[name]) for name in ("doubt", "leased", "accepted")}
            found.append(Group(**{**row, **told, "state": state}))
    return found


def remembered(connection: Connection, wanted: Selection, group: Group, since: int) -> int:
    """Count the deliveries of a group that were first sent at ``since`` or later, so that their department still recognises the key."""
    d = delivery.c
    statement = select(func.count()).where(
        *_fits(wanted, group.state),
        d.department == group.department,
        d.operation == group.operation,
        d.doubt_since.is_not(None),
        d.lease_owner.is_(None),
        func.coalesce(d.first_sent_at, d.last_sent_at, since) >= since,
    )
    return int(connection.execute(statement).scalar_one())


def page(
    connection: Connection, wanted: Selection, department: str, *, after: str | None, last: str, before: int, limit: int
) -> list[FoundDelivery]:
    """Give the next deliveries of one department, in order of arrival, that have not changed since ``before``."""
    d = delivery.c
    more = (d.department == department, d.id <= last, d.updated_at <= before, *((d.id > after,) if after else ()))
    fresh = and_(d.state == DeliveryState.HELD.value, d.attempts == 0, d.doubt_since.is_(None)).label("fresh")
    pages = [
        select(select(d.id, d.application_id, fresh).where(*_fits(wanted, state), *more).order_by(d.id).limit(limit).subquery())
        for state in wanted.states
    ]
    merged = union_all(*pages).subquery()
    rows = connection.execute(select(merged).order_by(merged.c.id).limit(limit))
    return [FoundDelivery(id=row.id, application_id=row.application_id, fresh=bool(row.fresh)) for row in rows]


def under_way(connection: Connection, job_id: str, department: str, *, until: str, now: int, most: int) -> int:
    """Count the deliveries that a job released and that are on their way to the department, up to ``most``.

    ``until`` is the last delivery that was looked at. Whatever came in later is no concern of the job.
    """
    d, j = delivery.c, job_delivery.c
    released = select(literal(1)).where(j.job_id == job_id, j.delivery_id == d.id, j.result == "released").exists()
    asked = and_(d.action != Action.SUBMIT.value, or_(d.due_at <= now, d.lease_owner.is_not(None)))
    moving: dict[DeliveryState, tuple[ColumnElement[bool], ...]] = {
        DeliveryState.READY: (),
        DeliveryState.SENDING: (),
        DeliveryState.IN_DOUBT: (asked,),
    }
    found = union_all(
        *(
            select(
                select(d.id)
                .where(d.department == department, d.state == state.value, d.id <= until, released, *more)
                .limit(most)
                .subquery()
            )
            for state, more in moving.items()
        )
    ).subquery()
    return min(most, int(connection.execute(select(func.count()).select_from(found)).scalar_one()))


def looked_at(connection: Connection, job_id: str, department: str) -> str | None:
    """Give the last delivery of a department that a job has looked at, or None when it has not begun there."""
    j, d = job_delivery.c, delivery.c
    statement = (
        select(j.delivery_id)
        .join(delivery, d.id == j.delivery_id)
        .where(j.job_id == job_id, d.department == department)
        .order_by(j.delivery_id.desc())
        .limit(1)
    )
    found: str | None = connection.execute(statement).scalar_one_or_none()
    return found


def results(connection: Connection, job_id: str) -> list[tuple[str, str, int]]:
    """Count what a job did, by where those deliveries stand now: (result, state, count)."""
    j, d = job_delivery.c, delivery.c
    statement = (
        select(j.result, d.state, func.count())
        .join(delivery, d.id == j.delivery_id)
        .where(j.job_id == job_id)
        .group_by(j.result, d.state)
        .order_by(j.result, d.state)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def _fits(wanted: Selection, state: DeliveryState) -> list[ColumnElement[bool]]:
    d = delivery.c
    conditions = equal((d.state, state), (d.department, wanted.department), (d.operation, wanted.operation), (d.problem, wanted.problem))
    if wanted.ids:
        conditions.append(d.id.in_(wanted.ids))
    if wanted.updated_after is not None:
        conditions.append(d.updated_at >= wanted.updated_after)
    if wanted.updated_before is not None:
        conditions.append(d.updated_at <= wanted.updated_before)
    filed: list[ColumnElement[bool]] = []
    if wanted.service is not None:
        filed.append(application.c.service == wanted.service)
    if wanted.received_after is not None:
        conditions.append(d.id >= id_at(wanted.received_after - SLACK))
        filed.append(application.c.received_at >= wanted.received_after)
    if wanted.received_before is not None:
        conditions.append(d.id < id_at(wanted.received_before + SLACK))
        filed.append(application.c.received_at <= wanted.received_before)
    if filed:
        conditions.append(select(literal(1)).where(application.c.id == d.application_id, *filed).exists())
    return conditions
