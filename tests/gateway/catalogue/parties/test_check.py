"""Parties of a service and what each sees: checked against form, steps and sample, all problems at once and each at its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.compiled import CompiledService, compile_service
from gateway.catalogue.parties.check import unproven_parties
from gateway.catalogue.parties.named import all_said
from gateway.catalogue.parties.sees import form_for, sees
from gateway.catalogue.share import context
from gateway.model.service import PartyRole, Service
from gateway.texts.yaml_lines import ConfigError
from tests.gateway.worlds.stand_ins import DEPARTMENTS, definition, sample, write

PAGE = Path(__file__).parents[4] / "docs" / "services.md"
TITLE = {"zh": "当事人", "en": "Party"}
BUYER: dict[str, Any] = {"role": "buyer", "title": TITLE, "kind": "person", "at": "data.buyer", "id_type": {"value": "111"}}
FIRM: dict[str, Any] = {"role": "firm", "title": TITLE, "kind": "organization", "at": "data.firm"}
HANDLER: dict[str, Any] = {"role": "handler", "title": TITLE, "kind": "person", "at": "applicant", "acts_for": "firm"}
SEES: dict[str, Any] = {
    "applicant": {"steps": "all", "paths": "all"},
    "buyer": {"steps": ["tax"], "paths": ["data.price", "applicant.name"]},
}
TEXT = {"type": "string"}
FIRM_FORM = {"type": "object", "properties": {"name": TEXT, "uscc": {"type": "string", "format": "cn-uscc"}, "phone": TEXT}}


def made(*parties: dict[str, Any], sees: dict[str, Any] | None = None, said: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give the definition of a service with a firm in its form, which has these parties."""
    changed = definition()
    changed["form"]["properties"]["firm"] = FIRM_FORM
    given = sample()
    given["data"] |= {"firm": {"name": "某公司", "uscc": "91500152MA00000158"}, **(said or {})}
    made: dict[str, Any] = orjson.loads(orjson.dumps({**changed, "sample": given, "parties": parties, "sees": sees or {}}))
    return made  # a copy, since YAML would refer from one to another


def checked(*parties: dict[str, Any], **more: Any) -> tuple[CompiledService, list[tuple[str, str]]]:
    compiled, problems = compile_service(Service.model_validate(made(*parties, **more)), DEPARTMENTS, {})
    assert compiled is not None
    return compiled, [(".".join(map(str, problem.place)), problem.detail) for problem in problems]


def test_parties_that_fit_are_compiled_with_the_applicant_before_them() -> None:
    found, problems = checked(BUYER, FIRM, HANDLER, sees=SEES)
    assert problems == []
    assert [party.definition.role for party in found.parties] == ["applicant", "buyer", "firm", "handler"]
    assert list(unproven_parties(found.definition, found.parties)) == []


def test_a_service_without_parties_has_its_applicant() -> None:
    found, problems = checked()
    assert problems == []
    assert [party.definition.role for party in found.parties] == ["applicant"]


