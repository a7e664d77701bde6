"""Progress at a terminal, by the code of a receipt or by its link, which a scanner types as a keyboard does.

The case is in the answer to the form and nowhere else: no cookie, no address, nothing to go back to. A browser keeps what a form sent, to
send it again: so each answer draws another turn, and a form of a turn that is over brings an empty one.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gateway.api.http.address import address_of
from gateway.api.http.route import OPEN, Asked, Route
from gateway.cases.receipts.query_code import ALPHABET
from gateway.texts.refusals import Refused
from gateway.web.citizen.course import course
from gateway.web.citizen.progress import followed_by
from gateway.web.rendering import SITE
from gateway.web.staff.forms import fields_of

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.model.case import Party
    from gateway.model.service import Text

#: The cookie of a turn, and the field that goes with it: a number drawn by lot, which says nothing of anybody.
TURN: Final = "turn"
_LINK: Final = "/t/"
_LONGEST_SHOWN: Final = 50
_DELETE: Final = "delete"


async def ask(asked: Asked) -> web.Response:
    """The form for a code."""
    return _form(asked)


async def take(asked: Asked) -> web.Response:
    """Show the case of a code, say what is wrong with it, or put one more key to it."""
    fields = await fields_of(asked)
    turn = asked.request.cookies.get(TURN, "")
    if not turn or not hmac.compare_digest(turn.encode(), fields.get(TURN, "").encode()):
        return _form(asked, status=409, over=True)
    typed, key = fields.get("code", ""), fields.get("key")
    if key is not None:
        return _form(asked, typed=typed[:-1] if key == _DELETE else (typed + key)[:_LONGEST_SHOWN])
    try:
        party = await _party(asked, typed.strip())
    except Refused as refused:
        return _form(asked, status=refused.status, wrong=refused.said, typed=typed[:_LONGEST_SHOWN])
    told = replace(course(await followed_by(asked, party)), answerable=False)  # which takes a person's own phone, or the counter
    shown = asked.request.app[SITE].block(asked.request, "citizen/case.html", "live", course=told)
    return _page(asked, "kiosk/progress.html", shown=shown)


async def _party(asked: Asked, typed: str) -> Party:
    """Give whose code or link that is. Raises Refused."""
    _, link, secret = typed.rpartition(_LINK)
    if link:
        return await asked.parts.progress.by_secret(secret)
    limits = asked.parts.limits
    address = address_of(asked.request, limits.trusted_proxies, limits.forwarded_header)
    return await asked.parts.progress.by_code(typed, address=address)


def _form(asked: Asked, *, status: int = 200, typed: str = "", wrong: Text | None = None, over: bool = False) -> web.Response:
    turn = secrets.token_hex(16)
    answer = _page(asked, "kiosk/track.html", status=status, typed=typed, wrong=wrong, over=over, turn=turn, keys=ALPHABET)
    answer.set_cookie(TURN, turn, path="/", httponly=True, samesite="Strict", secure=asked.request.secure)
    return answer


def _page(asked: Asked, template: str, *, status: int = 200, **values: Text | str | bool | None) -> web.Response:
    answer = asked.request.app[SITE].page(asked.request, template, status=status, **values)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.del_cookie(TURN, path="/", httponly=True, samesite="Strict")
    return answer


PAGES: Final = (
    Route(method="GET", path="/kiosk/track", handler=ask, id="kioskTrackPage", tag="citizen", summary="Follow a case here", act=OPEN),
    Route(method="POST", path="/kiosk/track", handler=take, id="kioskTrackForm", tag="citizen", summary="Follow a case here", act=OPEN),
)
