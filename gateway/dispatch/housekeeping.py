"""A node's own duties, once a second: the work of nodes that died, the state of departments as other nodes see it, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from gateway.cases.casework import Casework
from gateway.cases.results import Recover, TakeWaiting
from gateway.departments.breaker import Breakers
from gateway.dispatch.postponing import FetchBack
from gateway.journal.queues.deliveries import called_back, left_by_others
from gateway.journal.queues.departments import breakers
from gateway.journal.read.reading import patiently
from gateway.journal.store.database import Connection, Engine
from gateway.journal.writer.clock import MoveTimes, SteadyClock
from gateway.journal.writer.journal import Journal
from gateway.model.department import BreakerRow
from gateway.model.errors import JournalClosed, JournalUnavailable

log = structlog.get_logger()

#: Seconds between two rounds.
_EVERY = 1.0
#: Cases taken over in one round: the rest follows a second later.
_AT_ONCE = 500
#: Doubtful deliveries of a round that get a line each in the log; all of them are counted.
_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Findings of one look at the journal: the departments' state, cases whose deliveries a node left, cases a callback waits for."""

    departments: dict[str, BreakerRow]
    left: list[str]
    called_back: list[str]


@dataclass(slots=True, kw_only=True)
class Housekeeping:
    """Duties of a node that dispatches. ``look_again`` has the dispatcher ask for due work, since there may be some, or its times moved."""

    journal: Journal
    reader: Engine
    casework: Casework
    breakers: Breakers
    look_again: Callable[[], None]
    _openings: int = -1  # the version of hours and quotas that what waits was held against

    async def take_over(self) -> None:
        """Read at the start how departments stood and, where no other node can be, take over all that an earlier incarnation left."""
        seen = await asyncio.to_thread(self._look, expired=not self.journal.alone)
        self.breakers.refresh(seen.departments, self.journal.now())
        while seen.left:
            await self._recover(seen.left, expired=not self.journal.alone)
            seen = await asyncio.to_thread(self._look, expired=not self.journal.alone)

    async def forever(self) -> None:
        """Go on until cancelled, or until the journal is closed."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.once()
            except JournalClosed:
                return
            except JournalUnavailable as error:
                log.error("journal_failed", error=str(error))  # noqa: TRY400  # the database said no: the trace would tell nothing
            except Exception as error:  # it outlives whatever one round met; said once a round
                log.exception("housekeeping_failed", error=type(error).__name__)

    async def once(self) -> None:
        """Make one round."""
        await self._follow_the_clock()
        seen = await asyncio.to_thread(self._look, expired=True)
        self.breakers.refresh(seen.departments, self.journal.now())
        probe = self.breakers.next_probe()
        if probe is not None and probe <= self.journal.now():  # due earlier than the dispatcher knows, by an operator's word
            self.look_again()
        if seen.left:
            await self._recover(seen.left, expired=True)
        await asyncio.gather(*(self.journal.write(TakeWaiting(application_id=case, casework=self.casework)) for case in seen.called_back))
        await self._fetch_back()
        if not self.journal.alone:
            self.journal.commits.touched(None)
            self.look_again()

    async def _fetch_back(self) -> None:
        """Hold what waits for its department to open against the hours and quotas that hold now: at the start, and when they change."""
        version = self.casework.openings.version
        if version == self._openings:
            return
        more = list(self.casework.departments)
        while more:
            changes = [FetchBack(department=name, casework=self.casework) for name in more]
            left = await asyncio.gather(*(self.journal.write(change) for change in changes))
            more = [name for name, one in zip(more, left, strict=True) if one]
        self._openings = version

    async def _follow_the_clock(self) -> None:
        clock = self.journal.clock
        jumped = clock.jumped if isinstance(clock, SteadyClock) else 0
        if not jumped:
            return
        log.error("clock_moved", seconds=round(jumped / 1_000_000))
        if self.journal.alone:
            await self.journal.write(MoveTimes(by=jumped, along=lambda: self._move(jumped)))
        else:  # the database's clock is the one that counts
            self.journal.follow_clock(jumped)

    def _move(self, microseconds: int) -> None:
        """Move the times that are kept in memory, while the journal decides nothing."""
        self.journal.follow_clock(microseconds)
        self.journal.forget()
        self.casework.permits.moved(microseconds)
        self.casework.budgets.moved(microseconds)
        self.breakers.moved(microseconds)
        self.casework.openings.renew()  # times of day have not moved along
        self.look_again()

    async def _recover(self, cases: list[str], *, expired: bool) -> None:
        changes = [Recover(application_id=case, casework=self.casework, expired=expired) for case in cases]
        freed = await asyncio.gather(*(self.journal.write(change) for change in changes))
        if any(freed):
            doubtful = [one for case in freed for one in case if one.doubt_since is not None and one.awaits_person]
            log.warning("deliveries_recovered", applications=sum(1 for one in freed if one), in_doubt=len(doubtful))
            for one in doubtful[:_NAMED]:
                case, where, why = one.application_id, one.department, one.problem
                log.warning("delivery_in_doubt", application=case, delivery=one.id, step=one.step, department=where, problem=why)

    def _look(self, *, expired: bool) -> Inspection:
        before = self.journal.now() if expired else None

        def look(connection: Connection) -> Inspection:
            return Inspection(
                departments=breakers(connection),
                left=left_by_others(connection, self.journal.node, before=before, most=_AT_ONCE),
                called_back=called_back(connection, _AT_ONCE),
            )

        return patiently(self.reader, look)
