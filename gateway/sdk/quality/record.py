"""The conformance suite's results for one adapter, kept beside it as ``conformance.json``: the suite writes them, this module reads them.

They hold no time and no place, so that they change only with what they record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from gateway.sdk.department import Department
from gateway.sdk.quality.home import RECORD, digest_of

RENEW = "pytest -p gateway.sdk.conformance.report --conformance-record"

#: ``passed``, ``failed`` or ``skipped:`` with the reason.
End = Annotated[str, Field(pattern=r"^(passed|failed|skipped: .*\S.*)$")]


class ConformanceRecord(BaseModel):
    """The results. ``suite`` counts the suite's tests, and ``tests`` holds the end of each by operation (``""`` for a test without one)."""

    model_config = ConfigDict(extra="ignore", frozen=True)  # the counts come from the tests, and a later suite may add members

    format: Literal[1] = 1
    adapter: str
    version: str
    sdk: str
    digest: str
    suite: int
    tests: dict[str, dict[str, End]]

    def ends(self, *codes: str) -> list[str]:
        """Give the ends of the tests of these codes for every operation, or of all tests where none is named."""
        return [end for code, found in self.tests.items() if not codes or code in codes for end in found.values()]

    def written(self) -> bytes:
        """Write the file, with the numbers that a reader looks for first."""
        ends = self.ends()
        counts = {
            name: sum(end.startswith(word) for end in ends)
            for name, word in (("passed", "passed"), ("failed", "failed"), ("skipped", "skipped"))
        }
        whole = {**self.model_dump(exclude={"tests"}), "counts": counts, "tests": {code: self.tests[code] for code in sorted(self.tests)}}
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def worse(first: str | None, second: str) -> str:
    """Give the end that counts of two ends of one test: a failure, then one that was run, then one that was left out."""
    order = ("failed", "passed", "skipped")
    return second if first is None else min(first, second, key=lambda end: order.index(end.partition(":")[0]))


def read_record(home: Path, adapter: type[Department]) -> tuple[ConformanceRecord | None, str | None]:
    """Read the record beside the adapter, and say why nothing can rest on it: missing, unreadable, of another adapter, or out of date."""
    try:
        record = ConformanceRecord.model_validate_json((home / RECORD).read_bytes())
    except FileNotFoundError:
        return None, f"there is no {RECORD} beside it: run its conformance tests with `{RENEW}`"
    except (OSError, ValueError) as error:  # pydantic's is one, too
        return None, f"{RECORD} cannot be read ({type(error).__name__}): make it anew with `{RENEW}`"
    return record, _unusable(record, home, adapter)


def _unusable(record: ConformanceRecord, home: Path, adapter: type[Department]) -> str | None:
    told = f"{record.adapter} {record.version}"
    if (record.adapter, record.version) != (adapter.adapter, adapter.version):
        return f"{RECORD} is about {told}, not about {adapter.adapter} {adapter.version}: make it anew with `{RENEW}`"
    if record.digest != digest_of(home):
        return f"{RECORD} is out of date: the adapter's sources, its contract or its samples changed since. Make it anew with `{RENEW}`"
    if len(record.tests) < record.suite:
        return f"{RECORD} holds {len(record.tests)} of the suite's {record.suite} tests: run them all with `{RENEW}`"
    return None


def unshown(record: ConformanceRecord, codes: Iterable[str]) -> str | None:
    """Name a test of these that does not show its rule: one that failed, is missing, or passed for no operation."""
    for code in codes:
        ends = record.ends(code)
        if "failed" in ends:
            return f"its conformance test {code} failed"
        if not ends:
            return f"{RECORD} is of a suite without the test {code}: make it anew with `{RENEW}`"
        if "passed" not in ends:
            return f"its conformance test {code} passed for no operation: {ends[0]}"
    return None


def failures(tests: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Give the tests that failed, each with its operation."""
    return [
        f"{code}[{operation}]" if operation else code
        for code, found in tests.items()
        for operation, end in found.items()
        if end == "failed"
    ]
