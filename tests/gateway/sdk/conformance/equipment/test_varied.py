"""Requests that differ in one value: each of them fits the model, and each value of a request has some."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gateway.sdk import Request
from gateway.sdk.conformance.equipment.varied import varied, with_value
from gateway.sdk.fields import IdNumber


class Child(Request):
    """A part of a request."""

    name: str


class Move(Request):
    """One value of each kind."""

    name: Annotated[str, Field(max_length=3)]
    id_number: IdNumber
    kind: Literal["buy", "sell", "give"]
    on: date
    price: Decimal
    rooms: int
    urgent: bool
    children: list[Child]
    note: str | None = None


GIVEN = Move(
    name="测试甲",
    id_number="500152199001010018",
    kind="buy",
    on=date(2026, 12, 31),
    price=Decimal("10.00"),
    rooms=3,
    urgent=False,
    children=[Child(name="测试乙")],
)


def test_every_value_that_is_there_is_varied_alone() -> None:
    found = {one.place: one for one in varied(GIVEN)}
    assert set(found) == {"name", "id_number", "kind", "on", "price", "rooms", "urgent", "children.0.name", "children.1"}
    for place, one in found.items():
        before = one.request.model_dump()
        for other in one.others:
            differing = {name for name, value in other.model_dump().items() if value != before[name]}
            assert differing == {place.partition(".")[0]}
    assert {getattr(other, "kind") for other in found["kind"].others} == {"sell", "give"}  # noqa: B009  # of a Request


def test_a_list_is_also_shorter_than_it_could_be() -> None:
    (more,) = [one for one in varied(GIVEN) if one.place == "children.1"]
    assert more.others == [GIVEN]
    assert more.request.model_dump()["children"] == [{"name": "测试乙"}, {"name": "测试己"}]


def test_what_a_model_does_not_take_is_not_made() -> None:
    assert with_value(GIVEN, ("name",), "测试甲乙") is None
    changed = with_value(GIVEN, ("on",), "2027-01-01")
    assert changed is not None
    assert changed.model_dump()["on"] == date(2027, 1, 1)


def test_a_text_that_ends_in_signs_is_varied_before_them() -> None:
    """What parts words where it is sent would not be seen to change."""
    (found,) = varied(Child(name="c2FtcGxlNCg=="))
    assert any(isinstance(other, Child) and other.name == "c2FtcGxlNCa==" for other in found.others)


def test_an_empty_text_is_shown_by_what_stands_in_its_place() -> None:
    """An empty text is nowhere in a request, so that nothing would be missing when it is another."""
    empty = GIVEN.model_copy(update={"note": ""})
    (case,) = (case for case in varied(empty) if case.place == "note")
    assert isinstance(case.request, Move)
    assert case.request.note
    assert list(case.others) == [empty]
