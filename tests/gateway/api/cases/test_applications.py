"""Filing, checking, finding, reading applications."""

from __future__ import annotations

import asyncio
import dataclasses

import orjson
import pytest

from gateway.api.shapes.answers import rfc3339
from gateway.journal.read.lists import id_time
from gateway.model.application import ApplicationState
from gateway.model.delivery import Action, DeliveryState
from gateway.model.identifiers import new_id
from gateway.model.service import Text
from gateway.texts.refusals import Refused
from tests.gateway.api.catalogue_stand_ins import SAMPLE, ended
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import FORM, NOON, a_delivery, an_application
from tests.patience import within

KEY = {"Idempotency-Key": "one"}


async def test_filing_answers_202_with_where_to_follow_it(world: World) -> None:
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)

    assert reply.status == 202
    assert reply.headers["Location"] == f"/v1/applications/{reply.json['id']}"
    assert "Idempotent-Replayed" not in reply.headers
    assert reply.json["state"] == "in_progress"
    assert [d["step"] for d in reply.json["deliveries"]] == ["marriage", "tax"]
    assert reply.json["warnings"] == [{"pointer": "/data/name", "detail": "该系统写不出", "step": "tax"}]
    assert reply.json["received_at"] == "2026-11-23T09:30:00.000+08:00"
    assert (await world.ask("GET", reply.headers["Location"])).json["form"] == FORM


async def test_a_repeat_gives_the_same_application_and_says_so(world: World) -> None:
    first = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)
    again = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)

    assert again.status == 202
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json

    filed = world.intake.filed[world.ids["front-end"], "one"].case or pytest.fail("not filed")
    world.journal.change(filed.deliveries["marriage"], ended(filed.application, state=ApplicationState.APPROVED, ended_at=NOON))
    assert (await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)).status == 200


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": "k" * 256}, {"Idempotency-Key": "钥匙"}])
async def test_filing_needs_a_usable_key(world: World, headers: dict[str, str]) -> None:
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=headers)

    assert reply.status == 400
    assert reply.json["type"] == "/problems/idempotency-key"
    assert world.intake.asked == []


async def test_what_the_intake_refuses_is_a_located_problem_in_the_callers_language(world: World) -> None:
    wanted = (("zh-CN", "没有这个事项", "没有这个事项"), ("en", "There is no such service", "names no service"))
    for language, title, detail in wanted:
        reply = await world.ask("POST", "/v1/applications", json={"service": "x"}, headers={**KEY, "Accept-Language": language})
        assert reply.status == 422
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.headers["Content-Language"] == language
        assert reply.json["errors"] == [{"pointer": "/service", "detail": detail}]
        assert reply.json["title"] == title


async def test_what_cannot_be_done_now_says_when_to_come_back(world: World) -> None:
    world.intake.refuse = Refused("journal-unavailable", 503, Text(zh="稍后", en="Later"), retry_after=2.2)
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "3")
    world.intake.refuse = Refused("overloaded", 429, Text(zh="稍后", en="Later"))
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "1")


async def test_waiting_answers_as_soon_as_it_has_ended(world: World) -> None:
    async def decide() -> None:
        await world.commits.began.wait()
        filed = next(iter(world.intake.filed.values())).case or pytest.fail("not filed")
        application, first = filed.application, filed.deliveries["marriage"]
        done = dataclasses.replace(first, state=DeliveryState.APPROVED)
        world.journal.payload(application.id, "outcome:marriage", 1, {"kind": "approved", "output": {"certificate_number": "J"}})
        world.journal.change(done, ended(application, state=ApplicationState.APPROVED, ended_at=NOON))
        world.commits.committed(application.id)

    deciding = asyncio.create_task(decide())
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers={**KEY, "Prefer": "respond-async, wait=30"})
    await deciding

    assert reply.status == 200
    assert reply.headers["Preference-Applied"] == "wait=30"
    assert reply.json["deliveries"][0]["outcome"] == {
        "kind": "approved",
        "code": None,
        "reason": None,
        "output": {"certificate_number": "J"},
        "errors": [],
    }


async def test_waiting_ends_as_soon_as_a_person_must_act(world: World) -> None:
    async def hold() -> None:
        await world.commits.began.wait()
        filed = next(iter(world.intake.filed.values())).case or pytest.fail("not filed")
        application, first = filed.application, filed.deliveries["marriage"]
        asked = dataclasses.replace(first, state=DeliveryState.IN_DOUBT, action=Action.FIND)
        world.journal.change(asked, application)
        world.commits.committed(application.id)  # it settles by itself
        held = dataclasses.replace(first, state=DeliveryState.HELD, due_at=None)
        world.journal.change(held, dataclasses.replace(application, needs_attention=True))
        world.commits.committed(application.id)

    holding = asyncio.create_task(hold())
    async with within(20):
        reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers={**KEY, "Prefer": "wait=30"})
    await holding
    assert (reply.status, reply.json["deliveries"][0]["state"]) == (202, "held")


