"""A definition checked against the departments: every mistake, by its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.catalogue.definition import DefinitionCheck, graph_problems
from gateway.model.service import Service
from tests.gateway.worlds.stand_ins import DEPARTMENTS, definition, sample, service

Change = Callable[[dict[str, Any]], object]


def problems(change: Change, unknown: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    changed = definition()
    change(changed)
    one = Service.model_validate({**changed, "sample": sample()})
    departments = {name: offers for name, offers in DEPARTMENTS.items() if name not in unknown}
    check = DefinitionCheck(one, departments, unknown)
    found = [*graph_problems(one), *(problem for index in range(len(one.steps)) for problem in check.step(index).problems)]
    return [(".".join(str(part) for part in problem.place), problem.detail) for problem in found]


def share(index: int, **entries: object) -> Change:
    return lambda changed: changed["steps"][index]["share"].update(entries)


def test_the_stand_in_is_fine() -> None:
    assert problems(lambda _: None) == []


def test_constants_and_lists_of_several_places_are_fine() -> None:
    party = {"name": "data.buyer.name", "id_number": "applicant.id_number"}
    assert problems(share(0, kind={"value": "home"}, signed_on={"value": "2026-11-20"})) == []
    assert problems(share(1, people={"items": [party, {**party, "name": {"value": "李强"}}]})) == []
    assert problems(share(1, people={"each": "data.people", "item": {"name": {"value": "李强"}, "id_number": "id_number"}})) == []


CASES: list[tuple[str, Change, str, str]] = [
    ("a constant of another type", share(0, note={"value": 1}), "steps.0.share.note", "gives integer, the operation takes null or string"),
    ("a constant that is not listed", share(0, kind={"value": "boat"}), "steps.0.share.kind", "home, shop"),
    ("a constant for no field", share(0, colour={"value": "red"}), "steps.0.share.colour", "no field colour"),
    (
        "several places lack a field",
        share(1, people={"items": [{"name": "data.buyer.name"}]}),
        "steps.1.share",
        "where people.0.id_number comes from",
    ),
    ("several places for no list", share(0, note={"items": ["data.note"]}), "steps.0.share.note", "no field note.0"),
    (
        "several places and no such field",
        share(1, people={"items": [{"name": "data.nobody", "id_number": "applicant.id_number"}]}),
        "steps.1.share.people",
        "data.nobody is not in the form",
    ),
    ("unknown department", lambda d: d["steps"][0].update(department="nobody"), "steps.0.department", "insurance, revenue"),
    ("unknown operation", lambda d: d["steps"][0].update(operation="nothing"), "steps.0.operation", "it has assess"),
    ("unknown after", lambda d: d["steps"][1].update(after=["tax", "nobody"]), "steps.1.after.1", "nobody is no step"),
    ("twice the same step", lambda d: d["steps"].append(d["steps"][0]), "steps.2.name", "another step tax"),
    ("cycle", lambda d: d["steps"][0].update(after=["insurance"]), "steps.0.after", "tax → insurance → tax"),
    ("waits for itself", lambda d: d["steps"][0].update(after=["tax"]), "steps.0.after", "tax → tax"),
    ("when does not parse", lambda d: d["steps"][1].update(when="data.("), "steps.1.when", "is not JMESPath"),
    ("when asks for no field", lambda d: d["steps"][1].update(when="data.nothing"), "steps.1.when", "data.nothing is not in the form"),
    ("when asks for no applicant's field", lambda d: d["steps"][1].update(when="applicant.age"), "steps.1.when", "what an applicant gives"),
    ("when asks for a later step", lambda d: d["steps"][0].update(when="steps.insurance.enrolled"), "steps.0.when", "does not come after"),
    (
        "when asks for no output",
        lambda d: d["steps"][1].update(when="steps.tax.nothing"),
        "steps.1.when",
        "amount, paid_on, receipt_number",
    ),
    ("when asks within items", lambda d: d["steps"][1].update(when="data.people[?age > `1`]"), "steps.1.when", "data.people.[].age"),
    ("share of no path", share(0, price="data[0]"), "steps.0.share.price", "plain path"),
    ("share of no field", share(0, price="data.cost"), "steps.0.share.price", "data.cost is not in the form"),
    ("share of no output", share(1, receipt_number="steps.tax.number"), "steps.1.share.receipt_number", "not among what"),
    ("share of a step not before", share(0, note="steps.insurance.enrolled"), "steps.0.share.note", "does not come after"),
    ("share of an unknown step", share(0, note="steps.nobody.x"), "steps.0.share.note", "does not come after"),
    ("field the request lacks", share(0, colour="data.note"), "steps.0.share.colour", "no field colour"),
    ("nested field the request lacks", share(0, **{"buyer.age": "data.note"}), "steps.0.share.buyer.age", "no field buyer.age"),
    ("required field not mapped", lambda d: d["steps"][0]["share"].pop("price"), "steps.0.share", "where price comes from"),
    ("nested required", lambda d: d["steps"][0]["share"].pop("buyer.name"), "steps.0.share", "where buyer.name comes from"),
    (
        "required in items",
        lambda d: d["steps"][1]["share"]["people"]["item"].pop("name"),
        "steps.1.share",
        "where name of each item of people",
    ),
    ("other type", share(0, note="data.count"), "steps.0.share.note", "gives integer, the operation takes null or string"),
    ("no type at all", lambda d: d["form"]["properties"].update(note={}), "steps.0.share.note", "whole object"),
    (
        "a day without its format",
        lambda d: d["form"]["properties"].update(signed_on={"type": "string"}),
        "steps.0.share.signed_on",
        "format: date",
    ),
    ("another day's format", share(0, signed_on="data.note"), "steps.0.share.signed_on", "format: date"),
    ("more values", lambda d: d["form"]["properties"]["kind"]["enum"].append("boat"), "steps.0.share.kind", "home, shop"),
    ("any text for listed values", share(0, kind="data.note"), "steps.0.share.kind", "other values"),
    ("a whole object", share(0, note="data.buyer"), "steps.0.share.note", "whole object"),
    ("a whole list of objects", share(1, people="data.people"), "steps.1.share.people", "whole object"),
    ("each over no list", share(1, people={"each": "data.buyer", "item": {"name": "name"}}), "steps.1.share.people", "is not a list"),
    (
        "items lack it",
        share(1, people={"each": "data.people", "item": {"name": "age", "id_number": "id_number"}}),
        "steps.1.share.people",
        "age",
    ),
    (
        "the request's items lack it",
        share(1, people={"each": "data.people", "item": {"name": "name", "id_number": "id_number", "age": "name"}}),
        "steps.1.share.people",
        "no field age in people",
    ),
    ("an output that may be null", share(1, receipt_number="steps.tax.paid_on"), "steps.1.share.receipt_number", "null or string"),
    (
        "a required field of a step that may not apply",
        lambda d: d["steps"][0].update(when="data.note"),
        "steps.1.share.receipt_number",
        "may not apply",
    ),
]


@pytest.mark.parametrize(("change", "place", "detail"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_mistake_has_its_place_and_reason(change: Change, place: str, detail: str) -> None:
    found = problems(change)
    assert [(where, text) for where, text in found if where == place and detail in text] != [], found


def test_all_mistakes_at_once() -> None:
    def break_three(changed: dict[str, Any]) -> None:
        changed["steps"][0]["share"]["price"] = "data.cost"
        changed["steps"][1]["operation"] = "nothing"
        changed["steps"][1]["when"] = "data.("

    assert [place for place, _ in problems(break_three)] == ["steps.0.share.price", "steps.1.operation", "steps.1.when"]


def test_a_condition_that_sees_to_it_lets_a_conditional_output_feed_a_required_field() -> None:
    def guarded(when: str) -> Change:
        def change(changed: dict[str, Any]) -> None:
            changed["steps"][0]["when"] = "data.note"
            changed["steps"][1]["when"] = when

        return change

    assert problems(guarded("data.note")) == []
    assert problems(guarded("steps.tax.receipt_number && data.people")) == []
    assert problems(guarded("data.people")) != []


def test_of_a_department_that_is_not_there_nothing_is_asked() -> None:
    assert problems(share(0, colour="data.note"), unknown=frozenset({"revenue"})) == []
    assert problems(share(1, receipt_number="steps.tax.anything"), unknown=frozenset({"revenue"})) == []
    assert problems(share(0, price="data.cost"), unknown=frozenset({"revenue"})) != []


def test_sources_of_the_stand_in_compile() -> None:
    check = DefinitionCheck(service(), DEPARTMENTS, frozenset()).step(1)
    assert check.operation is not None
    assert check.condition is not None
    assert [".".join(field.target) for field in check.fields] == ["receipt_number", "people"]
