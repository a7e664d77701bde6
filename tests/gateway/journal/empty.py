"""An empty journal in a SQLite file: the migrations run once in a process of tests, and each test has a copy."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from gateway.journal.store.database import migrate


def empty(file: Path) -> str:
    """Put an empty journal at ``file``, and give its URL."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy(_migrated(), file)
    return f"sqlite:///{file}"


@cache
def _migrated() -> Path:
    folder = tempfile.mkdtemp(prefix="onestop-empty-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder) / "journal.db"
    migrate(f"sqlite:///{file}")
    return file
