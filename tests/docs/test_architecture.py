"""The page of the architecture names nothing that is not in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "architecture.md"


def wrong(text: str) -> Iterator[str]:
    """Find the files and the names of code in backquotes that are not there.

    A file is named by its path from the root, or by its name after a file of the same folder in that line. ``Class.name`` is a function
    of a class of ours.
    """
    for line in text.splitlines():
        folder = ROOT
        for name in re.findall(r"`([^`]+)`", line):
            there = True
            if re.fullmatch(r"(gateway|plugins|config|tests|docs|bench)/[\w/.-]+", name):
                folder = (ROOT / name).parent
                there = (ROOT / name).exists()
            elif re.fullmatch(r"[\w/]+\.py", name):
                there = (folder / name).is_file()
            elif re.fullmatch(r"[A-Z]\w+\.[a-z]\w+", name):
                there = name in _functions()
            if not there:
                yield name


@cache
def _functions() -> frozenset[str]:
    names = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                names |= {f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}
    return frozenset(names)


def test_every_name_of_the_page_is_in_the_code() -> None:
    assert list(wrong(PAGE.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("`gateway/__init__.py`, `cli/__init__.py`, `cli/nothing.py`", ["cli/nothing.py"]),
        ("`docs/architecture.md`, `cli.md`, `reference_page.py`, `elsewhere.py`", ["elsewhere.py"]),
        ("`gateway/nowhere/file.py`", ["gateway/nowhere/file.py"]),
        ("`reference_page.py`", ["reference_page.py"]),
        ("`Journal.write`, `Journal.never`, `Nobody.write`", ["Journal.never", "Nobody.write"]),
    ],
)
def test_a_name_that_is_not_there_is_found(line: str, found: list[str]) -> None:
    assert list(wrong(line)) == found