@pytest.mark.parametrize(
    ("change", "place", "detail"),
    [
        ({"at": "data.nobody"}, "at", "data.nobody is not in the form"),
        ({"at": "data.people"}, "at", "a list: its items are data and no parties"),
        ({"at": "data.people[]"}, "at", "leads into a list"),
        ({"at": "data.people[].spouse"}, "at", "leads into a list"),
        ({"at": "data.people.spouse"}, "at", "leads into a list"),
        ({"at": "data.note"}, "at", "is no object"),
        ({"at": "steps.tax"}, "at", "must begin with applicant or data"),
        ({"at": "applicant"}, "id_type", "leave it out"),
        ({"at": "applicant", "kind": "organization"}, "kind", "an applicant is a person"),
        ({"name": "nickname"}, "name", "data.buyer.nickname is not in the form: say where it stands"),
        ({"id_number": "number"}, "id_number", "data.buyer.number is not in the form"),
        ({"id_type": None}, "id_type", 'or {value: "111"}'),
        ({"id_type": "name"}, "id_type", "must list its types (enum)"),
        ({"id_type": {"value": "999"}}, "id_type", "must be one of 111"),
        ({"id_type": {"value": 111}}, "id_type", "in quotes"),
        ({"uscc": "name"}, "uscc", "is no member of a person"),
        ({"kind": "organization"}, "id_type", "is no member of an organisation"),
        ({"kind": "organization", "must_be_present": True}, "must_be_present", "cannot come in person"),
        ({"kind": "organization", "id_type": None, "uscc": "name"}, "uscc", "must have format: cn-uscc or cn-uscc-legacy"),
        ({"acts_for": "firm"}, "acts_for", "of the role at applicant alone"),
        ({"acts_for": "nobody"}, "acts_for", "nobody is no other party"),
        ({"contacts": "data.phone"}, "contacts", "data.phone is not in the form"),
        ({"contacts": "data.count"}, "contacts", "is no text"),
        ({"when": "data."}, "when", "is not JMESPath"),
        ({"when": "data.nothing"}, "when", "data.nothing is not in the form"),
        ({"when": "data.people[].nothing"}, "when", "data.people.[].nothing is not in the form"),
        ({"when": "steps.tax.amount"}, "when", "may not read steps.tax.amount"),
        ({"role": "firm"}, "role", "there is another role firm"),
        ({"role": "applicant"}, "at", "the applicant is who hands in"),
    ],
)
def test_a_party_that_cannot_be_used_is_located(change: dict[str, Any], place: str, detail: str) -> None:
    found, problems = checked(FIRM, {**BUYER, **change})
    assert [text for where, text in problems if where == f"parties.1.{place}" and detail in text], problems
    assert all(where.startswith("parties.1") for where, _ in problems)
    assert [party.definition.role for party in found.parties] == ["applicant", "firm"]


def test_conditions_may_read_items_of_lists() -> None:
    _, problems = checked({**BUYER, "when": "data.people[0].name == applicant.name || data.people[].id_number"})
    assert problems == []


def test_every_case_has_its_applicant() -> None:
    own = {"role": "applicant", "title": TITLE, "kind": "person", "at": "applicant", "must_sign": True}
    found, problems = checked(own)
    assert problems == []
    assert [party.definition.must_sign for party in found.parties] == [True]
    found, problems = checked({**own, "when": "data.note"})
    assert problems == [("parties.0.when", "every case has its applicant: leave it out")]
    assert [party.definition.must_sign for party in found.parties] == [False], "a kept definition that is wrong has one all the same"


def test_the_applicant_acts_for_one_party() -> None:
    _, problems = checked(FIRM, HANDLER, {**HANDLER, "role": "clerk"})
    assert problems == [("parties.2.acts_for", "is said already: whoever hands in acts for one party")]


@pytest.mark.parametrize(
    ("change", "place", "detail"),
    [
        (lambda s: s.pop("applicant"), "sees", "must say what the applicant sees"),
        (lambda s: s.update(stranger={}), "sees.stranger", "stranger is no role of this service; there are: applicant, buyer, firm"),
        (lambda s: s["buyer"].update(steps=["tax", "police"]), "sees.buyer.steps.1", "police is no step"),
        (lambda s: s["buyer"].update(paths=["data.nothing"]), "sees.buyer.paths.0", "data.nothing is not in the form"),
        (lambda s: s["buyer"].update(paths=["data.people.name"]), "sees.buyer.paths.0", "leads into a list"),
        (lambda s: s["buyer"].update(paths=["applicant.age"]), "sees.buyer.paths.0", "not in what an applicant gives"),
        (lambda s: s["buyer"].update(paths=["steps.tax.amount"]), "sees.buyer.paths.0", "must begin with applicant or data"),
    ],
)
def test_a_sight_that_cannot_be_used_is_located(change: Callable[[dict[str, Any]], object], place: str, detail: str) -> None:
    said = {role: dict(sight) for role, sight in SEES.items()}
    change(said)
    _, problems = checked(BUYER, FIRM, sees=said)
    assert [where for where, _ in problems] == [place]
    assert detail in problems[0][1]


