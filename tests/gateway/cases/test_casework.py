"""The common part of all changes of a case: dependants are released or skipped with the reason, and its state is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import delete

from gateway.cases.casework import mac_by, merged
from gateway.journal.queues.parties import of_case
from gateway.journal.store import schema
from gateway.model.case import Party
from gateway.model.errors import Invalid
from gateway.model.outcome import Rejected, Returned
from tests.gateway.worlds.offices import MAN, WOMAN, approved
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


BACK = Returned(code="B1", reason="again")
OTHER_BUYER = "999999199001010016"
BUYER = {"name": WOMAN["name"], "id_number": WOMAN["id_number"]}


async def _sold(world: World, buyer: Mapping[str, Any]) -> tuple[list[Party], list[Party]]:
    """Give the parties before and after the buyer was asked for, and is this one."""
    world.offices["office"].says("submit", BACK)
    case = await world.file("sale", {"buyer": BUYER})
    await world.run()
    with world.reader.connect() as connection:
        before = of_case(connection, case)
    await world.revise(case, {"buyer": buyer})
    await world.run()
    with world.reader.connect() as connection:
        return before, of_case(connection, case)


async def test_a_corrected_document_of_a_party_changes_its_row_and_is_found_from_then_on(world: World) -> None:
    before, after = await _sold(world, {**BUYER, "id_number": OTHER_BUYER})
    assert [(row.id, row.roles) for row in after] == [(row.id, row.roles) for row in before]
    [was], [now] = ([row for row in rows if "buyer" in row.roles] for rows in (before, after))
    assert (was.version, now.version) == (1, 2)
    assert now.person_index == world.casework.applicant_index("111", OTHER_BUYER) != was.person_index


async def test_another_party_is_another_row_and_the_one_who_left_is_found_no_more(world: World) -> None:
    before, after = await _sold(world, {"name": "他人", "id_number": OTHER_BUYER})
    left = {row.id for row in before if "buyer" in row.roles}
    assert [(row.roles, row.person_index, row.version) for row in after if row.id in left] == [((), None, 2)]
    [now] = [row for row in after if "buyer" in row.roles]
    assert now.id not in left
    assert now.version == 1


async def test_the_applicant_who_turns_out_to_be_the_buyer_has_both_roles(world: World) -> None:
    _, after = await _sold(world, {"name": MAN["name"], "id_number": MAN["id_number"]})
    assert sorted(row.roles for row in after) == [(), ("applicant", "buyer", "handler")]


async def test_a_case_from_before_parties_were_kept_has_its_rows_from_its_revision_on(world: World) -> None:
    world.offices["office"].says("submit", BACK)
    case = await world.file("noted")
    await world.run()
    with world.writer.begin() as connection:  # as it lies in a journal of the version before
        connection.execute(delete(schema.party).where(schema.party.c.application_id == case))
    await world.revise(case, {"note": "new"})
    await world.run()
    with world.reader.connect() as connection:
        assert [row.roles for row in of_case(connection, case)] == [("applicant",)]
    world.by_hand = ("party",)
