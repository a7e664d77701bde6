"""The control paths: what they do, and that a wrong order is told what is wrong with it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.gateway.sdk.sandbox.conftest import Person, Start


@pytest.fixture
async def person(start: Start, client: aiohttp.ClientSession) -> Person:
    return Person(await start(decide_after_seconds=3600), client)


async def test_the_ledger_lists_key_operation_reference_and_time(person: Person) -> None:
    await person.post("/act", key="a")
    await person.post("/file", key="b")
    entries = await person.get("/_sandbox/ledger")
    assert [(entry["key"], entry["operation"]) for entry in entries] == [("a", "act"), ("b", "file")]
    assert {name for entry in entries for name in entry} == {"key", "operation", "reference", "at"}


async def test_faults_are_switched_listed_and_cleared(person: Person) -> None:
    order = {"fault": "drop_reply", "times": 2, "operation": None}
    assert await person.post("/_sandbox/faults", order) == (200, [order])
    await person.post("/_sandbox/faults", {"fault": 500})  # a number is meant as the name
    assert [fault["fault"] for fault in await person.get("/_sandbox/faults")] == ["drop_reply", "500"]
    assert await person.post("/_sandbox/faults", {"fault": None}) == (200, [])
    assert (await person.post("/act"))[0] == 200


async def test_a_fault_hits_the_department_and_never_the_controls(person: Person) -> None:
    await person.post("/_sandbox/faults", {"fault": "unauthorized"})
    assert (await person.post("/act"))[0] == 401
    assert await person.get("/_sandbox/ledger") == []


@pytest.mark.parametrize(
    ("path", "order", "pointer"),
    [
        ("faults", {}, "/fault"),
        ("faults", {"fault": "explode"}, "/fault"),
        ("faults", {"fault": "500", "times": "many", "more": 1}, "/times /more"),
        ("faults", {"fault": "500", "operation": "unheard"}, "/operation"),
        ("faults", {"fault": "refuse", "times": 2, "operation": "act"}, "/times /operation"),
        ("faults", [], ""),
        ("decide", {}, ""),
        ("decide", {"reference": "a", "key": "b"}, ""),
        ("decide", {"key": "b", "after": 1}, ""),
        ("decide", {"after": -1, "outcome": "perhaps"}, "/after /outcome"),
        ("settings", {"office_hours": "25:00-26:00"}, "/office_hours"),
        ("settings", {"daily_quota": -1, "unheard": 1}, "/daily_quota /unheard"),
        ("settings", {"decision": {}}, "/decision"),
    ],
)
async def test_a_wrong_order_is_told_everything_that_is_wrong(person: Person, path: str, order: Any, pointer: str) -> None:
    status, answer = await person.post(f"/_sandbox/{path}", order)
    assert status == 422
    assert {error["pointer"] for error in answer["errors"]} == set(pointer.split(" "))
    assert all(error["detail"] for error in answer["errors"])


async def test_an_order_that_is_no_json_is_refused(person: Person) -> None:
    async with person.client.post(person.sandbox.url + "/_sandbox/faults", data=b"{") as response:
        assert response.status == 422


async def test_one_case_is_decided_by_reference_or_key(person: Person) -> None:
    _, first = await person.post("/file", key="a")
    await person.post("/file", key="b")
    order = {"reference": first["reference"], "outcome": "returned", "fields": ["name"], "reason": "请更正"}
    status, answer = await person.post("/_sandbox/decide", order)
    assert (status, answer["decided"]) == (200, [first["reference"]])
    assert (await person.get(f"/ask/{first['reference']}"))["decision"] == "returned"
    assert (await person.post("/_sandbox/decide", order))[0] == 409
    assert (await person.post("/_sandbox/decide", {"key": "b"}))[0] == 200
    assert (await person.post("/_sandbox/decide", {"key": "c"}))[0] == 404
    assert (await person.post("/_sandbox/decide", {"reference": "c"}))[0] == 404


async def test_wait_and_default_outcome_are_set_together(person: Person) -> None:
    status, answer = await person.post("/_sandbox/decide", {"after": 7.5, "outcome": "rejected", "code": "x"})
    assert (status, answer) == (200, {"decided": [], "after": 7.5, "outcome": "rejected"})
    refused = person.sandbox.refused_now()
    assert refused is not None
    assert refused.code == "x"
    await person.post("/_sandbox/settings", {"daily_quota": 3})
    assert person.sandbox.refused_now() == refused  # another setting leaves it
    await person.post("/_sandbox/decide", {"outcome": "approved"})
    assert person.sandbox.refused_now() is None


async def test_settings_change_live_and_only_what_is_named(person: Person) -> None:
    status, answer = await person.post("/_sandbox/settings", {"office_hours": "08:30-17:30", "recognise_keys": False})
    assert (status, await person.get("/_sandbox/settings")) == (200, answer)
    assert answer == {"decide_after_seconds": 3600, "office_hours": "08:30-17:30", "daily_quota": None, "recognise_keys": False}
    await person.post("/_sandbox/settings", {"office_hours": None})
    first, second = await person.post("/act"), await person.post("/act")
    assert first != second
