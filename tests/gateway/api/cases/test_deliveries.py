"""Deliveries: found, explained, repaired."""

from __future__ import annotations

from gateway.journal.store import schema
from gateway.model.delivery import DeliveryState
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application

#: The applicant of the form in every case there.
MAN = "欧阳明"


async def test_one_delivery_says_why_it_stands_there_and_what_happens_next(world: World) -> None:
    await world.key("front-end")
    case = an_application(caller=world.ids["front-end"], needs_attention=True)
    doubtful = a_delivery(case, "tax", state=DeliveryState.IN_DOUBT, attempts=2, doubt_since=NOON, problem="timeout", due_at=NOON)
    world.journal.add(case, [doubtful, a_delivery(case, "marriage", position=1)])
    world.journal.attempt(doubtful, 1, "http_502")
    world.journal.attempt(doubtful, 2, "timeout")

    for role in ("front-end", "operator", "auditor", "department:tax", "local"):
        reply = await world.ask("GET", f"/v1/deliveries/{doubtful.id}", role)
        assert reply.status == 200
        assert [a["result"] for a in reply.json["attempts_made"]] == ["http_502", "timeout"]
        assert "timeout" in reply.json["why"]["zh"]
        assert "sent again under its key" in reply.json["next"]["en"]


async def test_what_a_department_said_is_shown_as_the_role_may_see_it(world: World) -> None:
    case = an_application()
    approved = a_delivery(case, "tax", state=DeliveryState.APPROVED)
    world.journal.add(case, [approved])
    world.journal.payload(case.id, "outcome:tax", 1, {"kind": "approved", "output": {"receipt_number": "500152-00017"}})

    shown = {
        role: (await world.ask("GET", f"/v1/deliveries/{approved.id}", role)).json["outcome"]["output"]
        for role in ("department:tax", "operator", "auditor")
    }

    assert shown == {
        "department:tax": {"receipt_number": "500152-00017"},
        "operator": {"receipt_number": "5**********7"},
        "auditor": None,
    }


async def test_a_departments_own_words_are_for_operators_alone_and_masked(world: World) -> None:
    case = an_application(caller=(await world.key("front-end")) and world.ids["front-end"])
    held = a_delivery(case, "tax", state=DeliveryState.HELD, attempts=2, problem="http_500")
    world.journal.add(case, [held])
    world.journal.attempt(held, 1, "http_500")
    world.journal.attempt(held, 2, "http_500")
    world.journal.payload(case.id, "form", 2, {"applicant": {"name": "欧阳明亮"}, "data": {}})
    for epoch, text in ((1, "欧阳明(500152199001010018)不存在"), (2, "欧阳 明亮：尾号0018、１３８００１３８０００")):
        row = {"application_id": case.id, "part": "said:tax", "revision": epoch, "blob": text.encode()}
        world.journal.insert(schema.payload, row)

    for role in ("operator", "local"):
        made = (await world.ask("GET", f"/v1/deliveries/{held.id}", role)).json["attempts_made"]
        assert [a["said"] for a in made] == ["欧阳*(5****************8)不存在", "欧阳**：尾号****、138****8000"]
    for role in ("front-end", "auditor", "department:tax"):
        made = (await world.ask("GET", f"/v1/deliveries/{held.id}", role)).json["attempts_made"]
        assert [a["said"] for a in made] == [None, None]


async def test_words_hide_anybodys_number_and_show_the_cases_own_reference(world: World) -> None:
    case = an_application()
    held = a_delivery(case, "tax", state=DeliveryState.HELD, attempts=1, problem="http_500", reference="CRJ20261129-000017")
    world.journal.add(case, [held])
    world.journal.attempt(held, 1, "http_500")
    world.journal.payload(case.id, "outcome:tax", 1, {"kind": "approved", "output": {"record_number": "JT000017"}})
    text = "身份证号999999199001010016不存在，见CRJ20261129-000017、ABC-000017"
    world.journal.insert(schema.payload, {"application_id": case.id, "part": "said:tax", "revision": 1, "blob": text.encode()})

    (made,) = (await world.ask("GET", f"/v1/deliveries/{held.id}", "operator")).json["attempts_made"]

    assert made["said"] == "身份证号9****************6不存在，见CRJ20261129-000017、ABC-******"


