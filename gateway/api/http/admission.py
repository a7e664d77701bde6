"""Admission of requests by their key: a number in a time, and a number at once.

Every answer tells what is left, in ``RateLimit`` and ``RateLimit-Policy`` (draft-ietf-httpapi-ratelimit-headers-11).
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http import texts
from gateway.api.http.route import NOBODY
from gateway.api.http.state import RATE, UNCOUNTED
from gateway.cases.caller import LOCAL_CALLER
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.api.http.parts import ApiLimits
    from gateway.cases.caller import Caller

#: The most names that a table remembers: one more, and the one that was silent for longest is forgotten.
REMEMBERED = 10_000

_FREE = frozenset({LOCAL_CALLER.id, NOBODY.id})


class Quota:
    """A number of requests a name in a number of seconds, refilled evenly: a name that was silent may take them all at once."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._each = seconds / most
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()  # the time at which all of it is free again

    def take(self, name: str) -> tuple[int, float]:
        """Take one. Gives how many are left, and the seconds until there is one again: 0 unless none could be taken."""
        now = self._clock()
        full_at = max(self._full_at.get(name, now), now) + self._each
        used = round((full_at - now) / self._each, 6)
        if used > self._most:
            return 0, (used - self._most) * self._each
        self._full_at[name] = full_at
        self._full_at.move_to_end(name)
        if len(self._full_at) > REMEMBERED:
            self._full_at.popitem(last=False)
        return math.floor(self._most - used), 0.0


class Admission:
    """Lets requests in by their key. A request over this machine's own socket, or one that needs no key, is not counted."""

    def __init__(self, limits: ApiLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._concurrency = limits.key_concurrency
        self._requests = Quota(limits.key_requests, limits.key_seconds, clock)
        self._under_way: Counter[str] = Counter()
        self._policy = (
            f'"requests";q={limits.key_requests};w={limits.key_seconds}, "at-once";q={limits.key_concurrency};qu="concurrent-requests"'
        )

    @contextmanager
    def place(self, request: web.Request, caller: Caller) -> Iterator[None]:
        """Hold a place for one request. Raises Refused (429) when the key has none left, or has asked for too much lately."""
        with ExitStack() as stack:
            request[UNCOUNTED] = stack.close
            if caller.id not in _FREE:
                self._enter(request, caller.id)
                stack.callback(self._leave, caller.id)
            yield

    def _enter(self, request: web.Request, key: str) -> None:
        left, seconds = self._requests.take(key)
        request[RATE] = (self._policy, f'"requests";r={left};t={max(1, math.ceil(seconds))}')
        if seconds:
            raise Refused("overloaded", 429, texts.TOO_OFTEN, retry_after=seconds)
        if self._under_way[key] >= self._concurrency:
            request[RATE] = (self._policy, '"at-once";r=0;t=1')
            raise Refused("overloaded", 429, texts.MANY_AT_ONCE, retry_after=1)
        self._under_way[key] += 1

    def _leave(self, key: str) -> None:
        self._under_way[key] -= 1
        if not self._under_way[key]:
            del self._under_way[key]


ADMISSION = web.AppKey("admission", Admission)
