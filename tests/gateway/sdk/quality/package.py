"""An adapter in a package of its own, written into a folder of the test: everything it claims is true until a test changes it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from gateway.sdk.department import Department
from gateway.sdk.quality import RULES, Quality, read_quality
from gateway.sdk.quality.home import ConformanceRecord, digest_of

ADAPTER = """\
from datetime import timedelta
from gateway.sdk import Department, Operation, Output, Request, Safe


class Wanted(Request):
    name: str


class Given(Output):
    number: str


class Fire(Department):
    adapter = "fire"
    sdk = "1.0"
    version = "2"
    secret_names = ("token",)
    operations = (
        Operation(
            name="inspect",
            title_zh="查",
            title_en="Inspect",
            request=Wanted,
            output=Given,
            resend=Safe(remembered=timedelta(days=1)),
        ),
    )

    async def submit(self, call, request): ...

    async def probe(self): ...
"""
_NOT_OFFERED = ("find", "poll", "callback", "withdraw")
EXEMPT = {"status": "exempt", "reason": "decides at once"}
TODO = {"status": "todo", "reason": "no test system yet"}


class Package:
    """The package ``quality_fire``: its files, and what is said and shown of it."""

    name = "quality_fire"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / self.name
        (self.folder / "contract").mkdir(parents=True)
        self.write("__init__.py", "")
        self.write("adapter.py", ADAPTER)
        self.write("contract/openapi.yaml", "openapi: 3.1.0\n")
        self.write("README.md", "Fire. `inspect` takes a name; its token is a secret.\n")
        self.says: dict[str, Any] = {rule.name: "done" for rule in RULES}
        self.says |= dict.fromkeys(_NOT_OFFERED, EXEMPT)
        self.says |= {rule.name: TODO for rule in RULES if rule.evidence}
        self.claims = "silver"
        self.write_quality()
        self.write_record()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def write_quality(self, **says: Any) -> None:
        """Say it; names with ``_`` for ``-``, None: nothing is said of the rule."""
        self.says |= {name.replace("_", "-"): said for name, said in says.items()}
        rules = {name: said for name, said in self.says.items() if said is not None}
        lines = [f"tier: {self.claims}", "rules:", *(f"  {name}: {orjson.dumps(said).decode()}" for name, said in rules.items())]
        self.write("quality.yaml", "\n".join(lines) + "\n")

    def write_record(self, change: Callable[[dict[str, Any]], object] = lambda _: None) -> None:
        """What the suite would have found, as it is now; ``change`` spoils it."""
        codes = {code for rule in RULES for code in rule.tests} | {"repeat_has_one_effect", "repeat_after_a_lost_reply_has_one_effect"}
        tests = {code: {"inspect": "passed"} for code in sorted(codes)}
        record = {"adapter": "fire", "version": "2", "sdk": "1", "digest": digest_of(self.folder), "suite": len(tests), "tests": tests}
        change(record)
        (self.folder / "conformance.json").write_bytes(ConformanceRecord.model_validate(record).written())

    def adapter(self) -> type[Department]:
        """Its class, as it is written now."""
        forget()
        found: type[Department] = importlib.import_module(f"{self.name}.adapter").Fire
        return found

    def quality(self, *, gives_sandbox: bool = True, description: str = "") -> Quality:
        return read_quality(self.adapter(), gives_sandbox=gives_sandbox, description=lambda: description)

    def problems(self, **more: Any) -> str:
        """What is not true, a line each, without the folder."""
        return "\n".join(str(problem).replace(f"{self.folder}/", "") for problem in self.quality(**more).problems)


def forget() -> None:
    """Nothing of a package is remembered for the next."""
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.partition(".")[0] == Package.name]:
        del sys.modules[name]


def packages(folder: Path) -> Iterator[Package]:
    """For a fixture: a package that can be imported during the test."""
    sys.path.insert(0, str(folder))
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # a module changed within a second would be read from its cache
    yield Package(folder)
    sys.dont_write_bytecode = writes
    sys.path.remove(str(folder))
    forget()
