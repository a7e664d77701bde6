"""A service to try an adapter with shares exactly what the operation's request takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import orjson
import yaml
from pydantic import Field

from gateway.scaffold import trial_service
from gateway.sdk import Request


class Part(Request):
    """An item."""

    name: str
    kind: Literal["a", "b"] | None = None
    parts: list[Part] | None = None


class Whole(Request):
    """A request of many shapes."""

    on: date
    pattern: Annotated[str, Field(pattern="^[0-9]+$", max_length=3)]
    inner: Part
    parts: list[Part]
    codes: list[int]
    free: dict[str, str]
    one: Part | None = None


REQUEST = {
    "on": "2026-03-02",
    "pattern": "12",
    "inner": {"name": "测试甲", "kind": "a"},
    "parts": [{"name": "测试甲", "parts": [{"name": "测试甲"}]}],
    "codes": [1],
    "free": {"x": "y"},
    "one": None,
}


def made() -> dict[str, Any]:
    text = trial_service.service(code="try-x", title="X", department="x", operation="file", model=Whole, request=REQUEST)
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_each_value_is_shared_by_its_path_and_a_list_by_its_items() -> None:
    (step,) = made()["steps"]
    assert step["share"] == {
        "on": "data.on",
        "pattern": "data.pattern",
        "inner.name": "data.inner.name",
        "inner.kind": "data.inner.kind",
        "parts": {"each": "data.parts", "item": {"name": "name"}},
        "codes": "data.codes",
        "one": "data.one",
    }


def test_the_form_says_what_the_request_says() -> None:
    form = made()["form"]
    properties = form["properties"]
    assert properties["on"] == {"title": "on", "type": "string", "format": "date"}
    assert properties["pattern"] == {"title": "pattern", "type": "string", "maxLength": 3, "pattern": "^[0-9]+$"}
    assert properties["inner"]["properties"]["kind"]["enum"] == ["a", "b"]
    assert "free" not in properties


def test_the_sample_holds_what_the_form_has_a_place_for() -> None:
    sample = orjson.loads(trial_service.sample(code="try-x", model=Whole, request=REQUEST))
    assert sample["service"] == "try-x"
    assert sample["data"] == {**{name: value for name, value in REQUEST.items() if name != "free"}, "parts": [{"name": "测试甲"}]}
