"""Forms as trees of fields: what each asks for and when, and what no page can draw, named by its place."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.catalogue.drawing.conditions import ALWAYS, FieldCondition, met
from gateway.catalogue.drawing.fields import DrawnField, Kind, drawn, undrawable
from gateway.catalogue.drawing.parts import Undrawable
from gateway.catalogue.drawing.people import agent_form, applicant_form
from gateway.model.service import Text
from tests.gateway.catalogue.drawing.test_posted import form_of


def _form(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _field(schema: object, **around: object) -> DrawnField:
    field = drawn({**_form(x=schema), **around}).child("x")
    assert field is not None
    return field


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "text"),
        ({"format": "date"}, "text"),
        ({"maxLength": 3}, "text"),
        ({"enum": ["a", "b"]}, "choice"),
        ({"enum": [1, 2], "type": "integer"}, "choice"),
        ({"anyOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, "choice"),
        ({"type": "boolean"}, "yes_no"),
        ({"type": "integer", "minimum": 1}, "number"),
        ({"type": "number"}, "number"),
        ({"type": "array", "items": {"type": "string"}}, "list"),
        ({"items": {"type": "string"}}, "list"),
        ({"properties": {"y": {"type": "string"}}}, "group"),
        ({"allOf": [{"minLength": 1}, {"type": "string"}]}, "text"),
        ({"enum": ["only"]}, "choice"),  # which may be left out, so somebody has to choose it
        ({"const": True}, "choice"),
    ],
)
def test_a_field_is_of_a_kind(schema: object, kind: Kind) -> None:
    assert _field(schema).kind == kind


def test_a_single_value_is_no_question_unless_it_is_a_consent() -> None:
    assert _field({"const": "111"}, required=["x"]).kind == "fixed"
    assert _field({"const": True}, required=["x"]).kind == "choice"
    assert _field({"enum": ["a", "b"], "allOf": [{"const": "b"}]}, required=["x"]).options == (("b", Text(zh="b", en="b")),)


def test_a_title_goes_before_the_one_of_what_is_referred_to() -> None:
    seller = form_of("house-transfer").at("/data/seller")
    assert seller is not None
    assert (seller.title, seller.required) == (Text(zh="卖方", en="Seller"), True)
    assert form_of("newlywed").at("/data/exit_entry/spouse_name").title.zh == "配偶姓名"  # type: ignore[union-attr]  # it is there
    assert _field({"type": "string"}).title == Text(zh="x", en="x")


def test_options_are_called_by_their_words_or_their_titles() -> None:
    words = {"a": {"zh": "甲", "en": "A"}}
    assert _field({"enum": ["a", "b"], "x-options": words}).options == (("a", Text(zh="甲", en="A")), ("b", Text(zh="b", en="b")))
    assert _field({"oneOf": [{"const": 1, "title": "一", "x-title-en": "One"}, {"const": 2, "title": "二"}]}).options == (
        ("1", Text(zh="一", en="One")),
        ("2", Text(zh="二", en="二")),
    )


@pytest.mark.parametrize(
    ("schema", "is_code"),
    [
        ({"pattern": "^[0-9]{12,19}$"}, True),
        ({"pattern": r"^(0|[1-9][0-9]{0,5})(\.[0-9]{1,2})?$"}, True),
        ({"pattern": "^[A-Z]{1,2}[0-9]{7,8}$"}, True),
        ({"pattern": r"^\d+$"}, True),
        ({"pattern": "[0-9]+"}, False),
        ({"pattern": "^a|b$"}, False),
        ({"pattern": "^[^0-9]+$"}, False),
        ({"pattern": r"^\S+$"}, False),
        ({"pattern": "^.+$"}, False),
        ({"pattern": "^[0-9 ]+$"}, False),
        ({"type": "string", "format": "cn-unit-number"}, True),
        ({"type": "string", "format": "email"}, False),
        ({"type": "string"}, False),
    ],
)
def test_spaces_are_the_page_s_where_no_value_could_hold_one(schema: object, is_code: bool) -> None:  # noqa: FBT001  # a case's expectation
    assert _field(schema).is_code is is_code


def _when(tree: DrawnField, pointer: str, **values: str) -> tuple[bool, bool]:
    """Give whether the field is asked for beside these values, and whether it must be filled in then."""
    field = tree.at(pointer)
    assert field is not None
    return met(field.when, {f"/data/{name}": text for name, text in values.items()}, pointer), field.required


def test_a_field_is_asked_for_in_the_case_that_needs_it() -> None:
    passport = form_of("passport")
    assert _when(passport, "/data/address", delivery="post") == (True, True)
    assert _when(passport, "/data/address", delivery="pick_up") == (False, True)
    assert _when(passport, "/data/address") == (False, True)
    assert _when(passport, "/data/old_passport_number", delivery="pick_up") == (True, False)


def test_an_absent_member_passes_a_condition_that_does_not_require_it() -> None:
    said = {"if": {"properties": {"x": {"const": "a"}}}, "then": {"required": ["y"]}, "else": {"required": ["z"]}}
    tree = drawn({**_form(x={"enum": ["a", "b"]}, y={"type": "string"}, z={"type": "string"}), **said})
    assert [_when(tree, f"/data/{name}", **given)[0] for name in "yz" for given in ({}, {"x": "a"}, {"x": "b"})] == [
        *(True, True, False),
        *(False, False, True),
    ]


def test_conditions_are_followed_into_each_other() -> None:
    inner = {"if": {"properties": {"b": {"not": {"const": "1"}}}, "required": ["b"]}, "then": {"properties": {"c": {"type": "string"}}}}
    said = {"if": {"properties": {"a": {"enum": ["1", "2"]}}, "required": ["a"]}, "then": inner}
    tree = drawn({**_form(a={"enum": ["1", "2", "3"]}, b={"enum": ["1", "2"]}), **said})
    assert [_when(tree, "/data/c", a=a, b=b)[0] for a, b in ("12", "22", "32", "11")] == [True, True, False, False]
    assert _when(tree, "/data/c", a="1")[0] is False


def test_a_field_that_every_case_needs_is_always_asked_for() -> None:
    said = {"if": {"properties": {"a": {"const": "1"}}, "required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["b"]}}
    field = drawn({**_form(a={"enum": ["1", "2"]}, b={"type": "string"}), **said}).child("b")
    assert field is not None
    assert (field.when, field.required) == (ALWAYS, True)


def test_a_field_that_a_case_forbids_is_asked_for_in_the_others() -> None:
    said = {"if": {"properties": {"a": {"const": "1"}}, "required": ["a"]}, "then": {"properties": {"b": False}}}
    tree = drawn({**_form(a={"enum": ["1", "2"]}, b={"type": "string"}), **said})
    assert (_when(tree, "/data/b", a="1"), _when(tree, "/data/b", a="2"), _when(tree, "/data/b")) == (
        (False, False),
        (True, False),
        (True, False),
    )


def test_what_depends_on_another_is_asked_for_once_that_is_filled_in() -> None:
    properties = {"home": {"type": "object", "properties": {"city": {"type": "string"}}}, "rooms": {"type": "integer"}}
    tree = drawn({**_form(**properties), "dependentRequired": {"home": ["rooms"]}})
    assert _when(tree, "/data/rooms") == (False, True)
    assert _when(tree, "/data/rooms", **{"home/city": "潼南"}) == (True, True)


def test_a_condition_of_a_row_looks_at_its_own_row() -> None:
    row = {
        **_form(kind={"enum": ["a", "b"]}, more={"type": "string"}),
        "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
        "then": {"required": ["more"]},
    }
    tree = drawn(_form(rows={"type": "array", "items": row}))
    more = tree.at("/data/rows/7/more")
    assert more is not None
    assert more.when == ((FieldCondition("/data/rows/-/kind", ("a",)),),)
    fields = {"/data/rows/7/kind": "b", "/data/rows/8/kind": "a"}
    assert [met(more.when, fields, f"/data/rows/{row}/more") for row in (7, 8)] == [False, True]


def test_objects_to_choose_between_are_told_apart_by_a_constant() -> None:
    by_post = {"properties": {"way": {"const": "post", "title": "邮寄"}, "address": {"type": "string"}}, "required": ["way", "address"]}
    by_hand = {"properties": {"way": {"const": "hand"}, "who": {"type": "string"}}, "required": ["way"]}
    tree = drawn({"type": "object", "oneOf": [by_post, by_hand], "unevaluatedProperties": False})
    way = tree.child("way")
    assert way is not None
    assert (way.kind, way.required, [text for text, _ in way.options]) == ("choice", True, ["post", "hand"])
    assert (_when(tree, "/data/address", way="post"), _when(tree, "/data/who", way="hand")) == ((True, True), (True, False))
    assert (_when(tree, "/data/address", way="hand")[0], _when(tree, "/data/who")[0]) == (False, False)


def test_an_applicant_s_fields_are_those_of_every_service() -> None:
    for form, top in ((applicant_form(), "/applicant"), (agent_form(), "/agent")):
        assert [child.pointer for child in form.children] == [f"{top}/{name}" for name in ("name", "id_type", "id_number", "mobile")]
        assert form.children[1].options[0] == ("111", Text(zh="居民身份证", en="resident identity card"))
        assert (form.children[2].is_code, form.children[3].required) == (True, False)


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "place", "said"),
    [
        (_form(x={"type": "string", "contentEncoding": "base64"}), ("properties", "x", "contentEncoding"), "is no word"),
        (_form(x={"type": "string", "x-hint-cn": "提示"}), ("properties", "x", "x-hint-cn"), "is no word"),
        (_form(x={"type": "string", "default": "a"}), ("properties", "x", "default"), "is no word"),
        (_form(x={"type": "string", "x-unit": "EUR"}), ("properties", "x", "x-unit"), "must be CNY"),
        (_form(x={"type": ["string", "null"]}), ("properties", "x", "type"), "one type"),
        (_form(x={"type": "null"}), ("properties", "x", "type"), "one type"),
        (_form(x={}), ("properties", "x"), "give it a type"),
        (_form(x=True), ("properties", "x"), "give it a type"),
        (_form(x={"title": "甲"}), ("properties", "x"), "give it a type"),
        (_form(x={"enum": ["a", None]}), ("properties", "x"), "must list texts"),
        (_form(x={"enum": [{"a": 1}]}), ("properties", "x"), "must list texts"),
        (_form(x={"enum": [1, "1"]}), ("properties", "x"), "must list texts"),
        (_form(x={"type": "array"}), ("properties", "x"), "give items"),
        (_form(x={"type": "array", "items": TEXT, "prefixItems": [TEXT]}), ("properties", "x", "prefixItems"), "is no word"),
        (_form(x={"type": "object", "additionalProperties": TEXT}), ("properties", "x", "additionalProperties"), "no field"),
        (_form(x={"type": "object", "patternProperties": {"^a": TEXT}}), ("properties", "x", "patternProperties"), "is no word"),
        (_form(x={"not": {"const": 1}}), ("properties", "x", "not"), "is no word"),
        (_form(x={"anyOf": [TEXT, {"type": "integer"}]}), ("properties", "x"), "give it a type"),
        (_form(x={"$ref": "#/$defs/gone"}), ("properties", "x", "$ref"), "leads to nothing"),
        (_form(x={"$ref": "https://example.org/form"}), ("properties", "x", "$ref"), "of this form"),
        (_form(x={"$ref": "#"}), ("properties", "x", "$ref"), "of this form"),
        ({**_form(x={"$ref": "#/$defs/x"}), "$defs": {"x": _form(x={"$ref": "#/$defs/x"})}}, ("$defs", "x"), "has an end"),
        ({**_form(x={"$ref": "#/$defs/x"}), "$defs": {"x": {"$ref": "#/$defs/x"}}}, ("$defs", "x"), "has an end"),
        (_form(**{"a b": TEXT}), ("properties", "a b"), "without spaces"),
        ({"type": "string"}, (), "must be an object"),
        ({**_form(x=TEXT), "if": {"properties": {"x": {"pattern": "a"}}}, "then": {}}, ("if", "properties", "x"), "const or enum"),
        ({**_form(x=TEXT), "if": {"not": {"required": ["x"]}}, "then": {}}, ("if", "not"), "a condition may say"),
        ({**_form(x=TEXT), "if": {"required": ["x"]}, "then": {"properties": {"y": {"strange": 1}}}},
         ("then", "properties", "y", "strange"), "is no word"),
        ({**_form(x=TEXT), "if": {"required": ["x"]}, "then": {"minProperties": 2}}, ("then", "minProperties"), "is no word"),
        ({**_form(x=TEXT), "if": {"required": ["x"]}, "then": {"properties": {"y": TEXT}}, "additionalProperties": False},
         ("additionalProperties",), "refuses y"),
        ({**_form(x=TEXT), "if": {"required": ["x"]}, "then": _form(y=TEXT), "else": _form(y={"type": "integer"})},
         ("else", "properties", "y"), "another field"),
        (_form(x={**TEXT, "anyOf": [{"pattern": "a"}, {"pattern": "b"}]}), ("properties", "x", "anyOf"), "between constants"),
        (_form(x={"enum": ["a"], "oneOf": [{"pattern": "a"}]}), ("properties", "x", "oneOf"), "between constants"),
        (_form(x={**TEXT, "if": {"const": "a"}, "then": {"maxLength": 1}}), ("properties", "x", "if"), "of an object"),
        ({"type": "object", "oneOf": [{"required": ["x"]}, {"required": ["y"]}]}, ("oneOf",), "between constants"),
        ({"type": "object", "oneOf": [_form(x={"const": 1}), _form(x={"const": 2})]}, ("oneOf",), "between constants"),
        ({**_form(x=TEXT), "if": {"required": ["x"]}, "then": {"oneOf": [{}]}}, ("then", "oneOf"), "within a condition"),
    ],
)  # fmt: skip
def test_what_no_page_can_draw_is_named_by_its_place(schema: dict[str, Any], place: tuple[str, ...], said: str) -> None:
    found = [(problem.place, problem.detail) for problem in undrawable(schema)]
    assert [(one, True) for one, detail in found if said in detail] == [(("form", *place), True)], found
    with pytest.raises(Undrawable):
        drawn(schema)


def test_a_form_without_an_end_is_refused_at_once() -> None:
    again = {"$ref": "#/$defs/x"}
    endless = {**_form(x=again), "$defs": {"x": _form(**{f"f{number}": again for number in range(30)})}}
    assert [problem.place for problem in undrawable(endless)] == [("form", "$defs", "x")]


def test_everything_that_cannot_be_drawn_is_told_at_once() -> None:
    schema = _form(a={"default": 1, "type": "string"}, b={}, c={"type": "object", "properties": {"d": {"type": "null"}}})
    places = {problem.place[2:] for problem in undrawable(schema)}
    assert places == {("a", "default"), ("b",), ("c", "properties", "d", "type")}
