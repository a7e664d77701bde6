"""Callbacks are applied once, however often, however early and in whatever order they come. Forged ones are never applied."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from gateway.cases.callbacks import may_apply
from gateway.cases.results import RecordResult
from gateway.journal.store import schema
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.errors import InDoubt
from gateway.model.outcome import Accepted
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import approved
from tests.gateway.worlds.world import World

ACCEPTED = Accepted(reference="REF-1")


async def deciding(world: World, service: str = "office-safe") -> str:
    world.offices[service.partition("-")[0]].says("submit", ACCEPTED)
    case = await world.file(service)
    await world.run()
    assert world.one(case).state == "deciding"
    return case


def standings(world: World) -> list[tuple[str, str]]:
    return [
        tuple(row) for row in world.rows(select(schema.inbox.c.message_id, schema.inbox.c.standing).order_by(schema.inbox.c.message_id))
    ]


@pytest.mark.parametrize("kind", ["approved", "rejected", "returned"])
@pytest.mark.parametrize("by", ["key", "reference"])
async def test_a_decision_is_applied(world: World, kind: str, by: str) -> None:
    case = await deciding(world)
    named = {"key": world.one(case).key} if by == "key" else {"reference": "REF-1"}
    assert await world.call_back(id="m1", kind=kind, **named) == 202
    assert world.one(case).state == kind
    assert world.events(case)[-1] == "callback_applied"
    assert standings(world) == [("m1", "applied")]


async def test_a_hundred_at_once_are_one_event_and_no_batch_fails_for_them(world: World) -> None:
    case = await deciding(world)
    commits = len(world.commits)
    await asyncio.gather(*(world.call_back(id="m1", reference="REF-1") for _ in range(100)))
    await world.call_back(id="m1", reference="REF-1")
    assert world.one(case).state == "approved"
    assert world.events(case).count("callback_applied") == 1
    assert standings(world) == [("m1", "applied")]
    assert len(world.commits) - commits < 10


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("by", ["key", "reference"])
async def test_one_that_comes_before_the_reply_waits_for_it(world: World, by: str, *, together: bool) -> None:
    case = await world.file("office-ask")
    named = {"key": world.one(case).key} if by == "key" else {"reference": "REF-1"}
    work = world.works.popleft()
    record = RecordResult(leased=work.delivery, result=ACCEPTED, casework=world.casework)
    if together:
        await asyncio.gather(world.call_back(id="m1", **named), world.journal.write(record))
    else:
        await world.call_back(id="m1", **named)
        assert standings(world) == [("m1", "waiting")]
        await world.journal.write(record)
    assert world.one(case).state == "approved"
    assert standings(world) == [("m1", "applied")]


async def test_one_that_comes_in_the_batch_of_the_reply_after_it_finds_its_delivery(world: World) -> None:
    case = await world.file("office-ask")
    record = RecordResult(leased=world.works.popleft().delivery, result=ACCEPTED, casework=world.casework)
    await asyncio.gather(world.journal.write(record), world.call_back(id="m1", reference="REF-1"))
    assert world.one(case).state == "approved"


async def test_several_early_ones_are_applied_in_their_order(world: World) -> None:
    case = await world.file("office-ask")
    key = world.one(case).key
    await world.call_back(id="z-first", kind="accepted", key=key)
    world.later(1)
    await world.call_back(id="a-second", kind="rejected", key=key)
    world.offices["office"].says("submit", InDoubt("timeout"))
    await world.run()
    assert world.one(case).state == "rejected"
    assert standings(world) == [("a-second", "applied"), ("z-first", "applied")]


async def test_an_early_one_settles_what_a_crash_left(world: World) -> None:
    case = await world.file("office-ask")
    await world.call_back(id="m1", key=world.one(case).key)
    await world.crash()
    await world.recover()
    assert world.one(case).state == "approved"


async def test_an_unknown_reference_stays_in_the_inbox_and_is_used_later(world: World) -> None:
    await world.call_back(id="m1", reference="REF-1")
    assert standings(world) == [("m1", "waiting")]
    case = await world.file("office-ask")
    world.offices["office"].says("submit", ACCEPTED)
    await world.run()
    assert world.one(case).state == "approved"
    assert standings(world) == [("m1", "applied")]


async def test_one_that_settles_a_doubt_ends_it(world: World) -> None:
    world.offices["office"].says("submit", InDoubt("timeout"))
    case = await world.file("office-never")
    await world.run()
    await world.call_back(id="m1", key=world.one(case).key)
    assert (world.one(case).state, world.one(case).doubt_since) == ("approved", None)


async def test_after_the_end_it_is_kept_and_moves_nothing(world: World) -> None:
    case = await world.file("office-safe")
    await world.run()
    before = world.one(case)
    await world.call_back(id="m1", kind="rejected", key=before.key)
    assert world.one(case) == before
    assert standings(world) == [("m1", "kept")]


async def test_one_of_another_round_or_another_department_moves_nothing(world: World) -> None:
    case = await deciding(world)
    before = world.one(case)
    await world.call_back(id="m1", key=before.key.replace("-1", "-2"))
    await world.call_back("annex", id="m2", key=before.key)
    await world.call_back("annex", id="m3", reference="REF-1")
    assert world.one(case) == before
    world.offices["office"].says("poll", {})
    world.later(30)
    await world.run()
    assert world.one(case).state == "deciding"


async def test_a_key_that_another_department_was_told_is_worth_nothing_early_either(world: World) -> None:
    case = await world.file("office-ask")
    await world.call_back("annex", id="m1", key=world.one(case).key)
    world.offices["office"].says("submit", ACCEPTED)
    await world.run()
    assert world.one(case).state == "deciding"


async def test_a_poll_under_way_comes_too_late(world: World) -> None:
    case = await deciding(world)
    world.later(30)
    await world.claim()
    await world.call_back(id="m1", reference="REF-1", kind="rejected")
    world.offices["office"].says("poll", {"REF-1": approved()})
    await world.run()
    assert world.one(case).state == "rejected"
    assert world.events(case)[-1] == "late_result_kept"


async def test_forged_ones_are_refused_and_leave_nothing(world: World) -> None:
    case = await deciding(world)
    with pytest.raises(Refused) as refused:
        await world.call_back(id="m1", reference="REF-1", signature="bad")
    assert refused.value.status == 401
    assert world.one(case).state == "deciding"
    assert world.rows(select(func.count()).select_from(schema.inbox)) == [(0,)]


async def test_an_authentic_one_that_breaks_the_contract_is_told_apart_and_leaves_nothing(world: World) -> None:
    case = await deciding(world)
    with capture_logs() as logs, pytest.raises(Refused) as refused:
        await world.call_back(id="m1", reference="REF-1", unfit=True)
    assert (refused.value.status, refused.value.kind) == (400, "malformed")
    assert [(line["log_level"], line["code"]) for line in logs if line["event"] == "callback_refused"] == [("error", "unreadable_body")]
    assert world.one(case).state == "deciding"
    assert world.rows(select(func.count()).select_from(schema.inbox)) == [(0,)]


@pytest.mark.parametrize(
    "said", [{"id": ""}, {"id": 5}, {"id": "m", "break": True}, {"id": "m", "key": 7}, {"id": "m" * 201}, {"id": "m", "reference": "R\0"}]
)
async def test_what_the_adapter_cannot_read_is_said_so_without_its_content(world: World, said: dict[str, Any], capsys: Any) -> None:
    with pytest.raises(Refused) as refused:
        await world.call_back(**said)
    assert refused.value.status == 400
    assert "500152" not in capsys.readouterr().out


async def test_a_decision_that_does_not_fit_the_operation_is_evidence_alone(world: World) -> None:
    case = await deciding(world)
    await world.call_back(id="m1", reference="REF-1", other=True)
    assert world.one(case).state == "deciding"
    early = await world.file("annex-ask")
    await world.call_back("annex", id="m2", reference="REF-2", other=True)
    world.offices["annex"].says("submit", Accepted(reference="REF-2"))
    await world.run()
    assert world.one(early).state == "deciding"
    assert standings(world) == [("m1", "kept"), ("m2", "kept")]


async def test_a_department_that_only_calls_back_is_waited_for_and_then_a_person_looks(world: World) -> None:
    case = await deciding(world, "silent-never")
    world.later(600)
    await world.run()
    assert (world.one(case).state, world.one(case).problem) == ("held", "no_word")
    await world.call_back("silent", id="m1", reference="REF-1")
    assert world.one(case).state == "approved"


async def test_unknown_departments_and_those_that_do_not_call_back_are_not_found(world: World) -> None:
    for name in ("nobody", "mute"):
        with pytest.raises(Refused) as refused:
            await world.call_back(name, id="m1")
        assert refused.value.status == 404


S = DeliveryState
DELIVERY = Delivery(id="a", application_id="b", position=0, step="do", department="office", operation="safe", required=True, after=())


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("doubt", [None, 5])
def test_only_what_the_department_has_or_may_have_is_decided(state: S, doubt: int | None) -> None:
    possible = state in (S.DECIDING, S.IN_DOUBT) or (doubt is not None and state in (S.READY, S.HELD))
    assert may_apply(replace(DELIVERY, state=state, doubt_since=doubt)) is possible
