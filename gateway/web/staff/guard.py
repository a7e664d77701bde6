"""The door of every page for people who work here: who is signed in, and what becomes of a form whose session has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from aiohttp import web

from gateway.api.http.route import Asked
from gateway.api.http.state import CALLER
from gateway.cases.rights import may
from gateway.people.sessions import Signed
from gateway.texts.refusals import Refused
from gateway.web import texts
from gateway.web.rendering import SITE
from gateway.web.staff import cookies
from gateway.web.staff.forms import Fields, fields_of, is_proven, typed

if TYPE_CHECKING:
    from gateway.api.http.route import Handler
    from gateway.cases.rights import Act

_LONGEST = 1000

Page = Callable[[Asked, Signed], Awaitable[web.StreamResponse]]
Form = Callable[[Asked, Signed, Fields], Awaitable[web.StreamResponse]]


async def signed_in(asked: Asked) -> Signed | None:
    """Give whoever is signed in. The log has it as the caller of the request."""
    signed = await asked.parts.people.sessions.recognise(asked.request.cookies.get(cookies.SESSION, ""))
    if signed is not None:
        asked.request[CALLER] = signed.caller
    return signed


def page(show: Page, act: Act | None = None) -> Handler:
    """Make the handler of a page that only who is signed in sees, and has a right to ``act`` where one is named.

    Everybody else is led to the sign-in, and back from there.
    """

    @wraps(show)
    async def handler(asked: Asked) -> web.StreamResponse:
        signed = await signed_in(asked)
        if signed is None:
            return sign_in_first(asked)
        if act is not None and may(signed.caller, act) is None:
            raise Refused("forbidden", 403, texts.NOT_YOURS)
        return await show(asked, signed)

    return handler


def form(take: Form, act: Act | None = None, *, of_application: bool = False) -> Handler:
    """Make the handler of a form of who has a right to ``act`` where one is named. With ``of_application`` it may be as large as one.

    One of an earlier session, or whose right was taken away meanwhile, changes nothing: what was typed is shown.
    """

    @wraps(take)
    async def handler(asked: Asked) -> web.StreamResponse:
        fields, signed = await fields_of(asked, of_application=of_application), await signed_in(asked)
        if signed is not None and act is not None and may(signed.caller, act) is None:
            return _stale(asked, 403, signed, fields)
        if signed is not None and is_proven(fields, signed.csrf):
            return await take(asked, signed, fields)
        return _stale(asked, 401 if signed is None else 409, signed, fields)

    return handler


def _stale(asked: Asked, status: int, signed: Signed | None, fields: Fields) -> web.Response:
    return asked.request.app[SITE].page(
        asked.request, "staff/stale.html", status=status, signed=signed, typed=typed(fields), action=asked.request.path, right=status != 403
    )


def sign_in_first(asked: Asked) -> web.Response:
    """Lead to the sign-in, and back from there to this page."""
    back = quote(asked.request.path_qs, safe="/")
    return web.Response(status=303, headers={"Location": f"/sign-in?next={back}"})


def own_path(text: str | None, otherwise: str) -> str:
    """Give a path of ours to lead on to, the other one where the text is none: it could be an address of somebody's."""
    if text is None or not text.startswith("/") or len(text) > _LONGEST or not text.isprintable() or "\\" in text or " " in text:
        return otherwise
    try:
        parts = urlsplit(text)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc or text.startswith("//") else text
