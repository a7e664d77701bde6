"""Amounts in words: by the rules of banks, and each read back is what it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.texts.amounts import in_capitals, said_amount

_DIGITS = {digit: number for number, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def _read(said: str) -> int:
    """Read an amount as a person does: each digit with its place, sums of the groups."""
    found = re.fullmatch(r"(?:(.+)元)?(?:零)?(?:(.)角)?(?:(.)分)?整?", said)
    assert found is not None, said
    return _whole(found[1] or "零") * 100 + _DIGITS.get(found[2], 0) * 10 + _DIGITS.get(found[3], 0)


def _whole(said: str) -> int:
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if word in said:
            high, _, low = said.rpartition(word) if word == "亿" else said.partition(word)
            return _whole(high) * unit + (_whole(low) if low else 0)
    total, digit = 0, 0
    for letter in said:
        total, digit = (total + digit * _PLACES[letter], 0) if letter in _PLACES else (total, _DIGITS[letter])
    return total + digit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "零元整"),
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("10.05", "壹拾元零伍分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("620000.00", "陆拾贰万元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("20001000.5", "贰仟万壹仟元伍角整"),
        ("1234500000000", "壹万贰仟叁佰肆拾伍亿元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000000010000", "壹万亿零壹万元整"),
    ],
)
def test_an_amount_is_said_as_banks_write_it(text: str, said: str) -> None:
    amount = said_amount(text)
    assert amount is not None
    assert amount.zh == said


@pytest.mark.parametrize("text", ["", "abc", "-1", "01", "1.234", "1e3", "1,000", " 1", "1" * 17, ".5", "1.", "１"])
def test_what_is_no_amount_is_not_said(text: str) -> None:
    assert said_amount(text) is None


@given(st.integers(0, 10**14))
def test_an_amount_read_back_is_what_it_was(cents: int) -> None:
    said = in_capitals(cents)
    assert _read(said) == cents
    assert "零零" not in said
    assert said.endswith("分") is (cents % 10 != 0)
    assert said.endswith("整") is (cents % 10 == 0)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_digits_stand_in_groups_of_three(yuan: int, cents: int) -> None:
    amount = said_amount(f"{yuan}.{cents:02}")
    assert amount is not None
    assert amount.en == f"{yuan:,}.{cents:02} yuan"
