"""Circuit breakers of departments, closed, open, half open or stopped, kept in the journal so that every reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from gateway.departments.containment import SAYS_NOTHING
from gateway.departments.limits import Permits
from gateway.departments.retries import SECOND
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues.departments import BreakerRow, keep_breaker
from gateway.journal.writer.draft import Change, Draft
from gateway.model.department import BreakerPolicy
from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Unavailable

log = structlog.get_logger()

CLOSED, OPEN, HALF_OPEN, STOPPED = "closed", "open", "half_open", "stopped"

#: A department that refuses our credentials is probed this many times more rarely than one that is merely down.
_STOPPED_TIMES = 6


def probed_every(policy: BreakerPolicy, breaker: str) -> float:
    """Give the seconds between two probes of a department that is down or refuses our credentials."""
    return policy.open_seconds * (_STOPPED_TIMES if breaker == STOPPED else 1)


@dataclass(slots=True)
class _Standing:
    policy: BreakerPolicy
    breaker: str = CLOSED
    failures: int = 0
    suspects: list[frozenset[str]] = field(default_factory=list)  # deliveries, each asked about in vain by a failure that was counted
    problem: str | None = None
    since: int = 0
    probe_at: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStanding(Change[bool]):
    """A change that stores a department's standing, with an audit entry if ``told``. Gives False when another node was faster."""

    row: BreakerRow
    told: bool = True

    def decide(self, draft: Draft) -> bool:
        """Write the row over the version before it."""
        if not keep_breaker(draft.connection, self.row):
            return False
        if self.told:
            details = {"department": self.row.name, "breaker": self.row.breaker, "problem": self.row.problem}
            draft.audit(Entry(event="department_standing", actor="gateway", details=details))
        return True


