"""Operators' controls of a department (pause, other limits), which override the configuration and are kept in the journal.

During a pause no call of any kind begins: nothing is handed over, found, polled, withdrawn or asked. Calls under way end, callbacks are
taken, and waiting costs no attempts. A pause survives restarts and holds on every node: on this one at once, on the others as soon as they
read the rows again (:meth:`Controls.refresh`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

import structlog

from gateway.cases.caller import Caller
from gateway.departments.limits import Permits
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import departments as kept
from gateway.journal.queues.following import follow
from gateway.journal.read.reasons import keep_department_reason
from gateway.journal.store.database import Engine
from gateway.journal.store.views import Control
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal
from gateway.model import JsonView
from gateway.operations import texts
from gateway.texts.refusals import Refused, conflict

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedControls:
    """An operator's request. ``paused`` None keeps the pause as it is. ``limits`` holds changed ones only, None for the configured one."""

    paused: bool | None = None
    limits: JsonView = field(default_factory=dict)  # concurrency, rate_per_second


@dataclass(frozen=True, slots=True, kw_only=True)
class _Say(Change[Control]):
    """A change that stores an operator's controls with an audit entry, which holds only a commitment to the personal reason."""

    name: str
    wanted: WantedControls
    reason: str
    caller: Caller

    def decide(self, draft: Draft) -> Control:
        found = kept.control(draft, self.name)
        before = found or Control(name=self.name)
        paused = before.paused if self.wanted.paused is None else self.wanted.paused
        since = before.changed_at if paused and before.paused else draft.now  # the start of the pause
        now = replace(before, paused=paused, **self.wanted.limits, changed_at=since, version=before.version + 1)
        kept.keep_control(draft, now, was=found)
        actor = self.caller.actor
        keep_department_reason(draft, self.reason, act=self._act, actor=actor, department=self.name, version=now.version)
        said = ("paused", "concurrency", "rate_per_second")
        details = {
            "department": self.name,
            **{name: getattr(now, name) for name in said},
            "was": {name: getattr(before, name) for name in said},
        }
        draft.audit(Entry(event="department_controlled", actor=actor, details=details))
        return now

    @property
    def _act(self) -> str:
        if self.wanted.paused is None:
            return "limited"
        return "paused" if self.wanted.paused else "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Probe(Change[bool]):
    """A change that makes the next probe of a department due. Gives False where none is awaited, or a node writes its standing just now."""

    name: str
    actor: str

    def decide(self, draft: Draft) -> bool:
        found = kept.breakers(draft.connection).get(self.name)
        if found is None or found.probe_at is None:
            return False
        if not kept.keep_breaker(draft.connection, replace(found, probe_at=draft.now, version=found.version + 1)):
            return False
        draft.audit(Entry(event="department_probed", actor=self.actor, details={"department": self.name, "breaker": found.breaker}))
        return True


class Controls:
    """The operators' controls, in force on this node's permits."""

    def __init__(self, permits: Permits, journal: Journal, departments: Collection[str]) -> None:
        """Take the permits to act on, the journal to write to, and the names of all departments."""
        self._permits = permits
        self._journal = journal
        self._departments = departments
        self._known: dict[str, Control] = {}

    async def change(self, name: str, wanted: WantedControls, *, reason: str, caller: Caller) -> None:
        """Store what is wanted and put it in force here. The last word counts. Raises Refused (404), JournalUnavailable."""
        if name not in self._departments:
            raise Refused("not-found", 404, texts.NO_DEPARTMENT)
        control = await self._journal.write(_Say(name=name, wanted=wanted, reason=reason, caller=caller))
        self.refresh([control], actor=caller.actor)

    async def probe(self, name: str, *, caller: Caller) -> None:
        """Have a department that is down probed now instead of at its time: one call that is due goes out, from any node.

        Raises Refused: 404, or 409 where no probe is awaited. Raises JournalUnavailable.
        """
        if name not in self._departments:
            raise Refused("not-found", 404, texts.NO_DEPARTMENT)
        if not await self._journal.write(_Probe(name=name, actor=caller.actor)):
            raise conflict(texts.NO_PROBE)

    def refresh(self, words: Iterable[Control], actor: str | None = None) -> None:
        """Put operators' words in force, on the event loop. One no newer than that in force changes nothing.

        ``actor`` is the operator who told this node. What another node was told is logged there under its own actor.
        """
        for now in words:
            before = self._known.get(now.name, Control(name=now.name))
            if now.version > before.version:
                self._known[now.name] = now
                self._put_in_force(before, now, actor)

    def _put_in_force(self, before: Control, now: Control, actor: str | None) -> None:
        limits = now.concurrency, now.rate_per_second
        if limits != (before.concurrency, before.rate_per_second):
            self._permits.relimit(now.name, concurrency=now.concurrency, rate_per_second=now.rate_per_second)
            log.warning("department_limits", department=now.name, concurrency=limits[0], rate_per_second=limits[1], actor=actor)
        if now.paused and not before.paused:
            self._permits.pause(now.name, now.changed_at)
            log.warning("department_paused", department=now.name, actor=actor)
        elif before.paused and not now.paused:
            self._permits.resume(now.name)
            log.warning("department_resumed", department=now.name, actor=actor)

    async def read(self, engine: Engine) -> None:
        """Put in force what the journal holds."""
        self.refresh(await asyncio.to_thread(kept.read_controls, engine))

    async def follow(self, engine: Engine) -> None:
        """Read the journal about once a second for what other nodes were told. Never returns."""
        await follow(lambda: self.read(engine), "departments' controls")
