"""What the conformance suite found of one adapter, kept beside it as ``conformance.json``: written by the suite, read here.

It holds no time and no place, so that it changes only when what was found does.
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

#: ``passed``, ``failed`` or ``skipped: why``.
End = Annotated[str, Field(pattern=r"^(passed|failed|skipped: .*\S.*)$")]


class ConformanceRecord(BaseModel):
    """``suite`` is how many tests the suite had; ``tests`` how each ended, by operation (``""`` for a test that is for none)."""

    model_config = ConfigDict(extra="ignore", frozen=True)  # the counts are made from the tests, and a later suite may say more

    format: Literal[1] = 1
    adapter: str
    version: str
    sdk: str
    digest: str
    suite: int
    tests: dict[str, dict[str, End]]

    def ends(self, *codes: str) -> list[str]:
        """How the tests of these codes ended, of every operation; of all, where none is named."""
        return [end for code, found in self.tests.items() if not codes or code in codes for end in found.values()]

    def written(self) -> bytes:
        """The file, with the numbers that a reader looks for first."""
        ends = self.ends()
        counts = {
            name: sum(end.startswith(word) for end in ends)
            for name, word in (("passed", "passed"), ("failed", "failed"), ("skipped", "skipped"))
        }
        whole = {**self.model_dump(exclude={"tests"}), "counts": counts, "tests": {code: self.tests[code] for code in sorted(self.tests)}}
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def worse(first: str | None, second: str) -> str:
    """Of two ends of one test the one that counts: a failure, then one that was run, then one that was left out."""
    order = ("failed", "passed", "skipped")
    return second if first is None else min(first, second, key=lambda end: order.index(end.partition(":")[0]))


def read_record(home: Path, adapter: type[Department]) -> tuple[ConformanceRecord | None, str | None]:
    """The record beside the adapter and, where nothing can rest on it, why: missing, unreadable, of another adapter or out of date."""
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
    """What these tests do not show: one that failed, one that is not there, one that passed for no operation."""
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
    """The tests that failed, each with its operation."""
    return [
        f"{code}[{operation}]" if operation else code
        for code, found in tests.items()
        for operation, end in found.items()
        if end == "failed"
    ]
