"""Texts of which it is known what they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from gateway.catalogue.form import FORMATS
from gateway.catalogue.request_texts import request_text
from gateway.sdk import Output, Request
from gateway.sdk.fields import IdNumber, Line, Mobile, Name, UnitNumber, Uscc, decimal_places
from gateway.sdk.rules import any_texts
from gateway.texts.messages import say

KINDS: dict[str, Any] = {"IdNumber": IdNumber, "Line": Line, "Mobile": Mobile, "Name": Name, "UnitNumber": UnitNumber, "Uscc": Uscc}


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("IdNumber", ["", "500152199001010017", "50015219900101001", "50015219900101001x", "500152299001010014"]),
        ("Uscc", ["", "91500152MA00000159", "91500152ma00000158"]),
        ("Mobile", ["", "1380000000", "+8613800000000"]),
        ("UnitNumber", ["", "500152001001GB00001F0001000"]),
        ("Name", ["", " ", "\u3000", " x", "x ", "a\nb", "x" * 101]),
        ("Line", ["", " ", "a\nb", "x" * 201]),
    ],
)
def test_what_fits_and_what_does_not(kind: str, wrong: list[str]) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(KINDS[kind])
    for example in adapter.json_schema().get("examples", ["一行"]):
        assert adapter.validate_python(example) == example
    for text in wrong:
        with pytest.raises(ValidationError) as refused:
            adapter.validate_python(text)
        for error in refused.value.errors():
            for language in ("zh-CN", "en"):
                told = request_text(error["type"], error.get("ctx", {}), "查询", language)
                assert told != say("request", language, step="查询"), error["type"]


def test_their_formats_are_known_to_forms() -> None:
    formats = {TypeAdapter(kind).json_schema().get("format") for kind in KINDS.values()} - {None}
    assert formats <= set(FORMATS)


class Home(Request):
    """One that may hold another."""

    address: str
    also: Home | None = None


class Question(Request):
    """Texts of every kind, said and unsaid."""

    name: Name
    kind: Annotated[str, Field(pattern="^[ab]$")]
    plain: str
    maybe: str | None = None
    homes: list[Home] = []
    notes: dict[str, str] = {}
    count: int = 0


def test_texts_that_may_be_anything_are_named() -> None:
    assert any_texts(Question) == ["plain", "maybe", "homes.address", "notes"]
    assert any_texts(Output) == []


@pytest.mark.parametrize(("given", "written"), [("100", "100.00"), ("1.5", "1.50"), ("2.125", "2.125"), (f"{10**30}", f"{10**30}.00")])
def test_a_number_is_written_with_as_many_places_as_it_must_have(given: str, written: str) -> None:
    adapter: TypeAdapter[Decimal] = TypeAdapter(Annotated[Decimal, decimal_places(2)])
    assert str(adapter.validate_python(given)) == written
