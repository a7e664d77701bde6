"""Whatever is wrong with a quality.yaml's form is named, all at once, and the rest is read all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.sdk.quality import Tier
from gateway.sdk.quality.statement import Statement, read_statement
from gateway.texts.yaml_lines import load_yaml


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
