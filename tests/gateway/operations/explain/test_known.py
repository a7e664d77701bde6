"""The explanation of a delivery that waits for its department names the reason and the end of the wait, and comes true."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.departments.openings import Opening, Shut
from gateway.journal.store.views import DepartmentStanding
from gateway.model.delivery import Action, DeliveryState
from gateway.model.errors import AuthFailed, DepartmentError, InDoubt, Unavailable
from gateway.model.outcome import Accepted
from gateway.operations.controls import WantedControls
from gateway.operations.explain.delivery import explain
from gateway.operations.explain.known import Known
from tests.gateway.api.catalogue_stand_ins import hosted
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application
from tests.gateway.operations.explain.test_delivery import said
from tests.gateway.worlds.offices import Caller, Office
from tests.gateway.worlds.world import OPERATOR, World

CASE = an_application()
S = DeliveryState
LATER = NOON + 3_600_000_000


@pytest.mark.parametrize(
    ("changes", "opening", "why", "following"),
    [
        ({"state": S.READY}, Opening(shut=Shut.CLOSED, until=LATER), "outside its hours: closed until 2026-11-23 10:30:00", "sent at"),
        ({"state": S.READY, "doubt_since": NOON}, Opening(shut=Shut.CLOSED, until=LATER), "No reply proves", "sent again under its key at"),
        (
            {"state": S.READY, "due_at": LATER + 7_200_000_000},
            Opening(shut=Shut.MAINTENANCE, until=LATER),
            "planned maintenance: closed until 2026-11-23 10:30:00",
            "sent at 2026-11-23 12:30:00",
        ),
        (
            {"state": S.READY},
            Opening(shut=Shut.UNKNOWN, until=LATER, missing=2027),
            "no official calendar for 2027",
            "Once the calendar is",
        ),
        ({"state": S.READY}, Opening(shut=Shut.CLOSED), "outside its hours", "when the department opens"),
        (
            {"state": S.DECIDING, "action": Action.POLL},
            Opening(shut=Shut.MAINTENANCE, until=LATER),
            "has it and is deciding",
            "A callback is taken. It is asked about at 2026-11-23 10:30:00",
        ),
        (
            {"state": S.IN_DOUBT, "action": Action.FIND},
            Opening(shut=Shut.MAINTENANCE, until=LATER),
            "No reply proves",
            "It is asked about at 2026-11-23 10:30:00",
        ),
        (
            {"state": S.DECIDING, "action": Action.WITHDRAW},
            Opening(shut=Shut.CLOSED, until=LATER),
            "outside its hours",
            "taken back at 2026-11-23 10:30:00",
        ),
        ({"state": S.READY}, Opening(until=LATER), "waits for its turn", "as soon as"),
    ],
)
def test_what_waits_for_a_department_to_open_says_until_when(changes: dict[str, Any], opening: Opening, why: str, following: str) -> None:
    told = explain(
        Known(
            a_delivery(CASE, "tax", **changes),
            siblings=(),
            standing=DepartmentStanding(name="tax"),
            config=hosted("tax").config,
            department=Office,
            operation=None,
            now=NOON,
            opening=opening,
        )
    )
    assert why in told.why.en
    assert following in told.next.en
    assert told.why.zh
    assert told.next.zh


@pytest.mark.parametrize(
    ("failure", "why", "seconds"),
    [(Unavailable("refused"), "has been unavailable since", 10), (AuthFailed("http_401"), "refused our credentials", 60)],
)
async def test_a_department_that_is_down_or_stopped_is_probed_and_its_queue_goes_on_by_itself(
    world: World, failure: DepartmentError, why: str, seconds: int
) -> None:
    for _ in range(5):
        if (change := world.breakers.heard("office", failure, world.now)) is not None:
            await world.queue.keep(change)
    waiting = [await world.file("office-safe") for _ in range(3)]
    await world.run()
    assert world.offices["office"].calls == []
    told = await said(world, waiting[0])
    assert why in told.why.en
    assert f"(each {seconds} s); when it answers, this is sent in its turn." in told.next.en
    world.later(seconds)
    [probe] = world.breakers.probes(world.now)
    assert await world.queue.keep(probe)
    assert "at any moment" not in (await said(world, waiting[0])).next.en
    world.breakers.try_one("office")
    assert await world.claim() == 1
    await world.do(world.works.popleft())
    change = world.breakers.heard("office", None, world.now)
    assert change is not None
    await world.queue.keep(change)
    await world.run()
    assert [world.one(case).state for case in waiting] == ["approved"] * 3


async def test_what_a_paused_department_has_waits_with_it_and_goes_on_when_it_is_resumed(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-1"), InDoubt("timeout"))
    deciding, doubtful = await world.file("office-ask"), await world.file("office-ask")
    await world.run()
    await world.controls.change("office", WantedControls(paused=True), reason="r", caller=OPERATOR)
    fresh = await world.file("office-safe")
    for case, why, following in (
        (deciding, "has it and is deciding. office has been paused", "A callback is taken. When it is resumed, it is asked about"),
        (doubtful, "No reply proves what became of it (timeout). office has been paused", "When it is resumed, it is asked about"),
        (fresh, "office has been paused by an operator since", "When it is resumed, it is sent in its turn."),
    ):
        told = await said(world, case)
        assert why in told.why.en
        assert told.next.en.startswith(following)
    before = len(office.calls)
    world.later(600)
    await world.run()
    assert len(office.calls) == before
    await world.controls.change("office", WantedControls(paused=False), reason="r", caller=OPERATOR)
    await world.run()
    assert {name for name, _, _ in office.calls[before:]} == {"poll", "find", "submit"}


def test_without_an_adapter_nothing_is_promised_but_that_it_waits_for_one() -> None:
    told = explain(
        Known(
            a_delivery(CASE, "tax", state=S.READY),
            siblings=(),
            standing=DepartmentStanding(name="tax"),
            config=hosted("tax").config,
            department=None,
            operation=None,
            now=NOON,
        )
    )
    assert "has no adapter now" in told.why.en
    assert told.next.en == "It is sent once there is one."


def test_who_cannot_be_asked_is_not_said_to_be_asked() -> None:
    delivery = a_delivery(CASE, "tax", state=S.DECIDING, action=Action.FIND)
    standing = DepartmentStanding(name="tax", paused_since=NOON)
    for department, asked in ((Caller, True), (type("Deaf", (Caller,), {"can_find": False}), False)):
        told = explain(
            Known(delivery, siblings=(), standing=standing, config=hosted("tax").config, department=department, operation=None, now=NOON)
        )
        assert ("asked about" in told.next.en) is asked
