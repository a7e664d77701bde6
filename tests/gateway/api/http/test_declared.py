"""Odd requests, put to every call: code and document judge them alike, and the answer is the same everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from gateway.api import ApiLimits
from gateway.api.http.declared import KEY, parameters_of
from gateway.api.http.route import OPEN, Route
from gateway.api.server import ROUTES
from gateway.cases.caller import DEPARTMENT, LOCAL
from gateway.journal.read.job_views import JobView
from gateway.model.application import Application
from gateway.model.identifiers import new_id
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World
from tests.gateway.api.contract import Reply
from tests.gateway.api.sample_cases import a_delivery, an_application

STRICT = [route for route in ROUTES if route.strict]
WRITES = [route for route in STRICT if route.method != "GET"]
BODIES = [route for route in ROUTES if route.body is not None or route.per_query]

_AN_ID = "019ab0c4-7a31-7c52-9a0e-5d7f8b1c2e3f"
#: Values that readers of numbers, times, words and ids take in different ways.
ODD = (
    "", " ", "x", "0", "1", "200", "201", "007", "+1", "-1", "1_0", "1.0", "1e2", "１", "٣", "0x1", "9" * 17, "9" * 40, "true",
    "True", "null", "NaN", "a b", "a.b", "-a", "a" * 100, "a" * 101, "办件", "a\x00b", "a\nb", "in_progress", "held", "json", "JSON",
    _AN_ID, _AN_ID.upper(), _AN_ID.replace("-", ""), f"{{{_AN_ID}}}", f"urn:uuid:{_AN_ID}", f"{_AN_ID}:7", f"7:{_AN_ID}",
    f"{_AN_ID}:", "2026-11-23", "20261123", "2026-W48-1", "2026-02-30", "2026-11-23T09:30:00+08:00", "2026-11-23T09:30:00Z",
    "2026-11-23t09:30:00z", "2026-11-23T09:30:00", "2026-11-23 09:30:00Z", "20261123T093000Z", "2026-11-23T09:30Z",
    "2026-11-23T09:30:00,5Z", "2026-11-23T09:30:00.5Z", "2026-11-23T09:30:00.123456789012Z", "2026-11-23T24:00:00Z",
    "2026-11-23T09:30:00+0800", "2026-11-23T09:30:00+08:00:00", "２026-11-23T09:30:00Z", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "2016-12-31T23:59:60Z",
)  # fmt: skip


@pytest.fixture
def limits(limits: ApiLimits) -> ApiLimits:
    """Slow no address for the wrong keys here."""
    return replace(limits, failures=1000)


def _role(route: Route) -> str | None:
    if route.act is OPEN:
        return None
    if route.roles == {LOCAL}:
        return "local"
    role = min(route.roles - {LOCAL})
    return f"{DEPARTMENT}:tax" if role == DEPARTMENT else role


def _path(route: Route, ids: Mapping[str, str] | None = None) -> str:
    named = {"name": "tax", "code": "newlywed", "query": "housing_holdings", "kind": "internal", "list": "delivery_states"}
    values = {**named, "id": new_id(), **(ids or {})}
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], route.path)


async def _ask(world: World, route: Route, path: str | None = None, **options: Any) -> Reply:
    if (route.body is not None or route.per_query) and "data" not in options:
        options.setdefault("json", {})
    headers = {name: value for name, value in (("Idempotency-Key", "one"),) if KEY in route.parameters} | options.pop("headers", {})
    return await world.ask(route.method, path or _path(route), _role(route), headers=headers, **options)


async def _filed(world: World) -> Application:
    await world.key("front-end")
    application = an_application(caller=world.ids["front-end"])
    world.journal.add(application, [a_delivery(application)])
    return application


def _as_json(value: str, kind: str | None) -> object:
    """Read a query's text as a value of the type in the document."""
    if kind == "integer" and re.fullmatch(r"-?(0|[1-9][0-9]*)", value, re.ASCII):
        return int(value)
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value


async def test_a_parameter_takes_what_the_document_says_and_nothing_else(world: World, job: JobView) -> None:
    application, tried, seen = await _filed(world), 0, set[str]()
    for route in STRICT:
        path = _path(route, {"id": job.id if "jobs" in route.path else application.id})
        for parameter in route.parameters:
            if parameter.place != "query":
                continue
            schema = dict(parameter.schema)
            validator = Draft202012Validator(schema, validate_formats=True)
            # Every value for each form once. If a form comes again, some values suffice to show that the same code reads it.
            for value in ODD if str(schema) not in seen else ODD[tried % 7 :: 7]:
                fits = validator.is_valid(_as_json(value, schema["type"]))
                reply = await _ask(world, route, path, params={parameter.name: value})
                wrong = reply.status == 400 and [e["parameter"] for e in reply.json["errors"]] == [parameter.name]
                assert wrong is not fits, f"{route.id} {parameter.name}={value!r}: {reply.status}, the document says {fits}"
                tried += 1
            seen.add(str(schema))
    assert tried > 700


