"""Which departments are down: closed, open, half open, stopped; kept in the journal so that every reader sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from gateway.departments.containment import SAYS_NOTHING
from gateway.departments.limits import Permits
from gateway.departments.retries import SECOND
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import breakers
from gateway.journal.queues.breakers import BreakerRow
from gateway.journal.writer.draft import Draft, Needs
from gateway.model.department import BreakerPolicy
from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Unavailable

log = structlog.get_logger()

CLOSED, OPEN, HALF_OPEN, STOPPED = "closed", "open", "half_open", "stopped"

#: Refused credentials are tried again this much more rarely than a department that is merely down.
_STOPPED_TIMES = 6


def probed_every(policy: BreakerPolicy, breaker: str) -> float:
    """Seconds between two probes of a department that counts as down, or refuses our credentials."""
    return policy.open_seconds * (_STOPPED_TIMES if breaker == STOPPED else 1)


@dataclass(slots=True)
class _Standing:
    policy: BreakerPolicy
    breaker: str = CLOSED
    failures: int = 0
    problem: str | None = None
    since: int = 0
    probe_at: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStanding:
    """Keep how one department fares; ``told``: it is worth an audit entry. Gives False when another node has written it meanwhile."""

    row: BreakerRow
    told: bool = True

    @property
    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def decide(self, draft: Draft) -> bool:
        """Write the row over the version before it."""
        if not breakers.keep(draft.connection, self.row):
            return False
        if self.told:
            details = {"department": self.row.name, "breaker": self.row.breaker, "problem": self.row.problem}
            draft.audit(Entry(event="department_standing", actor="gateway", details=details))
        return True


class Breakers:
    """One breaker a department: so many failures in a row open it; after a while one call at a time tries again."""

    def __init__(self, policies: Mapping[str, BreakerPolicy], permits: Permits, longest: Mapping[str, float] | None = None) -> None:
        self._permits = permits
        self._longest = longest or {}  # seconds that a department's "come back in" is believed, by name
        self._standings = {name: _Standing(policy) for name, policy in policies.items()}

    def configure(self, policies: Mapping[str, BreakerPolicy], longest: Mapping[str, float]) -> None:
        """Judge by these policies from now on; how each department fares is not forgotten."""
        self._longest = longest
        for name, policy in policies.items():
            self._standings.setdefault(name, _Standing(policy)).policy = policy

    def refresh(self, rows: Mapping[str, BreakerRow], now: int) -> None:
        """Go on from what the journal holds: what an earlier run or another node has written since."""
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
        """Whether the department counts as down: failures are then not the delivery's."""
        standing = self._standings.get(department)
        return standing is not None and standing.breaker != CLOSED

    def standing(self, department: str) -> tuple[str, int, int | None] | None:
        """How a department that counts as down stands, since when and until its next probe (microseconds); none of one that works."""
        standing = self._standings.get(department)
        if standing is None or standing.breaker == CLOSED:
            return None
        return standing.breaker, standing.since, standing.probe_at

    def next_probe(self) -> int | None:
        """When the next department that is down is to be tried (microseconds)."""
        return min((s.probe_at for s in self._standings.values() if s.probe_at is not None), default=None)

    def probes(self, now: int) -> list[KeepStanding]:
        """The changes that let departments whose time has come be tried, each by the one node whose change is kept (:meth:`try_one`).

        One that is not heard of again within the same time is tried by whoever looks then.
        """
        changes = []
        for name, standing in self._standings.items():
            if standing.probe_at is not None and standing.probe_at <= now:
                standing.breaker = HALF_OPEN if standing.breaker == OPEN else standing.breaker
                standing.probe_at = now + self._pause(standing)
                changes.append(self._keep(name, standing, told=False))
        return changes

    def try_one(self, department: str) -> None:
        """Let one call through: this node has the probe."""
        if self._standings[department].breaker in (HALF_OPEN, STOPPED):
            self._permits.allow(department, 1)

    def moved(self, microseconds: int) -> None:
        """The clock was set by so much: what is waited for moves along."""
        for standing in self._standings.values():
            standing.since += microseconds
            if standing.probe_at is not None:
                standing.probe_at += microseconds

    def heard(self, department: str, result: object, now: int) -> KeepStanding | None:
        """Learn from one call's result; gives the change to write when the standing changed."""
        standing = self._standings.get(department)
        if standing is None:
            return None
        if isinstance(result, DepartmentError) and result.code in SAYS_NOTHING:
            return None
        if isinstance(result, Busy):
            # It answered, so it is not down; but nothing is to be handed over before the time it gave.
            self._permits.hold(department, now + int(min(result.retry_after, self._longest.get(department, 3600)) * SECOND))
            return self._close(department, standing, now) if standing.breaker != CLOSED else None
        if isinstance(result, AuthFailed):
            return self._open(department, standing, now, STOPPED, result)
        if isinstance(result, Unavailable | InDoubt):
            standing.failures += 1
            if standing.breaker != CLOSED or standing.failures >= standing.policy.failures:
                return self._open(department, standing, now, OPEN, result)
            return None
        standing.failures = 0
        return self._close(department, standing, now) if standing.breaker != CLOSED else None

    def _open(self, name: str, standing: _Standing, now: int, breaker: str, error: DepartmentError) -> KeepStanding | None:
        new = standing.breaker not in ((OPEN, HALF_OPEN) if breaker == OPEN else (breaker,))
        if not new and standing.breaker == OPEN:
            return None  # a call that was under way when it was opened
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
