"""What the interface itself remembers while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.routing.refusals import Language, Refused

if TYPE_CHECKING:
    from gateway.api.parts import Changed


@dataclass(slots=True)
class Streams:
    """Event streams that are open, and whether we are stopping."""

    limit: int
    open: int = 0
    stopping: bool = False
    _waits: set[Changed] = field(default_factory=set)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place for one more. Raises Refused (503) when there is none."""
        if self.open >= self.limit:
            zh, en = "打开的事件流过多,请稍后再试或改用普通查询。", "Too many event streams are open: try later, or ask without streaming."
            raise Refused("overloaded", 503, detail_zh=zh, detail_en=en, retry_after=10)
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    async def changed(self, watched: Changed, seconds: float) -> bool:
        """Wait for a commit on what is watched, for ``seconds`` at most, and no longer than we run. True after a commit."""
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
    """The OpenAPI document in each language, made beside the loop when first asked for, and again when what it shows has changed."""

    make: Callable[[Language], bytes]
    shown: Callable[[], object]  # what tells that it has: equal for the same
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
#: Of one request: its trace context and its name in the log.
TRACEPARENT = web.RequestKey("traceparent", str)
REQUEST_ID = web.RequestKey("request_id", str)
