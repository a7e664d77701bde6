"""Fields and JSON: what a form's page posts is what stands in the application, and what it shows is what was typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from gateway.catalogue.drawing.fields import DrawnField, drawn, undrawable
from gateway.catalogue.drawing.posted import flat, left_over, posted
from gateway.catalogue.form import Form
from gateway.texts.yaml_lines import load_yaml
from tests.faults.installation import ROOT
from tests.gateway.catalogue.drawing.schemas import Made, forms

SERVICES = sorted(path.stem for path in (ROOT / "config" / "services").glob("*.yaml"))


def form_of(code: str) -> DrawnField:
    return drawn(load_yaml(ROOT / "config" / "services" / f"{code}.yaml")[0]["form"])


def sample_of(code: str) -> dict[str, object]:
    sample: dict[str, dict[str, object]] = json.loads(
        Path(ROOT / "config" / "services" / f"{code}.sample.json").read_text(encoding="utf-8")
    )
    return sample["data"]


@given(forms())
@settings(max_examples=40)
def test_what_is_generated_is_drawn_and_posted_back(made: Made) -> None:
    schema, value = made
    assert Form(schema, "/data").check(value, "en") == []  # or else the generator has nothing to say here
    assert list(undrawable(schema)) == []
    assert posted(drawn(schema), flat(value, "/data")) == value


@pytest.mark.parametrize("code", SERVICES)
def test_a_service_of_ours_is_posted_back(code: str) -> None:
    assert posted(form_of(code), flat(sample_of(code), "/data")) == sample_of(code)


FORM = drawn(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "id": {"type": "string", "format": "cn-id-number"},
            "account": {"type": "string", "pattern": "^[0-9]{12,19}$"},
            "either": {"type": "string", "pattern": "^a|b$"},
            "day": {"type": "string", "format": "date"},
            "price": {"type": "string", "x-unit": "CNY"},
            "count": {"type": "integer"},
            "share": {"type": "number"},
            "agreed": {"type": "boolean"},
            "sure": {"const": True},
            "story": {"type": "string", "x-text": "free"},
            "home": {"type": "object", "properties": {"tag": {"const": "h"}, "city": {"type": "string"}}, "required": ["tag", "city"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "people": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
        },
    }
)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("name", "  张 伟\u3000", "张 伟"),
        ("id", " 500152 19900101 001x", "50015219900101001X"),
        ("id", "５００１５２", "500152"),
        ("account", "6200 0000 0000 0000 001", "6200000000000000001"),
        ("either", "a b", "a b"),
        ("day", "20261120", "2026-11-20"),
        ("day", "2026年1月2日", "2026-01-02"),
        ("day", "2026/13/45", "2026-13-45"),
        ("day", "tomorrow", "tomorrow"),
        ("price", "about 5", "about5"),
        ("price", "620,000.00", "620000.00"),
        ("price", "６２０ ０００", "620000"),
        ("count", "1 200", 1200),
        ("count", "-3", -3),
        ("count", "007", "007"),
        ("count", "many", "many"),
        ("count", "9" * 20, "9" * 20),
        ("share", "1e999", "1e999"),
        ("share", "0.5", 0.5),
        ("agreed", "false", False),
        ("agreed", "perhaps", "perhaps"),
        ("sure", "true", True),
        ("story", "one\r\ntwo ", "one\ntwo "),
    ],
)
def test_a_field_holds_what_was_meant(name: str, typed: str, value: object) -> None:
    assert posted(FORM, {f"/data/{name}": typed}) == {name: value}


@pytest.mark.parametrize(
    "name", ["name", "id", "day", "count", "agreed", "sure", "story", "home/city", "tags/0", "people/0/name", "people/0"]
)
@pytest.mark.parametrize("blank", ["", "  ", "\u3000"])
def test_a_blank_field_is_absent(name: str, blank: str) -> None:
    assert posted(FORM, {f"/data/{name}": blank}) == {}


def test_a_row_may_stay_blank_until_it_is_filled_in() -> None:
    fields = {"/data/people/4/name": "张伟", "/data/people/1": "", "/data/tags/3": "", "/data/tags/10": "b", "/data/tags/9": "a"}
    assert posted(FORM, fields) == {"people": [{"name": "张伟"}], "tags": ["a", "b"]}
    kept = posted(FORM, fields, blank_rows=True)
    assert kept == {"people": [{}, {"name": "张伟"}], "tags": ["", "a", "b"]}
    assert posted(FORM, flat(kept, "/data"), blank_rows=True) == kept


def test_a_constant_comes_with_its_group_alone() -> None:
    assert posted(FORM, {"/data/home/tag": "h"}) == {}
    assert posted(FORM, {"/data/home/city": "潼南"}) == {"home": {"tag": "h", "city": "潼南"}}
    assert posted(FORM, {"/data/home/city": "潼南", "/data/home/tag": "forged"}) == {"home": {"tag": "h", "city": "潼南"}}


def test_a_group_that_must_be_there_is_there_so_that_each_of_its_fields_is_missed() -> None:
    assert posted(form_of("newlywed"), {}) == {"man": {"id_type": "111"}, "woman": {"id_type": "111"}}


@pytest.mark.parametrize(
    "pointer", ["/data/strange", "/dataname", "/data/people/x/name", "/data/name/deeper", "/applicant/name", "", "add", "/data"]
)
def test_what_no_field_asked_for_is_left_out(pointer: str) -> None:
    assert posted(FORM, {pointer: "x"}) == {}


def test_what_a_changed_form_has_no_place_for_is_told() -> None:
    fields = {"/data/name": "x", "/data/gone": "kept by someone", "/data/people/3/name": "y", "/data/people/3/gone": "z", "/data/old": ""}
    changed = {"/data/agreed": "perhaps", "/data/people": "once a text"}
    lost = {"/data/gone": "kept by someone", "/data/people/3/gone": "z", **changed}
    assert left_over(FORM, {**fields, **changed, "/data/sure": "true"}) == lost


def test_500_rows_are_posted() -> None:
    form, rows = form_of("company-start"), [{"name": f"职工{n}", "id_type": "111", "id_number": "999999199001010016"} for n in range(500)]
    assert posted(form, flat({"employees": rows}, "/data"))["employees"] == rows
