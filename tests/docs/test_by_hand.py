"""The adapter that docs/adapters/by-hand.md writes by hand holds to the whole suite, as it stands there."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from pydantic import TypeAdapter

from gateway.model.service import Shared
from gateway.sdk.conformance import Conformance, checks_in
from gateway.sdk.conformance.equipment.backend import Backend
from tests.gateway.sdk.conformance.departments import run
from tests.patience import run as run_process

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "adapters" / "by-hand.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the page says, in files."""
    folder = tmp_path_factory.mktemp("heritage")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def suite(project: Path) -> Iterator[type[Conformance]]:
    """The class of its tests, loaded from the page."""
    before = set(sys.modules)
    sys.path.insert(0, str(project))
    try:
        module = ModuleType("by_hand")
        exec(compile(FILES["test_heritage.py"], "test_heritage.py", "exec"), vars(module))  # noqa: S102  # our own page
        yield module.TestHeritage
    finally:
        sys.path.remove(str(project))
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "heritage":
                del sys.modules[name]


def test_every_block_of_code_is_run() -> None:
    assert list(FILES) == ["heritage/adapter.py", "heritage/sandbox.py", "test_heritage.py"]
    assert PAGE.count("```python") == len(FILES)


async def test_what_the_page_is_about_holds(suite: type[Conformance], tmp_path: Path) -> None:
    about = {
        "rejection_is_an_outcome",
        "return_names_our_fields",
        "unlisted_code_is_in_doubt",
        "find_knows_what_was_done",
        "find_that_fails_is_never_absent",
        "poll_tells_what_is_decided",
        "poll_goes_by_the_reference",
        "withdraw_takes_back_what_is_open",
        "callback_tells_the_decision",
        "forged_callback_is_refused",
        "every_field_leaves",
        "conflict_is_not_accepted",
        "system_failure_is_no_outcome",
    }
    backend = Backend(suite.sandbox, tmp_path, suite.held_secrets(), suite.options)
    backend.start()
    try:
        for one in checks_in(suite):
            if one.code in about:
                about.remove(one.code)
                await run(suite, one.code, "dig_permit", backend)
    finally:
        backend.stop()
    assert not about


@pytest.mark.slow("the whole suite and a type check in processes of their own; what the page is about stays")
def test_the_page_passes_the_whole_suite_and_is_typed(project: Path) -> None:
    environment = {"PYTHONPATH": f"{project}:{ROOT}", "PATH": "/usr/bin:/bin", "MYPYPATH": f"{project}:{ROOT}"}
    for command in (["pytest", "-q", "-p", "no:cacheprovider"], ["mypy", "--strict", "heritage"]):
        done = run_process([sys.executable, "-m", *command], cwd=project, env=environment, seconds=170)
        assert done.returncode == 0, done.stdout[-3000:]


def test_what_services_may_say_under_share_is_read_as_the_page_says() -> None:
    page = (ROOT / "docs" / "services.md").read_text("utf-8")
    (block,) = re.findall(r"^```yaml\nshare:\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    shared = TypeAdapter(dict[str, Shared]).validate_python(yaml.safe_load(block))
    assert {type(one).__name__ for one in shared.values()} == {"str", "Constant", "ListShare", "ItemsShare"}
