"""A watch that notices a blocked event loop and names the adapter whose code blocks it. No more can be done from within."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import structlog

from gateway.departments.hosted import Departments

log = structlog.get_logger()

#: Seconds between two beats, and seconds without one after which the loop counts as blocked.
_BEAT = 0.5
_BLOCKED = 1.0


class LoopWatch:
    """A thread that asks the loop for a sign of life twice a second, and calls ``blame`` on the loop with the guilty department."""

    def __init__(self, departments: Departments, blame: Callable[[str], None]) -> None:
        self._departments = departments
        self._blame = blame
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loop watch", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread = 0

    def start(self) -> None:
        """Watch the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while self._loop is not None and not self._ending.wait(_BEAT):
            alive = threading.Event()
            asked = time.monotonic()
            try:
                self._loop.call_soon_threadsafe(alive.set)
            except RuntimeError:  # the loop is closed
                return
            if alive.wait(_BLOCKED) or time.monotonic() - asked > _BLOCKED + _BEAT:
                continue  # the loop beats, or this thread stood still as well and so the whole process did
            department, at = self._where()
            while not alive.wait(_BEAT):
                if self._ending.is_set():
                    return
            log.error("loop_blocked", department=department, at=at, seconds=round(time.monotonic() - asked, 1))
            if department is not None:
                self._loop.call_soon_threadsafe(self._blame, department)

    def _where(self) -> tuple[str | None, str]:
        """Find the department whose adapter the loop is running (None: no adapter), and the innermost line of its code."""
        folders = self._folders()
        frame: FrameType | None = sys._current_frames().get(self._loop_thread)  # noqa: SLF001  # the interpreter's own way to ask
        innermost = _place(frame)
        while frame is not None:
            file = Path(frame.f_code.co_filename)
            for folder, name in folders.items():
                if file == folder or folder in file.parents:
                    return name, _place(frame)
            frame = frame.f_back
        return None, innermost

    def _folders(self) -> Mapping[Path, str]:
        """Give the department of each adapter's file, or of its folder if the adapter is a package."""
        found = {}
        for name, hosted in self._departments.items():
            module = sys.modules.get(type(hosted.department).__module__)
            file = getattr(module, "__file__", None)
            if hosted.department is not None and file is not None:
                found[Path(file).parent if Path(file).name in ("adapter.py", "__init__.py") else Path(file)] = name
        return found


def _place(frame: FrameType | None) -> str:
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame is not None else ""
