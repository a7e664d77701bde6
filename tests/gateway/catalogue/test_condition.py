"""``when``: the data it may read, and its three values. Rules: compiled, checked against the form, and proven by what breaks them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest

from gateway.catalogue.compiled import CompiledService, compile_service
from gateway.catalogue.condition import CompiledRule, Condition, ConditionFailed, ConditionRefused
from gateway.catalogue.sample import sample_problems, unproven_rules
from gateway.model.outcome import Returned
from gateway.model.service import Rule, Service
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.stand_ins import DEPARTMENTS, definition, sample
from tests.gateway.worlds.world import FRONT, World

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


RULE: dict[str, Any] = {
    "name": "two_parties",
    "must": "applicant.id_number != data.buyer.id_number",
    "message": {"zh": "买卖双方不能是同一人", "en": "seller and buyer are the same"},
    "pointers": ["/applicant/id_number", "/data/buyer/id_number"],
    "broken_by": {"/data/buyer/id_number": "500152199001010018"},
}
SIGNED = {
    "name": "signed_by_today",
    "must": "data.signed_on <= today()",
    "message": {"zh": "不能晚于今天", "en": "cannot be later than today"},
    "pointers": ["/data/signed_on"],
    "broken_by": {"/data/signed_on": "2999-01-01"},
}


def service(*rules: dict[str, Any], **more: Any) -> tuple[CompiledService, list[tuple[str, str]]]:
    made = {**definition(), "sample": sample(), "rules": list(rules), **more}
    compiled, problems = compile_service(Service.model_validate(made), DEPARTMENTS, {})
    assert compiled is not None
    return compiled, [(".".join(map(str, problem.place)), problem.detail) for problem in problems]


def test_a_rule_that_is_broken_is_said_at_each_of_its_pointers_in_the_language_asked_for() -> None:
    found, problems = service(RULE)
    assert problems == []
    assert not sample_problems(found)
    assert not list(unproven_rules(found))
    same = sample()
    same["data"]["buyer"]["id_number"] = same["applicant"]["id_number"]
    assert [(one.pointer, one.detail) for one in found.check(same, "zh-CN")] == [
        ("/applicant/id_number", "买卖双方不能是同一人"),
        ("/data/buyer/id_number", "买卖双方不能是同一人"),
    ]
    assert found.check(same, "en")[0].detail == "seller and buyer are the same"


def test_rules_are_asked_only_of_what_has_passed_the_form() -> None:
    found, _ = service(RULE)
    same = sample()
    same["data"]["buyer"] = {"name": " ", "id_number": same["applicant"]["id_number"]}
    assert {one.pointer for one in found.check(same, "en")} == {"/data/buyer/name"}


def test_today_is_the_day_that_is_given() -> None:
    found, problems = service(SIGNED, sample_day="2026-11-23")
    assert problems == []
    signed = date.fromisoformat(sample()["data"]["signed_on"])
    assert found.check(sample(), "en", signed) == []
    before = signed.replace(day=signed.day - 1)
    assert [one.pointer for one in found.check(sample(), "en", before)] == ["/data/signed_on"]
    assert list(unproven_rules(found)) == []


@pytest.mark.parametrize(
    ("values", "unique"), [("`[1, 2]`", True), ("`[1, 1]`", False), ("`[null, null]`", True), ("data.none", True), ("`[]`", True)]
)
def test_unique(values: str, unique: bool) -> None:  # noqa: FBT001  # a parameter of the test
    rule = {**RULE, "must": f"unique({values})" if values[0] == "`" else "unique(data.people[].name)"}
    found, problems = service(rule)
    assert problems == []
    given = sample()
    given["data"].pop("people", None)
    assert (found.check(given, "en") == []) is unique


@pytest.mark.parametrize(
    ("change", "place", "detail"),
    [
        (lambda r: r.update(must="data."), "rules.0.must", "is not JMESPath"),
        (lambda r: r.update(must="data.nothing == 'x'"), "rules.0.must", "data.nothing is not in the form"),
        (lambda r: r.update(must="applicant.nothing"), "rules.0.must", "not in what an applicant gives"),
        (lambda r: r.update(must="steps.tax.amount"), "rules.0.must", "may not read steps.tax.amount"),
        (lambda r: r.update(must="yesterday() > data.signed_on"), "rules.0.must", "a function that there is not"),
        (lambda r: r.update(must="data.signed_on <= today()"), "rules.0.must", "sample_day"),
        (lambda r: r.update(pointers=["/data/nothing"]), "rules.0.pointers.0", "data.nothing is not in the form"),
        (lambda r: r.update(pointers=["data.buyer"]), "rules.0.pointers.0", "no JSON Pointer"),
        (lambda r: r.update(broken_by={"/data/nothing": 1}), "rules.0.broken_by./data/nothing", "not in the form"),
    ],
)
def test_a_rule_that_cannot_be_used_is_located(change: Callable[[dict[str, Any]], None], place: str, detail: str) -> None:
    wrong = dict(RULE)
    change(wrong)
    found, problems = service(wrong)
    assert [text for where, text in problems if where == place and detail in text], problems
    assert found.rules == ()


def test_two_rules_of_one_name() -> None:
    _, problems = service(RULE, RULE)
    assert problems == [("rules.1.name", "there is another rule two_parties")]


@pytest.mark.parametrize(
    ("broken_by", "detail"),
    [
        ({"/data/buyer/id_number": "500152198512310026"}, "keeps the rule"),
        ({"/data/buyer/id_number": 5}, "must pass the form"),
        ({"/data/people/9/name": "x"}, "leads to nothing"),
    ],
)
def test_a_rule_must_be_shown_to_be_breakable(broken_by: dict[str, Any], detail: str) -> None:
    found, _ = service({**RULE, "broken_by": broken_by})
    assert [problem.place for problem in unproven_rules(found) if detail in problem.detail] == [("rules", 0, "broken_by")]


def test_a_sample_that_breaks_a_rule_is_located_in_the_sample() -> None:
    found, _ = service({**RULE, "must": "applicant.id_number == data.buyer.id_number"})
    assert [one.pointer for one in sample_problems(found)] == RULE["pointers"]


def test_the_digest_of_a_definition_from_before_there_were_rules_stays_the_same() -> None:
    plain = Service.model_validate({**definition(), "sample": sample()})
    assert "rules" not in plain.canonical()
    assert "sample_day" not in plain.canonical()
    ruled = Service.model_validate({**definition(), "sample": sample(), "rules": [RULE], "sample_day": "2026-11-23"})
    assert Service.model_validate_json(ruled.canonical()) == ruled
    assert ruled.digest() != plain.digest()


def test_a_rule_that_cannot_be_evaluated_refuses_and_says_so() -> None:
    found, problems = service({**RULE, "must": "data.buyer.name && sum(data.people[].name || `[1]`) > `0`"})
    assert problems == []
    assert "leaves open whether" in found.check(sample(), "en")[0].detail


async def test_check_filing_and_revision_say_the_same(world: World) -> None:
    rule = CompiledRule(Rule.model_validate({**RULE, "must": "data.note != 'same'", "pointers": ["/data/note"]}))
    world.catalogue.services["chain"].rules = (rule,)
    world.offices["annex"].says("submit", Returned(code="B1", reason="again"))
    case = await world.file("chain", {"note": "x", "own": "y"})
    await world.run()
    for data, said in (({"note": "same", "own": "y"}, "seller and buyer are the same"), ({"note": "x", "own": "y "}, "U+0020")):
        body = orjson.dumps({"service": "chain", "channel": "counter", "applicant": MAN, "data": data})
        report = await world.intake.check(body, caller=FRONT, language="en")
        for refuses in (
            world.intake.file(body, caller=FRONT, idempotency_key="k", language="en", traceparent=None),
            world.revise(case, data),
        ):
            with pytest.raises(Refused) as refused:
                await refuses
            assert [{"pointer": one.pointer, "detail": one.detail} for one in refused.value.errors] == report["errors"]
        assert said in report["errors"][0]["detail"]
    filed = await world.revise(case, {"note": "x", "own": "z"})
    assert filed.created
