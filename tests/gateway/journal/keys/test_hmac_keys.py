"""A key's proof holds all that gives it its rights, and cannot be had under another secret."""

from __future__ import annotations

import pytest

from gateway.journal.keys.hmac_keys import key_mac

ROW = {"id": "k", "name": "hall", "role": "front-end", "hash": "e" * 64, "created_at": 1, "revoked_at": None}
SECRET = b"k" * 32


@pytest.mark.parametrize(
    "change",
    [{"id": "l"}, {"name": "halls"}, {"role": "operator"}, {"hash": "f" * 64}, {"created_at": 2}, {"name": "", "role": "hall"}],
    ids=repr,
)
def test_everything_that_gives_rights_is_in_it(change: dict[str, object]) -> None:
    assert key_mac(SECRET)({**ROW, **change}) != key_mac(SECRET)(ROW)


def test_an_end_and_a_caller_are_in_it_and_neither_can_stand_for_the_other_or_be_taken_off() -> None:
    mac = key_mac(SECRET)
    ended, called = {**ROW, "expires_at": 9, "caller": None}, {**ROW, "expires_at": None, "caller": "9"}
    assert len({mac(one) for one in (ROW, ended, called, {**ended, "expires_at": 10}, {**ended, "caller": "9"})}) == 5
    assert mac({**ROW, "expires_at": None, "caller": None}) == mac(ROW)  # as older keys have it
    assert mac.is_good({**ended, "mac": mac(ended)})
    assert not mac.is_good({**ended, "expires_at": None, "mac": mac(ended)})


def test_it_is_of_one_secret_and_says_nothing_of_what_may_change() -> None:
    assert key_mac(SECRET)(ROW) != key_mac(b"l" * 32)(ROW)
    assert key_mac(SECRET)({**ROW, "revoked_at": 5}) == key_mac(SECRET)(ROW)