async def test_an_approved_application_says_which_steps_were_rejected(world: World) -> None:
    await world.key("front-end")
    case = an_application(caller=world.ids["front-end"], state=ApplicationState.APPROVED, ended_at=NOON)
    done = {"state": DeliveryState.APPROVED, "due_at": None}
    optional = a_delivery(case, "tax", position=1, **{**done, "state": DeliveryState.REJECTED, "required": False})
    world.journal.add(case, [a_delivery(case, "marriage", **done), optional])

    [listed] = (await world.ask("GET", "/v1/applications")).json["items"]
    assert (listed["state"], listed["rejected_steps"], listed["told_otherwise"]) == ("approved", ["tax"], False)
    assert (await world.ask("GET", f"/v1/applications/{case.id}")).json["rejected_steps"] == ["tax"]


async def test_waiting_ends_with_202_when_time_is_up_and_is_capped(world: World) -> None:
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers={**KEY, "Prefer": "wait=0"})
    assert (reply.status, reply.headers["Preference-Applied"]) == (202, "wait=0")

    world.commits.began.clear()
    waiting = asyncio.create_task(
        world.ask("POST", "/v1/applications", json=SAMPLE, headers={"Idempotency-Key": "two", "Prefer": "wait=9999"})
    )
    await world.commits.began.wait()
    await world.listening.close()  # stopping ends the wait, and the answer is the present state
    reply = await waiting
    assert (reply.status, reply.headers["Preference-Applied"]) == (202, "wait=60")


async def test_checking_tells_without_filing(world: World) -> None:
    reply = await world.ask("POST", "/v1/applications/check", json=SAMPLE)

    assert reply.status == 200
    assert reply.json["errors"][0]["pointer"] == "/data/spouse"
    assert world.intake.filed == {}


async def test_each_role_sees_as_much_of_a_case_as_it_may(world: World) -> None:
    await world.key("front-end")
    case = an_application(caller=world.ids["front-end"])
    journal = world.journal
    journal.add(case, [a_delivery(case, "tax", state=DeliveryState.RETURNED, outcome_code="31")])
    said = {
        "kind": "returned",
        "code": "31",
        "reason": "欧阳明(500152199001010018)与李丽的信息不符",
        "output": None,
        "fields": [{"field": "spouse_name", "pointer": "/data/spouse/name", "message": "李丽应为全名"}],
    }
    journal.payload(case.id, "outcome:tax", 1, said)

    own = (await world.ask("GET", f"/v1/applications/{case.id}")).json
    assert own["form"] == FORM
    assert own["deliveries"][0]["outcome"]["reason"] == said["reason"]
    assert own["deliveries"][0]["outcome"]["errors"] == [{"pointer": "/data/spouse/name", "detail": "李丽应为全名"}]

    operators = await world.ask("GET", f"/v1/applications/{case.id}", "operator")
    assert operators.json["form"]["applicant"] == {
        "name": "欧阳*",
        "id_type": "111",
        "id_number": "5****************8",
        "mobile": "138****8000",
    }
    assert operators.json["deliveries"][0]["outcome"]["reason"] == "欧阳*(5****************8)与李*的信息不符"

    auditors = await world.ask("GET", f"/v1/applications/{case.id}", "auditor")
    assert auditors.json["form"] is None
    assert auditors.json["deliveries"][0]["outcome"]["errors"] == [{"pointer": "/data/spouse/name", "detail": ""}]
    for reply in (operators, auditors):
        for personal in ("欧阳明", "李丽", "500152199001010018", "13800138000"):
            assert personal.encode() not in reply.body


async def test_what_is_anothers_is_not_there(world: World) -> None:
    case = an_application(caller=new_id())
    world.journal.add(case, [])

    for path in (f"/v1/applications/{case.id}", f"/v1/applications/{new_id()}", "/v1/applications/500152199001010018"):
        reply = await world.ask("GET", path)
        assert reply.status == 404
        assert b"500152" not in reply.body
    assert (await world.ask("GET", "/v1/applications")).json["items"] == []
    assert (await world.ask("GET", f"/v1/applications?number={case.number}")).json["items"] == []
    assert len((await world.ask("GET", f"/v1/applications?number={case.number}", "operator")).json["items"]) == 1


