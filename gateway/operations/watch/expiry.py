"""The end of drafts that have expired: whichever node is first takes them away, a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.operations.watch.rounds import EVERY, Rounds

if TYPE_CHECKING:
    from gateway.cases.drafts.drafts import Drafts


class ExpiryWatch(Rounds):
    """The rounds of one node. What has expired is read by nobody, taken away or not."""

    name = "expiry"

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    async def round(self) -> float:
        """Take away what has expired."""
        await self._drafts.expire()
        return EVERY
