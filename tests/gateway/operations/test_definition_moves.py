"""A held case moves to its service's corrected definition. Anything already told to a department stays, or nothing changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from structlog.testing import capture_logs

from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.definitions import StoreDefinitions
from gateway.journal.queues.parties import of_case
from gateway.journal.read.reasons import by_name
from gateway.model.errors import InDoubt, Invalid
from gateway.model.outcome import Accepted, Rejected, Returned
from gateway.operations.definition_moves import DefinitionMoves
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import ADAPTERS, MAN, WOMAN, build
from tests.gateway.worlds.world import OPERATOR, World

BUYER = {"name": WOMAN["name"], "id_number": WOMAN["id_number"]}
FIRM = {"name": "某公司", "uscc": "91500152MA00000158"}
DATA = {"note": "n", "own": "o"}
REASON = f"the number of {MAN['id_number']} went into the note"


class Moving(World):
    """A world whose services are written anew."""

    services: Path

    async def correct(self, service: str, change: Callable[[dict[str, Any]], None]) -> str:
        """Correct a definition from now on, as a reload does. Gives its digest."""
        file = self.services / f"{service}.yaml"
        definition = yaml.safe_load(file.read_text(encoding="utf-8"))
        change(definition)
        file.write_text(yaml.safe_dump(definition, allow_unicode=True, sort_keys=False), encoding="utf-8")
        catalogue = load_catalogue(self.services, ADAPTERS)
        await self.journal.write(StoreDefinitions(catalogue=catalogue))
        self.catalogue.replace(catalogue)
        return self.catalogue.services[service].digest

    async def move(self, case: str) -> None:
        moves = DefinitionMoves(journal=self.journal, casework=self.casework)
        await moves.move(case, caller=OPERATOR, reason=REASON, language="en")

    async def refused(self, case: str, status: int) -> dict[str, str]:
        """Check that a move is refused and changes nothing. Gives the errors by place."""
        before, events = self.case(case), self.events()
        with pytest.raises(Refused) as refused:
            await self.move(case)
        assert refused.value.status == status, refused.value
        assert (self.case(case), self.events()) == (before, events)
        return {error.pointer: error.detail for error in refused.value.errors}

    async def held(self, service: str, data: dict[str, Any] | None = None, *, department: str = "office") -> str:
        """File a case whose first call to the department was refused as breaking its contract."""
        self.offices[department].says("submit", Invalid("schema"))
        case = await self.file(service, data or DATA)
        await self.run()
        assert "held" in self.states(case)
        return case


@pytest.fixture
async def world(tmp_path: Path, world_url: str) -> AsyncIterator[Moving]:
    services = tmp_path / "services"
    services.mkdir()
    world = Moving(folder=tmp_path, catalogue=build(services), url=world_url)
    world.services = services
    await world.open()
    yield world
    world.prove()
    await world.close()


def share(step: int, **fields: str) -> Callable[[dict[str, Any]], None]:
    return lambda definition: definition["steps"][step]["share"].update(fields)


async def test_a_held_case_is_moved_and_its_retry_sends_the_corrected_request(world: Moving) -> None:
    case = await world.held("pair")
    old = world.case(case).application.service_digest
    new = await world.correct("pair", share(0, note="data.own"))
    with capture_logs() as logs:
        await world.move(case)
    assert world.case(case).application.service_digest == new
    assert world.one(case, "one").state == "held", "a person says when it is sent"
    await world.repairs.retry(world.one(case, "one").id, caller=OPERATOR)
    await world.run()
    assert world.states(case) == ["approved", "approved"]
    assert [request.note for _, _, request in world.offices["office"].calls] == ["n", "o"]

    details = world.details("definition_moved")
    assert (details["from"], details["to"], details["changed"]) == (old, new, ["one"])
    assert MAN["id_number"] not in repr(details)
    with world.reader.connect() as connection:
        assert list(by_name(connection, case).values()) == [REASON]
    assert [line["steps"] for line in logs if line["event"] == "definition_moved"] == [["one"]]


async def test_a_case_can_be_moved_more_than_once(world: Moving) -> None:
    case = await world.held("pair")
    for source in ("data.own", "applicant.name"):
        digest = await world.correct("pair", share(0, note=source))
        await world.move(case)
        assert world.case(case).application.service_digest == digest
    assert world.events(case).count("definition_moved") == 2


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (Accepted(reference="REF-1"), "deciding"),
        (InDoubt("timeout"), "in_doubt"),
        (Rejected(code="R", reason="no"), "rejected"),
        (None, "approved"),
    ],
)
async def test_what_a_department_was_told_stays_the_same_or_nothing_changes(world: Moving, said: Any, state: str) -> None:
    world.offices["office"].says("submit", Invalid("schema"))
    if said is not None:
        world.offices["caller"].says("submit", said)

    def second(definition: dict[str, Any]) -> None:
        definition["steps"][1] |= {"department": "caller", "operation": "ask"}

    await world.correct("pair", second)
    case = await world.file("pair", DATA)
    await world.run()
    assert world.states(case) == ["held", state]
    await world.correct("pair", share(1, note="data.note", name="applicant.id_number"))
    wrong = await world.refused(case, 422)
    assert wrong.keys() == {"/steps/1/share/note", "/steps/1/share/name"}
    assert all("caller" in text and "two" in text for text in wrong.values())

    await world.correct("pair", share(1, note="data.own", name="applicant.name"))
    await world.correct("pair", share(0, note="data.own"))
    await world.move(case)
    assert world.details("definition_moved")["changed"] == ["one"]


async def test_another_mapping_that_gives_the_same_request_is_no_change(world: Moving) -> None:
    case = await world.held("pair", {"note": "same", "own": "same"})
    await world.correct("pair", share(1, note="data.note"))
    await world.move(case)
    assert world.details("definition_moved")["changed"] == []


async def test_what_waits_or_was_returned_takes_the_new_mapping(world: Moving) -> None:
    world.offices["annex"].says("submit", Returned(code="B", reason="again"))
    case = await world.held("pair")
    for step in (0, 1):
        await world.correct("pair", share(step, note="applicant.name"))
    await world.move(case)
    assert world.details("definition_moved")["changed"] == ["one", "two"]

    chain = await world.held("chain")
    await world.correct("chain", share(1, note="applicant.name"))
    await world.move(chain)
    assert world.details("definition_moved")["changed"] == ["second"]


async def test_the_plan_must_stay_and_all_that_differs_is_told(world: Moving) -> None:
    case = await world.held("chain")

    def other(definition: dict[str, Any]) -> None:
        _, second, third = definition["steps"]
        second["operation"] = "ask"
        third |= {"required": True, "name": "last"}
        definition["sample_outputs"]["last"] = definition["sample_outputs"].pop("third")
        definition["form"]["required"] = ["want"]  # the sample has it, the case has not

    await world.correct("chain", other)
    wrong = await world.refused(case, 422)
    assert wrong.keys() == {"/data/want", "/steps", "/steps/1", "/steps/2"}
    assert "third" in wrong["/steps"]


async def test_a_condition_must_not_turn_what_was_begun_or_skipped(world: Moving) -> None:
    case = await world.held("wanted", {"note": "n", "own": "o", "want": False})
    assert world.states(case) == ["held", "skipped"]

    def turned(definition: dict[str, Any]) -> None:
        definition["steps"][0]["when"] = "data.want"
        definition["steps"][1]["when"] = "data.own"

    await world.correct("wanted", turned)
    wrong = await world.refused(case, 422)
    assert wrong.keys() == {"/steps/0/when", "/steps/1/when"}

    def fitting(definition: dict[str, Any]) -> None:
        definition["steps"][0]["when"] = "data.note"
        definition["steps"][1]["when"] = "data.want && data.own"

    await world.correct("wanted", fitting)
    await world.move(case)
    await world.repairs.retry(world.one(case, "first").id, caller=OPERATOR)
    await world.run()
    assert world.states(case) == ["approved", "skipped"]


async def test_a_condition_that_failed_is_asked_again_under_the_new_one(world: Moving) -> None:
    case = await world.file("picky", {"own": "y"})
    await world.run()
    assert world.states(case) == ["approved", "held"]
    await world.correct("picky", lambda d: d["steps"][1].update(when="data.own"))
    await world.move(case)
    await world.repairs.retry(world.one(case, "odd").id, caller=OPERATOR)
    await world.run()
    assert world.states(case) == ["approved", "approved"]


async def test_only_a_held_case_of_a_service_that_was_corrected_is_moved(world: Moving) -> None:
    case = await world.held("pair")
    assert await world.refused(case, 409) == {}, "it stands on the current definition"
    await world.correct("pair", share(0, note="data.own"))
    fine = await world.file("pair", DATA)
    await world.run()
    assert await world.refused(fine, 409) == {}, "nothing of it is held"
    with pytest.raises(Refused) as refused:
        await world.move("0190a000-0000-7000-8000-000000000abc")
    assert refused.value.status == 404
    for file in world.services.glob("pair.*"):
        file.unlink()
    world.catalogue.replace(load_catalogue(world.services, ADAPTERS))
    assert await world.refused(case, 409) == {}, "its service is gone"


async def test_a_definition_that_names_parties_gives_a_moved_case_theirs(world: Moving) -> None:
    case = await world.held("sale", {"buyer": BUYER, "firm": FIRM})

    def other(definition: dict[str, Any]) -> None:
        definition["parties"] = [one for one in definition["parties"] if one["role"] != "buyer"]
        del definition["sees"]["buyer"]
        for one in definition["parties"]:
            one.pop("acts_for", None)

    def roles() -> dict[tuple[str, ...], bool]:
        with world.reader.connect() as connection:
            return {row.roles: row.acts_for is not None for row in of_case(connection, case)}

    assert roles() == {("applicant", "handler"): True, ("firm",): False, ("buyer",): False}
    await world.correct("sale", other)
    await world.move(case)
    assert roles() == {("applicant", "handler"): False, ("firm",): False, (): False}
