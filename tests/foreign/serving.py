"""A foreign server as a process of its own, from its start to its end."""

from __future__ import annotations

import os
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.foreign.programs import Program
from tests.patience import PATIENCE, end_of, stretched


@contextmanager
def serving(program: Program, *arguments: str, ready: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Run it until the end of the block; gives the line in which it said ``ready``, once it has."""
    process = subprocess.Popen(
        [*program.command, *arguments],
        env={**os.environ, **program.environment, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: deque[str] = deque(maxlen=20)
    found: list[str] = []
    settled = threading.Event()

    def listen() -> None:
        # To the end: a server whose pipe is full stands still.
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if not found and ready in line:
                found.append(line)
                settled.set()
        settled.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        settled.wait(stretched(PATIENCE))
        assert found, f"{program.command[0]} did not start: {''.join(said)}"
        yield found[0]
    finally:
        process.terminate()
        end_of(process)
        listener.join()
        if process.stdout is not None:
            process.stdout.close()
