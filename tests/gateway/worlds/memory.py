"""A dispatcher whose deliveries are in memory: no journal, no database, nothing but claim and complete."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from prometheus_client import CollectorRegistry

from gateway.cases.judgement import Recorded, Result, StillOpen
from gateway.departments.breaker import Breakers, NewStanding
from gateway.departments.hosted import Hosted
from gateway.departments.limits import Permits
from gateway.dispatch.calls import Calls
from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.work_item import Capacity, WorkItem
from gateway.model.application import Application, ApplicationState
from gateway.model.case import Case, Committed, Work
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.department import DepartmentConfig
from gateway.model.errors import DepartmentError, Invalid, JournalUnavailable
from gateway.model.identifiers import new_id
from gateway.model.outcome import Approved, Outcome
from gateway.sdk.department import Call, Connection, Department, Never, Operation, Options, Output, Pending, Request, Safe
from gateway.telemetry.measures import create_metrics

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Question(Request):
    """The only request."""

    note: str


#: What a department does with a call.
Act = Callable[[Call, Any], Any]


class Desk(Department):
    """Does with every call as ``act`` says, and counts those under way."""

    adapter = "desk"
    sdk = "1.0"
    operations = (
        Operation(name="register", title_zh="登记", title_en="register", request=Question, output=Output, resend=Never()),
        Operation(
            name="send", title_zh="报送", title_en="send", request=Question, output=Output, resend=Safe(remembered=timedelta(hours=1))
        ),
    )
    can_poll = True

    def __init__(self, connection: Connection, act: Act) -> None:
        super().__init__(connection)
        self._act = act
        self.calls: list[tuple[Call, Any]] = []
        self.under_way = self.most_under_way = 0

    async def submit(self, call: Call, request: Request) -> Outcome:
        outcome: Outcome = await self._do(call, request)
        return outcome

    async def poll(self, call: Call, pending: Any) -> Mapping[str, Any]:
        answers: Mapping[str, Any] = await self._do(call, pending)
        return answers

    async def _do(self, call: Call, asked: Any) -> Any:
        self.calls.append((call, asked))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self._act(call, asked)
        finally:
            self.under_way -= 1


@dataclass
class Memory:
    """The queue of one department, "desk". ``completed`` has what came of each call, in the order of their ends."""

    desk: Desk
    permits: Permits
    waiting: deque[Delivery] = field(default_factory=deque)
    leases: dict[str, int] = field(default_factory=dict)  # the epoch of each delivery that is leased
    completed: list[tuple[Delivery, Result | StillOpen, bool]] = field(default_factory=list)
    unprepared: Invalid | None = None
    away: int = 0  # times that a completion is refused, since the journal is away
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> int:
        return time.monotonic_ns() // 1000

    def listen(self, listener: Callable[[Committed], None]) -> None:
        self._listener = listener

    async def claim(self, wanted: Mapping[str, Capacity]) -> Mapping[str, int | None]:
        works = []
        for _ in range(self.permits.reserve("desk", wanted["desk"].permits) if self.waiting else 0):
            if not self.waiting:
                self.permits.give("desk")
                continue
            works.append(self.lease(self.waiting.popleft()))
        self._listener(Committed(work=works, deliveries=[], cases={}))
        return {"desk": self.now() if self.waiting else None}

    def lease(self, delivery: Delivery) -> Work:
        leased = delivery.with_values({"attempts": delivery.attempts + 1, "epoch": delivery.epoch + 1})
        self.leases[leased.id] = leased.epoch
        return Work(delivery=leased, payload={}, case=Case(application=_application(leased), deliveries={leased.step: leased}))

    def prepare(self, work: Work) -> WorkItem | Invalid:
        if self.unprepared is not None:
            return self.unprepared
        return WorkItem(
            delivery=work.delivery,
            trace_id=work.case.application.trace_id,
            department=self.desk,
            operation=self.desk.operation(work.delivery.operation),
            request=Question(note=work.delivery.step) if work.delivery.action is Action.SUBMIT else None,
            forms=[b'{"applicant":{"name":"%s"},"data":{}}' % work.delivery.step.encode()],
        )

    async def complete(self, delivery: Delivery, result: Result | StillOpen) -> Recorded:
        if self.away:
            self.away -= 1
            raise JournalUnavailable("away")
        stale = self.leases.get(delivery.id) != delivery.epoch
        if not stale:
            del self.leases[delivery.id]
        self.completed.append((delivery, result, stale))
        self.changed.set()
        state = DeliveryState.APPROVED if isinstance(result, Approved) else DeliveryState.HELD
        word = result.code if isinstance(result, DepartmentError) else type(result).__name__.lower()
        return Recorded(delivery=delivery.with_values({"state": state}), result=word, stale=stale)

    async def keep(self, standing: NewStanding) -> bool:
        return standing.row.name == "desk"

    # -- for tests
    def add(self, *steps: str, **facts: Any) -> None:
        """Let one delivery for each of these steps be due."""
        self.waiting += [_delivery(step, **facts) for step in steps]

    async def ended(self, count: int) -> None:
        """Wait for so many completions."""
        while len(self.completed) < count:
            self.changed.clear()
            await self.changed.wait()


async def nothing(*_: Any) -> None:
    """Do nothing: nothing was left, there are no other duties, nothing waits."""


@asynccontextmanager
async def dispatching(
    act: Act, *, concurrency: int = 8, deadline: float = 10, seconds: float = 5
) -> AsyncIterator[tuple[Dispatcher, Memory]]:
    """Run a dispatcher over memory. It is given so many ``seconds`` to end."""
    limits = {"concurrency": concurrency, "deadline_seconds": deadline}
    config = DepartmentConfig.model_validate(
        {"name": "desk", "title": {"zh": "台", "en": "Desk"}, "endpoint": "http://127.0.0.1:1", "limits": limits}
    )
    connection = Connection(
        name="desk",
        endpoint=config.endpoint,
        secrets={},
        options=Options(),
        deadline=deadline,
        max_reply_bytes=1024,
        concurrency=concurrency,
    )
    desk, permits = Desk(connection, act), Permits({"desk": config.limits})
    memory = Memory(desk, permits)
    dispatcher = Dispatcher(
        memory,
        Calls("http://gateway"),
        departments={"desk": Hosted(config=config, department=desk)},
        permits=permits,
        breakers=Breakers({"desk": config.breaker}, permits),
        metrics=create_metrics(CollectorRegistry()),
        went_down=nothing,
    )
    await dispatcher.start(nothing, nothing)
    try:
        yield dispatcher, memory
    finally:
        await dispatcher.stop(seconds)


def _delivery(step: str, **facts: Any) -> Delivery:
    ids = {"id": new_id(), "application_id": new_id()}
    names = {"department": "desk", "operation": "register", "step": step}
    return Delivery(**{**ids, **names, "position": 0, "required": True, "after": (), "state": DeliveryState.SENDING, **facts})


def _application(delivery: Delivery) -> Application:
    return Application(
        id=delivery.application_id,
        number="P-1",
        caller="front",
        service="service",
        service_digest="digest",
        channel="counter",
        revision=1,
        state=ApplicationState.IN_PROGRESS,
        needs_attention=False,
        trace_id=TRACE,
        applicant_index="index",
        received_at=0,
        due_at=None,
        ended_at=None,
        withdrawal_asked=False,
        version=0,
    )


def asked_about(asked: Any) -> list[str]:
    """Give the references of a poll."""
    pending: list[Pending] = asked
    return [one.reference for one in pending]
