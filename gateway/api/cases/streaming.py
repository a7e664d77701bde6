"""Server-sent events (WHATWG HTML, section 9.2), whatever they tell of: places, heartbeats, the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from gateway.api.http.border import add_headers
from gateway.api.http.route import EVENT_STREAM
from gateway.api.http.state import KEY_ID, STREAMS, UNCOUNTED

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.cases.caller import Caller
    from gateway.journal.writer.commits import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The next of a stream: events, each with its id, its name and its data.

    ``place`` is the id of a silent stream's heartbeats. With ``more`` there is more at once, with ``ended`` there never will be.
    """

    events: Iterable[tuple[str, str, object]]
    place: str | None = None
    more: bool = False
    ended: bool = False


async def caller_now(asked: Asked) -> Caller | None:
    """Give the caller of a stream as its key is by now, or None when the key opens nothing any more."""
    key = asked.request.get(KEY_ID)
    return asked.caller if key is None else await asked.parts.keys.as_now(key)


async def stream(asked: Asked, watched: str, ask: Callable[[], Awaitable[News]]) -> web.StreamResponse:
    """Answer with what ``ask`` gives, and again after each commit that touches the application ``watched``, until it has ended.

    Raises Refused when there is no place for one more, and what ``ask`` raises the first time.
    """
    with asked.request.app[STREAMS].one(asked.caller.id):
        asked.request[UNCOUNTED]()  # a stream has places of its own
        async with asked.parts.commits.watching(watched) as changed:
            return await _stream(asked, changed, ask)


async def _stream(asked: Asked, changed: Changed, ask: Callable[[], Awaitable[News]]) -> web.StreamResponse:
    news = await ask()
    answer = web.StreamResponse(headers={"Content-Type": EVENT_STREAM, "X-Accel-Buffering": "no"})
    add_headers(asked.request, answer)
    await answer.prepare(asked.request)
    streams, heartbeat = asked.request.app[STREAMS], asked.parts.limits.heartbeat_seconds
    await answer.write(b"retry: 2000\n\n")
    try:
        while True:
            for place, name, data in news.events:
                await answer.write(b"id: %b\nevent: %b\ndata: %b\n\n" % (place.encode(), name.encode(), orjson.dumps(data)))
            if news.ended or streams.stopping:
                break
            if not news.more and not await streams.changed(changed, heartbeat) and not streams.stopping:
                await answer.write(b": still here\n\n" if news.place is None else b"id: %b\n: still here\n\n" % news.place.encode())
            news = await ask()
        await answer.write_eof()
    except ConnectionError:
        pass  # the follower went away: nobody to tell
    return answer
