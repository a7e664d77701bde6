"""Queries: listed, each a call of its own in the document, asked at once."""

from __future__ import annotations

from typing import Any

from jsonschema_rs import Draft202012Validator

from tests.gateway.api.conftest import World

ASKED = {"name": "张伟", "id_number": "500152199001010018"}
PATH = "/v1/departments/tax/queries/housing_holdings"


async def test_they_are_listed_with_all_that_a_front_end_needs(world: World) -> None:
    items = (await world.ask("GET", "/v1/queries")).json["items"]
    assert [item["department"] for item in items] == ["marriage", "tax"]  # real_estate has no adapter
    one = items[1]
    assert (one["path"], one["title"]) == (PATH, {"zh": "住房查询", "en": "Homes"})
    assert one["roles"] == ["front-end", "local"]
    Draft202012Validator(one["request"]).validate(one["example"]["request"])
    assert one["request"]["properties"]["id_number"]["format"] == "cn-id-number"
    assert one["output"]["properties"] == {"count": {"type": "integer"}}
    assert "title" not in one["output"]
    assert (await world.ask("POST", one["path"], json=one["example"])).status == 200
    for role, status in (("operator", 200), ("auditor", 200), ("department:tax", 403)):
        assert (await world.ask("GET", "/v1/queries", role)).status == status
    assert (await world.ask("GET", "/v1/queries?department=tax")).status == 400


async def test_each_stands_in_the_document_with_its_own_request_and_answer(world: World) -> None:
    document = world.contract.document
    asked = {path: item["post"] for path, item in document["paths"].items() if "/queries/" in path}
    assert set(asked) == {PATH, PATH.replace("tax", "marriage")}
    operation = asked[PATH]
    assert (operation["operationId"], operation["summary"]) == ("askTaxHousingHoldings", "Homes")
    assert "parameters" not in operation or all(one["in"] != "path" for one in operation["parameters"])
    body = operation["requestBody"]["content"]["application/json"]

    def fits(schema: dict[str, Any], value: object) -> bool:
        return Draft202012Validator({**schema, "components": document["components"]}).is_valid(value)

    assert fits(body["schema"], body["example"])
    assert not fits(body["schema"], {"request": {"name": "张伟"}, "purpose": "x"})
    assert not fits(body["schema"], {"request": ASKED, "purpose": ""})
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert fits(answer, {"kind": "approved", "output": {"count": 0}})
    assert not fits(answer, {"kind": "approved", "output": {}})
    assert fits(answer, {"kind": "rejected", "code": "1001", "reason": "none", "errors": []})
    assert {"422", "502", "503", "504"} <= set(operation["responses"])


async def test_a_question_is_answered_at_once(world: World) -> None:
    question = {"request": ASKED, "purpose": "购房"}
    reply = await world.ask("POST", PATH, json=question)
    assert (reply.status, reply.json) == (200, {"kind": "approved", "output": {"count": 0}})
    world.queries.answer = {"kind": "returned", "code": "2", "reason": "x", "errors": [{"pointer": "/request/name", "detail": "?"}]}
    assert (await world.ask("POST", PATH, json=question)).json == world.queries.answer
    assert (await world.ask("POST", "/v1/departments/real_estate/queries/housing_holdings", json=question)).status == 404
    assert (await world.ask("POST", PATH, "operator", json=question)).status == 403
