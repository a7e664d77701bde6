"""The events of an application: as a list, or live as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from gateway.api.cases.applications import readable
from gateway.api.http.border import add_headers
from gateway.api.http.paging import LIMIT, Query, whole
from gateway.api.http.preferences import preferred
from gateway.api.http.route import EVENT_STREAM, JSON, Answer, Parameter, Route, path_id
from gateway.api.http.state import KEY_ID, STREAMS, UNCOUNTED
from gateway.api.shapes import models
from gateway.api.shapes.answers import event, json_answer
from gateway.cases.rights import Act, may
from gateway.model.application import APPLICATION_ENDED

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import CaseView
    from gateway.journal.writer.commits import Changed

_MOST = 2**31 - 1


async def follow(asked: Asked) -> web.StreamResponse:
    """Events so far, or all of them as they come."""
    view = await readable(asked, Act.FOLLOW)
    query = Query(asked.request.query, asked.language)
    after, limit = query.number("after", _MOST), query.limit()
    after_no = query.header("Last-Event-ID", asked.request.headers.getall("Last-Event-ID", ()), _MOST)
    query.done()
    application_id = view.application.id
    if asked.request.method == "HEAD" or preferred(asked.request, (JSON, EVENT_STREAM)) == JSON:
        events, more = await asked.parts.insights.events(application_id, after or 0, limit)
        return json_answer({"items": [event(e) for e in events], "more": more})
    after_no = after or 0 if after_no is None else after_no
    if view.application.state in APPLICATION_ENDED:
        events, _ = await asked.parts.insights.events(application_id, after_no, 1)
        if not events:
            return web.Response(status=204)  # tells an EventSource not to come back
    with asked.request.app[STREAMS].one(asked.caller.id):
        asked.request[UNCOUNTED]()  # a stream has places of its own
        async with asked.parts.commits.watching(application_id) as changed:
            return await _stream(asked, application_id, after_no, changed)


async def _stream(asked: Asked, application_id: str, after_no: int, changed: Changed) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": EVENT_STREAM, "X-Accel-Buffering": "no"})
    add_headers(asked.request, answer)
    await answer.prepare(asked.request)
    streams = asked.request.app[STREAMS]
    insights, heartbeat = asked.parts.insights, asked.parts.limits.heartbeat_seconds
    await answer.write(b"retry: 2000\n\n")
    try:
        while True:
            # The state is read before the events, so that no event comes after those of an application that had ended, and the right to
            # them after them, so that none is told that came when it was gone.
            view = await insights.application(application_id)
            more = True
            while more:
                events, more = await insights.events(application_id, after_no, 100)
                if view is None or not await _may_go_on(asked, view):
                    view, events, more = None, [], False
                for one in events:
                    after_no = one.no
                    await answer.write(b"id: %d\nevent: %b\ndata: %b\n\n" % (one.no, one.event.encode(), orjson.dumps(event(one))))
            if view is None or view.application.state in APPLICATION_ENDED or streams.stopping:
                break
            if not await streams.changed(changed, heartbeat) and not streams.stopping:
                await answer.write(b": still here\n\n")
        await answer.write_eof()
    except ConnectionError:
        pass  # the follower went away: nobody to tell
    return answer


async def _may_go_on(asked: Asked, view: CaseView) -> bool:
    """Tell whether the stream's key, as it is by now, may still follow the application."""
    key = asked.request.get(KEY_ID)
    caller = asked.caller if key is None else await asked.parts.keys.as_now(key)
    return caller is not None and may(caller, Act.FOLLOW, view.application) is not None


ROUTES = (
    Route(
        method="GET",
        path="/v1/applications/{id}/events",
        handler=follow,
        id="followApplication",
        tag="applications",
        summary="What happened to an application",
        description=(
            "JSON: the events after `after`. With `Accept: text/event-stream`: live, each with `id` = its `no`, "
            "`event` = its name and `data` = the same "
            "object as in the JSON; comments keep a silent stream open; it ends after the application has ended. "
            "Reconnect with `Last-Event-ID`; "
            "204 says that nothing more will come."
        ),
        act=Act.FOLLOW,
        parameters=(
            path_id("id", "application"),
            Parameter(name="after", place="query", description="Events after this `no`.", schema=whole(_MOST)),
            LIMIT,
            Parameter(
                name="Last-Event-ID",
                place="header",
                description="Of a stream: the last `id` that was seen; goes before `after`.",
                schema=whole(_MOST),
            ),
        ),
        answers=(
            Answer(status=200, description="The events.", model=models.Events, media=(JSON, EVENT_STREAM)),
            Answer(status=204, description="Of a stream: it has ended and all was seen.", media=()),
        ),
        refusals=(400, 404, 503),
    ),
)
