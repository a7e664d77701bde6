"""The faults that are switched on by ``POST /_sandbox/faults``, and the requests that they hit."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

FaultName = Literal[
    "refuse",
    "reset",
    "hang",
    "drip",
    "slow",
    "drop_reply",
    "late",
    "500",
    "html_200",
    "page_502",
    "soap_fault",
    "system_error",
    "business_error",
    "returned",
    "unauthorized",
    "too_many",
    "huge",
    "gzip_bomb",
    "dtd",
    "truncated",
    "wrong_charset",
]
FAULT_NAMES: tuple[str, ...] = get_args(FaultName)

#: Faults that spoil the reply of a request that was processed. After ``late`` it is processed once the caller has gone.
SPOILS_REPLY = frozenset({"drip", "slow", "drop_reply", "dtd", "truncated", "wrong_charset"})


class Fault(BaseModel):
    """One switched fault.

    ``times`` is the number of requests (none: until it is cleared). ``operation`` limits it to one. ``probability`` is the chance of being
    hit. ``seconds`` is its duration (``refuse`` 2 the port stays closed, ``slow`` 2, ``late`` 1 after the caller has gone, ``drip`` 0.5
    between bytes, ``too_many`` 1 in Retry-After). ``processed`` has the request carried out before a reply that replaces the real one
    (before a spoilt reply, such as ``dtd``, it always is). ``fields``, ``code`` and ``reason`` go into ``returned`` and ``business_error``,
    ``code`` also into ``soap_fault`` (Client or Server). ``status`` is that of ``soap_fault``. ``size`` is the decoded bytes of ``huge``
    and ``gzip_bomb``. ``framed`` has ``truncated`` declare the short length, so that HTTP sees nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fault: FaultName
    times: Annotated[int, Field(ge=1)] | None = None
    operation: str | None = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1
    seconds: Annotated[float, Field(ge=0)] | None = None
    processed: bool = False
    fields: tuple[str, ...] = ()
    code: str | None = None
    reason: str | None = None
    status: Annotated[int, Field(ge=200, le=599)] = 500
    size: Annotated[int, Field(ge=1, le=2**32)] = 256 * 2**20
    framed: bool = False

    def lasts(self, default: float) -> float:
        """Give its ``seconds``, or the fault's usual ones when none are given."""
        return default if self.seconds is None else self.seconds


@dataclass(slots=True)
class _Switched:
    fault: Fault
    left: int | None


class Faults:
    """The faults that are on, in the order of their switching. A request gets the first that is meant for it."""

    def __init__(self) -> None:
        self._switched: list[_Switched] = []
        self._random = random.Random()  # noqa: S311  # chance, not secrets

    def switch(self, fault: Fault) -> None:
        """Switch on a fault, in place of the same one for the same operation."""
        self._switched = [s for s in self._switched if (s.fault.fault, s.fault.operation) != (fault.fault, fault.operation)]
        self._switched.append(_Switched(fault, fault.times))

    def clear(self) -> None:
        """Switch all off."""
        self._switched.clear()

    def active(self) -> list[dict[str, object]]:
        """Give the faults that are on, ``times`` being those left (JSON-ready)."""
        return [{**s.fault.model_dump(mode="json", exclude_unset=True), "times": s.left} for s in self._switched]

    def take(self, operation: str) -> Fault | None:
        """Take the fault that a request of this operation gets now, counting it, or give None when the request is served honestly."""
        for switched in self._switched:
            fault = switched.fault
            if fault.operation not in {None, operation} or (fault.probability < 1 and self._random.random() >= fault.probability):
                continue
            if switched.left is not None:
                switched.left -= 1
                if switched.left == 0:
                    self._switched.remove(switched)
            return fault
        return None
