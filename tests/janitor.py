"""A cleaner that ends all processes below a folder and removes it, once nobody holds its standard input open any more.

The tests start one with a pipe for each folder of servers. The kernel closes the pipe when they end, even if they are killed.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

#: Seconds for servers to end in good order.
_PATIENCE = 5.0


def running_in(folder: Path) -> list[int]:
    """Give the processes whose working directory, which for a server is its data, is ``folder`` or lies below it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                if (entry / "cwd").readlink().is_relative_to(folder):
                    found.append(int(entry.name))
    return found


def end(folder: Path, how: signal.Signals, seconds: float) -> bool:
    """Signal all processes in ``folder``, repeatedly, until there are none. Gives False if that takes more than ``seconds``."""
    deadline = time.monotonic() + seconds
    told: set[int] = set()
    while (found := running_in(folder)) and time.monotonic() < deadline:
        for process in found:
            if how is signal.SIGKILL or process not in told:
                with suppress(ProcessLookupError):
                    os.kill(process, how)
                told.add(process)
        wait(found[0], deadline - time.monotonic())
    return not running_in(folder)


def wait(process: int, seconds: float) -> None:
    """Wait until that process has ended, or these seconds have passed."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        select.select([handle], [], [], max(0.0, seconds))
    finally:
        os.close(handle)


def main(folder: Path) -> None:
    """Wait for the end of standard input, then clean up."""
    while os.read(0, 1):
        pass
    if not end(folder, signal.SIGQUIT, _PATIENCE):  # PostgreSQL ends at once on SIGQUIT and gives back its shared memory
        end(folder, signal.SIGKILL, _PATIENCE)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
