"""A small contract to begin with, where a REST department has none yet: one operation files an application, one asks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STARTER = Path(__file__).parent / "templates" / "starter-openapi.yaml"


@contextmanager
def starter_contract(name: str) -> Iterator[Path]:
    """Give a file with the contract, named for the adapter, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="contract-") as folder:
        file = Path(folder, "openapi.yaml")
        file.write_text(_STARTER.read_text("utf-8").replace("the department", name), "utf-8")
        yield file
