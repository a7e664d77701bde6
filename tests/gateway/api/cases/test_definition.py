"""Moving an application to its service's current definition: for operators, with a reason."""

from __future__ import annotations

from gateway.model.errors import Located
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application


async def test_an_operator_moves_one_with_a_reason(world: World) -> None:
    case = an_application()
    world.journal.add(case, [a_delivery(case)])
    path = f"/v1/applications/{case.id}/definition"
    moved = await world.ask("POST", path, "operator", json={"reason": "the mapping was wrong"})
    assert (moved.status, moved.json["id"]) == (200, case.id)
    assert world.definitions.moved == [(case.id, "the mapping was wrong", "en")]
    assert (await world.ask("POST", path, "local", json={"reason": "x"})).status == 200
    for body, pointer in (({}, "/reason"), ({"reason": " "}, "/reason"), ({"reason": "x", "to": "y"}, "")):
        refused = await world.ask("POST", path, "operator", json=body)
        assert (refused.status, [error["pointer"] for error in refused.json["errors"]]) == (422, [pointer] if pointer else [""])
    for role in ("front-end", "auditor"):
        assert (await world.ask("POST", path, role, json={"reason": "x"})).status == 403
    unknown = "/v1/applications/0190a000-0000-7000-8000-000000000abc/definition"
    assert (await world.ask("POST", unknown, "operator", json={"reason": "x"})).status == 404
    assert len(world.definitions.moved) == 2


async def test_what_speaks_against_it_is_all_told(world: World) -> None:
    case = an_application()
    world.journal.add(case, [a_delivery(case)])
    world.definitions.wrong = [Located("/steps/0/share/name", "was given another"), Located("/data/note", "is required")]
    refused = await world.ask("POST", f"/v1/applications/{case.id}/definition", "operator", json={"reason": "x"})
    assert [error["pointer"] for error in refused.json["errors"]] == ["/steps/0/share/name", "/data/note"]
