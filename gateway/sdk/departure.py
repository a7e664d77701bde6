"""Knowledge of whether a byte of a call may have left, so that what an adapter raises before that is no doubt.

The clients of the SDK say so themselves. Of an adapter that stands on none of them nothing is known, and whatever it raises is in
doubt. One that has a client of its own beside them calls :func:`leaving` before that one sends.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Departure:
    """What is known of one call: ``left`` from the moment a byte of a request may be on its way."""

    left: bool = False


#: The call that is being made here, and in the tasks that it begins.
CURRENT: ContextVar[Departure | None] = ContextVar("gateway_departure", default=None)


def leaving() -> None:
    """Say that from now on a byte of this call's request may be on its way; without effect where nobody asks."""
    if (departure := CURRENT.get()) is not None:
        departure.left = True


@dataclass(slots=True)
class Carriers:
    """Whether clients that say when something leaves carry a department's calls; one a connection, shared by what is made from it."""

    told: bool = False
