"""The document in Chinese: every sentence is translated, and nothing else differs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.api.document import openapi
from gateway.api.document.openapi import document
from gateway.api.document.translations import chinese, translated_schema
from gateway.api.server import ROUTES
from tests.gateway.api.conftest import World

WORDS_FOR_PEOPLE = ("description", "summary", "detail", "title")


def skeleton(node: Any) -> Any:
    """Give the document without its texts for people."""
    if isinstance(node, dict):
        return {key: skeleton(child) for key, child in node.items() if key not in WORDS_FOR_PEOPLE or not isinstance(child, str)}
    return [skeleton(child) for child in node] if isinstance(node, list) else node


async def test_what_programs_read_is_the_same_in_both_languages(world: World) -> None:
    english, other = [(await world.ask("GET", f"/openapi.json?lang={lang}", None)).json for lang in ("en", "zh")]
    assert skeleton(english) == skeleton(other)
    titles = [{name: schema.get("title") for name, schema in one["components"]["schemas"].items()} for one in (english, other)]
    assert titles[0] == titles[1]
    assert all(title in (None, name) for name, title in titles[0].items())


def test_every_sentence_has_its_translation_and_every_translation_its_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()

    def asking(text: str, _: object) -> str:
        asked.add(text)
        return text

    monkeypatch.setattr(openapi, "translated", asking)
    monkeypatch.setattr("gateway.api.document.translations.translated", asking)
    document(ROUTES, world.parts, "zh-CN")
    assert sorted(asked - chinese().keys()) == [], "say these in Chinese in gateway/api/document/translations/zh.json"
    assert sorted(chinese().keys() - asked) == [], "nobody says these any more"


def test_a_translation_keeps_the_names_in_it() -> None:
    for english, other in chinese().items():
        said = set(re.findall(r"`([^`]+)`", english))
        kept = set(re.findall(r"`([^`]+)`", other))
        assert {name for name in said if "<" not in name} <= kept, english


def test_titles_stay_where_they_name_something() -> None:
    schema = {"title": "A", "properties": {"b": {"title": "B", "type": "string", "description": "one\n  line"}}}
    assert translated_schema(schema, "en") == {"title": "A", "properties": {"b": {"type": "string", "description": "one line"}}}
