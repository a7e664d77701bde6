"""Progress of a case, followed by the query code or by the link of a receipt.

Code and link are turned into a cookie that holds the link's secret, so that it stands in no address that is kept or sent on. Each request
asks with it again whose it is: a receipt that is issued again closes the page at once.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.cases.parties import definition_of
from gateway.api.http.address import address_of
from gateway.api.http.problems import not_found
from gateway.api.http.route import EVENT_STREAM, OPEN, Asked, Route, path_name
from gateway.cases.caller import PARTY, Caller
from gateway.cases.rights import Act, may
from gateway.journal.queues.parties import of_case
from gateway.model.delivery import DeliveryState
from gateway.texts.refusals import Refused
from gateway.web.citizen import texts
from gateway.web.citizen.course import Followed, course
from gateway.web.live import Watcher, watch
from gateway.web.rendering import SITE
from gateway.web.staff import cookies
from gateway.web.staff.forms import fields_of

if TYPE_CHECKING:
    from gateway.journal.store.views import Event
    from gateway.model.case import Party

#: The secret of the link that was followed last.
CASE: Final = "__Host-case"
FOLLOWED: Final = "/t/case"
#: States that wait for a department to take them.
_TO_SEND: Final = frozenset({DeliveryState.READY, DeliveryState.SENDING})
#: States whose departments said something that is shown.
_SAID: Final = frozenset({DeliveryState.RETURNED, DeliveryState.REJECTED})
_EVENTS: Final = 500
_LONGEST_SHOWN: Final = 50


async def ask(asked: Asked) -> web.Response:
    """The form for a code."""
    return page_of(asked, "citizen/progress.html", wrong=None, typed="", dead=False)


async def take(asked: Asked) -> web.Response:
    """Lead on to the case of a code, or say at the field what is wrong with it.

    The form needs no proof: it changes nothing but which case this browser shows, and one from another site is refused.
    """
    typed = (await fields_of(asked)).get("code", "")
    limits = asked.parts.limits
    address = address_of(asked.request, limits.trusted_proxies, limits.forwarded_header)
    try:
        party = await asked.parts.progress.by_code(typed, address=address)
    except Refused as refused:
        return page_of(asked, "citizen/progress.html", status=refused.status, wrong=refused.said, typed=typed[:_LONGEST_SHOWN], dead=False)
    receipt = asked.parts.receipts.of(party)
    if receipt is None:
        raise not_found()  # issued again between the two
    return _follow(receipt.secret)


async def link(asked: Asked) -> web.Response:
    """Lead on to the case of a link, or say what to do with one that is dead."""
    secret = asked.path["secret"]
    try:
        await asked.parts.progress.by_secret(secret)
    except Refused:
        return dead(asked)
    return _follow(secret)


async def case(asked: Asked) -> web.StreamResponse:
    """The case, or its changing part as it changes."""
    secret = asked.request.cookies.get(CASE)
    if secret is None:
        return lead_on("/t")
    try:
        party = await asked.parts.progress.by_secret(secret)
    except Refused:
        return dead(asked)
    if EVENT_STREAM in asked.request.headers.get("Accept", ""):
        return await _watch(asked, secret, party)
    said = texts.ANSWERED if asked.request.query.get("said") == "answered" else None
    return page_of(asked, "citizen/case.html", course=course(await followed_by(asked, party)), stream=FOLLOWED, said=said)


async def stop(asked: Asked) -> web.Response:
    """Take the case from this browser."""
    await fields_of(asked)  # which refuses a form from another site
    answer = lead_on("/t")
    cookies.drop(answer, CASE)
    return answer


async def _watch(asked: Asked, secret: str, party: Party) -> web.StreamResponse:
    async def render() -> str:
        # By the row, not by the secret: another watcher's may have died.
        rows = await asked.parts.insights.read(lambda connection: of_case(connection, party.application_id))
        now = next(row for row in rows if row.id == party.id)
        return asked.request.app[SITE].block(asked.request, "citizen/case.html", "live", course=course(await followed_by(asked, now)))

    async def still() -> bool:
        try:
            return (await asked.parts.progress.by_secret(secret)).id == party.id
        except Refused:
            return False

    # All parties have their places together, so that however many watch there are some left for those who work here.
    return await watch(asked, Watcher(place=PARTY, sees=(party.application_id, party.id), case=party.application_id, still=still), render)


async def followed_by(asked: Asked, party: Party) -> Followed:
    """Give all that is known of the party's case, as it may be told to that party. Raises Refused (404)."""
    parts, me = asked.parts, Caller(id=party.id, name=PARTY, role=PARTY, party_to=party.application_id)
    view = await parts.insights.application(party.application_id)
    if view is None or may(me, Act.FOLLOW_PROGRESS, view.application) is None:
        raise not_found()
    definition, form = await definition_of(asked, view.application), await parts.insights.form(view.application.id)
    if definition is None:
        raise not_found()
    deliveries = view.deliveries.values()
    return Followed(
        view=view,
        definition=definition,
        roles=party.roles,
        form=form or {},
        events=await _events(asked, view.application.id),
        departments={name: hosted.config.title for name, hosted in parts.departments.items()},
        now=_now(),
        away=await _away(asked, {one.department for one in deliveries if one.state in _TO_SEND}),
        personal=await parts.insights.personal(view.application.id) if any(one.state in _SAID for one in deliveries) else (),
    )


