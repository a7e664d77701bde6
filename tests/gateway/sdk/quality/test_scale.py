"""The rules as data: whole, and of tests that the suite has."""

from __future__ import annotations

from pathlib import Path

from docs.quality_page import PAGE, page
from gateway.sdk.conformance import Conformance, checks_in
from gateway.sdk.quality import RULES, Tier
from gateway.sdk.quality.checks import _REPEATS
from gateway.sdk.quality.texts import ASKS, HOW, TIERS


def test_every_test_that_a_rule_rests_on_is_in_the_suite() -> None:
    codes = {one.code for one in checks_in(Conformance)}
    assert {code for rule in RULES for code in rule.tests} | {code for few in _REPEATS.values() for code in few} <= codes


def test_every_rule_is_verified_or_asks_for_evidence() -> None:
    names = {rule.name for rule in RULES}
    assert len(names) == len(RULES)
    assert names == ASKS.keys() >= HOW.keys()
    for rule in RULES:
        assert ASKS[rule.name].zh, rule.name
        assert ASKS[rule.name].en, rule.name
        assert rule.evidence != bool(rule.tests or rule.done), rule.name
        assert bool(rule.done) == (rule.name in HOW), rule.name


def test_the_tiers_are_in_order() -> None:
    assert list(TIERS) == list(Tier)[1:] == [Tier.BRONZE, Tier.SILVER, Tier.GOLD]
    assert [rule.tier.rank for rule in RULES] == sorted(rule.tier.rank for rule in RULES)
    assert all(any(rule.tier == tier for rule in RULES) for tier in TIERS)


def test_a_gateway_verifies_it_without_pytest() -> None:
    import gateway.sdk.quality

    folder = Path(gateway.sdk.quality.__file__).parent
    assert not any("import pytest" in path.read_text(encoding="utf-8") for path in folder.glob("*.py"))


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
