"""The window (窗口) at which a browser stands: asked for once, and remembered there in a cookie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from aiohttp import web

_COOKIE: Final = "window"
_YEAR: Final = 365 * 86400
#: Letters, digits, spaces and dashes in any script: a window's name stands in the audit, so it has no room for a story.
_NAME: Final = re.compile(r"[\w][\w \-·]{0,19}")


def window_of(request: web.Request) -> str | None:
    """Give the name of the window, None where nobody has said it yet."""
    said = unquote(request.cookies.get(_COOKIE, ""))
    return said if _NAME.fullmatch(said) else None


def named(typed: str) -> str | None:
    """Give a window's name as it was typed, None where that can be none."""
    said = " ".join(typed.split())
    return said if _NAME.fullmatch(said) else None


def remember(answer: web.StreamResponse, name: str, *, secure: bool) -> None:
    """Remember it in this browser."""
    answer.set_cookie(_COOKIE, quote(name), max_age=_YEAR, path="/", httponly=True, samesite="Lax", secure=secure)