async def test_lists_are_filtered_by_department_state_problem_and_application(world: World) -> None:
    case = an_application()
    held = a_delivery(case, "tax", state=DeliveryState.HELD, problem="http_400")
    world.journal.add(case, [held, a_delivery(case, "marriage")])

    for query in (
        "department=tax",
        "state=held",
        "problem=http_400",
        f"application={case.id}&state=held",
        "department=tax&state=held&problem=http_400",
        "state=held&operation=register&service=newlywed",
    ):
        found = (await world.ask("GET", f"/v1/deliveries?{query}", "operator")).json
        assert [d["id"] for d in found["items"]] == [held.id], query
        assert "retry" in found["items"][0]["next"]["en"]
    for query in ("state=held&operation=other", "service=passport", "department=tax&service=passport"):
        assert (await world.ask("GET", f"/v1/deliveries?{query}", "operator")).json["items"] == [], query
    assert (await world.ask("GET", "/v1/deliveries?application=x&colour=red", "operator")).status == 400
    assert (await world.ask("GET", "/v1/deliveries?told_otherwise=maybe", "operator")).status == 400
    first = (await world.ask("GET", "/v1/deliveries?limit=1", "operator")).json
    second = (await world.ask("GET", f"/v1/deliveries?limit=1&cursor={first['next']}", "operator")).json
    assert (second["items"][0]["id"], second["next"]) == (held.id, None)


async def test_what_was_told_otherwise_is_found_and_says_what_to_tell_whom(world: World) -> None:
    await world.key("front-end")
    case = an_application(caller=world.ids["front-end"], revision=2)
    told = {"state": DeliveryState.APPROVED, "due_at": None, "sent_revision": 1, "told_otherwise": "data.man.name,data.list[].name"}
    deliveries = [a_delivery(case, "tax", **told), a_delivery(case, "marriage", position=1)]
    world.journal.add(case, deliveries)

    for query, expected in (("true", deliveries[:1]), ("true&department=tax", deliveries[:1]), ("false", deliveries[1:])):
        found = (await world.ask("GET", f"/v1/deliveries?told_otherwise={query}", "operator")).json["items"]
        assert [d["id"] for d in found] == [d.id for d in expected], query
    for flag, items in (("true", [case.id]), ("false", [])):
        listed = (await world.ask("GET", f"/v1/applications?told_otherwise={flag}")).json["items"]
        assert [(a["id"], a["told_otherwise"]) for a in listed] == [(one, True) for one in items]
    assert (await world.ask("GET", f"/v1/applications?number={case.number}&told_otherwise=false")).json["items"] == []
    shown = (await world.ask("GET", f"/v1/deliveries/{deliveries[0].id}")).json
    assert shown["told_otherwise"]
    assert "/data/list, /data/man/name" in shown["why"]["en"]
    assert "tell Office what was corrected" in shown["next"]["en"]
    assert "请告知部门更正了哪些内容" in shown["next"]["zh"]


async def test_a_row_says_what_it_waits_for(world: World) -> None:
    case = an_application()
    waiting = a_delivery(case, "tax", state=DeliveryState.WAITING, after=("marriage",), due_at=None, position=1)
    world.journal.add(case, [a_delivery(case, "marriage", state=DeliveryState.HELD, problem="http_400"), waiting])

    rows = {d["id"]: d for d in (await world.ask("GET", f"/v1/deliveries?application={case.id}", "operator")).json["items"]}

    assert "marriage (held)" in rows[waiting.id]["why"]["en"]
    assert "A person has to look" in rows[waiting.id]["next"]["en"]


async def test_retrying_asks_the_repairs_and_tells_where_it_stands(world: World) -> None:
    case = an_application()
    held = a_delivery(case, "tax", state=DeliveryState.HELD, problem="http_400")
    world.journal.add(case, [held])

    reply = await world.ask("POST", f"/v1/deliveries/{held.id}/retry", "operator")
    assert reply.status == 202
    assert world.repairs.retried == [held.id]

    world.repairs.conflict = True
    reply = await world.ask("POST", f"/v1/deliveries/{held.id}/retry", "operator", json={})
    assert (reply.status, reply.json["type"]) == (409, "/problems/conflict")
    assert (await world.ask("POST", f"/v1/deliveries/{case.id}/retry", "operator")).status == 404


