"""The standing of a department in words: why it takes no work now, what waits for it, and for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.departments.breaker import probed_every
from gateway.departments.retries import SECOND
from gateway.model import code_names
from gateway.model.delivery import DeliveryState
from gateway.texts.instants import microseconds
from gateway.texts.sentences import joined, listed, name
from gateway.web.charts import Chart, Value, stacked
from gateway.web.console.ages import age
from gateway.web.console.departments import texts
from gateway.web.console.words import SHAPES, failure, word
from gateway.web.times import clock, moment, said_at

if TYPE_CHECKING:
    from gateway.api.operating.department_models import DepartmentShape
    from gateway.model.department import BreakerPolicy
    from gateway.model.service import Text

#: States of what waits, in the order in which a bar shows them.
_QUEUE: Final = (
    DeliveryState.HELD,
    DeliveryState.IN_DOUBT,
    DeliveryState.RETURNED,
    DeliveryState.SENDING,
    DeliveryState.DECIDING,
    DeliveryState.READY,
    DeliveryState.WAITING,
)
_NOTHING: Final = name("")
_SHUT: Final[Mapping[str, tuple[str, str, Text]]] = {
    "closed": ("wait", "d-ok", texts.OUTSIDE_HOURS),
    "maintenance": ("wait", "d-ok", texts.IN_MAINTENANCE),
    "calendar_missing": ("held", "held", texts.NO_CALENDAR),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One reason why a department takes no work, or that it works. ``colour`` and ``icon`` go with ``word``, never alone."""

    colour: str
    icon: str
    word: Text
    why: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Deliveries of one state in a department's queue."""

    word: Text
    count: int
    colour: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A department as its pages show it: how it stands, the gravest first, and its queue. ``oldest`` is how long the first has waited."""

    name: str
    title: Text
    standing: tuple[Standing, ...]
    total: int
    waiting: tuple[Queued, ...]
    chart: Chart
    oldest: Text | None
    oldest_at: Text | None
    paused: bool

    @property
    def works(self) -> bool:
        """Tell whether it takes work now."""
        return self.standing[0].colour == "ok"


def card(department: DepartmentShape, policy: BreakerPolicy) -> Card:
    """Make the card of a department that counts as down by this rule."""
    queue = {state: department["open"].get(state, 0) for state in _QUEUE}
    waiting = [
        Queued(word=word(code_names.DELIVERY_STATES, state), count=count, colour=SHAPES[state], icon=SHAPES[state])
        for state, count in queue.items()
        if count
    ]
    total = sum(queue.values())
    sentence = texts.queue_of(total, listed(texts.dept_counted(one.word, one.count) for one in waiting)) if waiting else texts.NOTHING_OPEN
    oldest = read(department["oldest_open_at"])
    return Card(
        name=department["name"],
        title=department["title"],
        standing=tuple(_standing(department, policy)) or (Standing(colour="ok", icon="ok", word=texts.DEPT_WORKS),),
        total=total,
        waiting=tuple(waiting),
        chart=stacked(sentence, [Value(name=one.word, number=one.count, colour=one.colour) for one in waiting]),
        oldest=None if oldest is None else age(oldest, time.time_ns() // 1000),
        oldest_at=None if oldest is None else moment(oldest),
        paused=department["paused"],
    )


def read(at: str | None) -> int | None:
    """Give a time of an answer in microseconds."""
    return None if at is None else microseconds(at)


def when(at: str | None) -> Text:
    """Say a time of an answer."""
    return name("-") if at is None else said_at(at)


def _standing(department: DepartmentShape, policy: BreakerPolicy) -> Iterator[Standing]:
    """Give each reason why it takes no work, in the order in which they are told elsewhere."""
    problem = department["problem"]
    if department["adapter"] is None or (problem and department["breaker"] == "closed"):
        yield Standing(colour="held", icon="stop", word=texts.DEPT_NO_ADAPTER, why=name(problem) if problem else None)
    if department["paused"]:
        yield Standing(colour="wait", icon="pause", word=texts.DEPT_PAUSED, why=texts.paused_since(when(department["paused_since"])))
    shut = _SHUT.get(department["availability"]["state"])
    if shut is not None:
        yield Standing(colour=shut[0], icon=shut[1], word=shut[2], why=department["availability"]["why"])
    if department["breaker"] != "closed":
        yield _broken(department, policy)
    quota = department["quota"]
    if quota is not None and quota["why"] is not None:
        yield Standing(colour="wait", icon="d-ok", word=texts.USED_UP, why=quota["why"])


def is_due(department: DepartmentShape) -> bool:
    """Tell whether the next probe of one that is down may begin now."""
    probe = read(department["probe_at"])
    return probe is None or probe <= time.time_ns() // 1000


def last_probe(department: DepartmentShape, policy: BreakerPolicy) -> int | None:
    """Give when one that is down was probed last in vain, None where it has not been, or is being probed this moment."""
    probe, since, breaker = read(department["probe_at"]), read(department["since"]), department["breaker"]
    if probe is None or since is None or breaker not in ("open", "stopped") or is_due(department):
        return None
    last = probe - int(probed_every(policy, breaker) * SECOND)  # from each probe on, the next is so far away
    return last if since < last <= time.time_ns() // 1000 else None


def came_of_probe(department: DepartmentShape, policy: BreakerPolicy) -> Standing:
    """Say what came of a probe that a person asked for, as far as it is known."""
    if department["breaker"] == "closed":
        return Standing(colour="ok", icon="ok", word=texts.PROBE_BROUGHT_BACK)
    last = last_probe(department, policy)
    if last is None:
        return Standing(colour="run", icon="run", word=texts.PROBE_UNDER_WAY)
    return Standing(colour="back", icon="no", word=texts.probe_in_vain(clock(last)))


def _broken(department: DepartmentShape, policy: BreakerPolicy) -> Standing:
    since, probe, why = when(department["since"]), read(department["probe_at"]), failure(department["problem"] or "-")
    last = last_probe(department, policy)
    following = texts.PROBED_SOON if is_due(department) or probe is None else texts.probed_at(clock(probe))
    following = _NOTHING if department["paused"] else following if last is None else joined(texts.last_probed(clock(last)), following)
    if department["breaker"] == "stopped":
        return Standing(colour="held", icon="stop", word=texts.DEPT_STOPPED, why=joined(texts.refused_since(since, why), following))
    why = joined(texts.down_since(since, why), following)
    if department["breaker"] == "half_open":
        return Standing(colour="back", icon="run", word=texts.PROBED_NOW, why=why)
    return Standing(colour="held", icon="no", word=texts.DEPT_DOWN, why=why)
