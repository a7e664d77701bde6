"""A record counts while it is about this adapter as it is; one that is stale, cut short or failed is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.sdk.quality import Tier
from gateway.sdk.quality.record import worse
from tests.gateway.sdk.quality.package import Package


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
