"""Accounts, made and changed over the unix socket alone."""

from __future__ import annotations

import pytest

from gateway.cases.caller import Caller
from gateway.cases.drafts.changes import Begin
from gateway.model.identifiers import new_id
from gateway.people import passwords
from tests.gateway.api.conftest import World
from tests.gateway.api.contract import Reply

CLERK = {"login": "li.wei", "name": "李伟", "role": "clerk", "group": "hall"}


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_MEMORY_KIB", 64)


async def made(world: World, **more: object) -> Reply:
    reply = await world.ask("POST", "/v1/users", "local", json={**CLERK, **more})
    assert reply.status == 201
    return reply


async def test_an_account_is_made_told_once_listed_and_disabled(world: World) -> None:
    told = (await made(world)).json
    assert len(told["password"]) == 24
    assert (told["secret"], told["address"], told["one_time_code"]) == (None, None, False)
    listed = await world.ask("GET", "/v1/users", "local")
    assert [(one["login"], one["role"], one["group"], one["disabled_at"]) for one in listed.json["items"]] == [
        ("li.wei", "clerk", "hall", None)
    ]
    assert told["password"].encode() not in listed.body
    disabled = await world.ask("POST", f"/v1/users/{told['id']}/disable", "local")
    assert disabled.json["disabled_at"] is not None
    assert (await world.ask("POST", f"/v1/users/{told['id']}/enable", "local")).json["disabled_at"] is None
    again = await world.ask("POST", "/v1/users", "local", json=CLERK)
    assert again.status == 409


async def test_another_role_brings_the_secret_that_it_needs_and_it_is_told_once(world: World) -> None:
    told = (await made(world)).json
    changed = await world.ask("POST", f"/v1/users/{told['id']}/role", "local", json={"role": "auditor"})
    assert (changed.json["role"], changed.json["group"], changed.json["password"]) == ("auditor", None, None)
    assert f"secret={changed.json['secret']}&" in changed.json["address"]
    assert changed.json["secret"].encode() not in (await world.ask("GET", "/v1/users", "local")).body
    assert (await world.ask("POST", f"/v1/users/{told['id']}/code", "local", json={"wanted": False})).status == 409
    other = await world.ask("POST", f"/v1/users/{told['id']}/code", "local", json={})
    assert other.json["secret"] != changed.json["secret"]
    assert (await world.ask("POST", f"/v1/users/{told['id']}/password", "local")).json["password"] != told["password"]


async def test_sessions_are_listed_and_ended(world: World) -> None:
    told = (await made(world)).json
    people = world.parts.people
    token = (await people.sign_in("li.wei", told["password"], "", address="unknown")).token
    [one] = (await world.ask("GET", f"/v1/users/{told['id']}/sessions", "local")).json["items"]
    assert (await world.ask("DELETE", f"/v1/sessions/{one['id']}", "local")).status == 204
    assert await people.sessions.recognise(token) is None
    assert (await world.ask("DELETE", f"/v1/sessions/{one['id']}", "local")).status == 404


async def test_a_code_is_told_in_a_sandbox_alone(world: World) -> None:
    told = (await made(world, login="op", role="operator", group=None)).json
    assert (await world.ask("GET", f"/v1/users/{told['id']}/code", "local")).status == 409
    world.parts.people.accounts.tells_codes = True
    reply = await world.ask("GET", f"/v1/users/{told['id']}/code", "local")
    assert len(reply.json["code"]) == 6


async def test_the_drafts_of_who_leaves_are_listed_without_what_was_typed_and_handed_over(world: World) -> None:
    leaver, heir, other = [
        (await made(world, login=login, group=group)).json for login, group in (("a.li", "hall"), ("b.li", "hall"), ("c.li", "x"))
    ]
    caller = Caller(id=leaver["id"], name="李伟", role="clerk", user="user:a.li", group="hall")
    drafts = world.parts.drafts
    begin = Begin(id=new_id(), group="hall", caller=caller, service="newlywed", digest="d" * 64, lasts=10**12, codes=drafts.codes)
    await drafts.journal.write(begin)
    assert (await world.ask("POST", f"/v1/users/{leaver['id']}/disable", "local")).status == 200
    [one] = (await world.ask("GET", f"/v1/users/{leaver['id']}/drafts", "local")).json["items"]
    assert (one["id"], one["service"], one["group"]) == (begin.id, "newlywed", "hall")
    there = f"/v1/users/{leaver['id']}/drafts/hand-over"
    assert (await world.ask("POST", there, "local", json={"to": "c.li"})).json == {"drafts": 0}
    assert (await world.ask("POST", there, "local", json={"to": "nobody"})).status == 422
    assert (await world.ask("POST", there, "local", json={"to": "b.li"})).json == {"drafts": 1}
    assert [await listed(world, account["id"]) for account in (leaver, heir, other)] == [[], [begin.id], []]


async def listed(world: World, account: str) -> list[str]:
    return [one["id"] for one in (await world.ask("GET", f"/v1/users/{account}/drafts", "local")).json["items"]]


@pytest.mark.parametrize("wrong", [{"role": "king"}, {"login": "Li Wei"}, {"group": None}, {"name": ""}, {"group": "a b"}], ids=repr)
async def test_what_may_not_be_is_refused(world: World, wrong: dict[str, object]) -> None:
    assert (await world.ask("POST", "/v1/users", "local", json={**CLERK, **wrong})).status == 422


async def test_nobody_with_a_key_comes_near_them_and_what_is_not_there_is_not_found(world: World) -> None:
    told = (await made(world)).json
    calls = [
        ("POST", "/v1/users"),
        ("GET", "/v1/users"),
        *(("POST", f"/v1/users/{told['id']}/{act}") for act in ("role", "password", "code", "disable", "enable")),
        *(("GET", f"/v1/users/{told['id']}/{act}") for act in ("code", "sessions", "drafts")),
        ("POST", f"/v1/users/{told['id']}/drafts/hand-over"),
        ("DELETE", f"/v1/sessions/{new_id()}"),
    ]
    for role in ("front-end", "operator", "auditor", "department:tax"):
        for method, path in calls:
            assert (await world.ask(method, path, role, json=CLERK if method == "POST" else None)).status == 403, (role, path)
    for method, path in calls[3:]:
        nowhere = path.replace(told["id"], new_id())
        bodies = {"role": {"role": "supervisor"}, "hand-over": {"to": "li.wei"}}
        body = bodies.get(path.rpartition("/")[2], {}) if method == "POST" else None
        status = (await world.ask(method, nowhere, "local", json=body)).status
        assert status == (409 if method == "GET" and path.endswith("code") else 404), path
