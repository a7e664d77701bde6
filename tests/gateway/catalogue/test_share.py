"""``share``: from the application to the request, and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from gateway.catalogue.share import Context, Field, Share, ShareFailed, ShareRefused, changed, context, fields_of
from gateway.model.service import Constant, ItemsShare, ListShare, Shared, Text
from gateway.sdk import Request
from tests.gateway.worlds.stand_ins import Assess, Enroll, sample, service

TITLE = Text(zh="步骤", en="Step")


def compiled(name: str) -> Share:
    step = service().step(name)
    fields = [field for _, field in fields_of(step.share) if isinstance(field, Field)]
    return Share(fields, Assess if name == "tax" else Enroll, TITLE)


TAX = compiled("tax")
INSURANCE = compiled("insurance")


def given(outputs: dict[str, dict[str, Any]] | None = None, **changes: object) -> Context:
    one = sample()
    return context(one["applicant"], {**one["data"], **changes}, outputs or {})


def test_the_request_is_typed_and_nested() -> None:
    request = TAX.request(given())
    assert isinstance(request, Assess)
    assert request.price == Decimal("620000.00")
    assert request.signed_on == date(2026, 11, 20)
    assert request.buyer.name == "王芳"
    assert request.seller.name == "张伟"
    assert request.note is None


def test_a_list_gets_the_named_fields_of_each_item_and_no_more() -> None:
    people = [{"name": "李强", "id_number": "999999199001010016", "secret": "x"}]
    request: BaseModel = INSURANCE.request(given({"tax": {"receipt_number": "R1"}}, people=people))
    assert request.model_dump() == {"receipt_number": "R1", "people": [{"name": "李强", "id_number": "999999199001010016"}]}


def test_what_cannot_be_made_names_fields_and_never_values() -> None:
    with pytest.raises(ShareFailed) as caught:
        TAX.request(given(price="secret", buyer={"name": "secret-name"}))
    assert {problem.pointer for problem in caught.value.problems} == {"/data/price", "/data/buyer/name", "/data/buyer/id_number"}
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_output_is_named_by_where_it_should_come_from() -> None:
    with pytest.raises(ShareFailed) as caught:
        INSURANCE.request(given())
    assert str(caught.value) == "receipt_number (from steps.tax.receipt_number): is required"


def test_at_filing_only_what_outputs_will_feed_may_be_missing() -> None:
    assert INSURANCE.check(given(), "en") == []
    found = INSURANCE.check(given(people=[{"name": "张三丰李四王"}]), "zh-CN")
    assert {problem.pointer: problem.detail for problem in found} == {
        "/data/people/0/name": "最多 5 个字符",
        "/data/people/0/id_number": "必填",
    }
    assert [problem.pointer for problem in INSURANCE.check(given(people=[]), "en")] == ["/data/people"]
    assert INSURANCE.check(given({"tax": {}}), "en") != []  # that step has ended and gave no number


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("buyer.name", "/data/buyer/name"),
        ("buyer", "/data/buyer"),
        ("seller.id_number", "/applicant/id_number"),
        ("seller", ""),  # the whole applicant: no field to correct
        ("price", "/data/price"),
        ("price.0", "/data/price/0"),
        ("price.unit", "/data/price"),
        ("nothing", ""),
        ("", ""),
        ("buyer.nothing", ""),
        ("../etc", ""),
    ],
)
def test_a_departments_field_leads_back_to_the_application(field: str, pointer: str) -> None:
    assert TAX.pointer(field) == pointer


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("people.0.id_number", "/data/people/0/id_number"),
        ("people.12.name", "/data/people/12/name"),
        ("people.1", "/data/people/1"),
        ("people", "/data/people"),
        ("people.1.nothing", "/data/people/1"),
        ("people.x.name", ""),
        ("receipt_number", ""),  # an output: nothing the applicant could correct
    ],
)
def test_a_departments_field_in_a_list_leads_back_too(field: str, pointer: str) -> None:
    assert INSURANCE.pointer(field) == pointer


def test_what_is_disclosed_is_what_is_there() -> None:
    assert "data.note" in TAX.sources
    assert "data.note" not in TAX.disclosed(given())
    assert "data.note" in TAX.disclosed(given(note=None))
    assert INSURANCE.sources == ("steps.tax.receipt_number", "data.people[].name", "data.people[].id_number")
    assert INSURANCE.disclosed(given(people=[{"name": "李强"}])) == ("data.people[].name",)


def test_a_revision_touches_the_steps_whose_values_differ() -> None:
    assert changed(TAX.fields, given(), given()) == ()
    assert changed(TAX.fields, given(), given(price="1.00", count=5)) == ("data.price",)
    assert changed(TAX.fields, given(), given(note="new")) == ("data.note",)
    assert changed(INSURANCE.fields, given(), given(price="1.00")) == ()
    assert changed(INSURANCE.fields, given(), given(people=[])) == ("data.people[].name", "data.people[].id_number")


SEVERAL = Share(
    [
        field
        for _, field in fields_of(
            {
                "receipt_number": Constant(value="R0"),
                "people": ItemsShare(
                    items=[
                        {"name": "data.buyer.name", "id_number": "data.buyer.id_number"},
                        {"name": Constant(value="李强"), "id_number": "applicant.id_number"},
                    ]
                ),
            }
        )
        if isinstance(field, Field)
    ],
    Enroll,
    TITLE,
)


def test_a_constant_and_a_list_of_what_stands_in_several_places() -> None:
    request = SEVERAL.request(given())
    people = [{"name": "王芳", "id_number": sample()["data"]["buyer"]["id_number"]}, {"name": "李强", "id_number": "500152199001010018"}]
    assert request.model_dump() == {"receipt_number": "R0", "people": people}
    assert SEVERAL.sources == ("data.buyer.name", "data.buyer.id_number", "applicant.id_number")
    assert SEVERAL.disclosed(given()) == SEVERAL.sources
    assert "李强" not in [text for _, text in SEVERAL.texts(given())]


def test_a_field_of_such_a_list_leads_back_to_where_it_stands() -> None:
    assert SEVERAL.pointer("people.0.name") == "/data/buyer/name"
    assert SEVERAL.pointer("people.1.id_number") == "/applicant/id_number"
    assert SEVERAL.pointer("people.0") == "/data/buyer"
    assert [SEVERAL.pointer(name) for name in ("people.1.name", "receipt_number", "people")] == ["", "", ""]
    assert [problem.pointer for problem in SEVERAL.check(given(buyer={"name": "王芳"}), "en")] == ["/data/buyer/id_number"]


def test_a_list_of_one_value_is_not_there_without_it() -> None:
    class Tagged(Request):
        tags: list[str] = []
        kind: int = 0

    entries: dict[str, Shared] = {"tags": ItemsShare(items=["data.note"]), "kind": Constant(value=3)}
    share = Share([field for _, field in fields_of(entries) if isinstance(field, Field)], Tagged, TITLE)
    assert share.request(given(note="x")).model_dump() == {"tags": ["x"], "kind": 3}
    assert share.request(given()).model_dump() == {"tags": [], "kind": 3}


@pytest.mark.parametrize(
    ("target", "source", "why"),
    [
        ("a", ItemsShare(items=[{}]), "names no field"),
        ("a", ItemsShare(items=["data"]), "one field"),
        ("a", "data", "one field"),
        ("a", "other.x", "must begin with"),
        ("a", "steps.tax", "steps.<step>.<output>"),
        ("a", "data.list[0]", "plain path"),
        ("a", "", "plain path"),
        ("a b", "data.x", "plain path"),
        ("a", ListShare(each="data.x", item={}), "names no field"),
        ("a", ListShare(each="x", item={"b": "c"}), "must begin with"),
        ("a", ListShare(each="data.x", item={"b": "c d"}), "plain path"),
    ],
)
def test_a_path_that_is_none_is_refused(target: str, source: Shared, why: str) -> None:
    [(_, refused)] = list(fields_of({target: source}))
    assert isinstance(refused, ShareRefused)
    assert why in str(refused)
