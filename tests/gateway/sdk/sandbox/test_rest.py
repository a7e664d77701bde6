"""A sandbox by an OpenAPI document: what keeps to it is served, what does not is told where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.sdk.sandbox import Decision, RestSandbox, SandboxContext, json_response, serve_sandboxes
from tests.gateway.sdk.sandbox.conftest import Person


@pytest.mark.parametrize(
    ("path", "body", "pointers"),
    [
        ("/things/1", {"day": "2026-11-23", "people": []}, None),
        ("/things/1?page=2", {"day": "2026-11-23", "people": [{"a/b": "abc"}]}, None),
        ("/things/0", {"day": "2026-02-30", "people": [{}, {"a/b": "secret"}], "x": 1}, ["/path/number", "/day", "/people/1/a~1b", ""]),
        ("/things/one?page=two", {"day": "2026-11-23", "people": []}, ["/path/number", "/query/page"]),
        ("/things/1", [], [""]),
    ],
)
async def test_serves_what_keeps_to_it_and_names_what_does_not(
    file: Path, client: aiohttp.ClientSession, path: str, body: Any, pointers: list[str] | None
) -> None:
    class Things(RestSandbox):
        adapter = "things"
        contract_file = file

        async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:
            return json_response([operation, body])

        def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
            return json_response(decision.outcome)

    sandbox = Things(SandboxContext(name="things", data=file.parent))
    async with serve_sandboxes([(sandbox, 0)]), client.put(sandbox.url + path, json=body) as response:
        answer = await response.json(content_type=None)
        if pointers is None:
            assert (response.status, answer) == (200, ["put_thing", body])
        else:
            assert response.status == 400
            assert {error["pointer"] for error in answer["errors"]} == set(pointers)
            assert "secret" not in str(answer)
        person = Person(sandbox, client)
        assert await person.get("/things/1") == ["get_thing", None]
        assert (await person.get("/nothing"))["status"] == 404
        assert (await person.post("/_sandbox/faults", {"fault": "500", "operation": "no_thing"}))[0] == 422
        async with client.put(sandbox.url + "/things/1", data=b"{") as other:
            assert (other.status, (await other.json(content_type=None))["errors"][0]["detail"]) == (
                400,
                "the body must be application/json",
            )
        async with client.put(sandbox.url + "/things/1", data=b"{", headers={"Content-Type": "application/json"}) as other:
            assert (await other.json(content_type=None))["errors"][0]["detail"] == "the body is not JSON"
