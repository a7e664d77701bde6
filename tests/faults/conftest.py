"""Installations for the tests of what goes wrong; every process of theirs is ended with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation with its sandboxes and its gateway running."""
    made = Installation(tmp_path)
    try:
        sandboxes = made.start("sandbox")
        made.start_gateway()
        sandboxes.wait_for_line("sandboxes ready")
        yield made
    finally:
        made.close()


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Installation]:
    """An installation of which nothing runs yet."""
    made = Installation(tmp_path)
    try:
        yield made
    finally:
        made.close()
