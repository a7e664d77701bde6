"""The door of every page for people who work here: who is signed in, and what becomes of a form whose session has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from aiohttp import web

from gateway.api.http.route import Asked
from gateway.api.http.state import CALLER
from gateway.people.sessions import Signed
from gateway.web.rendering import SITE
from gateway.web.staff import cookies
from gateway.web.staff.forms import Fields, fields_of, is_proven, typed

if TYPE_CHECKING:
    from gateway.api.http.route import Handler

_LONGEST = 1000

Page = Callable[[Asked, Signed], Awaitable[web.StreamResponse]]
Form = Callable[[Asked, Signed, Fields], Awaitable[web.StreamResponse]]


async def signed_in(asked: Asked) -> Signed | None:
    """Give whoever is signed in. The log has it as the caller of the request."""
    signed = await asked.parts.people.sessions.recognise(asked.request.cookies.get(cookies.SESSION, ""))
    if signed is not None:
        asked.request[CALLER] = signed.caller
    return signed


def page(show: Page) -> Handler:
    """Make the handler of a page that only who is signed in sees. Everybody else is led to the sign-in, and back from there."""

    @wraps(show)
    async def handler(asked: Asked) -> web.StreamResponse:
        signed = await signed_in(asked)
        return sign_in_first(asked) if signed is None else await show(asked, signed)

    return handler


def form(take: Form) -> Handler:
    """Make the handler of a form. One of an earlier session changes nothing: what was typed is shown, to be sent again or thrown away."""

    @wraps(take)
    async def handler(asked: Asked) -> web.StreamResponse:
        fields, signed = await fields_of(asked), await signed_in(asked)
        if signed is not None and is_proven(fields, signed.csrf):
            return await take(asked, signed, fields)
        action = asked.request.path
        return asked.request.app[SITE].page(
            asked.request, "staff/stale.html", status=401 if signed is None else 409, signed=signed, typed=typed(fields), action=action
        )

    return handler


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
