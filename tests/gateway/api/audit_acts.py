"""A small stand-in for the acts of a person on the audit."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.cases.caller import Caller
from gateway.journal.verification.guard import ChainProblem


class StandInAuditActs:
    """Finds one problem, one unsigned chain, another key."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    async def accept(self, *, reason: str, caller: Caller) -> list[ChainProblem]:
        self.reasons.append(reason)
        return [ChainProblem(kind="row_forged", chain="c", seq=3)]

    async def verify(self, *, most: int) -> None:
        return None

    async def upgrade(self, *, caller: Caller) -> int:
        return 1

    async def hand_over(self, *, caller: Caller) -> dict[str, str]:
        return {"old": "a", "new": "b", "signature": "s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rotation:
    file: str = "/secrets/hmac-0123456789abcdef.key"
    rotated: bool = False
    keys: int = 0
    lacking: tuple[str, ...] = ("01a2243b-1427-7214-af49-0ab7167ec45e",)


class StandInRotation:
    """Finds a node that does not have the key."""

    async def rotate(self, *, actor: str) -> _Rotation:
        return _Rotation()
