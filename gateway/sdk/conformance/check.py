"""The metadata of each test of the suite: its demand, and the remedy for an adapter that fails it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn, TypeVar

import pytest
import yaml

from gateway.model.service import Text
from gateway.sdk.conformance.texts import failure, filled

T = TypeVar("T", bound=Callable[..., object])

#: The operations that a test is for. ``once``: the test is not for single operations.
Applies = Literal["once", "each", "acting", "safe", "found", "polled", "called_back", "withdrawn"]
PAGE = "docs/conformance.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One test of the suite. ``code`` is stable: it is the test's name without ``test_``, and its place in the page."""

    code: str
    applies: Applies
    asks: str
    asks_zh: str
    do: str
    do_zh: str


def _demands() -> dict[str, dict[str, str]]:
    """Read the demand of each test by its code, with the remedy under which it stands."""
    groups = yaml.safe_load(Path(__file__).with_name("demands.yaml").read_text("utf-8"))
    return {code: {**asks, "do": group["do"], "do_zh": group["do_zh"]} for group in groups for code, asks in group["demands"].items()}


DEMANDS: Final = _demands()


def check(applies: Applies) -> Callable[[T], T]:
    """Mark a test of the suite. Its demand in English becomes its docstring, which pytest lists."""

    def mark(test: T) -> T:
        code = test.__name__.removeprefix("test_")
        said = DEMANDS[code]
        test.__doc__ = said["en"]
        test.__check__ = Check(code=code, applies=applies, asks=said["en"], asks_zh=said["zh"], do=said["do"], do_zh=said["do_zh"])  # type: ignore[attr-defined]  # a mark on the function
        return test

    return mark


def check_of(test: object) -> Check:
    """Give the mark of a test of the suite. Raises TypeError for any other function."""
    found = getattr(test, "__check__", None)
    if not isinstance(found, Check):
        raise TypeError(f"{test!r} is no test of the suite")
    return found


def checks_in(suite: type) -> Iterator[Check]:
    """Give every test of a suite, in the order in which they are written."""
    seen = set()
    for base in reversed(suite.__mro__):
        for name, test in vars(base).items():
            if isinstance(getattr(test, "__check__", None), Check) and name not in seen:
                seen.add(name)
                yield check_of(test)


def fail(one: Check, about: str | None, wrong: Text, **values: object) -> NoReturn:
    """End the test with a sentence on what went wrong (``values`` fill its places), the next thing to do, and the page that says more."""
    about = f"{one.code} · {about}" if about else one.code
    pytest.fail("\n".join([about, *failure(filled(wrong, **values), do_zh=one.do_zh, do=one.do), f"{PAGE}#{one.code}"]), pytrace=False)
