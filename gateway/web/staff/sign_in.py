"""Signing in and out. One form with everything on it, so that no answer tells whether the password alone was right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.address import address_of
from gateway.api.http.route import OPEN, Asked, Route
from gateway.people.sessions import Signed, csrf_of
from gateway.texts.refusals import Refused
from gateway.web import texts
from gateway.web.console.menu import OWN, home
from gateway.web.rendering import SITE
from gateway.web.staff import cookies
from gateway.web.staff.forms import Fields, fields_of, is_proven
from gateway.web.staff.guard import form, own_path, signed_in

if TYPE_CHECKING:
    from gateway.model.service import Text

#: What another page leaves to be said here, by the word in the address.
_SAID: Final = {"out": texts.SIGNED_OUT, "password": texts.PASSWORD_CHANGED}


async def show(asked: Asked) -> web.StreamResponse:
    """The form. Who is signed in already goes on."""
    query = asked.request.query
    signed = await signed_in(asked)
    if signed is not None:
        return _on(own_path(query.get("next"), home(signed.caller)))
    return _form(asked, said=_SAID.get(query.get("said", "")), onward=query.get("next"))


async def take(asked: Asked) -> web.StreamResponse:
    """Begin a session, with a token that nobody has seen before, or say on the form why not."""
    fields = await fields_of(asked)
    login, onward = fields.get("login", ""), fields.get("next")
    if not is_proven(fields, csrf_of(cookies.form_token(asked.request))):
        return _form(asked, status=409, wrong=texts.FORM_TOO_OLD, login=login, onward=onward)
    limits = asked.parts.limits
    address = address_of(asked.request, limits.trusted_proxies, limits.forwarded_header)
    known = asked.request.cookies.get(cookies.KNOWN)
    try:
        opened = await asked.parts.people.sign_in(login, fields.get("password", ""), fields.get("code", ""), address=address, device=known)
    except Refused as refused:
        return _form(asked, status=refused.status, wrong=refused.said, login=login, onward=onward)
    signed = await asked.parts.people.sessions.recognise(opened.token)
    answer = _on(own_path(onward, OWN if signed is None else home(signed.caller)))
    cookies.put(answer, cookies.SESSION, opened.token)
    cookies.put(answer, cookies.KNOWN, opened.device, lasting=True)
    cookies.drop(answer, cookies.FORM)
    return answer


async def leave(asked: Asked, signed: Signed, _fields: Fields) -> web.StreamResponse:
    """End the session, on every node."""
    await asked.parts.people.sessions.sign_out(signed)
    answer = _on("/sign-in?said=out")
    cookies.drop(answer, cookies.SESSION)
    return answer


def _form(
    asked: Asked, *, status: int = 200, said: Text | None = None, wrong: Text | None = None, login: str = "", onward: str | None = None
) -> web.Response:
    token = cookies.form_token(asked.request)
    values = {"said": said, "wrong": wrong, "login": login[:50], "onward": own_path(onward, ""), "proof": csrf_of(token)}
    answer = asked.request.app[SITE].page(asked.request, "staff/sign-in.html", status=status, **values)
    cookies.put(answer, cookies.FORM, token)
    return answer


def _on(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


PAGES: Final = (
    Route(method="GET", path="/sign-in", handler=show, id="signInPage", tag="staff", summary="Sign in", act=OPEN),
    Route(method="POST", path="/sign-in", handler=take, id="signInForm", tag="staff", summary="Sign in", act=OPEN),
    Route(method="POST", path="/sign-out", handler=form(leave), id="signOutForm", tag="staff", summary="Sign out", act=OPEN),
)
