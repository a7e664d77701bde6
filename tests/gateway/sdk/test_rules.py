"""What makes a class an adapter: every rule that is broken is named, all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.sdk import Ask, Call, Department, Never, Operation, Outcome, Output, Request, Safe
from gateway.sdk.rest_department import RestDepartment
from gateway.sdk.rest_operation import RestOperation
from gateway.sdk.rules import broken_rules


class Good(Department):
    """An adapter that keeps every rule."""

    adapter = "good"
    sdk = "1.0"
    operations = (
        Operation(name="act", title_zh="办", title_en="Act", request=Request, output=Output, resend=Never()),
        Operation(name="ask", title_zh="问", title_en="Ask", request=Request, output=Output, resend=Never(), read_only=True),
    )

    async def submit(self, call: Call, request: Request) -> Outcome:
        raise NotImplementedError

    async def query(self, call: Call, request: Request) -> Outcome:
        raise NotImplementedError


def operation(**changes: Any) -> Operation:
    return Operation(
        **{"name": "act", "title_zh": "办", "title_en": "Act", "request": Request, "output": Output, "resend": Never(), **changes}
    )


def broken(**changes: Any) -> str:
    return "\n".join(broken_rules(type("Broken", (Good,), changes)))


def test_what_its_base_sends_needs_to_be_on_the_wire_and_read() -> None:
    act = RestOperation(method="POST", path="/act", body="fields")
    bare = type("Bare", (RestDepartment,), {"adapter": "bare", "sdk": "1.2", "operations": (operation(),)})
    assert broken_rules(bare) == [
        "Bare: operation act: `wire` must say how it is sent: a RestOperation under its name",
        "Bare: operation act: it needs the method outcome()",
    ]
    whole = type("Whole", (bare,), {"wire": {"act": act}, "outcome": lambda *_: None})
    assert broken_rules(whole) == []
    by_itself = type("ByItself", (bare,), {"submit": Good.submit})
    assert broken_rules(by_itself) == []


class AnyText(Request):
    """A text of any length."""

    person: str


def test_a_question_about_any_text_is_refused_of_who_is_written_for_1_1() -> None:
    asks = operation(name="ask", request=AnyText, read_only=True)
    acts = operation(request=AnyText)
    assert "operation ask: `person` of a question may be any text" in broken(operations=(acts, asks), sdk="1.1")
    assert broken(operations=(acts, asks), sdk="1.0") == ""


def test_an_adapter_that_keeps_the_rules() -> None:
    assert broken_rules(Good) == []


@pytest.mark.parametrize("thing", [5, None, "good", object, Request, Good.submit])
def test_what_is_no_department(thing: object) -> None:
    assert "is not a subclass of gateway.sdk.Department" in broken_rules(thing)[0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"adapter": "Good Will"}, "`adapter`"),
        ({"sdk": None}, "`sdk` must say"),
        ({"sdk": "9.0"}, "it is written for SDK 9.0"),
        ({"secret_names": ["token"]}, "`secret_names`"),
        ({"secret_names": ("To-ken",)}, "`secret_names`"),
        ({"options_model": dict}, "`options_model`"),
        ({"operations": [operation()]}, "`operations` must be a tuple"),
        ({"operations": (operation(charset="latin1"),)}, "`charset` must be one of gb2312, gbk, gb18030"),
        ({"operations": (operation(), operation())}, "stands 2 times"),
        ({"operations": (operation(name="Act!"),)}, "its name must be"),
        ({"operations": (operation(request=dict),)}, "`request`"),
        ({"operations": (operation(output=Request),)}, "`output`"),
        ({"operations": (operation(resend="safe"),)}, "`resend`"),
        ({"operations": (operation(resend=Safe(remembered=timedelta(0))),)}, "Safe needs a time"),
        ({"operations": (operation(resend=Ask(settle=timedelta(seconds=-1))),)}, "settle time"),
        ({"operations": (operation(resend=Ask(settle=timedelta(0))),)}, "must have find()"),
        ({"submit": Department.submit}, "it needs the method submit()"),
        ({"query": Department.query}, "it needs the method query()"),
        ({"can_find": True}, "without a method find()"),
        ({"can_poll": True}, "without a method poll()"),
        ({"can_withdraw": True}, "without a method withdraw()"),
        ({"calls_back": True}, "without a method parse_callback()"),
        ({"submit": lambda *_: None}, "submit() must be `async def`"),
        ({"parse_callback": Good.submit}, "must be a plain `def`"),
    ],
)
def test_a_broken_rule_is_named(changes: dict[str, Any], says: str) -> None:
    assert says in broken(**changes)


def test_every_broken_rule_is_named_at_once() -> None:
    said = broken(adapter="", secret_names=5, can_poll=True).splitlines()
    assert len(said) == 3
    assert all(line.startswith("Broken: ") for line in said)
