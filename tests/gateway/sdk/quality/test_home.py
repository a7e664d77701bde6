"""An adapter's files are found in whatever layout its package has."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.sdk.demo import Succeeds
from gateway.sdk.quality import Tier
from gateway.sdk.quality.home import digest_of, documents, home_of, sources, worse
from tests.gateway.sdk.quality.package import Package, forget


def test_beside_the_adapter(package: Package) -> None:
    assert home_of(package.adapter()) == package.folder


def test_further_up_in_the_same_package_and_no_further(package: Package) -> None:
    inner = package.folder / "inside"
    inner.mkdir()
    (inner / "__init__.py").touch()
    shutil.move(package.folder / "adapter.py", inner / "adapter.py")
    package.write("adapter.py", "from quality_fire.inside.adapter import Fire as Fire\n")
    (package.folder.parent / "quality.yaml").touch()
    assert home_of(package.adapter()) == package.folder
    (package.folder / "quality.yaml").unlink()
    assert home_of(package.adapter()) == inner


def test_in_the_package_itself(package: Package) -> None:
    shutil.move(package.folder / "adapter.py", package.folder / "__init__.py")
    package.write("adapter.py", "from quality_fire import Fire as Fire\n")
    assert home_of(package.adapter()) == package.folder


def test_a_package_without_an_init_file_has_one_too(package: Package) -> None:
    (package.folder / "__init__.py").unlink()
    assert home_of(package.adapter()) == package.folder


def test_a_module_outside_any_package_has_none(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.move(package.folder / "adapter.py", package.folder.parent / "quality_fire_alone.py")
    import importlib

    adapter = importlib.import_module("quality_fire_alone").Fire
    assert home_of(adapter) is None
    monkeypatch.delitem(sys.modules, "quality_fire_alone")
    assert home_of(adapter) is None


def test_one_in_an_archive_has_none(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = shutil.make_archive(str(tmp_path / "archive"), "zip", package.folder.parent, package.name)
    shutil.rmtree(package.folder)
    monkeypatch.syspath_prepend(archive)
    assert home_of(package.adapter()) is None
    forget()


def test_what_need_not_be_installed_decides_nothing(package: Package) -> None:
    before = digest_of(package.folder)
    for name in ("tests/test_fire.py", "tests/cases.py", "conftest.py", "test_it.py", ".cache/left.py", "contract/.swap", "notes.txt"):
        (package.folder / name).parent.mkdir(exist_ok=True)
        package.write(name, "x = 1\n")
    assert digest_of(package.folder) == before
    assert [path.name for path in sources(package.folder)] == ["__init__.py", "adapter.py"]
    assert [path.name for path in documents(package.folder)] == ["openapi.yaml"]


def test_a_file_that_is_renamed_changes_it(package: Package) -> None:
    before = digest_of(package.folder)
    package.write("sandbox.py", "")
    between = digest_of(package.folder)
    (package.folder / "sandbox.py").rename(package.folder / "simulated.py")
    assert len({before, between, digest_of(package.folder)}) == 3


def test_the_demo_departments_lie_in_the_sdk() -> None:
    home = home_of(Succeeds)
    assert home is not None
    assert home.name == "demo"


def _ends(code: str, end: str) -> Callable[[dict[str, Any]], None]:
    return lambda record: record["tests"].update({code: {"inspect": end}})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r.update(adapter="water"), "conformance.json is about water 2, not about fire 2"),
        (lambda r: r.update(version="1"), "conformance.json is about fire 1, not about fire 2"),
        (lambda r: r.update(digest="sha256:0"), "conformance.json is out of date"),
        (lambda r: r.update(suite=99), "of the suite's 99 tests"),
        (_ends("repeat_has_one_effect", "failed"), "conformance tests failed: repeat_has_one_effect[inspect]"),
        (_ends("return_names_our_fields", "failed"), "returned-fields: said done, but its conformance test return_names_our_fields failed"),
        (
            _ends("return_names_our_fields", "skipped: later"),
            "returned-fields: said done, but its conformance test return_names_our_fields passed for no",
        ),
        (_ends("errors_hold_nothing_personal", "skipped: later"), "nothing-personal: said done"),
        (_ends("hanging_ends_at_the_deadline", "skipped: later"), "five-errors: said done"),
        (_ends("rejection_is_an_outcome", "skipped: later"), "business-codes: said done"),
        (_ends("unlisted_code_is_in_doubt", "skipped: later"), "unlisted-codes: said done"),
        (_ends("wrong_credentials_are_auth_failed", "skipped: later"), "credentials: said done"),
    ],
)
def test_what_it_does_not_show_is_named(package: Package, change: Callable[[dict[str, Any]], None], told: str) -> None:
    package.write_record(change)
    assert told in package.problems()
    assert package.quality().tier.rank < Tier.SILVER.rank


def test_a_record_of_a_suite_without_a_test_is_named(package: Package) -> None:
    package.write_record(lambda record: (record["tests"].pop("rejection_is_an_outcome"), record.update(suite=len(record["tests"]))))
    assert "conformance.json is of a suite without the test rejection_is_an_outcome" in package.problems()


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"format": 2}', "null"])
def test_one_that_cannot_be_read_is_named(package: Package, text: str) -> None:
    package.write("conformance.json", text)
    assert "conformance.json cannot be read" in package.problems()


def test_a_skip_without_a_reason_is_none(package: Package) -> None:
    package.change("conformance.json", '"passed"', '"skipped: "')
    assert "conformance.json cannot be read" in package.problems()


@pytest.mark.parametrize(
    ("file", "stale"),
    [
        ("adapter.py", True),
        ("contract/openapi.yaml", True),
        ("sandbox.py", True),
        ("samples/inspect/rejected.json", True),
        ("README.md", False),
        ("test_fire.py", False),
    ],
)
def test_it_is_stale_once_sources_or_contract_change(package: Package, file: str, stale: bool) -> None:  # noqa: FBT001  # a parameter of the test
    path = package.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    package.write(file, before + "\n# changed\n")
    assert ("out of date" in package.problems()) == stale


def test_ends_of_lines_are_nobodys_change(package: Package) -> None:
    path = package.folder / "adapter.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert package.problems() == ""


def test_it_holds_what_a_reader_looks_for_and_no_time(package: Package) -> None:
    first = (package.folder / "conformance.json").read_bytes()
    package.write_record()
    assert (package.folder / "conformance.json").read_bytes() == first
    assert b'"counts": {\n    "passed": ' in first


def test_a_failure_counts_before_anything_else() -> None:
    assert worse(None, "skipped: why") == "skipped: why"
    assert worse("skipped: why", "passed") == worse("passed", "skipped: why") == "passed"
    assert worse("passed", "failed") == worse("failed", "passed") == "failed"
