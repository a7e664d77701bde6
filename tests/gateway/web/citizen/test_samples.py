"""Samples: every value stands under the titles of its form, options in their words, parts of the form apart."""

from __future__ import annotations

from gateway.web.citizen.samples import SampleGroup, groups

_PERSON = {"type": "object", "properties": {"name": {"type": "string", "title": "姓名", "x-title-en": "Name"}}}
FORM = {
    "type": "object",
    "properties": {
        "buyer": {"$ref": "#/$defs/person", "title": "买方", "x-title-en": "Buyer"},
        "status": {"$ref": "#/$defs/status", "title": "状态", "x-title-en": "Status"},
        "first": {"type": "boolean", "title": "首套", "x-title-en": "First home"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/person"}, "title": "子女", "x-title-en": "Children"},
        "bare": {"type": "string"},
    },
    "$defs": {"person": _PERSON, "status": {"enum": ["10"], "x-options": {"10": {"zh": "未婚", "en": "single"}}}},
}


def _read(found: list[SampleGroup]) -> list[tuple[str | None, list[tuple[str, str]]]]:
    return [(one.title.en if one.title else None, [(entry.title.en, entry.value.en) for entry in one.entries]) for one in found]


def test_parts_of_the_form_stand_apart_and_options_are_words() -> None:
    assert _read(
        groups(FORM, {"buyer": {"name": "王芳"}, "status": "10", "first": True, "children": [{"name": "甲"}, {"name": "乙"}], "bare": "x"})
    ) == [
        ("Buyer", [("Name", "王芳")]),
        (None, [("Status", "single"), ("First home", "yes")]),
        ("Children", [("1 · Name", "甲"), ("2 · Name", "乙")]),
        (None, [("bare", "x")]),
    ]


def test_what_the_form_does_not_declare_stands_under_its_name() -> None:
    assert _read(groups(FORM, {"unknown": {"inner": 3}})) == [("unknown", [("inner", "3")])]
