"""A long chain of types is followed; one that is too long is said to be."""

from __future__ import annotations

import sys

import pytest

from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.contract.depth import deep, usual


def down(calls: int) -> int:
    return 0 if calls == 0 else 1 + down(calls - 1)


def test_calls_may_stand_within_each_other_more_deeply() -> None:
    before = sys.getrecursionlimit()
    with deep("a.yaml"):
        assert down(3 * before) == 3 * before
        with usual(), pytest.raises(RecursionError):
            down(3 * before)
    assert sys.getrecursionlimit() == before


def test_what_is_too_deep_is_an_error_of_the_contract() -> None:
    with pytest.raises(UnreadableContractError, match=r"^a\.yaml:1: its parts stand within each other too deeply"), deep("a.yaml"):
        down(100_000)
