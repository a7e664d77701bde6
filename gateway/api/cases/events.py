"""The events of an application: as a list, or live as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.cases.applications import readable
from gateway.api.cases.streaming import News, caller_now, stream
from gateway.api.http.paging import LIMIT, Query, whole
from gateway.api.http.preferences import preferred
from gateway.api.http.route import EVENT_STREAM, JSON, Answer, Parameter, Route, path_id
from gateway.api.shapes import models
from gateway.api.shapes.answers import event, json_answer
from gateway.cases.rights import Act, may
from gateway.model.application import APPLICATION_ENDED

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import CaseView

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
    last = after or 0 if after_no is None else after_no
    if view.application.state in APPLICATION_ENDED:
        events, _ = await asked.parts.insights.events(application_id, last, 1)
        if not events:
            return web.Response(status=204)  # tells an EventSource not to come back

    async def news() -> News:
        nonlocal last
        # The state is read before the events, so that no event comes after those of an application that had ended.
        view = await asked.parts.insights.application(application_id)
        events, more = await asked.parts.insights.events(application_id, last, 100)
        if view is None or not await _may_go_on(asked, view):  # looked at after the events, so that none is told that came when it was gone
            return News(events=(), ended=True)
        last = events[-1].no if events else last
        told = [(str(one.no), one.event, event(one)) for one in events]
        return News(events=told, more=more, ended=not more and view.application.state in APPLICATION_ENDED)

    return await stream(asked, application_id, news)


async def _may_go_on(asked: Asked, view: CaseView) -> bool:
    """Tell whether the stream's key, as it is by now, may still follow the application."""
    caller = await caller_now(asked)
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