async def test_a_parameter_given_twice_or_unknown_is_refused_by_every_call(world: World) -> None:
    for route in STRICT:
        reply = await _ask(world, route, params={"no_such": "1", "500152199001010018": "1"})
        if reply.status == 404:  # nothing has that id, and that is said before anything else
            reply = await _ask(
                world, route, _path(route, {"id": (await _filed(world)).id}), params={"no_such": "1", "500152199001010018": "1"}
            )
        assert (reply.status, reply.json["type"]) == (400, "/problems/parameters"), route.id
        assert sorted(error["parameter"] for error in reply.json["errors"]) == ["?", "no_such"]
        for parameter in (p for p in route.parameters if p.place == "query"):
            twice = await _ask(world, route, params=[(parameter.name, "1"), (parameter.name, "1")])
            assert twice.status in (400, 404), f"{route.id} {parameter.name}"


@pytest.mark.parametrize(
    "query", ["%ff", "limit=%ff", "limit=%zz", "limit", "&&", "=", "limit=1;cursor=2", "limit[]=1", "?limit=1", "%00=1"]
)
async def test_a_query_that_is_hardly_one_is_answered(world: World, query: str) -> None:
    for route in STRICT:
        reply = await _ask(world, route, f"{_path(route)}?{query}")
        assert reply.status < 500, (route.id, query)


@pytest.mark.parametrize("key", ["k" * 256, "", " ", "ключ", "a\tb"])
async def test_an_unusable_idempotency_key_is_refused_by_every_change(world: World, key: str) -> None:
    for route in WRITES:
        reply = await _ask(world, route, headers={"Idempotency-Key": key})
        assert (reply.status, reply.json["type"]) == (400, "/problems/idempotency-key"), route.id


def test_the_document_says_which_keys_are_usable() -> None:
    validator = Draft202012Validator(dict(KEY.schema))
    for key in ("a", "a b", "!~", "k" * 255, " a".strip()):
        assert validator.is_valid(key)
    for key in ("", " ", " a", "a ", "k" * 256, "ключ", "a\tb", "a\n"):
        assert not validator.is_valid(key)
    assert all(KEY.name in {one.name for one in parameters_of(route)} for route in WRITES)


async def test_two_authorizations_are_none_for_every_call(world: World) -> None:
    good = await world.key("operator")
    for route in ROUTES:
        if route.roles <= {LOCAL}:
            continue
        for second in (good, "nonsense"):
            headers = [("Authorization", f"Bearer {good}"), ("Authorization", f"Bearer {second}")]
            async with world.http.request(route.method, world.base + _path(route), headers=headers) as answer:
                assert answer.status == 401, route.id


async def test_an_id_is_the_same_in_upper_case(world: World) -> None:
    application = await _filed(world)
    lower = await world.ask("GET", f"/v1/applications/{application.id}")
    upper = await world.ask("GET", f"/v1/applications/{application.id.upper()}")

    assert lower.status == upper.status == 200
    assert lower.json == upper.json
    for form in (
        application.id.replace("-", ""),
        f"%7B{application.id}%7D",
        f"urn:uuid:{application.id}",
        f"{application.id}%20",
        "１" * 36,
    ):
        assert (await world.ask("GET", f"/v1/applications/{form}")).status == 404, form


async def test_a_member_that_a_body_does_not_have_is_refused_by_every_call(world: World) -> None:
    application = await _filed(world)
    for route in BODIES:
        if route.path.endswith(("/applications", "/check", "/revisions", "/queries/{query}")):
            continue  # checked by a service's form or an operation's request
        reply = await _ask(world, route, _path(route, {"id": application.id}), json={"no_such": 1, "500152199001010018": {"a": 1}})
        assert (reply.status, reply.json["type"]) == (422, "/problems/validation"), route.id
        assert [e["pointer"] for e in reply.json["errors"]].count("") >= 2
        assert b"500152" not in reply.body


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "\x85"])
async def test_a_text_of_one_line_has_no_character_that_a_store_could_not_keep(world: World, text: str) -> None:
    made = await world.ask("POST", "/v1/keys", "local", json={"role": "auditor", "name": text})
    outcome = {"kind": "accepted", "reference": text}
    said = await world.ask(
        "POST", f"/v1/deliveries/{new_id()}/resolve", "operator", json={"happened": True, "reason": "x", "outcome": outcome}
    )
    assert (made.status, [e["pointer"] for e in made.json["errors"]]) == (422, ["/name"])
    assert (said.status, [e["pointer"] for e in said.json["errors"]]) == (422, ["/outcome/reference"])


