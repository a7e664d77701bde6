"""The services as installed, against the five departments' adapters: what ships can run."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.catalogue.catalogue import Catalogue, load_catalogue
from gateway.catalogue.compiled import CompiledService, check_application
from gateway.catalogue.condition import with_values
from gateway.catalogue.parties.named import all_said
from gateway.catalogue.parties.sees import sees
from gateway.catalogue.plan import Released, advance
from gateway.catalogue.share import context
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.identifiers import case_number, is_uscc
from plugins.exit_entry.adapter import ExitEntry
from plugins.marriage.adapter import Marriage
from plugins.real_estate.adapter import RealEstate
from plugins.social_security.adapter import SocialSecurity
from plugins.tax.adapter import Tax

CONFIG = Path(__file__).parents[2] / "config"
DEPARTMENTS = {
    "exit_entry": ExitEntry,
    "marriage": Marriage,
    "real_estate": RealEstate,
    "social_security": SocialSecurity,
    "tax": Tax,
}
CODES = ("company-start", "house-transfer", "housing-holdings", "newlywed", "passport", "retirement")
FAKE_IDS = {"500152199001010018", "500152198512310026", "999999199001010016", "999999198802290025"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CONFIG / "services", DEPARTMENTS)


def plan(service: CompiledService, approved: set[str], data: dict[str, Any] | None = None) -> dict[str, object]:
    sample = service.definition.sample
    ctx = context(sample["applicant"], sample["data"] if data is None else data, service.definition.sample_outputs)
    deliveries = {
        name: Delivery(
            id=name,
            application_id="a",
            position=step.position,
            step=name,
            department=step.definition.department,
            operation=step.definition.operation,
            required=step.definition.required,
            after=step.after,
            state=DeliveryState.APPROVED if name in approved else DeliveryState.WAITING,
        )
        for name, step in service.steps.items()
    }
    return dict(advance(deliveries, lambda name: service.steps[name].applies(ctx)))


def released(moves: dict[str, object]) -> set[str]:
    return {name for name, move in moves.items() if isinstance(move, Released)}


def test_the_six_services_load_against_the_real_adapters(catalogue: Catalogue) -> None:
    assert tuple(catalogue.services) == CODES
    assert all(not service.unavailable for service in catalogue.services.values())


@pytest.mark.parametrize("code", CODES)
def test_a_sample_is_posted_as_it_stands_and_taken(catalogue: Catalogue, code: str) -> None:
    document = json.loads((CONFIG / "services" / f"{code}.sample.json").read_bytes())
    service, problems = check_application(catalogue.services, document, "zh-CN")
    assert service is catalogue.services[code]
    assert problems == []


@pytest.mark.parametrize("code", CODES)
def test_codes_follow_the_standard(catalogue: Catalogue, code: str) -> None:
    codes = catalogue.services[code].definition.codes
    assert is_uscc(codes.implementation[:18])
    assert codes.implementation[18] == codes.level
    assert len(case_number(codes.implementation, date(2026, 11, 23), 1)) == 43
    implementations = [service.definition.codes.implementation for service in catalogue.services.values()]
    assert len(set(implementations)) == len(implementations)


@pytest.mark.parametrize("code", CODES)
def test_samples_hold_fake_numbers_alone(code: str) -> None:
    def numbers(value: object) -> set[str]:
        if isinstance(value, dict):
            own = {value["id_number"]} if "id_number" in value else set()
            return own.union(*(numbers(child) for child in value.values()))
        return set().union(*(numbers(child) for child in value)) if isinstance(value, list) else set()

    found = numbers(json.loads((CONFIG / "services" / f"{code}.sample.json").read_bytes()))
    assert found
    assert found <= FAKE_IDS


def untitled(schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    missing = []
    for name, field in schema.get("properties", {}).items():
        titled = {**root["$defs"][field["$ref"].removeprefix("#/$defs/")], **field} if "$ref" in field else field
        if not (titled.get("title") and titled.get("x-title-en")):
            missing.append(f"{at}/{name}")
        missing.extend(untitled(titled, root, f"{at}/{name}"))
        if "items" in titled:
            missing.extend(untitled(titled["items"], root, f"{at}/{name}/0"))
    return missing


@pytest.mark.parametrize("code", CODES)
def test_every_field_has_titles_in_both_languages_and_nothing_unnamed_is_taken(catalogue: Catalogue, code: str) -> None:
    form = catalogue.services[code].definition.form
    assert untitled(form, form) == []

    def open_objects(schema: object) -> list[object]:
        if isinstance(schema, dict):
            own = (
                [schema]
                if "properties" in schema and schema.get("type") == "object" and schema.get("additionalProperties") is not False
                else []
            )
            return own + [found for child in schema.values() for found in open_objects(child)]
        return [found for child in schema for found in open_objects(child)] if isinstance(schema, list) else []

    assert open_objects(form) == []


def test_newlywed_goes_to_all_five_marriage_first(catalogue: Catalogue) -> None:
    service = catalogue.services["newlywed"]
    assert released(plan(service, set())) == {"marriage"}
    assert released(plan(service, {"marriage"})) == {"social_security", "tax", "real_estate", "exit_entry"}
    assert {step.definition.department for step in service.steps.values()} == set(DEPARTMENTS)


def test_newlywed_asks_real_estate_and_exit_entry_only_on_request(catalogue: Catalogue) -> None:
    service = catalogue.services["newlywed"]
    data = {name: value for name, value in service.definition.sample["data"].items() if name not in ("real_estate", "exit_entry")}
    assert service.check({**service.definition.sample, "data": data}, "en") == []
    assert released(plan(service, {"marriage"}, data)) == {"social_security", "tax"}
    assert [name for name, step in service.steps.items() if not step.definition.required] == ["real_estate", "exit_entry"]


def test_house_transfer_goes_one_after_the_other(catalogue: Catalogue) -> None:
    service = catalogue.services["house-transfer"]
    assert released(plan(service, set())) == {"marital_status"}
    assert released(plan(service, {"marital_status"})) == {"tax"}
    assert released(plan(service, {"marital_status", "tax"})) == {"real_estate"}
    assert service.steps["tax"].pointer("buyer_name") == "/data/buyer/name"
    assert "steps.tax.receipt_number" in service.steps["real_estate"].sources
    assert service.definition.limits.statutory_working_days == 30


def test_retirement_passes_the_date_on(catalogue: Catalogue) -> None:
    service = catalogue.services["retirement"]
    assert released(plan(service, set())) == {"social_security"}
    sample = service.definition.sample
    ctx = context(sample["applicant"], sample["data"], service.definition.sample_outputs)
    assert service.steps["tax"].request(ctx).model_dump(mode="json")["retirement_date"] == "2026-12-31"


def test_company_start_goes_to_both_at_once_and_to_one_without_employees(catalogue: Catalogue) -> None:
    service = catalogue.services["company-start"]
    assert released(plan(service, set())) == {"tax", "social_security"}
    without: list[dict[str, Any]] = [{}, {"employees": []}]
    for employees in without:
        data = {name: value for name, value in service.definition.sample["data"].items() if name != "employees"}
        assert service.check({**service.definition.sample, "data": {**data, **employees}}, "en") == []
        assert released(plan(service, set(), {**data, **employees})) == {"tax"}
    assert service.steps["social_security"].pointer("employees.1.id_number") == "/data/employees/1/id_number"


def test_a_passport_by_post_needs_an_address(catalogue: Catalogue) -> None:
    service = catalogue.services["passport"]
    sample = service.definition.sample
    by_post = {**sample, "data": {"mobile": "13800000005", "delivery": "post"}}
    assert [problem.pointer for problem in service.check(by_post, "en")] == ["/data/address"]
    assert service.check({**sample, "data": {"mobile": "13800000005", "delivery": "pick_up"}}, "en") == []


def test_housing_holdings_is_a_question(catalogue: Catalogue) -> None:
    [step] = catalogue.services["housing-holdings"].steps.values()
    assert step.operation is not None
    assert step.operation.read_only
    assert catalogue.services["housing-holdings"].definition.limits.promised_working_days == 0


def test_a_department_sees_only_what_its_step_names(catalogue: Catalogue) -> None:
    steps = catalogue.services["newlywed"].steps
    assert "data.real_estate.certificate_number" not in {
        *steps["tax"].sources,
        *steps["social_security"].sources,
        *steps["exit_entry"].sources,
    }
    assert set(steps["marriage"].sources) == {
        "data.man.name",
        "data.man.id_number",
        "data.woman.name",
        "data.woman.id_number",
        "data.registered_on",
    }


def told(catalogue: Catalogue, code: str, changes: dict[str, Any]) -> list[str]:
    service = catalogue.services[code]
    return sorted({problem.pointer for problem in service.check(with_values(service.definition.sample, changes), "en")})


MAN, WOMAN, ZHAO = "500152199001010018", "500152198512310026", "999999198802290025"
RESIDENT = "950999199001010010"  # no country has the number 999


@pytest.mark.parametrize(
    ("code", "changes", "pointers"),
    [
        ("newlywed", {"/data/woman/id_number": MAN}, ["/data/man/id_number", "/data/woman/id_number"]),
        ("newlywed", {"/data/registered_on": "2999-01-01"}, ["/data/registered_on"]),
        ("newlywed", {"/data/real_estate/owner/id_number": WOMAN}, [f"/data/real_estate/{one}/id_number" for one in ("co_owner", "owner")]),
        ("house-transfer", {"/data/seller/id_number": WOMAN}, ["/data/buyer/id_number", "/data/seller/id_number"]),
        ("house-transfer", {"/data/contract_date": "2999-01-01"}, ["/data/contract_date"]),
        ("company-start", {"/data/employees/0/id_number": ZHAO}, ["/data/employees"]),
        ("passport", {"/applicant/id_type": "414", "/applicant/id_number": "E00000001"}, ["/applicant/id_type"]),
    ],
)
def test_rules_across_fields(catalogue: Catalogue, code: str, changes: dict[str, Any], pointers: list[str]) -> None:
    assert told(catalogue, code, changes) == pointers


def test_a_permanent_resident_is_taken_where_the_service_says_so_and_never_as_a_citizen(catalogue: Catalogue) -> None:
    for code, who in (("company-start", "/data/employees/0"), ("retirement", "/data/person")):
        as_resident = {f"{who}/id_type": "553", f"{who}/id_number": RESIDENT}
        assert told(catalogue, code, as_resident) == []
        assert told(catalogue, code, {f"{who}/id_number": RESIDENT}) == [f"{who}/id_number"]
    assert told(catalogue, "newlywed", {"/data/man/id_type": "553", "/data/man/id_number": RESIDENT}) == [
        "/data/man/id_number",
        "/data/man/id_type",
    ]
    assert told(catalogue, "housing-holdings", {"/applicant/id_number": RESIDENT}) == ["/applicant/id_number"]


def test_the_marriage_registry_writes_gbk(catalogue: Catalogue) -> None:
    service = catalogue.services["newlywed"]
    found = service.warnings(with_values(service.definition.sample, {"/data/man/name": "张䶮", "/applicant/name": "张䶮"}), "zh-CN")
    assert [(one.step, one.pointer) for one in found] == [("marriage", "/data/man/name")]


def test_an_employer_of_before_2016_may_have_a_wrong_check_character(catalogue: Catalogue) -> None:
    service = catalogue.services["retirement"]
    changed = with_values(service.definition.sample, {"/data/employer/uscc": "91500152MA0000007E"})
    assert service.check(changed, "en") == []
    assert [(one.step, one.pointer) for one in service.warnings(changed, "en")] == [(None, "/data/employer/uscc")]
    assert told(catalogue, "company-start", {"/data/company/uscc": "91500152MA0000007E"}) == ["/data/company/uscc"]


@pytest.mark.parametrize(
    ("code", "parties"),
    [
        ("company-start", {"company": None, "representative": None, "handler": "company", "applicant": None}),
        ("house-transfer", {"seller": None, "buyer": None, "applicant": None}),
        ("housing-holdings", {"applicant": None}),
        ("newlywed", {"man": None, "woman": None, "applicant": None}),
        ("passport", {"applicant": None}),
        ("retirement", {"retiree": None, "employer": None, "handler": "employer", "applicant": None}),
    ],
)
def test_who_the_people_of_a_case_are(catalogue: Catalogue, code: str, parties: dict[str, str | None]) -> None:
    service = catalogue.services[code]
    sample = service.definition.sample
    said = list(all_said(service.parties, context(sample["applicant"], sample["data"], {})))
    assert {one.role: one.acts_for for one in said} == parties
    assert all(one.name and one.identity for one in said)


def test_both_who_marry_come_in_person(catalogue: Catalogue) -> None:
    assert [(one.role, one.must_be_present) for one in catalogue.services["newlywed"].definition.parties] == [
        ("man", True),
        ("woman", True),
    ]


@pytest.mark.parametrize("roles", [["buyer"], ["applicant"], ["applicant", "buyer"]])
def test_the_buyer_of_a_home_never_sees_the_sellers_marital_status_and_tax(catalogue: Catalogue, roles: list[str]) -> None:
    seen = sees(catalogue.services["house-transfer"].definition, roles)
    assert seen.steps == {"real_estate"}
    assert not seen.shows("/data/seller/id_number")
    assert seen.shows("/data/buyer/id_number") is ("buyer" in roles)


def test_the_seller_sees_every_step_and_not_the_buyers_number(catalogue: Catalogue) -> None:
    seen = sees(catalogue.services["house-transfer"].definition, ["applicant", "seller"])
    assert seen.steps == {"marital_status", "tax", "real_estate"}
    assert (seen.shows("/data/seller/id_number"), seen.shows("/data/buyer/id_number"), seen.shows("/data/buyer/name")) == (
        True,
        False,
        True,
    )


def test_an_employer_does_not_see_where_the_pension_goes(catalogue: Catalogue) -> None:
    seen = sees(catalogue.services["retirement"].definition, ["applicant", "handler", "employer"])
    assert not seen.shows("/data/account/bank_account")
    assert sees(catalogue.services["retirement"].definition, ["retiree"]).shows("/data/account/bank_account")
