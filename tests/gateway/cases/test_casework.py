"""The common part of all changes of a case: dependants are released or skipped with the reason, and its state is computed."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.cases.casework import mac_by, merged
from gateway.model.errors import Invalid
from gateway.model.outcome import Rejected
from tests.gateway.worlds.offices import approved
from tests.gateway.worlds.world import World


async def test_a_rejected_parent_skips_all_that_follow_with_the_reason(world: World) -> None:
    world.offices["office"].says("submit", Rejected(code="R1", reason="no"))
    case = await world.file("chain")
    await world.run()
    assert world.states(case) == ["rejected", "skipped", "skipped"]
    assert {d.skip_reason for d in world.case(case).deliveries.values()} == {None, "parent_rejected"}
    assert world.case(case).application.state == "rejected"
    assert world.case(case).application.ended_at == world.now


async def test_an_optional_step_that_is_rejected_does_not_reject_the_case(world: World) -> None:
    world.offices["annex"].says("submit", approved(), Rejected(code="R1", reason="no"))
    case = await world.file("chain")
    await world.run()
    assert world.states(case) == ["approved", "approved", "rejected"]
    assert world.case(case).application.state == "approved"


@pytest.mark.parametrize(("data", "state"), [({"want": True}, "approved"), ({"want": False}, "skipped"), ({}, "skipped")])
async def test_a_step_that_does_not_apply_is_skipped_with_the_reason(world: World, data: dict[str, Any], state: str) -> None:
    case = await world.file("wanted", data)
    await world.run()
    delivery = world.case(case).deliveries["extra"]
    assert (delivery.state, delivery.skip_reason) == (state, "not_applicable" if state == "skipped" else None)
    assert world.case(case).application.state == "approved"


async def test_a_held_parent_keeps_its_dependants_waiting_and_the_case_open(world: World) -> None:
    world.offices["office"].says("submit", Invalid("schema"))
    case = await world.file("chain")
    await world.run()
    application = world.case(case).application
    assert world.states(case) == ["held", "waiting", "waiting"]
    assert (application.state, application.needs_attention, application.ended_at) == ("in_progress", True, None)


async def test_outputs_reach_the_steps_that_share_them_and_no_others(world: World) -> None:
    world.offices["office"].says("submit", approved("N-42"))
    await world.file("chain", {"own": "o"})
    await world.run()
    second, third = (request for _, _, request in world.offices["annex"].calls)
    assert (second.number, second.note, third.number, third.note) == ("N-42", "o", None, None)


async def test_a_condition_that_fails_holds_its_step_alone(world: World) -> None:
    case = await world.file("picky", {"own": "y"})
    await world.run()
    assert world.states(case) == ["approved", "held"]
    assert world.case(case).deliveries["odd"].problem == "condition_failed"


async def test_a_definition_is_read_from_the_journal_when_the_catalogue_has_another(world: World) -> None:
    case = await world.file("office-never")
    current = world.catalogue._now.by_digest
    assert isinstance(current, dict)
    kept = dict(current)
    current.clear()
    try:
        await world.run()
        assert world.one(case).state == "approved"
    finally:
        current.update(kept)


def test_what_is_committed_to_is_keyed_and_no_disclosure_is_lost_when_entries_are_merged() -> None:
    assert mac_by(b"a")(b"x") != mac_by(b"b")(b"x")
    both = merged({"result": "accepted", "disclosed": {"a": ["name"]}}, {"result": "approved", "disclosed": {"b": ["name"]}})
    assert both == {"result": "approved", "disclosed": {"a": ["name"], "b": ["name"]}}
