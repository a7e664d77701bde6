"""Cases of a span counted in one statement, which goes along their ids: by who filed them, by service and by where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, select

from gateway.journal.read.lists import SLACK, handed, id_at, within
from gateway.journal.read.totals import OPEN_STATES
from gateway.journal.store.schema import application, delivery
from gateway.model.application import ApplicationState, EndReason
from gateway.model.delivery import DeliveryState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

    from gateway.model.application import Reach


class BookStanding(StrEnum):
    """The standing of a case, or of a department's step of one, as the book counts it: open, sent back to the applicant, or its end."""

    OPEN = "open"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


#: The words of states that are one of ours. Any other state of a case or a step is open.
_ENDS: Final = {
    ApplicationState.RETURNED.value: BookStanding.RETURNED,
    ApplicationState.APPROVED.value: BookStanding.APPROVED,
    ApplicationState.REJECTED.value: BookStanding.REJECTED,
    ApplicationState.WITHDRAWN.value: BookStanding.WITHDRAWN,
    DeliveryState.SKIPPED.value: BookStanding.WITHDRAWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCut:
    """The cases of one book: received from ``begins`` to before ``ends`` (microseconds), within a reach, or handed to a department."""

    reach: Reach | None
    department: str | None
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The number of cases, or of a department's steps, of one kind. ``late`` of them are open past the promised day."""

    filer: str  # the id of a key or an account
    service: str
    standing: BookStanding
    count: int
    late: int


def standing_of(state: str, *, voided: bool) -> BookStanding:
    """Give where a case or a step in that state stands."""
    found = _ENDS.get(state, BookStanding.OPEN)
    return BookStanding.VOIDED if found is BookStanding.WITHDRAWN and voided else found


def tallies(connection: Connection, cut: BookCut, now: int) -> list[Tally]:
    """Count the cases of a book, or the steps that its department was handed of them."""
    rows = connection.execute(_counted(cut, now))
    return [
        Tally(
            filer=row.caller,
            service=row.service,
            standing=standing_of(row.state, voided=row.end_reason == EndReason.VOIDED and cut.department is None),
            count=row.number,
            late=row.late,
        )
        for row in rows
    ]


def _counted(cut: BookCut, now: int) -> Select[Any]:
    a, d = application.c, delivery.c
    state: ColumnElement[str] = a.state if cut.department is None else d.state
    is_open = a.ended_at.is_(None) if cut.department is None else d.state.in_([one.value for one in OPEN_STATES])
    late = func.sum(case((and_(is_open, a.due_at < now), 1), else_=0)).label("late")
    columns = (a.caller, a.service, state.label("state"), a.end_reason)
    statement = (
        select(*columns, func.count().label("number"), late)
        .where(a.id >= id_at(cut.begins - SLACK), a.id < id_at(cut.ends + SLACK))
        .where(a.received_at >= cut.begins, a.received_at < cut.ends, within(cut.reach))
        .group_by(*columns)
    )
    if cut.department is None:
        return statement
    return statement.join(delivery, d.application_id == a.id).where(*handed(cut.department))
