"""The rule for texts finds every text, names of members too, and gives the place."""

from __future__ import annotations

from gateway.texts.json_schema import SchemaFields
from gateway.texts.text_rule import free_texts, text_problems

FORM = {
    "type": "object",
    "properties": {
        "remark": {"type": "string", "x-text": "free"},
        "people": {"type": "array", "items": {"$ref": "#/$defs/person"}},
        "notes": {"type": "object", "additionalProperties": {"type": "string", "x-text": "free"}},
        "name": {"type": "string"},
    },
    "$defs": {"person": {"properties": {"wish": {"anyOf": [{"type": "null"}, {"type": "string", "x-text": "free"}]}, "name": {}}}},
}


def told(value: object) -> dict[str, str]:
    return {one.pointer: one.detail for one in text_problems(value, "/data", "en", free_texts(SchemaFields(FORM, maps=True)))}


def test_line_breaks_are_taken_where_the_schema_means_them() -> None:
    lines = "a\nb"
    assert told({"remark": lines, "people": [{"wish": lines}], "notes": {"x": lines}}) == {}
    assert set(told({"name": lines, "people": [{"name": lines}, {"wish": "\u200b"}], "other": [lines]})) == {
        "/data/name",
        "/data/people/0/name",
        "/data/people/1/wish",
        "/data/other/0",
    }


def test_the_text_is_not_repeated_and_the_character_is_named() -> None:
    (said,) = text_problems({"name": "张伟\u200b"}, "", "zh-CN")
    assert "U+200B" in said.detail
    assert "张" not in said.detail


def test_a_members_name_is_a_text_too() -> None:
    found = list(text_problems({"a\u200b": "x", "b": {" ": 1, "500152199001010018": "y\x00"}}, "", "en"))
    assert [one.pointer for one in found] == ["", "/b", "/b"]
    assert all("500152" not in one.pointer + one.detail for one in found)
    assert "a field whose name holds the character U+200B" in found[0].detail
