"""Reloading over the interface reports the changes, or every file and line with an error."""

from __future__ import annotations

from gateway.model.os_user import own_actor
from gateway.texts.yaml_lines import ConfigProblem
from tests.gateway.api.conftest import World


async def test_an_operator_reloads_and_is_told_what_changed(world: World) -> None:
    told = await world.ask("POST", "/v1/configuration/reload", "operator")
    assert (told.status, told.json["services"]["changed"], told.json["restart_needed"]) == (200, {"newlywed": "d" * 64}, ["port"])
    assert (await world.ask("POST", "/v1/configuration/reload", "local", json={})).status == 200
    assert world.configuration.actors == [f"caller:{world.ids['operator']}", own_actor()]
    for role in ("front-end", "auditor"):
        assert (await world.ask("POST", "/v1/configuration/reload", role)).status == 403


async def test_what_is_wrong_is_told_by_file_and_line(world: World) -> None:
    world.configuration.problems = [ConfigProblem("config/departments/tax.yaml", 3, "limits.concurrency", "must be a number")]
    refused = await world.ask("POST", "/v1/configuration/reload", "operator")
    assert (refused.status, refused.json["type"]) == (422, "/problems/configuration")
    assert refused.json["errors"] == [
        {"file": "config/departments/tax.yaml", "line": 3, "path": "limits.concurrency", "detail": "must be a number"}
    ]
    assert (await world.ask("GET", "/problems/configuration", None)).status == 200


async def test_a_refused_reload_is_a_warning_and_takes_nothing_down(world: World) -> None:
    world.readiness["configuration"] = "the reload at 2026-11-25T12:00:00Z was refused"
    ready = await world.ask("GET", "/readyz", None)
    assert (ready.status, ready.json["ready"]) == (200, True)
    assert "refused" in ready.json["checks"]["configuration"]