async def test_resolving_hands_on_what_became_of_it(world: World) -> None:
    case = an_application()
    doubtful = a_delivery(case, "tax", state=DeliveryState.IN_DOUBT, doubt_since=NOON, due_at=None)
    world.journal.add(case, [doubtful])
    outcome = {"kind": "approved", "output": {"receipt_number": "R1"}}

    reply = await world.ask(
        "POST", f"/v1/deliveries/{doubtful.id}/resolve", "operator", json={"happened": True, "outcome": outcome, "reason": "电话核实"}
    )

    assert reply.status == 200
    assert world.repairs.resolved == [{"delivery": doubtful.id, "happened": True, "outcome": outcome, "reason": "电话核实"}]
    assert (await world.ask("POST", f"/v1/deliveries/{doubtful.id}/resolve", "operator", json={"happened": False})).status == 422


async def test_retrying_hands_on_its_reason(world: World) -> None:
    case = an_application()
    held = a_delivery(case, "tax", state=DeliveryState.HELD, problem="http_400")
    world.journal.add(case, [held])
    await world.ask("POST", f"/v1/deliveries/{held.id}/retry", "operator", json={"reason": "对方已修复"})
    assert world.repairs.reasons == ["对方已修复"]
    assert (await world.ask("POST", f"/v1/deliveries/{held.id}/retry", "operator", json={"why": "x"})).status == 422


async def test_taking_back_hands_on_why_and_says_what_forbids_it(world: World) -> None:
    case = an_application()
    deciding = a_delivery(case, "tax", state=DeliveryState.DECIDING, reference="R")
    world.journal.add(case, [deciding])
    path = f"/v1/deliveries/{deciding.id}/unresolve"

    assert (await world.ask("POST", path, "operator", json={"reason": "录入有误"})).status == 200
    assert world.repairs.taken_back == [(deciding.id, "录入有误")]
    for body in ({}, {"reason": "  "}, {"reason": "x", "more": 1}):
        assert (await world.ask("POST", path, "operator", json=body)).status == 422, body
    world.repairs.conflict = True
    assert (await world.ask("POST", path, "operator", json={"reason": "x"})).status == 409


async def test_what_operators_did_is_shown_to_operators_masked_and_to_nobody_else(world: World) -> None:
    await world.key("operator")
    await world.key("front-end")
    actor = f"caller:{world.ids['operator']}"
    case = an_application(caller=world.ids["front-end"])
    one, other = a_delivery(case, "tax", state=DeliveryState.DECIDING), a_delivery(case, "marriage", position=1)
    world.journal.add(case, [one, other])
    words = {"act": "resolved", "actor": actor, "at": NOON, "reason": f"{MAN} 500152199001010018 已办"}
    world.journal.payload(case.id, f"note:{one.id}", 4, words)
    said = {"commitments": {f"note:{one.id}@4": "x"}}
    world.journal.event(case, "delivery_resolved", delivery_id=one.id, actor=actor, **said)
    world.journal.event(case, "delivery_retried", delivery_id=other.id, actor="operator:li")

    acts = {}
    for role in ("operator", "local", "auditor", "department:tax", "front-end"):
        acts[role] = (await world.ask("GET", f"/v1/deliveries/{one.id}", role)).json["acts"]
    [seen] = acts["operator"]
    assert (seen["act"], seen["actor"], seen["name"], seen["delivery_id"]) == ("resolved", actor, "test operator", one.id)
    assert "已办" in seen["reason"]
    assert MAN not in seen["reason"]
    assert "500152199001010018" not in seen["reason"]
    assert acts["local"] == acts["operator"]
    assert acts["auditor"] == [{**seen, "reason": None}]
    assert acts["department:tax"] == acts["front-end"] == []

    whole = {
        role: (await world.ask("GET", f"/v1/applications/{case.id}", role)).json["acts"] for role in ("operator", "auditor", "front-end")
    }
    assert [(one["act"], one["name"]) for one in whole["operator"]] == [("resolved", "test operator"), ("retried", "li")]
    assert (whole["auditor"][0]["reason"], whole["front-end"]) == (None, [])
