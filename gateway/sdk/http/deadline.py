"""A total deadline for each of many calls, with one timer for all of them, since hardly any call runs out of time."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class Deadlines:
    """The calls of one client that are under way, all on one loop."""

    def __init__(self) -> None:
        self._calls: set[_Within] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0

    def within(self, seconds: float) -> _Within:
        """Give a context that cancels the current task after so many seconds and raises TimeoutError then.

        It does the same as ``asyncio.timeout``, also where the task is cancelled from outside meanwhile.
        """
        return _Within(self, asyncio.get_running_loop().time() + seconds)

    def close(self) -> None:
        """Stop the timer once no call is under way."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def begin(self, call: _Within) -> None:
        """Watch over a call."""
        self._calls.add(call)
        if self._timer is None or call.until < self._next:
            self._arm(call.until)

    def end(self, call: _Within) -> None:
        """Stop watching over a call."""
        self._calls.discard(call)

    def _arm(self, until: float) -> None:
        self.close()
        self._next = until
        self._timer = asyncio.get_running_loop().call_at(until, self._look)

    def _look(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for call in [call for call in self._calls if call.until <= now]:
            self._calls.discard(call)
            call.expire()
        if self._calls:
            self._arm(min(call.until for call in self._calls))


class _Within:
    __slots__ = ("_all", "_cancelling", "_late", "_task", "until")

    def __init__(self, deadlines: Deadlines, until: float) -> None:
        self.until = until  # the loop's clock
        self._all = deadlines
        self._late = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a call is made by a task")
        self._task = task
        self._cancelling = task.cancelling()
        self._all.begin(self)
        return self

    def expire(self) -> None:
        """Cancel the task, since its time is up."""
        self._late = True
        self._task.cancel()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._all.end(self)
        if self._late and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error
