"""The reference says what the SDK offers, all of it."""

from __future__ import annotations

import importlib

import pytest

from docs.reference_page import MODULES, PAGE, page


def test_the_reference_is_made_from_the_code_as_it_is() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_says_what_it_is(module: str) -> None:
    public = importlib.import_module(module)
    silent = [name for name in public.__all__ if callable(getattr(public, name)) and not (getattr(public, name).__doc__ or "").strip()]
    assert silent == []
