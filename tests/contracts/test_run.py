"""Random contracts are generated from, imported and called, and faults of a project are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.scaffold.contract import names
from gateway.scaffold.openapi import document as openapi
from gateway.scaffold.project import write
from gateway.scaffold.wsdl import document as wsdl
from tests.contracts import run as contracts
from tests.contracts.__main__ import told

ZOO = Path(__file__).parents[1] / "gateway/scaffold/zoo"


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
    """Show that faults are found: without the list of Python's own names, projects cannot be imported, or not even be written."""
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


@pytest.mark.timeout(120)
def test_what_was_seen_to_break_imports_and_answers(tmp_path: Path) -> None:
    """Repeat known breakages: fields called ``list``, a base that is one of its own variants, bodies that are not JSON."""
    report, written = contracts.Report(), {}
    for number, name in enumerate(("reply-field-named-list.yaml", "oneof-allof-cycle.yaml", "repeated-field-named-list.wsdl"), 1):
        reader = wsdl if name.endswith(".wsdl") else openapi
        written[number] = write(reader.read(ZOO / name), name=f"p{number}", into=tmp_path / f"p{number}")
    forms = openapi.read(ZOO / "bodies-3.0.yaml", only=["form", "files"])
    written[4] = write(forms, name="p4", into=tmp_path / "p4")
    contracts._look_at(tmp_path, list(written), written, report)
    assert not report.findings, told(report, 4, 0)
    assert not any(contracts._is_red(made) for made in written.values())


def test_the_same_seed_gives_the_same_contracts(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        for number in range(1, 10):
            contracts.write_contract(folder, number, 7)
    assert [path.read_bytes() for path in sorted(first.iterdir())] == [path.read_bytes() for path in sorted(second.iterdir())]
