"""A record of whether a byte of a call may have left, and of the last reply.

An adapter's error from before the first byte is no doubt, and the department's own words of a failure are kept whatever its adapter makes
of them. The clients of the SDK keep this record. An adapter that uses none of them keeps none, so each of its errors leaves a doubt. An
adapter that has another client beside them calls :func:`leaving` before that client sends.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from gateway.sdk.http.exchange import Reply


@dataclass(slots=True)
class Departure:
    """The record of one call: ``left`` is true once a byte of a request may be on its way, ``reply`` answers the last request."""

    left: bool = False
    reply: Reply | None = None


#: The record of the call that is made here, and in the tasks that it begins.
CURRENT: ContextVar[Departure | None] = ContextVar("gateway_departure", default=None)


def leaving() -> None:
    """Say that a byte of this call's request may be on its way from now on. Has no effect where nobody keeps a record."""
    if (departure := CURRENT.get()) is not None:
        departure.left, departure.reply = True, None


def answered(reply: Reply) -> None:
    """Say what the department answered to the last request. Has no effect where nobody keeps a record."""
    if (departure := CURRENT.get()) is not None:
        departure.reply = reply


@dataclass(slots=True)
class Carriers:
    """A note that a department's calls go through clients that report when something leaves, one note for each connection."""

    told: bool = False
