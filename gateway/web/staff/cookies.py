"""The cookies of signing in. Browsers keep each for this very host (``__Host-``), from scripts, and from forms of other sites."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aiohttp import web

#: A session's token; what binds the sign-in form to its browser; what is kept of a person's earlier sign-in.
SESSION: Final = "__Host-session"
FORM: Final = "__Host-form"
KNOWN: Final = "__Host-known"
_YEAR: Final = 365 * 86400
_MADE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def put(answer: web.StreamResponse, name: str, value: str, *, lasting: bool = False) -> None:
    """Set a cookie until the browser is closed, or for a year where it is ``lasting``."""
    answer.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="Lax", max_age=_YEAR if lasting else None)


def drop(answer: web.StreamResponse, name: str) -> None:
    """Take a cookie away."""
    answer.del_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")


def form_token(request: web.Request) -> str:
    """Give what binds a form to the browser of somebody who has not signed in: what it has already, or a new one.

    What a browser has that was never ours counts as nothing.
    """
    kept = request.cookies.get(FORM, "")
    return kept if _MADE.fullmatch(kept) else secrets.token_urlsafe(32)
