"""The files of an adapter: their folder, the digest of those that decide how it behaves, and the conformance suite's results in it.

The suite writes the results and this module reads them. They hold no time and no place, so that they change only with what they record.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from gateway.sdk.department import Department

QUALITY = "quality.yaml"
RECORD = "conformance.json"
CONTRACT = "contract"
#: The folder from which a generated sandbox answers. Adapters written by hand need not have it.
SAMPLES = "samples"
#: The command that writes a record anew.
RENEW = "pytest -p gateway.sdk.conformance.report --conformance-record"

#: ``passed``, ``failed`` or ``skipped:`` with the reason.
End = Annotated[str, Field(pattern=r"^(passed|failed|skipped: .*\S.*)$")]
#: Folders of a package that may be left out where it is installed.
_NOT_INSTALLED = frozenset({"tests", "test", "__pycache__"})


def home_of(adapter: type[Department]) -> Path | None:
    """Give the folder of the adapter's package: the nearest, from its module upwards, with a ``quality.yaml``, else its module's own.

    Gives None for a module outside any package, or one that was not loaded from files.
    """
    module = sys.modules.get(adapter.__module__)
    package, file = getattr(module, "__package__", None), getattr(module, "__file__", None)
    if not package or not file:
        return None
    folder = Path(file).resolve().parent
    folders = [folder, *folder.parents][: package.count(".") + 1]  # no further up than the package goes
    if not folder.is_dir():  # in an archive
        return None
    return next((one for one in folders if (one / QUALITY).is_file()), folder)


def sources(home: Path) -> Iterator[Path]:
    """Give the package's Python files in order, but for its tests, which need not be installed with it."""
    for path in sorted(home.rglob("*.py")):
        inner = path.relative_to(home).parts
        tested = path.name.startswith("test_") or path.name == "conftest.py"
        if not tested and not any(part in _NOT_INSTALLED or part.startswith(".") for part in inner[:-1]):
            yield path


def documents(home: Path, folder: str = CONTRACT) -> Iterator[Path]:
    """Give the files in its ``contract`` folder (or in another), in order."""
    for path in sorted((home / folder).rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(home).parts):
            yield path


def digest_of(home: Path) -> str:
    """Give the digest (SHA-256) of sources, contract and samples, by name. It does not depend on a checkout's line endings."""
    whole = hashlib.sha256()
    for path in (*sources(home), *documents(home), *documents(home, SAMPLES)):
        content = hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        whole.update(f"{path.relative_to(home).as_posix()}\0{content}\n".encode())
    return f"sha256:{whole.hexdigest()}"


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
