"""Contracts that chance writes are generated from, imported and called; what is wrong with a project is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.scaffold import names
from tests.contracts import run as contracts
from tests.contracts.__main__ import told


@pytest.mark.timeout(120)
def test_a_few_contracts_end_well(tmp_path: Path) -> None:
    report = contracts.run(tmp_path, count=12, seed=11, tested=0, typed=False)
    assert not report.findings, told(report, 12, 11)
    assert report.ends["written"] > 3


@pytest.mark.timeout(900)
@pytest.mark.slow("contracts that are type-checked, and projects that run their own tests; a few contracts stay")
def test_more_contracts_end_well(tmp_path: Path) -> None:
    report = contracts.run(tmp_path, count=60, seed=12, tested=2, typed=True)
    assert not report.findings, told(report, 60, 12)
    assert report.ends["own tests pass"] == 2


def test_a_name_that_python_does_not_take_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the names that mean something in Python, projects cannot be imported, or not even be written."""
    monkeypatch.setattr(names, "_TAKEN", frozenset())
    assert contracts.run(tmp_path, count=6, seed=11, tested=0, typed=False).findings


def test_a_sample_that_the_contract_does_not_take_is_found(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    report = contracts.Report()
    written = dict(contracts._written(tmp_path, report, count=2, seed=11))
    number, made = next((number, made) for number, made in written.items() if not contracts._is_red(made))
    (sample,) = list(made.folder.rglob("samples/*/request.json"))[:1]
    sample.write_text(json.dumps({"not": "in the contract"}))
    contracts._look_at(tmp_path, [number], written, report)
    assert "ValidationError" in report.findings[number][0]


def test_the_same_seed_gives_the_same_contracts(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        for number in range(1, 10):
            contracts.write_contract(folder, number, 7)
    assert [path.read_bytes() for path in sorted(first.iterdir())] == [path.read_bytes() for path in sorted(second.iterdir())]
