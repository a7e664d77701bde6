"""Rules that keep all tests quick enough to be run often: slow ones give reasons, and limits grow with the load."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import suite

TESTS = Path(__file__).parent
_ASYNCIO = frozenset({"timeout", "timeout_at", "wait_for"})
#: The modules that make limits, and programs that import nothing of ours, one of them in an environment of its own.
_MAKE_LIMITS = {TESTS / "patience.py", TESTS / "janitor.py", TESTS / "fuzz" / "generated.py"}
#: Calls that end by themselves after a given time, which must then be one of :mod:`tests.patience`.
_WAITS = frozenset({"communicate", "run", "check_output", "urlopen", "create_connection", "wait", "join", "get", "result"})
#: Calls with a different result each time.
_CHANGE = frozenset({"now", "today", "time_ns", "monotonic", "uuid4", "new_id", "token_bytes", "token_hex", "urandom", "random"})


def slow_without_a_reason(tree: ast.AST) -> Iterator[int]:
    """Find the marks ``slow`` that give no reason in one line."""
    reasons = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and len(node.args) == 1
        and isinstance(said := node.args[0], ast.Constant)
        and isinstance(said.value, str)
        and 20 <= len(said.value) <= 140
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "slow" and ast.unparse(node) == "pytest.mark.slow" and id(node) not in reasons:
            yield node.lineno


def limits_of_their_own(tree: ast.AST) -> Iterator[int]:
    """Find the waits that end after so many plain seconds, however busy the machine is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if called in _ASYNCIO and ast.unparse(node.func) == f"asyncio.{called}":
                yield node.lineno
            if called in _WAITS:
                given = [one.value for one in node.keywords if one.arg == "timeout"]
                yield from (one.lineno for one in given if isinstance(one, ast.Constant) and one.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.left, ast.Call) and ast.unparse(node).startswith("time.monotonic() +"):
            yield node.lineno


def names_that_change(tree: ast.AST) -> Iterator[int]:
    """Find parameters that depend on time or chance, because each collecting process would give such a test another name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.parametrize":
            for call in (one for value in node.args[1:] for one in ast.walk(value) if isinstance(one, ast.Call)):
                said = ast.unparse(call.func)
                at_a_time = said == "gzip.compress" and "mtime" not in {one.arg for one in call.keywords}
                if at_a_time or said == "time.time" or said.rpartition(".")[2] in _CHANGE:
                    yield call.lineno


@cache
def trees() -> dict[Path, ast.AST]:
    files = (file for file in TESTS.rglob("*.py") if file not in _MAKE_LIMITS)
    return {file.relative_to(TESTS.parent): ast.parse(file.read_text("utf-8")) for file in sorted(files)}


def found(rule: Callable[[ast.AST], Iterator[int]]) -> list[str]:
    return [f"{name}:{line}" for name, tree in trees().items() for line in rule(tree)]


def test_what_is_slow_says_why() -> None:
    assert found(slow_without_a_reason) == [], 'write @pytest.mark.slow("what makes it so; what stays in `make test`"), one line'


def test_a_test_has_one_name() -> None:
    assert found(names_that_change) == [], "what has the time or chance in it is made in the test"
    assert list(names_that_change(ast.parse('pytest.mark.parametrize("x", [gzip.compress(b""), new_id()])'))) == [1, 1]


def test_a_wait_is_as_long_as_the_machine_is_busy() -> None:
    assert found(limits_of_their_own) == [], "use tests/patience.py: within(), until(), run(), output(), end_of(), Limit, stretched()"


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.slow\ndef f(): ...",
        "pytestmark = pytest.mark.slow()",
        'x(marks=pytest.mark.slow("short"))',
        "pytest.mark.slow(reason)",
    ],
)
def test_a_mark_without_a_reason_is_found(text: str) -> None:
    assert list(slow_without_a_reason(ast.parse(text)))
    assert not list(slow_without_a_reason(ast.parse('pytest.mark.slow("starts three nodes and kills them")')))


@pytest.mark.parametrize(
    "text",
    [
        "async with asyncio.timeout(5): ...",
        "process.communicate(timeout=20)",
        "subprocess.run(a, timeout=5)",
        "until = time.monotonic() + 5",
    ],
)
def test_a_plain_limit_is_found(text: str) -> None:
    tree = ast.parse(f"async def f():\n    {text}")
    assert list(limits_of_their_own(tree)) == [2]
    assert not list(
        limits_of_their_own(ast.parse("output(process, 20); gate.wait(timeout=stretched(5)); seconds = time.monotonic() - began"))
    )


class _Worker:
    """A worker, as far as the scheduler uses it."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def send_runtest_some(self, numbers: list[int]) -> None:
        self.given.append(len(numbers))


def test_the_longest_of_what_is_left_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with the longest last time or, for a module that has not run here yet, with the usual time of its part."""
    tests = {"tests/a.py": 30, "tests/b.py": 2, "tests/c.py": 1, "tests/faults/test_d.py": 1}
    monkeypatch.setattr(suite, "_known", lambda _: {"tests/b.py": 30.0, "tests/c.py": 3.0})
    worker = _Worker()
    scheduler: Any = suite.LongestFirst.__new__(suite.LongestFirst)
    scheduler.config, scheduler.assigned_work = None, {}
    scheduler.workqueue = OrderedDict((name, {f"{name}::{number}": False for number in range(count)}) for name, count in tests.items())
    scheduler.registered_collections = {worker: [test for module in scheduler.workqueue.values() for test in module]}
    order: list[str] = []
    while scheduler.workqueue:
        before = set(scheduler.workqueue)
        scheduler._assign_work_unit(worker)
        order += before - set(scheduler.workqueue)
    assert order == ["tests/b.py", "tests/faults/test_d.py", "tests/c.py", "tests/a.py"]
    assert worker.given == [2, 1, 1, 30]
