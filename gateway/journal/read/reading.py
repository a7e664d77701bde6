"""Reads that outlive a server which goes down, comes up or fails over: they change nothing, so they are simply made again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gateway.journal.writer.transactions import passing
from gateway.model.errors import JournalUnavailable

T = TypeVar("T")

#: Seconds that a database which is away is waited for, as the writer does.
PATIENCE = 10.0
#: Seconds between two tries.
_PAUSE = 0.1


def patiently(engine: Engine, read: Callable[[Connection], T]) -> T:
    """Give what ``read`` finds in one snapshot. Blocks while the database is away.

    Raises JournalUnavailable when it stays away, DBAPIError for what is wrong with the read itself.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with engine.connect() as connection:
                return read(connection)
        except DBAPIError as error:
            if not passing(error):
                raise
            if time.monotonic() > until:
                raise JournalUnavailable(f"the database cannot be read: {type(error.orig).__name__}") from error
        time.sleep(_PAUSE)
