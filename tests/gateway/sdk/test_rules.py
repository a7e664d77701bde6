"""The rules an adapter is held to: each broken one is named, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from gateway.model.outcome import Outcome
from gateway.sdk import Ask, Call, Department, Never, Operation, Output, Pending, Request, Safe
from gateway.sdk.rules import broken_rules


class Wanted(Request):
    """What is asked."""


class Given(Output):
    """What is given."""


def operation(**changes: Any) -> Operation:
    """An operation that keeps the rules, but for ``changes``."""
    fields: dict[str, Any] = {"name": "act", "title_zh": "办", "title_en": "Act", "request": Wanted, "output": Given, "resend": Never()}
    return Operation(**{**fields, **changes})


class Good(Department):
    """An adapter that keeps every rule."""

    adapter = "good"
    operations = (operation(), operation(name="act_again", resend=Safe(remembered=timedelta(days=1))))
    secret_names = ("token",)
    can_poll = True

    async def submit(self, call: Call, request: Request) -> Outcome:
        raise NotImplementedError

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome]:
        raise NotImplementedError


def changed(**members: Any) -> type:
    """``Good`` with some members replaced."""
    return type("Changed", (Good,), members)


def plain(self: Any, *arguments: Any) -> None:
    """A method that is not async."""


async def late(self: Any, *arguments: Any) -> None:
    """A method that is."""


def test_a_good_adapter_breaks_none() -> None:
    assert broken_rules(Good) == []


@pytest.mark.parametrize("thing", [5, "Good", None, object, Good.__new__(Good)])
def test_only_a_class_of_ours_is_an_adapter(thing: object) -> None:
    (problem,) = broken_rules(thing)
    assert "is not a subclass of gateway.sdk.Department" in problem


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"adapter": "Good-One"}, "`adapter` must be its name"),
        ({"adapter": None}, "`adapter` must be its name"),
        ({"secret_names": "token"}, "`secret_names` must be a tuple"),
        ({"secret_names": ("../token",)}, "`secret_names` must be a tuple"),
        ({"options_model": dict}, "`options_model` must be a pydantic model"),
        ({"operations": ()}, "at least one"),
        ({"operations": ("act",)}, "`operations` must be a tuple of Operation"),
        ({"operations": [operation()]}, "`operations` must be a tuple"),
        ({"operations": (operation(), operation())}, "the operation act stands 2 times"),
        ({"operations": (operation(name="Act!"),)}, "its name must be"),
        ({"operations": (operation(request=Given),)}, "`request` must be a subclass"),
        ({"operations": (operation(output=Wanted),)}, "`output` must be a subclass"),
        ({"operations": (operation(resend="safe"),)}, "what does a lost reply mean"),
        ({"operations": (operation(resend=Safe(remembered=timedelta(0))),)}, "Safe needs a time"),
        ({"operations": (operation(resend=Ask(settle=timedelta(seconds=-1))),)}, "Ask needs a settle time"),
        ({"operations": (operation(resend=Ask(settle=timedelta(seconds=1))),)}, "must have find()"),
        ({"operations": (operation(read_only=True),)}, "it needs the method query()"),
        ({"submit": Department.submit}, "it needs the method submit()"),
        ({"can_find": True}, "can_find = True without a method find()"),
        ({"can_withdraw": True}, "can_withdraw = True without a method withdraw()"),
        ({"calls_back": True}, "calls_back = True without a method parse_callback()"),
        ({"submit": plain}, "submit() must be `async def`"),
        ({"probe": plain}, "probe() must be `async def`"),
        ({"parse_callback": late}, "parse_callback() must be a plain `def`"),
    ],
)
def test_each_rule(members: dict[str, Any], says: str) -> None:
    problems = broken_rules(changed(**members))
    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith("Changed: ") for problem in problems)


def test_all_that_is_broken_is_named_at_once() -> None:
    assert len(broken_rules(changed(adapter="", secret_names=None, can_find=True, operations=(operation(request=int, output=int),)))) == 5
