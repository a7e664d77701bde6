"""Screens of the console: a view made into a page or into a stream of its changing part, and forms that lead back to one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http.route import EVENT_STREAM, Asked, Parameter, Route
from gateway.web.console.menu import menu
from gateway.web.live import follow
from gateway.web.rendering import SITE
from gateway.web.staff import guard

if TYPE_CHECKING:
    from gateway.cases.rights import Act
    from gateway.people.sessions import Signed
    from gateway.web.staff.forms import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page before it is rendered: a template below that ``room`` of ``templates``, and the values in it.

    ``at`` is the page's own address where a form that shows it again has another: its changing part comes from there. A ``long`` one is
    rendered beside the event loop, which serves everybody else meanwhile.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    at: str | None = None
    room: str = "console"
    long: bool = False


#: Gives the view of a page to who may see it, or leads on to another (a path). ``asked.caller`` is the person.
Show = Callable[[Asked], Awaitable["str | View"]]
#: Gives a file to who may have it.
Give = Callable[[Asked], Awaitable[web.StreamResponse]]
#: Takes a form of who may send it: leads on (a path, which the browser gets next), or shows a page with what is wrong.
Take = Callable[[Asked, "Fields"], Awaitable["str | View"]]


def screen(
    path: str, show: Show, *, act: Act, named: str, summary: str, parameters: tuple[Parameter, ...] = (), tag: str = "console"
) -> Route:
    """Give the route of a page. Where its template has a block ``live``, a browser that asks for events gets that as it changes."""

    async def page(asked: Asked, signed: Signed) -> web.StreamResponse:
        mine = replace(asked, caller=signed.caller)
        if EVENT_STREAM in asked.request.headers.get("Accept", ""):
            return await follow(mine, signed, act, lambda: _live(mine, show))
        return await _answer(mine, signed, await show(mine))

    return Route(
        method="GET", path=path, handler=guard.page(page, act), id=named, tag=tag, summary=summary, act=act, signed=True,
        parameters=parameters,
    )  # fmt: skip


def file(path: str, give: Give, *, act: Act, named: str, summary: str, parameters: tuple[Parameter, ...] = ()) -> Route:
    """Give the route of a file that belongs to a page."""

    async def answer(asked: Asked, signed: Signed) -> web.StreamResponse:
        return await give(replace(asked, caller=signed.caller))

    return Route(
        method="GET", path=path, handler=guard.page(answer, act), id=named, tag="console", summary=summary, act=act, signed=True,
        parameters=parameters,
    )  # fmt: skip


def action(
    path: str,
    take: Take,
    *,
    act: Act,
    named: str,
    summary: str,
    parameters: tuple[Parameter, ...] = (),
    tag: str = "console",
    of_application: bool = False,
) -> Route:
    """Give the route of a form, which with ``of_application`` may be as large as one."""

    async def form(asked: Asked, signed: Signed, fields: Fields) -> web.StreamResponse:
        mine = replace(asked, caller=signed.caller)
        return await _answer(mine, signed, await take(mine, fields))

    handler = guard.form(form, act, of_application=of_application)
    return Route(
        method="POST", path=path, handler=handler, id=named, tag=tag, summary=summary, act=act, signed=True, parameters=parameters,
    )  # fmt: skip


async def _answer(asked: Asked, signed: Signed, view: str | View) -> web.Response:
    if isinstance(view, str):
        return web.Response(status=303, headers={"Location": view})
    here = asked.request.path_qs if asked.request.method == "GET" else asked.request.path
    values = {**view.values, "signed": signed, "proof": signed.csrf, "menu": menu(signed.caller), "stream": view.at or here}
    make = partial(asked.request.app[SITE].page, asked.request, f"{view.room}/{view.template}", status=view.status, **values)
    return await asyncio.to_thread(make) if view.long else make()


async def _live(asked: Asked, show: Show) -> str:
    view = await show(asked)
    if isinstance(view, str):
        return ""  # the page is another by now, which who watches it is led to when it is asked for again
    return asked.request.app[SITE].block(asked.request, f"{view.room}/{view.template}", "live", **view.values)
