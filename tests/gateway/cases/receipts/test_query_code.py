"""A query code is read however it is typed, and every single mistake in it is found before anybody looks it up."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.receipts import texts
from gateway.cases.receipts.query_code import ALPHABET, CODES, LENGTH, code_of, number_of, read_code
from gateway.texts.refusals import Refused

codes = st.integers(0, CODES - 1).map(code_of)


def said(typed: str) -> object:
    """Give what is said of something typed, or the code that it is."""
    try:
        return read_code(typed)
    except Refused as refused:
        return refused.kind, refused.status, refused.said


@given(codes)
def test_every_single_mistyped_character_is_found_and_only_that(code: str) -> None:
    assert read_code(code) == code == code_of(number_of(code))
    for at, right in enumerate(code):
        for other in ALPHABET.replace(right, ""):
            assert said(code[:at] + other + code[at + 1 :]) == ("validation", 422, texts.MISTYPED)


@given(codes)
def test_every_two_that_were_swapped_are_found(code: str) -> None:
    for one, two in combinations(range(LENGTH), 2):
        if code[one] != code[two]:
            typed = list(code)
            typed[one], typed[two] = typed[two], typed[one]
            assert said("".join(typed)) == ("validation", 422, texts.MISTYPED)


@given(st.lists(st.integers(0, CODES - 1), unique=True, min_size=2))
def test_no_two_numbers_have_one_code(numbers: list[int]) -> None:
    assert len({code_of(number) for number in numbers}) == len(numbers)


@given(codes, st.sampled_from([" ", "-", " - ", "—", "\u3000", "－", "\u00a0", "\n"]), st.booleans(), st.booleans())
def test_case_width_spaces_and_dashes_are_the_typists_own(code: str, between: str, lower: bool, wide: bool) -> None:  # noqa: FBT001  # of hypothesis
    typed = code.lower() if lower else code
    typed = "".join(chr(ord(one) + 0xFEE0) for one in typed) if wide else typed
    assert read_code(f" {between.join((typed[:4], typed[4:8], typed[8:]))} ") == code


@pytest.mark.parametrize(
    "typed", ["", "K7M29QXW4", "K7M29QXW433", "K7M29QXW4O", "K7M29QXW41", "K7M29QXW4中", "11500152000000019R", "k7m29qxw4l"]
)
def test_what_is_no_code_is_told_so(typed: str) -> None:
    assert said(typed) == ("validation", 422, texts.NO_CODE)


def test_nothing_in_the_alphabet_looks_like_another() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert not set("01ILO") & set(ALPHABET)
    assert ALPHABET.upper() == ALPHABET
