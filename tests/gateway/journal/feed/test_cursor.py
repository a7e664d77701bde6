"""Cursors are short, come back as they went out, and nothing else is taken for one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.feed.cursor import START, TEXT, Cursor, Place, read_cursor
from gateway.journal.feed.pages import MOST
from gateway.model.identifiers import new_id

_PLACES = st.builds(Place, st.uuids().map(str), st.integers(0, 2**63 - 1), st.binary(min_size=4, max_size=4).map(bytes.hex))
_CURSORS = st.builds(
    lambda before, places: Cursor(before, tuple(sorted(places))),
    st.integers(0, 2**63 - 1),
    st.lists(_PLACES, max_size=20, unique_by=lambda one: one.chain),
)


@given(_CURSORS)
def test_a_cursor_comes_back_as_it_went_out(cursor: Cursor) -> None:
    assert read_cursor(cursor.text) == cursor
    assert re.fullmatch(TEXT, cursor.text)


@given(_CURSORS, st.data())
def test_a_cursor_with_another_letter_is_none(cursor: Cursor, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(cursor.text) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_=+ 中"))
    changed = cursor.text[:place] + letter + cursor.text[place + 1 :]
    assert changed == cursor.text or read_cursor(changed) is None


@given(st.text(max_size=60))
def test_garbage_is_none(text: str) -> None:
    assert read_cursor(text) is None or text == START.text


@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_numbers_that_no_column_holds_are_refused(number: int) -> None:
    assert read_cursor(Cursor(number).text) is None
    assert read_cursor(Cursor(0, (Place(new_id(), number),)).text) is None


def test_the_longest_cursor_fits_into_a_header_and_an_address() -> None:
    named = tuple(sorted(Place(new_id(), 2**40, "ab" * 4) for _ in range(MOST)))
    assert len(Cursor(2**60, named).text) < 6000
    few = tuple(sorted(Place(new_id(), 2**40, "ab" * 4) for _ in range(12)))
    assert len(Cursor(2**60, few).text) < 500
