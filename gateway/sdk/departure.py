"""Knowledge of whether a byte of a call may have left, so that what an adapter raises before that is no doubt; and of what came back last,
so that the department's own words of a failure are kept whatever its adapter makes of them.

The clients of the SDK say so themselves. Of an adapter that stands on none of them nothing is known, and whatever it raises is in
doubt. One that has a client of its own beside them calls :func:`leaving` before that one sends.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.sdk.wire import Reply


@dataclass(slots=True)
class Departure:
    """What is known of one call: ``left`` from the moment a byte of a request may be on its way, ``reply`` the answer to the last one."""

    left: bool = False
    reply: Reply | None = None


#: The call that is being made here, and in the tasks that it begins.
CURRENT: ContextVar[Departure | None] = ContextVar("gateway_departure", default=None)


def leaving() -> None:
    """Say that from now on a byte of this call's request may be on its way; without effect where nobody asks."""
    if (departure := CURRENT.get()) is not None:
        departure.left, departure.reply = True, None


def answered(reply: Reply) -> None:
    """Say what the department answered to what left last; without effect where nobody asks."""
    if (departure := CURRENT.get()) is not None:
        departure.reply = reply


@dataclass(slots=True)
class Carriers:
    """Whether clients that say when something leaves carry a department's calls; one a connection, shared by what is made from it."""

    told: bool = False
