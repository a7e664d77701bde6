"""Pages that change by themselves: the changing part of one is rendered anew after commits, once for all who watch the same.

A browser that asks for a page as an event stream gets that part as soon as it differs from what it has: twice a second at most, and less
often where rendering it takes long, so that consoles cost the gateway little however many are open.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.border import add_headers
from gateway.api.http.route import EVENT_STREAM
from gateway.api.http.state import STREAMS, UNCOUNTED
from gateway.cases.rights import may
from gateway.journal.writer.commits import ANY
from gateway.model.identifiers import CHINA
from gateway.web.preferences import preferences_of
from gateway.web.staff import cookies
from gateway.web.staff.forms import PROOF_PLACE, veiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.api.http.route import Asked
    from gateway.cases.rights import Act
    from gateway.people.sessions import Signed

#: Seconds between two renderings at least, those without a commit after which what is no case's is looked at, those after which it is
#: asked again who may see it, and the share of the time that rendering one page may take.
_PACE: Final = 0.5
_LOOK: Final = 10.0
_ASK: Final = 0.9
_SHARE: Final = 0.05

Render = Callable[[], Awaitable[str]]


@dataclass(slots=True)
class _Shared:
    """One page as everybody with the same rights sees it."""

    html: str = ""
    began: float = 0.0
    pace: float = _PACE
    watchers: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def since(self, moment: float, render: Render) -> str:
        """Give the part as it is after ``moment``, rendered now unless another watcher has had that done."""
        async with self.lock:
            if self.began <= moment:
                await asyncio.sleep(max(0.0, self.began + self.pace - time.monotonic()))
                began = time.monotonic()
                self.html = await render()  # one that fails is nobody's: the next watcher has it rendered
                self.began, self.pace = began, max(_PACE, (time.monotonic() - began) / _SHARE)
            return self.html


@dataclass(slots=True)
class Watched:
    """The pages that somebody watches on this node."""

    _pages: dict[tuple[str, ...], _Shared] = field(default_factory=dict)

    @contextmanager
    def page(self, key: tuple[str, ...]) -> Iterator[_Shared]:
        """Hold the page of a key for as long as one more watches it."""
        shared = self._pages.setdefault(key, _Shared())
        shared.watchers += 1
        try:
            yield shared
        finally:
            shared.watchers -= 1
            if not shared.watchers:
                del self._pages[key]


WATCHED: Final = web.AppKey("watched", Watched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Whoever watches a page: all with the same ``sees`` see the same of it.

    ``place`` says with whom their streams are counted, ``still`` whether they may see it still. ``proof`` is of their forms. A page about
    one ``case`` changes with its commits alone.
    """

    place: str
    sees: tuple[str, ...]
    still: Callable[[], Awaitable[bool]]
    proof: str = ""
    case: str = ANY


async def follow(asked: Asked, signed: Signed, act: Act, render: Render) -> web.StreamResponse:
    """Answer with the page's changing part as often as it differs, until the session ends, its person may not see it any more, or we stop.

    Raises Refused when there is no place for one more stream, and what ``render`` raises the first time.
    """
    caller = signed.caller
    sees = (caller.role, caller.group or "")  # what is somebody's own is the group's, whose clerks all have one
    watcher = Watcher(place=caller.id, sees=sees, still=lambda: _still(asked, act), proof=signed.csrf)
    return await watch(asked, watcher, render)


async def watch(asked: Asked, watcher: Watcher, render: Render) -> web.StreamResponse:
    """Do the same for any watcher."""
    key = (asked.request.path_qs, *watcher.sees, preferences_of(asked.request).language)
    with asked.request.app[STREAMS].one(watcher.place), asked.request.app[WATCHED].page(key) as shared:
        asked.request[UNCOUNTED]()
        async with asked.parts.commits.watching(watcher.case) as changed:
            html = await shared.since(time.monotonic(), render)
            answer = web.StreamResponse(headers={"Content-Type": EVENT_STREAM, "X-Accel-Buffering": "no"})
            add_headers(asked.request, answer)
            await answer.prepare(asked.request)
            sent, due, streams = "", 0.0, asked.request.app[STREAMS]
            try:
                while not streams.stopping and await watcher.still():
                    if html != sent or time.monotonic() >= due:  # a sign at any other commit would tell of what is out of sight
                        if html != sent:
                            await answer.write(_message(html.replace(PROOF_PLACE, veiled(watcher.proof))))
                            sent = html
                        await answer.write(b"event: alive\ndata: %b\n\n" % f"{datetime.now(CHINA):%H:%M:%S}".encode())
                        due = time.monotonic() + _LOOK
                    again = await streams.changed(changed, max(0.0, min(_ASK, due - time.monotonic())))
                    if again or (watcher.case == ANY and time.monotonic() >= due):
                        html = await shared.since(time.monotonic(), render)
                if not streams.stopping:
                    await answer.write(b"event: over\ndata: -\n\n")
                await answer.write_eof()
            except ConnectionError:
                pass  # the browser went away: nobody to tell
            return answer


async def _still(asked: Asked, act: Act) -> bool:
    """Tell whether the session lasts and its person may still see the page. A page that looks by itself is no use of the session."""
    signed = await asked.parts.people.sessions.recognise(asked.request.cookies.get(cookies.SESSION, ""), used=False)
    return signed is not None and may(signed.caller, act) is not None


def _message(html: str) -> bytes:
    return b"".join(b"data: %b\n" % line.encode() for line in html.splitlines()) + b"\n"
