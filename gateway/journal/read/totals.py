"""Numbers of the whole journal, for the metrics: each counted along an index, all of them at most now and then."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from gateway.journal.read.lists import id_time
from gateway.journal.store.schema import application, delivery
from gateway.model.application import ApplicationState
from gateway.model.delivery import ENDED

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: States of an application that has not ended.
OPEN = (ApplicationState.IN_PROGRESS, ApplicationState.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All numbers as they were at ``counted_at`` (microseconds). ``oldest`` is when the oldest open application of a state was filed."""

    ended: Mapping[tuple[str, str], int]  # deliveries by department and state
    applications: Mapping[str, int]  # by state
    attention: int
    past_due: Mapping[str, int]  # by state
    oldest: Mapping[str, int]  # by state
    counted_at: int


def count(connection: Connection, departments: Sequence[str]) -> Totals:
    """Count it all, deliveries of these departments alone, since their index begins with the department."""
    now = time.time_ns() // 1000
    d, a = delivery.c, application.c
    ended = (
        select(d.department, d.state, func.count())
        .where(d.department.in_(departments), d.state.in_([state.value for state in ENDED]))
        .group_by(d.department, d.state)
    )
    every = a.state.in_([state.value for state in ApplicationState])  # state by state, so that the index is used
    states = connection.execute(select(a.state, func.count(), func.min(a.id)).where(every).group_by(a.state)).all()
    # Few are late, and an index has them. As an expression the state leads to no index with far more rows.
    plain = a.state.concat("")
    late = select(plain, func.count()).where(text("application.ended_at IS NULL"), a.due_at < now).group_by(plain)
    attention = select(func.count()).where(text("application.needs_attention"), a.id > "")  # as its partial index has it
    return Totals(
        ended={(department, state): number for department, state, number in connection.execute(ended)},
        applications={state: number for state, number, _ in states},
        attention=connection.execute(attention).scalar_one(),
        past_due={row[0]: row[1] for row in connection.execute(late)},
        oldest={state: id_time(first) for state, _, first in states if state in OPEN},
        counted_at=now,
    )
