"""The overseer ends calls that outstay their deadline. It looks at all calls every now and then, which saves a timer for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gateway.departments import containment
from gateway.dispatch.work_item import WorkItem
from gateway.model.errors import InDoubt

#: Seconds between two looks, hence the longest delay with which a call is ended.
_LOOK = 0.5


@dataclass(slots=True, eq=False)
class UnderWay:
    """One call under way, with its items and the time (the loop's clock) by which it has to end."""

    items: Sequence[WorkItem]
    until: float
    task: asyncio.Task[None]
    late: InDoubt | None = None  # the reason it was cancelled: its time and some grace have passed, or the node stops
    abandoned: bool = False  # it went on after that and lost its deliveries, so that nobody waits for it


@dataclass(slots=True)
class Overseer:
    """Knows every call under way. ``abandon`` receives a call that goes on after it was cancelled."""

    abandon: Callable[[UnderWay], None]
    calls: set[UnderWay] = field(default_factory=set)
    _timer: asyncio.TimerHandle | None = None

    def begin(self, items: Sequence[WorkItem], seconds: float) -> UnderWay:
        """Note that the current task begins a call, which has to end within so many seconds and a little grace."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("a call is made by a task")
        call = UnderWay(items, loop.time() + seconds + containment.GRACE, task)
        self.calls.add(call)
        if self._timer is None:
            self._timer = loop.call_later(_LOOK, self._look)
        return call

    def end(self, call: UnderWay) -> None:
        """Note that the call has ended, in whatever way."""
        self.calls.discard(call)

    def end_all(self) -> None:
        """Cancel every call under way, because the node stops."""
        for call in list(self.calls):
            if call.late is None:
                call.late = InDoubt("node_stopped", "the node stopped before the department had answered")
                call.until = 0
                call.task.cancel()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for call in [call for call in self.calls if call.until <= now]:
            if call.late is None:
                call.late = containment.overdue()
                call.until = now + containment.GRACE
                call.task.cancel()
            else:
                call.abandoned = True
                self.calls.discard(call)
                self.abandon(call)
        self._timer = loop.call_later(_LOOK, self._look) if self.calls else None
