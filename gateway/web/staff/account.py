"""A person's own account: who they are here, where they are signed in, and another password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.address import address_of
from gateway.api.http.route import OPEN, Asked, Route, path_id
from gateway.texts.refusals import Refused
from gateway.web import texts
from gateway.web.console.menu import menu
from gateway.web.rendering import SITE
from gateway.web.staff import cookies
from gateway.web.staff.guard import form, page
from gateway.web.times import moment

if TYPE_CHECKING:
    from gateway.journal.store.views import SessionView
    from gateway.model.service import Text
    from gateway.people.sessions import Signed
    from gateway.web.staff.forms import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session in the list."""

    id: str
    began: Text
    seen: Text
    ends: Text
    here: bool


async def show(asked: Asked, signed: Signed) -> web.Response:
    """The account, and its sessions."""
    return await _page(asked, signed)


async def change_password(asked: Asked, signed: Signed, fields: Fields) -> web.Response:
    """Take another password from whoever knows the present one. It ends every session, this one too."""
    new, limits, people = fields.get("password-new", ""), asked.parts.limits, asked.parts.people
    if new != fields.get("password-again", ""):
        return await _page(asked, signed, status=422, wrong={"password-again": texts.NOT_THE_SAME})
    address = address_of(asked.request, limits.trusted_proxies, limits.forwarded_header)
    known = asked.request.cookies.get(cookies.KNOWN)
    try:
        await people.sign_in.confirm(signed.caller.id, fields.get("password-now", ""), address=address, device=known)
    except Refused as refused:
        return await _page(asked, signed, status=refused.status, wrong={"password-now": refused.said})
    try:
        await people.accounts.set_password(signed.caller.id, password=new, actor=signed.caller.actor)
    except Refused as refused:
        if refused.status != 422:
            raise
        return await _page(asked, signed, status=422, wrong={"password-new": refused.said})
    answer = web.Response(status=303, headers={"Location": "/sign-in?said=password"})
    cookies.drop(answer, cookies.SESSION)
    return answer


async def end_session(asked: Asked, signed: Signed, _fields: Fields) -> web.Response:
    """End one of the person's own sessions."""
    await asked.parts.people.sessions.end(asked.path["id"], actor=signed.caller.actor, account_id=signed.caller.id)
    return web.Response(status=303, headers={"Location": "/account"})


async def _page(asked: Asked, signed: Signed, *, status: int = 200, wrong: dict[str, Text] | None = None) -> web.Response:
    caller = signed.caller
    department = asked.parts.departments.get(caller.role.partition(":")[2])
    return asked.request.app[SITE].page(
        asked.request,
        "staff/account.html",
        status=status,
        signed=signed,
        proof=signed.csrf,
        menu=menu(caller),
        login=caller.actor.partition(":")[2],
        role=texts.role_name(caller.kind, None if department is None else department.config.title),
        sessions=[_line(one, signed) for one in await asked.parts.people.sessions.of(caller.id)],
        wrong=wrong or {},
    )


def _line(one: SessionView, signed: Signed) -> SessionLine:
    return SessionLine(
        id=one.id, began=moment(one.began_at), seen=moment(one.seen_at), ends=moment(one.ends_at), here=one.id == signed.session_id
    )


PAGES: Final = (
    Route(
        method="GET", path="/account", handler=page(show), id="accountPage", tag="staff", summary="One's own account", act=OPEN, signed=True
    ),
    Route(
        method="POST",
        path="/account/password",
        handler=form(change_password),
        id="passwordForm",
        tag="staff",
        summary="Another password",
        act=OPEN,
        signed=True,
    ),
    Route(
        method="POST",
        path="/account/sessions/{id}/end",
        handler=form(end_session),
        id="endSessionForm",
        tag="staff",
        summary="End one's own session",
        act=OPEN,
        signed=True,
        parameters=(path_id("id", "session"),),
    ),
)
