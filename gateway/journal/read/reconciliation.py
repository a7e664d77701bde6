"""Calls to one department on one day and its answers, to be compared with its own record: along indexes, a page at a time.

A row is one round of a delivery (one key), in its place by the time at which it began on that day. An ended call is in ``attempt``, a call
under way in its delivery, a callback in ``inbox``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, literal, or_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from gateway.journal.store.records import attempt_of, delivery_of
from gateway.journal.store.schema import application, attempt, delivery, inbox
from gateway.journal.store.views import Page
from gateway.model.delivery import Action, Attempt, Delivery, DeliveryState

#: Microseconds before midnight in which a call may begin and be answered after it: longer than any deadline.
_OVER_MIDNIGHT = 3_600_000_000
#: Results of attempts that no reply ended: our node or adapter did, nothing was sent, or nothing came back.
_UNANSWERED = frozenset(
    {"crashed", "node_stopped", "overtaken", "restored", "loop_blocked", "adapter_deadline", "adapter_error"}
    | {"no_adapter", "no_word", "share_failed", "not_sendable"}
    | {"dns", "tls", "not_connected", "connect_timeout", "connection_lost", "timeout"}
)

_A, _D, _I = attempt.c, delivery.c, inbox.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One department's day: from its begin to before its end (microseconds)."""

    department: str
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One round of a delivery on a day. ``called_back`` tells how the answer came. The delivery is as it stands now."""

    delivery: Delivery
    number: str
    round: int
    attempts: int
    first_sent_at: int | None
    last_sent_at: int | None
    answer: str | None
    answered_at: int | None
    called_back: bool

    @property
    def key(self) -> str:
        """The key that every call of that round carried."""
        return self.delivery.changed(round=self.round).key

    @property
    def in_doubt(self) -> bool:
        """Tell whether this is the round that is in doubt."""
        return self.delivery.doubt_since is not None and self.round == self.delivery.round


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a row: the time at which it began on that day, its delivery and its round."""

    at: int
    delivery_id: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    at: int
    said: str
    called_back: bool


def reconciliation(connection: Connection, day: Day, cursor: str | None, limit: int) -> Page[Reconciled]:
    """Give a page of the day, in the order in which its rows began. ``cursor`` is a page's ``next``."""
    after, _, delivery_id = (cursor or "0:").partition(":")
    last = _Place(int(after), delivery_id, 0)
    places: dict[tuple[str, int], _Place] = {}
    for statement in (_called(day, last, limit), _under_way(day, last, limit), _called_back(day, last, limit)):
        for row in connection.execute(statement):
            place = _Place(row.at, row.delivery_id, row.round)
            known = places.setdefault((row.delivery_id, row.round), place)
            if place.at < known.at:
                places[row.delivery_id, row.round] = place
    found = sorted(places.values(), key=lambda place: (place.at, place.delivery_id))
    page = found[:limit]
    following = f"{page[-1].at}:{page[-1].delivery_id}" if len(found) > limit else None
    return Page(tuple(_rows(connection, day, page)), following)


def _called(day: Day, last: _Place, limit: int) -> Select[Any]:
    """Select rounds with a call that has ended, each at the first of the day."""
    before = attempt.alias("before")
    earlier = exists().where(
        before.c.delivery_id == _A.delivery_id, before.c.round == _A.round, before.c.epoch < _A.epoch, *_on(before.c, day)
    )
    return (
        select(_A.started_at.label("at"), _A.delivery_id, _A.round)
        .join(delivery, _D.id == _A.delivery_id)
        .where(_D.department == day.department, *_on(_A, day), ~earlier)
        .where(_A.started_at >= last.at, or_(_A.started_at > last.at, _A.delivery_id > last.delivery_id))
        .order_by(_A.started_at, _A.delivery_id)
        .limit(limit + 1)
    )


def _under_way(day: Day, last: _Place, limit: int) -> Select[Any]:
    """Select rounds whose first call of the day is being made."""
    called = exists().where(_A.delivery_id == _D.id, _A.round == _D.round, *_on(_A, day))
    return (
        select(_D.last_sent_at.label("at"), _D.id.label("delivery_id"), _D.round)
        .where(_D.department == day.department, *_sending(day), ~called)
        .where(_D.last_sent_at >= last.at, or_(_D.last_sent_at > last.at, _D.id > last.delivery_id))
        .order_by(_D.last_sent_at, _D.id)
        .limit(limit + 1)
    )