class Breakers:
    """One breaker for each department: a number of failures in a row opens it, and later single calls probe whether it is back."""

    def __init__(self, policies: Mapping[str, BreakerPolicy], permits: Permits, longest: Mapping[str, float] | None = None) -> None:
        self._permits = permits
        self._longest = longest or {}  # by department: the longest "come back in", in seconds, that is believed
        self._standings = {name: _Standing(policy) for name, policy in policies.items()}

    def configure(self, policies: Mapping[str, BreakerPolicy], longest: Mapping[str, float]) -> None:
        """Use these policies from now on, and keep every department's standing."""
        self._longest = longest
        for name, policy in policies.items():
            self._standings.setdefault(name, _Standing(policy)).policy = policy

    def refresh(self, rows: Mapping[str, BreakerRow], now: int) -> None:
        """Take over what the journal holds, including what an earlier run or another node wrote."""
        for name, row in rows.items():
            standing = self._standings.get(name)
            if standing is None or row.version <= standing.version:
                continue
            was = standing.breaker
            standing.breaker, standing.version, standing.problem, standing.since = row.breaker, row.version, row.problem, row.since
            if standing.breaker == CLOSED:
                standing.failures, standing.probe_at = 0, None
                self._permits.allow(name, None)
                if was != CLOSED:
                    log.warning("department_back", department=name, down_seconds=None)
                continue
            standing.failures = row.failures
            standing.probe_at = min(row.probe_at or now, now + self._pause(standing))
            self._permits.allow(name, 0)

    def down(self, department: str) -> bool:
        """Tell whether the department counts as down, so that a failure is not held against the delivery."""
        standing = self._standings.get(department)
        return standing is not None and standing.breaker != CLOSED

    def standing(self, department: str) -> tuple[str, int, int | None] | None:
        """Give a down department's state, its start and its next probe (both in microseconds), or None for one that works."""
        standing = self._standings.get(department)
        if standing is None or standing.breaker == CLOSED:
            return None
        return standing.breaker, standing.since, standing.probe_at

    def next_probe(self) -> int | None:
        """Give the time of the earliest probe of any department that is down (microseconds), or None."""
        return min((s.probe_at for s in self._standings.values() if s.probe_at is not None), default=None)

    def probes(self, now: int) -> list[KeepStanding]:
        """Give the changes that begin the probes now due. A node may probe only if its change is kept (:meth:`try_one`).

        A probe whose result stays unknown until the next one is due is repeated by any node.
        """
        changes = []
        for name, standing in self._standings.items():
            if standing.probe_at is not None and standing.probe_at <= now:
                standing.breaker = HALF_OPEN if standing.breaker == OPEN else standing.breaker
                standing.probe_at = now + self._pause(standing)
                changes.append(self._keep(name, standing, told=False))
        return changes

    def try_one(self, department: str) -> None:
        """Let one call through, since the probe fell to this node."""
        if self._standings[department].breaker in (HALF_OPEN, STOPPED):
            self._permits.allow(department, 1)

    def moved(self, microseconds: int) -> None:
        """Shift all stored times after the clock was set."""
        for standing in self._standings.values():
            standing.since += microseconds
            if standing.probe_at is not None:
                standing.probe_at += microseconds

    def heard(self, department: str, result: object, now: int, asked: frozenset[str] = frozenset()) -> KeepStanding | None:
        """Learn from a call's result (``asked``: about whom, in vain), and give the change to write if the standing changed."""
        standing = self._standings.get(department)
        if standing is None:
            return None
        if isinstance(result, DepartmentError) and result.code in SAYS_NOTHING:
            return None
        if isinstance(result, Busy):
            # The department answered, so it is up, but it wants nothing before the time it named.
            self._permits.hold(department, now + int(min(result.retry_after, self._longest.get(department, 3600)) * SECOND))
            return self._close(department, standing, now) if standing.breaker != CLOSED else None
        if isinstance(result, AuthFailed):
            return self._open(department, standing, now, STOPPED, result)
        if isinstance(result, Unavailable | InDoubt):
            if standing.breaker == CLOSED and asked:
                known = next((one for one in standing.suspects if one & asked), None)
                standing.suspects = [*(one for one in standing.suspects if one is not known), asked & (known or asked)]
                if known is not None:  # one mistyped reference may be to blame for both
                    return None
            standing.failures += 1
            if standing.breaker != CLOSED or standing.failures >= standing.policy.failures:
                return self._open(department, standing, now, OPEN, result)
            return None
        standing.failures, standing.suspects = 0, []
        return self._close(department, standing, now) if standing.breaker != CLOSED else None

    def _open(self, name: str, standing: _Standing, now: int, breaker: str, error: DepartmentError) -> KeepStanding | None:
        new = standing.breaker not in ((OPEN, HALF_OPEN) if breaker == OPEN else (breaker,))
        if not new and standing.breaker == OPEN:
            return None  # this call began before the breaker opened
        standing.breaker, standing.problem = breaker, error.code
        standing.probe_at = now + self._pause(standing)
        self._permits.allow(name, 0)
        if not new:
            return self._keep(name, standing, told=False)
        standing.since = now
        if breaker == STOPPED:
            log.error("department_stopped", department=name, problem=error.code)
        else:
            log.warning("department_down", department=name, problem=error.code, failures=standing.failures)
        return self._keep(name, standing)

    def _close(self, name: str, standing: _Standing, now: int) -> KeepStanding:
        log.warning("department_back", department=name, down_seconds=(now - standing.since) // SECOND)
        standing.breaker, standing.failures, standing.problem, standing.probe_at, standing.since = CLOSED, 0, None, None, now
        self._permits.allow(name, None)
        return self._keep(name, standing)

    def _pause(self, standing: _Standing) -> int:
        return int(probed_every(standing.policy, standing.breaker) * SECOND)

    def _keep(self, name: str, standing: _Standing, *, told: bool = True) -> KeepStanding:
        standing.version += 1
        row = BreakerRow(
            name=name,
            breaker=standing.breaker,
            failures=standing.failures,
            problem=standing.problem,
            since=standing.since,
            probe_at=standing.probe_at,
            version=standing.version,
        )
        return KeepStanding(row=row, told=told)
