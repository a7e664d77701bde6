"""Parties in answers: who they are in a case and to a service, each name only to who may see it."""

from __future__ import annotations

from typing import Any

from gateway.api.cases.parties import of_service
from gateway.journal.store import schema
from gateway.journal.store.records import party_row
from gateway.model.application import Application
from gateway.model.case import Party
from gateway.model.identifiers import new_id
from gateway.model.service import Service
from tests.gateway.api.catalogue_stand_ins import ServiceOne, newlywed
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import DIGEST, a_delivery, an_application

TITLE = {"zh": "配偶", "en": "Spouse"}
SPOUSE = {"role": "spouse", "title": TITLE, "kind": "person", "at": "data.spouse", "id_type": {"value": "111"}, "must_sign": True}
FIRM = {"role": "firm", "title": TITLE, "kind": "organization", "at": "data.firm"}
HANDLER = {"role": "handler", "title": TITLE, "kind": "person", "at": "applicant", "acts_for": "firm"}
SEES = {"applicant": {"steps": "all", "paths": "all"}, "spouse": {"steps": ["tax"], "paths": ["data.married_on", "applicant.name"]}}
DAY = {"type": "string", "title": "登记日期", "x-title-en": "Day"}


def service() -> Service:
    spouse = {"type": "object", "title": "配偶资料", "x-title-en": "The spouse"}
    form = {
        "type": "object",
        "title": "表",
        "x-title-en": "Form",
        "properties": {"married_on": DAY, "spouse": spouse, "firm": {"type": "object"}},
    }
    made: dict[str, Any] = newlywed().model_dump()
    return Service.model_validate({**made, "form": form, "parties": [SPOUSE, FIRM, HANDLER], "sees": SEES})


def case(world: World, **more: Any) -> tuple[Application, list[Party]]:
    """Write a case of the front end's with three parties, and one who has left."""
    world.parts.catalogue.services["newlywed"] = ServiceOne(service(), DIGEST)  # type: ignore[index]  # a stand-in's is a dictionary
    application = an_application(caller=world.ids["front-end"], **more)
    world.journal.add(application, [a_delivery(application)])
    firm, applicant = new_id(), new_id()
    rows = [
        Party(id=firm, application_id=application.id, roles=("firm",), kind="organization"),
        Party(id=new_id(), application_id=application.id, roles=("spouse",), kind="person", person_index="s" * 64),
        Party(id=new_id(), application_id=application.id, roles=(), kind="person", version=2),
        Party(
            id=applicant, application_id=application.id, roles=("applicant", "handler"), kind="person", acts_for=firm, person_index="a" * 64
        ),
    ]
    world.journal.insert(schema.party, *(party_row(row) for row in rows))
    return application, rows


async def test_the_parties_of_a_case_each_with_its_roles(world: World) -> None:
    await world.key("front-end")
    application, [firm, spouse, _, applicant] = case(world)

    parties = (await world.ask("GET", f"/v1/applications/{application.id}")).json["parties"]

    assert parties == [
        {"id": applicant.id, "roles": ["applicant", "handler"], "kind": "person", "acts_for": firm.id, "name": "欧阳明"},
        {"id": firm.id, "roles": ["firm"], "kind": "organization", "acts_for": None, "name": None},
        {"id": spouse.id, "roles": ["spouse"], "kind": "person", "acts_for": None, "name": "李丽"},
    ]


async def test_names_are_masked_for_operators_and_not_there_for_auditors(world: World) -> None:
    await world.key("front-end")
    application, _ = case(world)
    names = {}
    for role in ("operator", "auditor"):
        answer = await world.ask("GET", f"/v1/applications/{application.id}", role)
        names[role] = {"+".join(one["roles"]): one["name"] for one in answer.json["parties"]}
        assert "李丽".encode() not in answer.body
    assert names["operator"] == {"applicant+handler": "欧阳*", "firm": None, "spouse": "李*"}
    assert set(names["auditor"].values()) == {None}


async def test_a_case_from_before_has_its_applicant(world: World) -> None:
    await world.key("front-end")
    application = an_application(caller=world.ids["front-end"])
    world.journal.add(application, [a_delivery(application)])
    [one] = (await world.ask("GET", f"/v1/applications/{application.id}")).json["parties"]
    assert one == {"id": None, "roles": ["applicant"], "kind": "person", "acts_for": None, "name": "欧阳明"}


async def test_names_go_by_the_definition_that_the_case_is_pinned_to(world: World) -> None:
    await world.key("front-end")
    for digest, definition, name in (("e" * 64, service().canonical(), "李丽"), ("f" * 64, '{"a later": "version"}', None)):
        world.journal.insert(schema.service_definition, {"digest": digest, "code": "newlywed", "definition": definition, "stored_at": 1})
        application, _ = case(world, service_digest=digest)
        del world.parts.catalogue.services["newlywed"]  # type: ignore[attr-defined]  # as above
        parties = (await world.ask("GET", f"/v1/applications/{application.id}")).json["parties"]
        assert {one["roles"][0]: one["name"] for one in parties} == {"applicant": "欧阳明", "firm": None, "spouse": name}


