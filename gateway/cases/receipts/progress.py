"""A case followed by its code or its link: whose they are, and how codes that nobody has are answered.

A code is one of 31⁹, so a hundred thousand guesses among a million cases find one with a chance of one in 260. Whoever guesses is slowed
on top of that: answers to codes that nobody has leave an address one after the other. A code that is right is answered at once whatever
else comes from that address, since a whole hall may be behind it, and one with a wrong check is neither looked up nor counted.
"""

from __future__ import annotations

import asyncio
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from gateway.cases.receipts import texts
from gateway.cases.receipts.query_code import read_code
from gateway.cases.receipts.receipt import application_of_link
from gateway.journal.queues import parties
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.cases.receipts.receipt import Receipts
    from gateway.journal.read.insights import Insights
    from gateway.model.case import Party
    from gateway.telemetry.measures import Metrics

log = structlog.get_logger()

#: Seconds between two answers to codes that nobody has, of one address, and how many may wait for theirs on this node.
_BETWEEN: Final = 0.5
_WAITING: Final = 200


@dataclass(slots=True)
class _Turns:
    """The turns in which misses are answered, of each address from which one waits."""

    waiting: Counter[str] = field(default_factory=Counter)
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    told: bool = False  # in the log, until none waits any more

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[None]:
        """Hold the address's turn."""
        self.waiting[address] += 1
        try:
            async with self.locks.setdefault(address, asyncio.Lock()):
                yield
        finally:
            self.waiting[address] -= 1
            if not self.waiting[address]:
                del self.waiting[address], self.locks[address]
                self.told &= bool(self.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Finds the party of a code or link. Whoever shows something of the case goes by the roles that the row has."""

    insights: Insights
    receipts: Receipts
    metrics: Metrics
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _turns: _Turns = field(default_factory=_Turns)

    async def by_code(self, text: str, *, address: str) -> Party:
        """Give the row of whose code that is, typed in at ``address``.

        Raises Refused: 422 for what cannot be a code, 404 for one that nobody has, 429 for that where many wait to be told so.
        """
        code = read_code(text)
        macs = self.receipts.code_macs(code)
        found = await self.insights.read(lambda connection: parties.by_code_macs(connection, macs))
        for party in found:
            receipt = self.receipts.of(party)
            if receipt is not None and receipt.query_code == code:
                return party
        await self._missed(address)
        raise Refused("not-found", 404, texts.UNKNOWN)

    async def by_secret(self, secret: str) -> Party:
        """Give the row of whose link ends so. Raises Refused (404). A guess has 128 bits to find, so none is slowed."""
        application_id = application_of_link(secret)
        rows = [] if application_id is None else await self.insights.read(lambda connection: parties.of_case(connection, application_id))
        for party in rows:
            receipt = self.receipts.of(party)
            if receipt is not None and hmac.compare_digest(receipt.secret, secret):
                return party
        raise Refused("not-found", 404, texts.UNKNOWN_LINK)

    async def _missed(self, address: str) -> None:
        """Wait for the turn of a miss. Raises Refused (429) where too many wait."""
        turns = self._turns
        self.metrics.query_codes_unknown.inc()
        if turns.waiting.total() >= _WAITING:
            if not turns.told:
                turns.told = True
                log.warning("query_codes_guessed", waiting=_WAITING, address=address)
            raise Refused("overloaded", 429, texts.MANY_UNKNOWN, retry_after=30)
        async with turns.of(address):
            await self.sleep(_BETWEEN)