def _called_back(day: Day, last: _Place, limit: int) -> Select[Any]:
    """Select deliveries that were only called back about on that day, each at the first time."""
    first = (
        select(func.min(_I.received_at).label("at"), _I.delivery_id)
        .where(_I.department == day.department, _I.received_at >= day.begins, _I.received_at < day.ends, _I.delivery_id.is_not(None))
        .group_by(_I.delivery_id)
        .subquery()
    )
    called = exists().where(_A.delivery_id == _D.id, *_on(_A, day))
    return (
        select(first.c.at, first.c.delivery_id, _D.round)
        .join(delivery, _D.id == first.c.delivery_id)
        .where(_D.department == day.department, ~called, ~and_(*_sending(day)))
        .where(or_(first.c.at > last.at, and_(first.c.at == last.at, first.c.delivery_id > last.delivery_id)))
        .order_by(first.c.at, first.c.delivery_id)
        .limit(limit + 1)
    )


def _on(columns: ReadOnlyColumnCollection[str, Any], day: Day) -> list[Any]:
    """Give the conditions by which a call began or was answered on the day."""
    reach = (columns.started_at >= day.begins - _OVER_MIDNIGHT, columns.started_at < day.ends)
    answered = and_(columns.ended_at >= day.begins, columns.result.not_in(_UNANSWERED))
    return [*reach, or_(columns.started_at >= day.begins, answered)]


def _sending(day: Day) -> list[Any]:
    return [_D.state == literal(DeliveryState.SENDING.value), _D.last_sent_at >= day.begins, _D.last_sent_at < day.ends]


def _rows(connection: Connection, day: Day, places: Sequence[_Place]) -> list[Reconciled]:
    if not places:
        return []
    ids = {place.delivery_id for place in places}
    deliveries = {row.id: delivery_of(row._asdict()) for row in connection.execute(select(delivery).where(_D.id.in_(ids)))}
    cases = {d.application_id for d in deliveries.values()}
    known = select(application.c.id, application.c.number).where(application.c.id.in_(cases))
    numbers = {row.id: row.number for row in connection.execute(known)}
    attempts: dict[tuple[str, int], list[Attempt]] = defaultdict(list)
    for row in connection.execute(select(attempt).where(_A.delivery_id.in_(ids), *_on(_A, day)).order_by(_A.delivery_id, _A.epoch)):
        attempts[row.delivery_id, row.round].append(attempt_of(row._asdict()))
    said: dict[tuple[str, int], list[_Answer]] = defaultdict(list)
    for row in connection.execute(_callbacks(day, ids)):
        whose = row.delivery_id, _round(row.key, deliveries[row.delivery_id])
        said[whose].append(_Answer(at=row.received_at, said=row.outcome, called_back=True))
    rows = []
    for place in places:
        of = deliveries[place.delivery_id]
        whose = place.delivery_id, place.round
        sent, answer = _sent(day, place, of, attempts[whose]), _answer(day, attempts[whose], said[whose])
        rows.append(
            Reconciled(
                delivery=of,
                number=numbers[of.application_id],
                round=place.round,
                attempts=len(sent),
                first_sent_at=min(sent, default=None),
                last_sent_at=max(sent, default=None),
                answer=answer.said if answer else None,
                answered_at=answer.at if answer else None,
                called_back=answer.called_back if answer else False,
            )
        )
    return rows


def _callbacks(day: Day, ids: set[str]) -> Select[Any]:
    on = (_I.department == day.department, _I.received_at >= day.begins, _I.received_at < day.ends)
    return select(_I.delivery_id, _I.key, _I.received_at, _I.outcome).where(*on, _I.delivery_id.in_(ids))


def _round(key: str | None, of: Delivery) -> int:
    """Give the round that a callback is about: its key says it, else it is the delivery's last."""
    _, _, number = (key or "").rpartition("-")
    return int(number) if number.isdecimal() else of.round


def _sent(day: Day, place: _Place, of: Delivery, attempts: Sequence[Attempt]) -> list[int]:
    """Give the times at which that round was handed over on the day. The delivery tells of a call that is under way."""
    sent = [one.started_at for one in attempts if one.action is Action.SUBMIT and one.started_at >= day.begins]
    if of.being_sent and of.round == place.round and of.last_sent_at is not None and day.begins <= of.last_sent_at < day.ends:
        sent.append(of.last_sent_at)
    return sent


def _answer(day: Day, attempts: Sequence[Attempt], said: Sequence[_Answer]) -> _Answer | None:
    """Give the last answer of the department about that round on the day."""
    replies = [
        _Answer(at=one.ended_at, said=one.result, called_back=False)
        for one in attempts
        if one.ended_at is not None and day.begins <= one.ended_at < day.ends
        if one.result is not None and one.result not in _UNANSWERED and not one.result.startswith("request_")
    ]
    return max([*replies, *said], key=lambda answer: answer.at, default=None)