async def test_services_say_who_is_in_their_cases_and_what_each_sees(world: World) -> None:
    await world.key("front-end")
    case(world)
    said = (await world.ask("GET", "/v1/services/newlywed")).json
    [listed] = (await world.ask("GET", "/v1/services")).json["items"]
    assert (listed["parties"], listed["sees"]) == (said["parties"], said["sees"])
    assert [(one["role"], one["kind"], one["at"], one["must_sign"], one["acts_for"]) for one in said["parties"]] == [
        ("applicant", "person", "applicant", False, None),
        ("spouse", "person", "data.spouse", True, None),
        ("firm", "organization", "data.firm", False, None),
        ("handler", "person", "applicant", False, "firm"),
    ]
    seen = {
        one["role"]: ([step["name"] for step in one["steps"]], {path["path"]: path["title"] for path in one["paths"]})
        for one in said["sees"]
    }
    assert seen["spouse"] == (
        ["tax"],
        {
            "applicant.name": {"zh": "applicant.name", "en": "applicant.name"},
            "data.married_on": {"zh": "登记日期", "en": "Day"},
            "data.spouse": {"zh": "配偶资料", "en": "The spouse"},
        },
    )
    assert seen["applicant"] == (
        ["marriage", "tax"],
        {"agent": {"zh": "代办人", "en": "Agent"}, "applicant": {"zh": "申请人", "en": "Applicant"}, "data": {"zh": "表", "en": "Form"}},
    )
    assert seen["firm"] == ([], {"data.firm": {"zh": "data.firm", "en": "data.firm"}})


def test_a_service_that_names_nobody_has_its_applicant_who_sees_all() -> None:
    said = of_service(newlywed())
    assert [one["role"] for one in said["parties"]] == ["applicant"]
    [sight] = said["sees"]
    assert [step["name"] for step in sight["steps"]] == ["marriage", "tax"]
    assert [path["path"] for path in sight["paths"]] == ["agent", "applicant", "data"]


async def _found(world: World, caller: str = "front-end", /, **asked: Any) -> dict[str, list[str]]:
    answer = await world.ask("POST", "/v1/applications/lookup", caller, json=asked)
    assert answer.status == 200, answer.body
    return {one["id"]: one["roles"] for one in answer.json["items"]}


async def test_a_persons_cases_are_found_in_any_role_or_in_one(world: World) -> None:
    await world.key("front-end")
    [li] = world.parts.applicant_index("111", "1")
    own, older, others, strange = (
        an_application(caller=caller, applicant_index=index)
        for caller, index in (
            (world.ids["front-end"], li),
            (world.ids["front-end"], "x" * 64),
            (new_id(), "x" * 64),
            (world.ids["front-end"], "x" * 64),
        )
    )
    for application, roles, index in (
        (own, ("applicant", "seller"), li),
        (older, ("buyer",), li),
        (others, ("buyer",), li),
        (strange, ("seller",), "y" * 64),
    ):
        world.journal.add(application, [])
        party = Party(id=new_id(), application_id=application.id, roles=roles, kind="person", person_index=index)
        world.journal.insert(schema.party, party_row(party))
    before = an_application(caller=world.ids["front-end"], applicant_index=li)  # without rows of parties
    world.journal.add(before, [])

    person = {"id_type": "111", "id_number": "1"}
    assert await _found(world, **person) == {own.id: ["applicant", "seller"], older.id: ["buyer"], before.id: ["applicant"]}
    assert (await _found(world, "operator", **person)).keys() == {own.id, older.id, before.id, others.id}
    assert (await _found(world, **person, role="applicant")).keys() == {own.id, before.id}
    assert (await _found(world, **person, role="seller")).keys() == {own.id}
    assert (await _found(world, "operator", **person, role="buyer")).keys() == {older.id, others.id}
    assert await _found(world, **person, role="sell_r") == {}
    assert await _found(world, id_type="111", id_number="2") == {}


async def test_an_organisation_is_found_by_its_code(world: World) -> None:
    await world.key("front-end")
    [index] = world.parts.applicant_index("uscc", "91500152MA00000158")
    application = an_application(caller=world.ids["front-end"])
    world.journal.add(application, [])
    firm = Party(id=new_id(), application_id=application.id, roles=("company",), kind="organization", person_index=index)
    world.journal.insert(schema.party, party_row(firm))
    assert await _found(world, id_type="uscc", id_number="91500152MA00000158") == {application.id: ["company"]}


async def test_a_role_that_is_no_name_is_refused(world: World) -> None:
    for role in ("Seller", "a,b", "%", "\x00", ""):
        answer = await world.ask("POST", "/v1/applications/lookup", json={"id_type": "111", "id_number": "1", "role": role})
        assert answer.status == 422, role
        assert [error["pointer"] for error in answer.json["errors"]] == ["/role"]
