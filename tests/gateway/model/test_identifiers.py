"""Identifiers: check digits, masks, numbers that are made."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from gateway.model import identifiers
from gateway.model.identifiers import IdProblem, UsccProblem, id_number_problem

FAKE_IDS = ("500152199001010018", "500152198512310026", "999999199001010016", "999999198802290025")
FAKE_USCCS = ("91500152MA0000007D", "91500152MA00000158", "11500152000000019R")


def with_check_digit(seventeen: str) -> str:
    return seventeen + str(ric.calc_check_digit(seventeen + "?"))  # it leaves the last character out


@pytest.mark.parametrize("number", FAKE_IDS)
def test_fake_id_numbers_pass_even_with_an_unknown_area_or_one_younger_than_the_birth(number: str) -> None:
    assert id_number_problem(number) is None
    assert identifiers.is_id_number(number)


@given(st.integers(0, 9), st.integers(0, 17))
def test_one_wrong_digit_is_always_found(digit: int, position: int) -> None:
    right = FAKE_IDS[0]
    wrong = right[:position] + str(digit) + right[position + 1 :]
    assert (id_number_problem(wrong) is None) == (wrong == right)


@pytest.mark.parametrize(
    "number", ["", "50015219900101001", "5001521990010100180", "５00152199001010018", "500152199001010018\n", " 500152199001010018"]
)
def test_shape(number: str) -> None:
    assert id_number_problem(number) is IdProblem.SHAPE


def test_lower_case_x_is_refused_and_upper_case_taken() -> None:
    number = next(found for serial in range(1000) if (found := with_check_digit(f"50015219900101{serial:03d}")).endswith("X"))
    assert id_number_problem(number) is None
    assert id_number_problem(number.lower()) is IdProblem.SHAPE


@pytest.mark.parametrize("born", ["19900230", "19901301", "19000229", "18491231", "00000000"])
def test_no_such_day_or_before_1850(born: str) -> None:
    assert id_number_problem(with_check_digit(f"500152{born}001")) is IdProblem.DATE


def test_born_after_today() -> None:
    number = with_check_digit("50015220300102001")
    assert id_number_problem(number, date(2030, 1, 1)) is IdProblem.FUTURE
    assert id_number_problem(number, date(2030, 1, 2)) is None
    assert id_number_problem(with_check_digit("50015299990101001")) is IdProblem.FUTURE


@given(st.dates(date(1850, 1, 1), date(2025, 12, 31)), st.integers(0, 999))
def test_every_right_number_passes(born: date, serial: int) -> None:
    assert id_number_problem(with_check_digit(f"500152{born:%Y%m%d}{serial:03d}")) is None


def test_uscc() -> None:
    assert all(identifiers.is_uscc(code) for code in FAKE_USCCS)
    assert not any(
        identifiers.is_uscc(code) for code in ("91500152MA0000007E", "91500152ma0000007d", "91500152MA 0000007D", "", "91500152MA0000007I")
    )


@pytest.mark.parametrize("authority", "123456789ANY")
def test_every_registering_authority_can_issue_a_code(authority: str) -> None:
    code = f"{authority}1500152MA0000007"
    assert identifiers.is_uscc(code + uscc.calc_check_digit(code))


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("0" * 18, UsccProblem.SHAPE),
        ("B1500152MA0000007D", UsccProblem.SHAPE),
        ("90500152MA0000007D", UsccProblem.SHAPE),
        ("9A500152MA0000007D", UsccProblem.SHAPE),
        ("91500I52MA0000007D", UsccProblem.SHAPE),
        ("91500152MA0000007E", UsccProblem.CHECK_DIGIT),
        *((number, UsccProblem.ID_NUMBER) for number in FAKE_IDS),
    ],
)
def test_what_is_wrong_with_a_code(code: str, problem: UsccProblem) -> None:
    assert identifiers.uscc_problem(code) is problem
    assert identifiers.is_legacy_uscc(code) is (problem is UsccProblem.CHECK_DIGIT)


def test_no_id_number_is_a_code_even_with_its_check_character() -> None:
    numbers = (with_check_digit(f"110105199001{day:02d}{serial:03d}") for day in range(1, 29) for serial in range(40))
    assert {identifiers.uscc_problem(number) for number in numbers} == {UsccProblem.ID_NUMBER}


def test_the_number_of_a_permanent_residence_card_is_no_id_number_and_the_other_way_round() -> None:
    number = with_check_digit("95099919900101001")
    assert identifiers.is_resident_number(number)
    assert id_number_problem(number) is IdProblem.RESIDENT
    assert identifiers.resident_number_problem(FAKE_IDS[0]) is IdProblem.SHAPE
    assert identifiers.is_resident_number("USA500199001013")


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (with_check_digit("95099919900230001"), IdProblem.DATE),
        (with_check_digit("95099929990101001"), IdProblem.FUTURE),
        ("950999199001010011", IdProblem.CHECK_DIGIT),
        ("95099919900101001", IdProblem.SHAPE),
        ("usa500199001013", IdProblem.SHAPE),
        ("", IdProblem.SHAPE),
    ],
)
def test_what_is_wrong_with_the_number_of_a_permanent_residence_card(number: str, problem: IdProblem) -> None:
    assert identifiers.resident_number_problem(number) is problem


def test_mobile_unit_number_and_date() -> None:
    assert identifiers.is_mobile("13800000000")
    assert not any(identifiers.is_mobile(number) for number in ("12800000000", "+8613800000000", "1380000000", "138000000001"))
    assert identifiers.is_unit_number("500152001001GB00001F00010001")
    assert not any(
        identifiers.is_unit_number(number) for number in ("500152001001GB00001F0001000", "500152001001gb00001F00010001", "5" * 28)
    )
    assert identifiers.is_date("2024-02-29")
    assert not any(identifiers.is_date(day) for day in ("2023-02-29", "20240229", "2024-2-9", "2024-02-29T00:00:00", "2024-W01-1"))


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三丰", "张**"), ("张三", "张*"), ("欧阳修", "欧阳*"), ("欧阳", "欧*"), ("John", "J***"), ("李", "李"), ("", "")],
)
def test_a_masked_name_keeps_the_surname(name: str, masked: str) -> None:
    assert identifiers.mask_name(name) == masked


def test_masked_numbers_keep_their_ends() -> None:
    assert identifiers.mask_mobile("13800000001") == "138****0001"
    assert identifiers.mask_id_number("500152199001010018") == "5" + "*" * 16 + "8"
    assert identifiers.mask_mobile("1380000") == "*" * 7
    assert identifiers.mask_id_number("12") == "**"


def test_ids_are_uuid7_in_the_order_they_were_made() -> None:
    made = [identifiers.new_id() for _ in range(200)]
    assert made == sorted(set(made))
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in made)


def test_trace_ids_are_32_hex_digits() -> None:
    made = {identifiers.new_trace_id() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in made)


def test_case_numbers_have_at_least_four_digits_of_sequence() -> None:
    implementation = "11500152000000019R4000111001001"
    assert identifiers.case_number(implementation, date(2026, 11, 23), 7) == implementation + "202611230007"
    assert len(identifiers.case_number(implementation, date(2026, 11, 23), 7)) == 43
    assert identifiers.case_number(implementation, date(2026, 11, 23), 12345).endswith("2026112312345")
    with pytest.raises(ValueError, match="begins at 1"):
        identifiers.case_number(implementation, date(2026, 11, 23), 0)


def test_the_day_of_a_time_is_the_one_in_china() -> None:
    last = int(datetime(2026, 11, 23, 23, 59, 59, 999_999, tzinfo=identifiers.CHINA).timestamp() * 1_000_000)
    assert (identifiers.day_of(last), identifiers.day_of(last + 1)) == ("20261123", "20261124")


def test_a_trace_id_is_read_from_the_header_alone_that_has_one() -> None:
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    assert identifiers.trace_id_of(f"00-{trace}-{span}-01") == trace
    for wrong in (
        None,
        "",
        trace,
        f"01-{trace}-{span}-01",
        f"00-{'0' * 32}-{span}-01",
        f"00-{trace}-{'0' * 16}-01",
        f"00-{trace.upper()}-{span}-01",
    ):
        assert identifiers.trace_id_of(wrong) is None