@pytest.mark.parametrize(
    ("parties", "said", "place", "detail"),
    [
        ([FIRM], {"firm": {"name": "某公司"}}, ("parties", 0, "at"), "does not say who that is"),
        ([BUYER, {**FIRM, "when": "data.firm"}], {"firm": {}}, None, ""),
        ([{**FIRM, "when": "data.note"}], {"firm": {"name": "某公司"}, "note": "x"}, ("parties", 0, "at"), "does not say"),
        ([{**FIRM, "when": "!(data.count) || length(data.count) > `1`"}], {"count": 1}, ("parties", 0, "when"), "fails on the sample"),
    ],
)
def test_the_sample_yields_each_party(parties: list[Any], said: dict[str, Any], place: tuple[object, ...] | None, detail: str) -> None:
    found, problems = checked(*parties, said=said)
    assert problems == []
    unproven = list(unproven_parties(found.definition, found.parties))
    assert [problem.place for problem in unproven] == ([] if place is None else [place])
    assert all(detail in problem.detail for problem in unproven)


def test_a_condition_that_the_data_cannot_answer_is_said_at_filing() -> None:
    found, problems = checked({**BUYER, "when": "!(data.count) || length(data.count) > `1`"})
    assert problems == []
    wrong = found.check({**found.definition.sample, "data": {**found.definition.sample["data"], "count": 2}}, "en")
    assert [(one.pointer, one.detail) for one in wrong] == [("/data", "leaves open whether “Party” applies")]


def test_every_problem_of_a_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    changed = made({**BUYER, "name": "nickname"}, {**FIRM, "at": "data.people"}, sees={"applicant": {"steps": ["police"]}, "stranger": {}})
    given = changed.pop("sample")
    file = write(tmp_path, changed, given)
    lines = file.read_text(encoding="utf-8").splitlines()
    with pytest.raises(ConfigError) as refused:
        load_catalogue(tmp_path, DEPARTMENTS)
    found = {problem.path: lines[problem.line - 1].strip() for problem in refused.value.problems}
    assert found == {
        "parties.0.name": "name: nickname",
        "parties.1.at": "at: data.people",
        "sees.applicant.steps.0": "- police",
        "sees.stranger": "stranger: {}",
    }


def test_what_is_no_definition_at_all_is_said_without_the_types_of_python(tmp_path: Path) -> None:
    changed = made({**BUYER, "role": "Buyer", "kind": "robot"}, sees={"applicant": {"steps": "tax"}, "B": {"paths": 5}})
    given = changed.pop("sample")
    write(tmp_path, changed, given)
    with pytest.raises(ConfigError) as refused:
        load_catalogue(tmp_path, DEPARTMENTS)
    found = {problem.path: problem.detail for problem in refused.value.problems}
    assert found["parties.0.kind"] == "input should be 'person' or 'organization'"
    assert found["sees.applicant.steps"] == found["sees.B.paths"] == "must be all, or a list"
    assert {*found} == {"parties.0.kind", "parties.0.role", "sees.applicant.steps", "sees.B.[key]", "sees.B.paths"}


def test_the_example_of_the_page_is_read_and_does_what_the_page_says() -> None:
    (block,) = re.findall(r"^```yaml\n(parties:\n.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    example = yaml.safe_load(block)
    said = {name for party in example["parties"] for name in party}
    assert said == set(PartyRole.model_fields), "the page names every member"
    changed, given = definition(), sample()
    number = {"type": "string", "format": "cn-id-number"}
    changed["form"]["properties"] |= {
        "company": {"type": "object", "properties": {"name": TEXT, "code": {"type": "string", "format": "cn-uscc"}}},
        "seller": {"type": "object", "properties": {"full_name": TEXT, "number": number, "phone": TEXT}},
    }
    given["data"] |= {
        "company": {"name": "某公司", "code": "91500152MA00000158"},
        "seller": {"full_name": "李强", "number": "999999199001010016", "phone": "13800000002"},
    }
    compiled, problems = compile_service(Service.model_validate({**changed, **example, "sample": given}), DEPARTMENTS, {})
    assert problems == []
    assert compiled is not None
    assert list(unproven_parties(compiled.definition, compiled.parties)) == []
    ctx = context(given["applicant"], given["data"], {})
    assert {one.role: one.acts_for for one in all_said(compiled.parties, ctx)} == {
        "applicant": None,
        "company": None,
        "seller": None,
        "handler": "company",
    }
    alone = form_for({**given, "agent": None}, sees(compiled.definition, ["applicant"]))
    assert alone == {"applicant": given["applicant"], "data": {"company": given["data"]["company"]}}
    assert sees(compiled.definition, ["seller"]).steps == {"tax"}