async def _events(asked: Asked, application_id: str) -> list[Event]:
    """Give all that happened to it: some hundred where a department was down for days."""
    found: list[Event] = []
    more = True
    while more:
        some, more = await asked.parts.insights.events(application_id, found[-1].no if found else 0, _EVENTS)
        found += some
    return found


async def _away(asked: Asked, names: Collection[str]) -> set[str]:
    """Name those of the departments that take nothing at the moment: down, paused, or outside their hours."""
    if not names:
        return set()
    standings, now = await asked.parts.insights.standings(names), _now()
    return {
        name
        for name, one in standings.items()
        if one.breaker != "closed" or one.paused_since is not None or (name in asked.parts.departments and _shut(asked, name, now))
    }


def _shut(asked: Asked, name: str, now: int) -> bool:
    return asked.parts.openings.at(name, now).shut is not None


def _now() -> int:
    return time.time_ns() // 1000


def dead(asked: Asked) -> web.Response:
    """Say what to do with a link that shows nothing any more."""
    answer = page_of(asked, "citizen/progress.html", status=404, wrong=None, typed="", dead=True)
    if CASE in asked.request.cookies:
        cookies.drop(answer, CASE)
    return answer


def page_of(asked: Asked, template: str, *, status: int = 200, **values: object) -> web.Response:
    """Give a page about somebody's case, which no search engine is to keep."""
    answer = asked.request.app[SITE].page(asked.request, template, status=status, **values)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _follow(secret: str) -> web.Response:
    answer = lead_on(FOLLOWED)
    cookies.put(answer, CASE, secret)
    return answer


def lead_on(path: str) -> web.Response:
    """Lead to another page."""
    return web.Response(status=303, headers={"Location": path, "X-Robots-Tag": "noindex"})


PAGES: Final = (
    Route(method="GET", path="/t", handler=ask, id="progressPage", tag="citizen", summary="Follow a case by its code", act=OPEN),
    Route(method="POST", path="/t", handler=take, id="progressForm", tag="citizen", summary="Follow a case by its code", act=OPEN),
    Route(method="GET", path=FOLLOWED, handler=case, id="casePage", tag="citizen", summary="The case that is followed", act=OPEN),
    Route(method="POST", path="/t/stop", handler=stop, id="stopForm", tag="citizen", summary="Show the case no more", act=OPEN),
    Route(
        method="GET",
        path="/t/{secret}",
        handler=link,
        id="progressLink",
        tag="citizen",
        summary="Follow a case by the receipt's link",
        act=OPEN,
        parameters=(path_name("secret", "link"),),
    ),
)
