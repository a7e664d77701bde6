"""Failed sign-ins, counted by account and by address, on each node and in memory: nobody can fill the journal by failing.

Ten failures lock an account for a quarter of an hour, against everybody but browsers in which its person has signed in before: each of
those is counted alone, so that no stranger locks the true owner out. An address is never locked, since a whole hall may be behind it: after
many failures its sign-ins are tried one after the other.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.people import texts
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.journal.keys.hmac_keys import HmacKeys

#: Attempts until an account is locked, and the seconds that a count and a lock last.
MOST: Final = 10
SECONDS: Final = 15 * 60
#: Failures from one address until it is slowed, how long they are remembered, the seconds between two tries then, and how many may wait.
_OF_ADDRESS: Final = 20
_ADDRESS_SECONDS: Final = 10 * 60
_BETWEEN: Final = 0.5
_WAITING: Final = 50
#: Names that are counted at once. Beyond that the one counted longest ago is dropped.
_REMEMBERED: Final = 20_000
_NONCE_BYTES: Final = 16


@dataclass(slots=True)
class FailureCounts:
    """Counts by name, each of which ends some seconds after the last."""

    seconds: float
    clock: Callable[[], float]
    _counted: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)

    def of(self, name: str) -> int:
        """Give how many there were."""
        count, until = self._counted.get(name, (0, 0.0))
        return count if until > self.clock() else 0

    def left(self, name: str) -> float:
        """Give the seconds until they are forgotten."""
        return max(0.0, self._counted.get(name, (0, 0.0))[1] - self.clock())

    def add(self, name: str) -> int:
        """Count one more. Gives how many there are now."""
        count = self.of(name) + 1
        self._counted[name] = count, self.clock() + self.seconds
        self._counted.move_to_end(name)
        if len(self._counted) > _REMEMBERED:
            self._counted.popitem(last=False)
        return count

    def forget(self, name: str) -> None:
        """Count from nothing again."""
        self._counted.pop(name, None)


class SignInFailures:
    """The failures of one node."""

    def __init__(self, keys: HmacKeys, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._accounts, self._addresses = FailureCounts(SECONDS, clock), FailureCounts(_ADDRESS_SECONDS, clock)
        self._inside: Counter[str] = Counter()  # under way, by address
        self._turns: dict[str, asyncio.Lock] = {}
        self._waiting = 0

    def begin(self, login: str, device: str | None) -> int:
        """Count an attempt as failed before it is tried, so that many at once are no way around. Gives how many there were.

        Raises Refused (429) where the account is locked, and counts nothing then: a lock ends, however often it is knocked at.
        """
        name = self._name(login, device)
        if self._accounts.of(name) >= MOST:
            left = self._accounts.left(name)
            raise Refused("overloaded", 429, texts.too_often(int(left // 60) + 1), retry_after=int(left) + 1)
        return self._accounts.add(name)

    def succeeded(self, login: str, device: str | None) -> None:
        """Forget the failures of whoever has signed in."""
        self._accounts.forget(self._name(login, device))

    def failed(self, address: str) -> int:
        """Count a failure from an address. Gives how many there were."""
        return self._addresses.add(address)

    @asynccontextmanager
    async def turn(self, address: str, login: str = "", device: str | None = None) -> AsyncIterator[None]:
        """Wait for the turn of an address that has failed often, or tries many at once. Raises Refused (429) where too many wait.

        A browser in which this person has signed in before waits with nobody: who fails on purpose beside it keeps no one out.
        """
        if (name := self._name(login, device)) != login:
            address = name
        if self._addresses.of(address) + self._inside[address] < _OF_ADDRESS:
            self._inside[address] += 1
            try:
                yield
            finally:
                self._inside[address] -= 1
                self._inside += Counter()  # forgets those of whom none is left
            return
        if self._waiting >= _WAITING:
            raise Refused("overloaded", 429, texts.MANY_FROM_HERE, retry_after=30)
        self._waiting += 1
        lock = self._turns.setdefault(address, asyncio.Lock())
        try:
            async with lock:
                await asyncio.sleep(_BETWEEN)
                yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._turns.clear()

    # -- browsers in which a person has signed in before
    def device_of(self, login: str) -> str:
        """Make the text that a browser keeps once that person has signed in there. It opens nothing."""
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        return f"{nonce}.{_proof(login, nonce, self._keys.first)}"

    def _name(self, login: str, device: str | None) -> str:
        nonce, _, proof = (device or "").partition(".")
        known = any(hmac.compare_digest(proof, _proof(login, nonce, key)) for key in self._keys.all) if proof.isascii() and proof else False
        return f"{login} {nonce}" if known else login


def _proof(login: str, nonce: str, key: bytes) -> str:
    return hashlib.blake2b(f"{login}\0{nonce}".encode(), key=key, digest_size=16, person=b"gateway browser").hexdigest()
