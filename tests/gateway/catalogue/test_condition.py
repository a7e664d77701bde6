"""``when``: the data it may read, and its three values."""

from __future__ import annotations

import pytest

from gateway.catalogue.condition import Condition, ConditionFailed, ConditionRefused

BEFORE = {"applicant": {"name": "张三"}, "data": {"x": True, "list": [{"n": 1}], "zero": 0, "text": "t"}, "steps": {}}
AFTER = {**BEFORE, "steps": {"m": {"c": "20"}}}


@pytest.mark.parametrize(
    ("expression", "before", "after"),
    [
        ("data.x", True, True),
        ("data.missing", False, False),
        ("data.zero", True, True),  # JMESPath: only null, false and empty values are not true
        ("!(data.x)", False, False),
        ("data.list[?n > `0`]", True, True),
        ("data.list[0].n == `1`", True, True),
        ("steps.m.c == '20'", None, True),
        ("steps.m.c != '20'", None, False),
        ("data.missing && steps.m.c == '20'", False, False),
        ("steps.m.c == '20' && data.missing", False, False),
        ("data.x || steps.m.c == '30'", True, True),
        ("steps.m.c == '30' || data.missing", None, False),
        ("!(steps.m.c == '20')", None, False),
        ("data.list && length(data.list) > `0`", True, True),
        ("data.missing && length(data.missing) > `0`", False, False),
        ("steps.m.c && length(data.missing || `[]`) == `0`", None, True),
    ],
)
def test_three_values_at_filing_and_two_at_release(expression: str, before: bool | None, after: bool) -> None:  # noqa: FBT001  # a table
    condition = Condition(expression)
    assert condition.foresee(BEFORE) is before
    assert condition.foresee(AFTER) is after
    assert condition.true(AFTER) is after


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("data.", "is not JMESPath"),
        ("(", "is not JMESPath"),
        ("nosuch(data.x)", r"a function that there is not: .*nosuch"),
        ("!data.x", r"write !\(a.b\)"),
        ("length(data.list) > `1`", "guard it"),
        ("other.x", "may only read"),
        ("@", "may only read"),
        ("data", "must name what it reads of data"),
        ("steps", "must name what it reads of steps"),
        ("data.*.x", "name the fields"),
        ("sort_by(data.list, &n)", "name the fields"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(expression: str, why: str) -> None:
    with pytest.raises(ConditionRefused, match=why):
        Condition(expression)


def test_it_names_every_path_it_reads() -> None:
    condition = Condition("(data.list[?n == `1`].m | [0]) && contains(data.tags || `[]`, applicant.name) || steps.m.c == data.text")
    assert condition.paths == {
        ("data", "list", "[]", "m", "[]"),
        ("data", "list", "[]", "n"),
        ("data", "tags"),
        ("applicant", "name"),
        ("steps", "m", "c"),
        ("data", "text"),
    }


def test_a_failure_says_nothing_of_the_value() -> None:
    condition = Condition("data.x && length(data.x) > `0`")
    with pytest.raises(ConditionFailed) as caught:
        condition.true({"applicant": {}, "data": {"x": 500152199001010018}, "steps": {}})
    assert "5001521990" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_part_that_fails_behind_an_open_guard_is_open_too() -> None:
    condition = Condition("steps.m.c && data.n && length(data.n) > `0`")
    context = {"applicant": {}, "data": {"n": 5}, "steps": {}}
    assert condition.foresee(context) is None
