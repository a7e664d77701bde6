"""Claim and complete are all that the dispatcher needs of a journal: it runs over a queue in memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
import structlog

from gateway.departments import containment
from gateway.dispatch import calls
from gateway.dispatch import dispatcher as module
from gateway.model.delivery import Action, DeliveryState
from gateway.model.errors import InDoubt, Invalid, Unavailable
from gateway.model.outcome import Approved
from gateway.sdk.department import Call, Output
from tests.gateway.worlds.memory import TRACE, Question, asked_about, dispatching
from tests.patience import within

APPROVED = Approved(output=Output())
#: What such a run must not have loaded or opened.
_ALONE = """
import asyncio, sys
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event.startswith("sqlite3.connect") else None)
from gateway.model.outcome import Approved
from gateway.sdk.department import Output
from tests.gateway.worlds.memory import dispatching

async def approve(call, request):
    return Approved(output=Output())

async def once():
    async with dispatching(approve) as (dispatcher, memory):
        memory.add("one")
        dispatcher.look_again()
        await memory.ended(1)

asyncio.run(once())
print(*opened, *sorted(name for name in sys.modules if name.startswith(("gateway.journal", "sqlalchemy", "alembic", "psycopg"))))
"""


async def approve(_: Call, __: Any) -> Any:
    return APPROVED


def test_no_journal_no_database_is_loaded_for_it() -> None:
    said = subprocess.run([sys.executable, "-c", _ALONE], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1].strip() == ""
    control = _ALONE.replace("import asyncio, sys", "import asyncio, sys, gateway.dispatch.claiming")
    said = subprocess.run([sys.executable, "-c", control], capture_output=True, text=True, check=True)
    assert {"gateway.journal", "sqlalchemy"} <= set(said.stdout.splitlines()[-1].split())


async def test_an_item_is_called_with_its_operation_request_and_call_and_completed_once() -> None:
    async with dispatching(approve) as (dispatcher, memory):
        memory.add("one")
        dispatcher.look_again()
        with structlog.testing.capture_logs() as logs:
            async with within():
                await memory.ended(1)
    [(call, request)] = memory.desk.calls
    [(delivery, result, stale)] = memory.completed
    assert (call.operation, call.key, call.attempt, call.deadline, call.fresh_connection) == ("register", delivery.key, 1, 10, True)
    assert call.traceparent.split("-")[1] == TRACE
    assert (request, result, stale) == (Question(note="one"), APPROVED, False)
    assert [(line["event"], line["result"], line["trace_id"]) for line in logs] == [("attempt_ended", "approved", TRACE)]
    assert memory.permits.free("desk") == 0, "it has stopped"


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (Unavailable("refused"), Unavailable, "refused"),
        (KeyError("a bug"), InDoubt, "adapter_error"),
        (SystemExit(1), InDoubt, "adapter_error"),
    ],
)
async def test_what_a_failing_adapter_raises_is_completed_too_and_the_next_one_is_called(
    error: BaseException, kind: type[Exception], code: str
) -> None:
    async def fail(_: Call, request: Any) -> Any:
        if request.note == "bad":
            raise error
        return APPROVED

    async with dispatching(fail, concurrency=1) as (dispatcher, memory), within():
        memory.add("bad", "good")
        dispatcher.look_again()
        await memory.ended(2)
    (_, first, _), (_, second, _) = memory.completed
    assert (type(first), getattr(first, "code", None), second) == (kind, code, APPROVED)


async def test_one_that_cannot_be_prepared_is_completed_uncalled_and_keeps_no_permit() -> None:
    refused = Invalid("share_failed", "/data/note")
    async with dispatching(approve, concurrency=1) as (dispatcher, memory), within():
        memory.unprepared = refused
        memory.add("one", "two")
        memory.add("three", action=Action.POLL, state=DeliveryState.DECIDING, reference="R3")
        dispatcher.look_again()
        await memory.ended(3)
        assert memory.permits.free("desk") == 1
    assert memory.desk.calls == []
    assert [result for _, result, _ in memory.completed] == [refused] * 3


async def test_no_more_than_the_permits_are_under_way_and_all_get_their_turn() -> None:
    full = asyncio.Event()

    async def together(_: Call, __: Any) -> Any:
        if memory.desk.under_way == 3:
            full.set()
        await full.wait()
        return APPROVED

    async with dispatching(together, concurrency=3) as (dispatcher, memory), within():
        memory.add(*(f"step{number}" for number in range(20)))
        dispatcher.look_again()
        await memory.ended(20)
        assert memory.permits.free("desk") == 3
    assert memory.desk.most_under_way == 3
    assert len({delivery.id for delivery, _, _ in memory.completed}) == 20


async def test_one_that_heeds_no_cancellation_is_overdue_and_its_own_end_comes_too_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(containment, "GRACE", 0.01)
    monkeypatch.setattr(calls, "_LOOK", 0.01)
    free, ended = asyncio.Event(), asyncio.Event()

    async def deaf(_: Call, request: Any) -> Any:
        while request.note == "deaf" and not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue
            ended.set()
        return APPROVED

    async with dispatching(deaf, concurrency=1, deadline=0.05) as (dispatcher, memory), within():
        memory.add("deaf", "next")
        dispatcher.look_again()
        await memory.ended(2)
        assert memory.desk.under_way == 1, "the deaf one goes on, without a permit"
        free.set()
        await ended.wait()
    assert memory.desk.under_way == 0
    assert [getattr(result, "code", "approved") for _, result, _ in memory.completed] == ["adapter_deadline", "approved"]


async def test_one_cancelled_at_its_deadline_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "GRACE", 0.01)
    monkeypatch.setattr(calls, "_LOOK", 0.01)

    async def endless(_: Call, __: Any) -> Any:
        await asyncio.Event().wait()

    async with dispatching(endless, deadline=0.02) as (dispatcher, memory), within():
        memory.add("one")
        dispatcher.look_again()
        await memory.ended(1)
        assert memory.desk.under_way == 0
    [(_, result, _)] = memory.completed
    assert isinstance(result, InDoubt)
    assert result.code == "adapter_deadline"


async def test_one_still_under_way_when_the_node_stops_is_in_doubt() -> None:
    begun = asyncio.Event()

    async def endless(_: Call, __: Any) -> Any:
        begun.set()
        await asyncio.Event().wait()

    async with dispatching(endless, seconds=0) as (dispatcher, memory), within():
        memory.add("one")
        dispatcher.look_again()
        await begun.wait()
    assert [getattr(result, "code", None) for _, result, _ in memory.completed] == ["node_stopped"]


async def test_a_completion_whose_lease_has_gone_is_said_to_be_stale() -> None:
    async with dispatching(approve) as (dispatcher, memory):
        memory.add("one")
        with structlog.testing.capture_logs() as logs:
            memory.leases = _Taken()
            dispatcher.look_again()
            async with within():
                await memory.ended(1)
            await dispatcher.stop(1)
    assert [stale for _, _, stale in memory.completed] == [True]
    assert [(line["event"], line["stale"]) for line in logs if line["event"] == "attempt_ended"] == [("attempt_ended", True)]


class _Taken(dict[str, int]):
    """Leases that another node has taken as soon as they were given."""

    def __setitem__(self, delivery: str, epoch: int) -> None:
        super().__setitem__(delivery, epoch + 1)


async def test_a_completion_is_repeated_until_the_queue_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_JOURNAL_RETRY", 0)
    async with dispatching(approve) as (dispatcher, memory), within():
        memory.away = 3
        memory.add("one")
        dispatcher.look_again()
        await memory.ended(1)
    assert (len(memory.desk.calls), memory.away) == (1, 0)


async def test_what_is_polled_together_is_one_call_and_each_is_completed_with_its_own_answer() -> None:
    async def decide(_: Call, asked: Any) -> Any:
        return {reference: APPROVED for reference in asked_about(asked) if reference != "R2"}

    async with dispatching(decide, concurrency=2) as (dispatcher, memory), within():
        for number in range(2):
            memory.add(f"step{number}", action=Action.POLL, state=DeliveryState.DECIDING, reference=f"R{number + 1}")
        dispatcher.look_again()
        await memory.ended(2)
    assert len(memory.desk.calls) == 1
    assert {delivery.reference: type(result).__name__ for delivery, result, _ in memory.completed} == {"R1": "Approved", "R2": "StillOpen"}
