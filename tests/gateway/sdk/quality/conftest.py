"""A package whose claims are true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.sdk.quality.package import Package, packages


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Package]:
    """An adapter that is silver, until a test changes something."""
    yield from packages(tmp_path)