async def test_a_byte_order_mark_before_a_body_changes_nothing(world: World) -> None:
    for route in BODIES:
        plain, marked = [
            await _ask(
                world, route, data=mark + json.dumps(SAMPLE if route.samples else {}).encode(), headers={"Content-Type": "application/json"}
            )
            for mark in (b"", b"\xef\xbb\xbf")
        ]
        once = route.id == "probeDepartment" and plain.status == 200  # a department that is being probed is not probed again
        assert marked.status == (409 if once else plain.status), route.id


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF8", '; charset="utf-8"', ";charset=utf-8; x=y"])
async def test_a_body_is_json_in_utf8_however_that_is_written(world: World, charset: str) -> None:
    reply = await world.ask(
        "POST", "/v1/applications/check", data=json.dumps(SAMPLE), headers={"Content-Type": f"application/json{charset}"}
    )
    assert reply.status == 200


@pytest.mark.parametrize(
    "media", ["application/json; charset=gbk", "application/json; charset=utf-16", "text/json", "application/merge-patch+json", "json", ""]
)
async def test_a_body_of_any_other_type_is_415_for_every_call(world: World, media: str) -> None:
    for route in BODIES:
        reply = await _ask(world, route, data=b"{}", headers={"Content-Type": media})
        assert (reply.status, reply.json["type"]) == (415, "/problems/media-type"), route.id


async def test_no_body_is_an_empty_one_where_it_may_be_left_out_and_else_refused(world: World) -> None:
    async def nothing() -> Any:
        return
        yield b""

    application = await _filed(world)
    for route in BODIES:
        if route.path.endswith("/queries/{query}"):
            continue  # its operation is looked for first
        for data, media in ((b"", "application/json"), (nothing(), "application/json"), (b"", "text/plain"), (nothing(), "text/plain")):
            reply = await _ask(world, route, _path(route, {"id": application.id}), data=data, headers={"Content-Type": media})
            if not route.body_optional:
                assert reply.status == (400 if media == "application/json" else 415), route.id
            else:
                assert reply.status not in (400, 415), route.id


async def test_a_slash_at_the_end_is_another_address_for_every_call(world: World) -> None:
    for route in ROUTES:
        for path in (f"{_path(route)}/", f"/{_path(route)}", f"{_path(route)}%2F"):
            reply = await _ask(world, route, path)
            assert reply.status in (404, 405, 422), path  # 422: the body is checked before its owner
            assert reply.headers["Content-Type"].startswith("application/problem+json")


async def test_head_is_get_without_a_body_and_options_names_the_methods(world: World) -> None:
    application = await _filed(world)
    for route in ROUTES:
        path = _path(route, {"id": application.id})
        options = await world.ask("OPTIONS", path, None)
        assert options.status == 204
        assert {route.method, "OPTIONS"} <= set(options.headers["Allow"].split(", "))
        if route.method == "GET":
            head = await world.ask("HEAD", path, _role(route), headers={"Accept": "text/event-stream"})
            get = await world.ask("GET", path, _role(route))
            assert (head.status, head.body) == (get.status, b""), route.id


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PROPFIND"])
async def test_a_method_that_a_call_does_not_have_is_405(world: World, method: str) -> None:
    for path in {_path(route) for route in ROUTES}:
        reply = await world.ask(method, path, None)
        assert (reply.status, reply.json["type"]) == (405, "/problems/method-not-allowed"), path


async def test_an_expectation_is_met_or_passed_over(world: World) -> None:
    for expectation in ("100-continue", "200-ok"):
        for path, status in (("/v1/applications/check", 200), ("/v1/nowhere", 404)):
            assert (await world.ask("POST", path, json=SAMPLE, headers={"Expect": expectation})).status == status


@pytest.mark.parametrize("last", ["", "x", "-1", "+1", "１", "1_0", "007", "9" * 12, "1, 2"])
async def test_a_last_event_id_that_is_none_of_ours_is_refused(world: World, last: str) -> None:
    application = await _filed(world)
    for accept in ("application/json", "text/event-stream"):
        reply = await world.ask("GET", f"/v1/applications/{application.id}/events", headers={"Accept": accept, "Last-Event-ID": last})
        assert reply.status == 400, (accept, last)
        assert [error["parameter"] for error in reply.json["errors"]] == ["Last-Event-ID"]


async def test_an_event_stream_that_is_refused_is_not_sent(world: World) -> None:
    application = await _filed(world)
    for accept in ("text/event-stream;q=0", "application/json, text/event-stream;q=0.5", "*/*"):
        reply = await world.ask("GET", f"/v1/applications/{application.id}/events", headers={"Accept": accept})
        assert reply.headers["Content-Type"].startswith("application/json"), accept
