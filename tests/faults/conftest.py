"""Installations for the fault tests, whose processes all end with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation

#: Seconds after which a test here hangs, however busy the machine is. Its speed never fails it.
_HANGS = 240


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder their time."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(_HANGS))


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("shared"))
    try:
        sandboxes = made.start("sandbox", "--with-parent")
        made.start_gateway()
        sandboxes.wait_for_line("sandboxes ready")
        yield made
    finally:
        made.close()


@pytest.fixture
def installation(_shared: Installation) -> Installation:
    """Give a running installation with calm sandboxes, shared by the tests that leave it intact."""
    _shared.calm()
    return _shared


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Installation]:
    """Give a separate installation in which nothing runs yet."""
    made = Installation(tmp_path)
    try:
        yield made
    finally:
        made.close()
