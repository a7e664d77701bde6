"""Codes are those of RFC 6238, each taken once, and the secret is nobody's who has the database alone."""

from __future__ import annotations

import base64

import pytest

from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.people import one_time_codes as codes

SECRET = b"12345678901234567890"
KEYS = HmacKeys([b"k" * 32])
SECOND = 1_000_000


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")])
def test_they_are_those_of_the_standards_own_examples(seconds: int, code: str) -> None:
    assert codes.code_at(SECRET, codes.step_at(seconds * SECOND)) == code
    assert codes.step_of(SECRET, code, after=None, now=seconds * SECOND) == seconds // 30


def test_a_phone_may_be_half_a_minute_off_and_no_more() -> None:
    now = 1_795_000_000 * SECOND
    step = codes.step_at(now)
    assert [codes.step_of(SECRET, codes.code_at(SECRET, step + off), after=None, now=now) for off in (-2, -1, 0, 1, 2)] == [
        None,
        step - 1,
        step,
        step + 1,
        None,
    ]


def test_a_step_that_was_taken_is_taken_no_more() -> None:
    now = 1_795_000_000 * SECOND
    step = codes.step_at(now)
    assert codes.step_of(SECRET, codes.code_at(SECRET, step), after=step, now=now) is None
    assert codes.step_of(SECRET, codes.code_at(SECRET, step - 1), after=step, now=now) is None
    assert codes.step_of(SECRET, codes.code_at(SECRET, step + 1), after=step, now=now) == step + 1


@pytest.mark.parametrize("text", ["", "28708", "2870822", "28708a", "２８７０８２", "²87082", " 287082"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert codes.step_of(SECRET, text, after=None, now=59 * SECOND) is None


def test_a_secret_is_opened_for_its_own_account_and_with_its_key_alone() -> None:
    sealed = codes.sealed(SECRET, "a", KEYS)
    assert codes.opened(sealed, "a", KEYS) == SECRET
    assert codes.opened(sealed, "b", KEYS) is None
    assert codes.opened(sealed, "a", HmacKeys([b"l" * 32])) is None
    assert codes.opened(sealed, "a", HmacKeys([b"l" * 32, b"k" * 32])) == SECRET  # after a rotation
    assert codes.opened(sealed[:-8], "a", KEYS) is None
    assert codes.opened("rubbish", "a", KEYS) is None
    assert base64.b64encode(SECRET).decode() not in sealed
    assert codes.sealed(SECRET, "a", KEYS) != sealed


def test_an_app_reads_the_address() -> None:
    assert codes.address(SECRET, "li.wei", "Service centre") == (
        "otpauth://totp/Service%20centre:li.wei?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Service%20centre"
    )
    assert len(codes.made()) == 20
