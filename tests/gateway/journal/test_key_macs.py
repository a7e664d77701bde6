"""A key's proof holds all that gives it its rights, and cannot be had under another secret."""

from __future__ import annotations

import pytest

from gateway.journal.key_macs import key_mac

ROW = {"id": "k", "name": "hall", "role": "front-end", "hash": "e" * 64, "created_at": 1, "revoked_at": None}
SECRET = b"k" * 32


@pytest.mark.parametrize(
    "change",
    [{"id": "l"}, {"name": "halls"}, {"role": "operator"}, {"hash": "f" * 64}, {"created_at": 2}, {"name": "", "role": "hall"}],
    ids=repr,
)
def test_everything_that_gives_rights_is_in_it(change: dict[str, object]) -> None:
    assert key_mac(SECRET)({**ROW, **change}) != key_mac(SECRET)(ROW)


def test_it_is_of_one_secret_and_says_nothing_of_what_may_change() -> None:
    assert key_mac(SECRET)(ROW) != key_mac(b"l" * 32)(ROW)
    assert key_mac(SECRET)({**ROW, "revoked_at": 5}) == key_mac(SECRET)(ROW)
