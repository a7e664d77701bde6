"""The demo department that is broken on order: it takes only ways that it knows."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from gateway.sdk.demo import WAYS, BrokenOptions


def test_every_way_says_what_is_wrong() -> None:
    assert all(mistake.text.en and re.search(r"[\u4e00-\u9fff]", mistake.text.zh) for mistake in WAYS.values())
    assert BrokenOptions(ways=frozenset(WAYS)).ways == set(WAYS)


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValidationError, match="unheard_of"):
        BrokenOptions(ways=frozenset({"unheard_of"}))