async def test_lists_are_filtered_and_go_on_page_by_page(world: World) -> None:
    await world.key("front-end")
    cases = [an_application(caller=world.ids["front-end"]) for _ in range(3)]
    held = an_application(caller=world.ids["front-end"], needs_attention=True)
    for case in (*cases, held):
        world.journal.add(dataclasses.replace(case, received_at=id_time(case.id)), [])

    first = (await world.ask("GET", "/v1/applications?limit=3")).json
    second = (await world.ask("GET", f"/v1/applications?limit=3&cursor={first['next']}")).json

    assert [item["id"] for item in first["items"]] == [held.id, cases[2].id, cases[1].id]
    assert ([item["id"] for item in second["items"]], second["next"]) == ([cases[0].id], None)
    assert [i["id"] for i in (await world.ask("GET", "/v1/applications?needs_attention=true")).json["items"]] == [held.id]
    soon = rfc3339(id_time(held.id) + 1_000_000)
    for query, count in ((f"received_before={soon}&state=in_progress&service=newlywed", 4), (f"received_after={soon}", 0)):
        assert len((await world.ask("GET", f"/v1/applications?{query}")).json["items"]) == count
    assert (await world.ask("GET", "/v1/applications?state=approved")).json["items"] == []


async def test_every_wrong_parameter_is_told_at_once(world: World) -> None:
    query = "limit=201&cursor=x&state=done&needs_attention=yes&received_after=2026-11-23T09:30:00&colour=red&500152199001010018=1"
    reply = await world.ask("GET", f"/v1/applications?{query}")

    assert reply.status == 400
    wrong = ["state", "needs_attention", "received_after", "limit", "cursor", "colour", "?"]
    assert [error["parameter"] for error in reply.json["errors"]] == wrong
    assert b"500152" not in reply.body


async def test_a_person_is_looked_up_by_a_post_and_a_blind_index(world: World) -> None:
    await world.key("front-end")
    person = {"id_type": "111", "id_number": "500152199001010018"}
    [index] = world.parts.applicant_index("111", "500152199001010018")
    own = an_application(caller=world.ids["front-end"], applicant_index=index)
    others = an_application(applicant_index=index)
    for case in (own, others):
        world.journal.add(case, [])

    assert [i["id"] for i in (await world.ask("POST", "/v1/applications/lookup", json=person)).json["items"]] == [own.id]
    found = await world.ask("POST", "/v1/applications/lookup", "operator", json=person)
    assert {i["id"] for i in found.json["items"]} == {own.id, others.id}
    assert b"500152199001010018" not in found.body

    wrong = await world.ask("POST", "/v1/applications/lookup", json={"id_type": 111, "500152199001010018": 1})
    assert wrong.status == 422
    assert sorted(e["pointer"] for e in wrong.json["errors"]) == ["", "/id_number", "/id_type"]
    assert b"500152" not in wrong.body


async def test_the_answer_to_filing_needs_no_read_and_no_model(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: str) -> None:
        raise AssertionError

    await world.key("front-end")
    await world.ask("GET", "/v1/applications")  # the key is known now
    monkeypatch.setattr(world.insights, "application", fail)
    monkeypatch.setattr(world.insights, "key_by_hash", fail)

    reply = await world.ask("POST", "/v1/applications", data=orjson.dumps(SAMPLE), headers={**KEY, "Content-Type": "application/json"})

    assert reply.status == 202


async def test_a_groups_cases_are_its_own_and_anothers_are_not_there(world: World) -> None:
    await world.key("front-end")
    await world.keys.join(world.ids["front-end"], "hall", actor="test")
    ours, theirs = an_application(owner_group="hall"), an_application(owner_group="another")
    for one in (ours, theirs):
        world.journal.add(one, [a_delivery(one)], form=FORM)
    shown = await world.ask("GET", f"/v1/applications/{ours.id}")
    assert (shown.status, shown.json["form"]["data"]) == (200, FORM["data"])
    assert (await world.ask("GET", f"/v1/applications/{theirs.id}")).status == 404
    assert [item["id"] for item in (await world.ask("GET", "/v1/applications")).json["items"]] == [ours.id]
    for one, there in ((ours, 1), (theirs, 0)):
        assert len((await world.ask("GET", f"/v1/applications?number={one.number}")).json["items"]) == there


async def test_a_repeat_of_a_filing_that_stayed_with_the_group_is_not_there(world: World) -> None:
    await world.key("front-end")
    await world.keys.join(world.ids["front-end"], "hall", actor="test")
    filed = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)
    assert filed.status == 202
    again = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)
    assert (again.status, again.json["id"]) == (202, filed.json["id"])
    await world.keys.join(world.ids["front-end"], "another", actor="test")
    for wait in ({}, {"Prefer": "wait=0"}):
        assert (await world.ask("POST", "/v1/applications", json=SAMPLE, headers={**KEY, **wait})).status == 404
