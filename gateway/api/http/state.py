"""The interface's own memory while it runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http import texts
from gateway.texts.refusals import Language, Refused

if TYPE_CHECKING:
    from gateway.cases.caller import Caller
    from gateway.journal.writer.commits import Changed


@dataclass(slots=True)
class Streams:
    """The event streams that are open, and the end of all when we stop."""

    limit: int
    each: int  # of one caller
    open: Counter[str] = field(default_factory=Counter)  # by caller
    stopping: bool = False
    _waits: set[Changed] = field(default_factory=set)

    @contextmanager
    def one(self, caller: str) -> Iterator[None]:
        """Hold a place for one more of that caller's. Raises Refused: 429 when that caller has none left, 503 when nobody has."""
        if self.open[caller] >= self.each:
            raise Refused("overloaded", 429, texts.MANY_STREAMS_OF_KEY, retry_after=10)
        if self.open.total() >= self.limit:
            raise Refused("overloaded", 503, texts.MANY_STREAMS, retry_after=10)
        self.open[caller] += 1
        try:
            yield
        finally:
            self.open[caller] -= 1
            if not self.open[caller]:
                del self.open[caller]

    async def changed(self, watched: Changed, seconds: float) -> bool:
        """Wait for a commit that is watched for, ``seconds`` at most, and no longer than we run. True after a commit."""
        if self.stopping:
            return False
        self._waits.add(watched)
        try:
            return await watched.wait(seconds) and not self.stopping
        finally:
            self._waits.discard(watched)

    def stop(self) -> None:
        """End every wait, now and from now on."""
        self.stopping = True
        for watched in self._waits:
            watched.tell()


@dataclass(slots=True)
class Document:
    """The OpenAPI document in each language, made in a thread when first asked for, and again when its content has changed."""

    make: Callable[[Language], bytes]
    shown: Callable[[], object]  # gives a value that is equal while the content is
    _made: dict[Language, tuple[object, bytes]] = field(default_factory=dict)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def body(self, language: Language) -> bytes:
        """The document as it is now."""
        async with self._making:
            shown = self.shown()
            if language not in self._made or self._made[language][0] != shown:
                self._made[language] = shown, await asyncio.to_thread(self.make, language)
            return self._made[language][1]


DOCUMENT = web.AppKey("document", Document)
STREAMS = web.AppKey("streams", Streams)
#: Says a refusal on a page, where there are pages: a browser that asks for one gets no problem document.
PROBLEM_PAGE: web.AppKey[Callable[[web.Request, Refused], web.Response]] = web.AppKey("problem_page")
#: Of one request: its trace context and its name in the log.
TRACEPARENT = web.RequestKey("traceparent", str)
REQUEST_ID = web.RequestKey("request_id", str)
#: The caller, once it is known, and the key that came, even one that opens nothing (it was revoked).
CALLER: web.RequestKey[Caller] = web.RequestKey("caller")
KEY_ID = web.RequestKey("key_id", str)
#: The values of RateLimit-Policy and RateLimit, which tell what its key has left.
RATE = web.RequestKey("rate", tuple[str, str])
#: Gives back its key's place among the requests at once.
UNCOUNTED: web.RequestKey[Callable[[], None]] = web.RequestKey("uncounted")
