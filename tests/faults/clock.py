"""A wall clock that jumps while processes run. libfaketime reads the jump from a file and leaves the monotonic clock alone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest


def library() -> Path:
    """Give the shared library of PyPI's libfaketime. Skips, by name, if there is none for this platform."""
    spec = find_spec("libfaketime")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    found = folder / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
    if not found.is_file():
        pytest.skip(f"libfaketime's library is not at {found}")
    return found


class Clock:
    """The clock of the processes started with :attr:`environment`, which see a jump within a second."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.jump(0)
        #: For processes that must see a jump at once. Reading the file at every look is slow.
        self.at_once = {"FAKETIME_NO_CACHE": "1"}
        self.environment = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",  # the times of files do not matter here, and looking them up is slow
        }

    def jump(self, seconds: int) -> None:
        """Set the clock so far from the real one, replacing the last jump."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n")
        draft.replace(self._file)  # nobody reads half a line
