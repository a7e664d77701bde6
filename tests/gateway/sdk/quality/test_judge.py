"""A tier is what holds; a claim above it, and every claim that is not true, is named with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.sdk.demo import Succeeds
from gateway.sdk.quality import RULES, UNRATED, Tier, read_quality
from gateway.sdk.quality.judge import Statement, read_statement
from gateway.texts.yaml_lines import load_yaml
from tests.gateway.sdk.quality.package import EXEMPT, TODO, Package

GOLD = [rule.name for rule in RULES if rule.evidence]


def test_what_is_claimed_and_true_is_reached(package: Package) -> None:
    found = package.quality()
    assert (found.tier, found.claimed, found.problems) == (Tier.SILVER, Tier.SILVER, ())
    assert list(found.lacking) == GOLD


def test_an_adapter_that_says_nothing_has_no_tier(package: Package) -> None:
    (package.folder / "quality.yaml").unlink()
    assert package.quality() == UNRATED
    assert read_quality(Succeeds, gives_sandbox=True) == UNRATED
    assert (UNRATED.tier, UNRATED.claimed, UNRATED.problems) == (Tier.NONE, None, ())


def test_gold_needs_evidence(package: Package) -> None:
    package.claims = "gold"
    package.write_quality(**dict.fromkeys(GOLD, "done"))
    said = package.problems()
    assert said.count("without `evidence`") == len(GOLD)
    assert "claims gold, but reaches silver; between them stand: real-system (not true)" in said
    shown = {"status": "done", "evidence": "2026-11-02, the bureau's test system, 40 cases"}
    package.write_quality(**dict.fromkeys(GOLD, shown))
    assert (package.quality().tier, package.problems(), package.quality().lacking) == (Tier.GOLD, "", ())


def test_less_may_be_claimed_than_is_reached(package: Package) -> None:
    package.claims = "none"
    package.write_quality()
    assert (package.quality().tier, package.quality().claimed, package.problems()) == (Tier.SILVER, Tier.NONE, "")


def test_what_is_still_to_do_is_no_lie_until_the_tier_claims_it(package: Package) -> None:
    package.write_quality(probe="todo", sandbox=TODO)
    assert package.problems() == "quality.yaml:1: tier: claims silver, but reaches none; between them stand: sandbox (todo), probe (todo)"
    package.claims = "none"
    package.write_quality()
    assert package.problems() == ""
    package.claims = "bronze"
    package.write_quality(sandbox="done")
    assert (package.quality().tier, package.problems()) == (Tier.BRONZE, "")


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ({"withdraw": {"status": "exempt"}}, "rules.withdraw: said exempt, but without a reason"),
        ({"withdraw": {"status": "exempt", "reason": " "}}, "rules.withdraw: said exempt, but without a reason"),
        ({"sandbox": EXEMPT}, "rules.sandbox: said exempt, but nobody is exempt from this rule"),
        ({"credentials": EXEMPT}, "rules.credentials: said exempt, but it asks for secrets (token)"),
        ({"find": "done"}, "rules.find: said done, but the adapter says can_find = False"),
        ({"poll": None}, "rules: nothing is said of poll"),
        ({"colour": "done"}, "rules.colour: there is no such rule"),
    ],
)
def test_what_may_not_be_said_is_refused_with_its_line(package: Package, says: dict[str, Any], told: str) -> None:
    package.write_quality(**says)
    lines = (package.folder / "quality.yaml").read_text(encoding="utf-8").splitlines()
    (problem,) = [line for line in package.problems().splitlines() if told in line]
    place = told.partition(":")[0].removeprefix("rules.")
    assert lines[int(problem.split(":")[1]) - 1].strip().startswith(f"{place}:")
    assert "colour" in says or package.quality().tier.rank < Tier.SILVER.rank


def test_what_is_wrong_in_several_places_is_named_in_each(package: Package) -> None:
    package.write_quality(find={"status": "exempt"}, withdraw={"status": "exempt"})
    assert package.problems().count("without a reason") == 2


def test_what_several_rest_on_is_named_once(package: Package) -> None:
    (package.folder / "conformance.json").unlink()
    said = package.problems()
    assert said.count("there is no conformance.json") == 1
    assert "rules.conformance: said done, but there is no conformance.json" in said
    assert "five-errors (not true)" in said
    assert package.quality().tier is Tier.NONE


def test_a_file_that_is_none_is_named(package: Package) -> None:
    package.write("quality.yaml", "tier: silver\nrules: [\n")
    found = package.quality()
    assert (found.tier, found.claimed) == (Tier.NONE, None)
    assert "quality.yaml:3" in package.problems()


def read(folder: Path, text: str) -> Statement:
    path = folder / "quality.yaml"
    path.write_text(text, encoding="utf-8")
    return read_statement(*load_yaml(path))


def test_both_ways_of_saying_it_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, "tier: bronze\nrules:\n  contract: done\n  find: {status: exempt, reason: decides at once}\n")
    assert found.tier is Tier.BRONZE
    assert [(name, said.status, said.reason) for name, said in found.rules.items()] == [
        ("contract", "done", None),
        ("find", "exempt", "decides at once"),
    ]
    assert [problem.path for problem in found.problems] == ["rules"]  # of the others nothing is said


def test_everything_is_named_with_its_line(tmp_path: Path) -> None:
    text = "tier: platinum\ncolour: blue\nrules:\n  contract: maybe\n  probe:\n    status: done\n    by: somebody\n"
    text += "  sandbox: [1]\n  poll: done\n"
    found = read(tmp_path, text)
    told = {(problem.line, problem.path) for problem in found.problems}
    assert {(2, "colour"), (1, "tier"), (4, "rules.contract.status"), (7, "rules.probe.by"), (8, "rules.sandbox"), (3, "rules")} == told
    assert (found.tier, list(found.rules)) == (None, ["poll"])


@pytest.mark.parametrize("text", ["", "tier\n", "- 1\n", "tier: bronze\n", "rules: done\n", "tier: [bronze]\nrules: {}\n"])
def test_what_has_not_the_form_is_named_and_nothing_raised(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).problems
