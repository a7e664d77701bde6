"""The feed: the events of all cases that a caller may see, by the page or live, from a cursor on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.cases.streaming import News, caller_now, stream
from gateway.api.cases.waiting import wait_asked
from gateway.api.http import texts
from gateway.api.http.paging import LIMIT, Query
from gateway.api.http.preferences import preferred
from gateway.api.http.problems import FeedGone
from gateway.api.http.route import EVENT_STREAM, JSON, Answer, Parameter, Route
from gateway.api.http.state import STREAMS
from gateway.api.shapes import models
from gateway.api.shapes.answers import event, json_answer
from gateway.cases.rights import Act, reach
from gateway.journal.feed.cursor import START, TEXT, read_cursor
from gateway.journal.feed.pages import CursorLost
from gateway.journal.feed.sharing import GATHER, Feed
from gateway.journal.writer.commits import ANY
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.cases.caller import Caller
    from gateway.journal.feed.cursor import Cursor
    from gateway.journal.feed.pages import CaseEvent, FeedPage

FEED = web.AppKey("feed", Feed)
_NOW = "now"
#: Seconds after which a silent stream looks again whose key it is.
_LOOK_AGAIN = 5.0
_FORM = f"{_NOW}|{TEXT}"


def sees(caller: Caller) -> Callable[[CaseEvent], bool]:
    """Give a function that tells whether this caller may follow the case of an event."""
    seen = reach(caller, Act.FOLLOW)
    return lambda one: seen is None or seen.covers(one)


async def follow(asked: Asked) -> web.StreamResponse:
    """Events from a point on, as a page or as they come."""
    query = Query(asked.request.query, asked.language)
    after, limit = query.point("after", _FORM), query.limit()
    seen = query.point("Last-Event-ID", _FORM, asked.request.headers.getall("Last-Event-ID", ()))
    query.done()
    live = asked.request.method != "HEAD" and preferred(asked.request, (JSON, EVENT_STREAM)) == EVENT_STREAM
    point = seen if live and seen is not None else after
    cursor = START if point is None else await asked.request.app[FEED].newest() if point == _NOW else _read(point)
    try:
        return await (_live(asked, cursor) if live else _page(asked, cursor, limit))
    except CursorLost as error:
        raise FeedGone(error.cursor.text) from error


def _read(text: str) -> Cursor:
    cursor = read_cursor(text)
    if cursor is None:
        raise Refused("bad-cursor", 400, texts.BAD_CURSOR)
    return cursor


async def _live(asked: Asked, cursor: Cursor) -> web.StreamResponse:
    feed, mine, gather, looked = asked.request.app[FEED], sees(asked.caller), 0.0, time.monotonic()

    async def news() -> News:
        nonlocal cursor, gather, mine, looked
        found = await feed.page(cursor, gather)
        cursor, gather = found.next, 0 if found.more else GATHER
        if any(map(mine, found.items)) or looked + _LOOK_AGAIN < time.monotonic():
            caller, looked = await caller_now(asked), time.monotonic()
            if caller is None:
                return News(events=(), ended=True)
            mine = sees(caller)
        told = [(one.cursor.text, one.event.event, _item(one)) for one in found.items if mine(one)]
        return News(events=told, place=cursor.text, more=found.more)

    return await stream(asked, ANY, news)


async def _page(asked: Asked, cursor: Cursor, limit: int) -> web.Response:
    """Answer a page, after a wait for its first event where one was asked for."""
    wait = wait_asked(asked)
    found, mine = await _waited(asked, cursor, sees(asked.caller), wait or 0)
    more = found.more or len(mine) > limit
    following = mine[limit - 1].cursor if len(mine) > limit else found.next
    headers = {"Preference-Applied": f"wait={wait}"} if wait is not None else None
    return json_answer({"items": [_item(one) for one in mine[:limit]], "next": following.text, "more": more}, headers=headers)


async def _waited(asked: Asked, cursor: Cursor, may_see: Callable[[CaseEvent], bool], seconds: int) -> tuple[FeedPage, list[CaseEvent]]:
    """Give a page and what of it the caller sees: at once, or for so many seconds until there is something."""
    app, loop = asked.request.app, asyncio.get_running_loop()
    deadline, gather = loop.time() + seconds, 0.0
    async with asked.parts.commits.watching(ANY) as changed:
        while True:
            # Read after the watching has begun, so that no commit in between is missed.
            found = await app[FEED].page(cursor, gather)
            mine = [one for one in found.items if may_see(one)]
            left = deadline - loop.time()
            if mine or left <= 0 or (not found.more and not await app[STREAMS].changed(changed, left)):
                return found, mine
            cursor, gather = found.next, 0 if found.more else GATHER


def _item(one: CaseEvent) -> models.CaseEventShape:
    return {**event(one.event), "application_id": one.application_id, "number": one.number}


ROUTES = (
    Route(
        method="GET",
        path="/v1/events",
        handler=follow,
        id="followAll",
        tag="applications",
        summary="What happened to all applications",
        description=(
            "The events of all applications that the caller sees, each once: those of one application in their order, the rest by time. "
            "JSON: a page after `after`; ask again with `after` = `next`, at once when `more` says so; a page may be short or empty. "
            "With `Accept: text/event-stream`: live, without an end; the `id` of each event is a cursor, from which `Last-Event-ID` "
            "goes on, here or at another node. 410: the journal was put back to a backup; `after` of the problem is where to begin again."
        ),
        act=Act.FOLLOW,
        parameters=(
            Parameter(
                name="after",
                place="query",
                description="`next` of the page before, opaque; `now`: what happens from now on. Without it: from the beginning.",
                schema={"type": "string", "pattern": f"^(?:{_FORM})$"},
            ),
            LIMIT,
            Parameter(
                name="Last-Event-ID",
                place="header",
                description="Of a stream: the last `id` that was seen; goes before `after`.",
                schema={"type": "string", "pattern": f"^(?:{_FORM})$"},
            ),
            Parameter(
                name="Prefer",
                place="header",
                description="`wait=N` (RFC 7240): wait up to N seconds (60 at most) for an event when there is none yet.",
                example="wait=10",
            ),
        ),
        answers=(
            Answer(
                status=200,
                description="The events.",
                model=models.CaseEvents,
                media=(JSON, EVENT_STREAM),
                headers={"Preference-Applied": "`wait=N`: the wait that was granted."},
            ),
        ),
        refusals=(400, 410, 503),
    ),
)
