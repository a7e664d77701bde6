"""The life of a process that stays up: what ends it, and why it cannot begin."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Annotated

import typer

from gateway.cli.running import texts
from gateway.cli.terminal.exits import Exit, Failed

WithParent = Annotated[bool, typer.Option("--with-parent", hidden=True, help="Stop when stdin is closed: the parent has ended")]

#: Seconds that sandboxes wait for their ports and ledgers, which stopping ones may still hold, and that they get to end.
PATIENCE = 10.0


def stop_asked(*, with_parent: bool) -> asyncio.Event:
    """Give an event that SIGTERM, SIGINT or the parent's end sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if with_parent:

        def heard() -> None:
            if not os.read(sys.stdin.fileno(), 1024):
                loop.remove_reader(sys.stdin.fileno())
                stop.set()

        loop.add_reader(sys.stdin.fileno(), heard)
    return stop


def cannot_listen(error: OSError) -> Failed:
    """Give the end of a process that does not get its ports or its files."""
    return Failed(Exit.UNREACHABLE, texts.cannot_listen(error.strerror or error))
