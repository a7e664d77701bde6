"""One call as its worker needs it, and what the dispatcher asks of whoever keeps the deliveries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.cases.judgement import Recorded, Result, StillOpen
from gateway.departments.breaker import NewStanding
from gateway.model.case import Committed, Work
from gateway.model.delivery import Delivery
from gateway.model.errors import Invalid
from gateway.sdk.department import Department, Operation, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A leased delivery made ready for its call: nothing more is read or looked up for it.

    ``delivery`` names the action, and of the call its key, its attempt and the reference. ``department`` is the adapter, whose connection
    names the deadline. ``request`` is none where a reference says it all (withdraw, poll). ``forms`` are the application of what is polled,
    as filed: a department may name its values in the one text that it says of all that it was asked about together.
    """

    delivery: Delivery
    trace_id: str
    department: Department
    operation: Operation
    request: Request | None = None
    forms: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Number of deliveries that may be taken of one department: a permit each, one for all that are polled."""

    permits: int
    polls: int


class WorkQueue(Protocol):
    """The deliveries as the dispatcher knows them. Whatever writes raises JournalUnavailable or JournalClosed, and may be asked again."""

    def now(self) -> int:
        """Give the time by which deliveries are due (microseconds since the epoch)."""

    def listen(self, listener: Callable[[Committed], None], /) -> None:
        """Have ``listener`` called on the event loop with what was leased and what became due, whoever caused it."""

    def claim(self, wanted: Mapping[str, Capacity], /) -> Awaitable[Mapping[str, int | None]]:
        """Lease what is due at these departments, with a permit for each call. The listener is given it.

        Gives the time of each one's next delivery (microseconds), None where nothing is due.
        """

    def prepare(self, work: Work, /) -> WorkItem | Invalid:
        """Make what was leased ready for its call, or say why it cannot be called."""

    def complete(self, delivery: Delivery, result: Result | StillOpen, /) -> Awaitable[Recorded]:
        """Keep what the call of a delivery, as it was leased, came to."""

    def keep(self, standing: NewStanding, /) -> Awaitable[bool]:
        """Keep how a department stands now. Gives False when another node was faster."""
