"""A person's choices about pages: language, size of letters, light or dark. Each has a cookie of its own, which says nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gateway.api.http.preferences import LANGUAGE_COOKIE, language_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from gateway.texts.refusals import Language

#: The choices: name in the address and of the cookie → the values it may have. The first is what holds without a cookie.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    LANGUAGE_COOKIE: ("zh-CN", "en"),
    "size": ("standard", "large", "huge"),
    "theme": ("system", "light", "dark"),
}
_YEAR: Final = 365 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The choices that hold for a request."""

    language: Language
    size: str
    theme: str


def preferences_of(request: web.Request) -> Preferences:
    """Give the choices of whoever asks. A cookie with anything else counts as none."""
    return Preferences(language=language_of(request), size=_chosen(request.cookies, "size"), theme=_chosen(request.cookies, "theme"))


def asked_for(request: web.Request) -> dict[str, str]:
    """Give the choices that the address asks for, such as ``?size=large``."""
    given = {name: request.query.get(name, "") for name in CHOICES}
    return {name: value for name, value in given.items() if value in CHOICES[name]}


def choice(request: web.Request, name: str, value: str, at: str = "") -> str:
    """Give the query that makes a choice and keeps the rest of the address, where the choice leads back to it (``at``, or here)."""
    stays = request.method in ("GET", "HEAD") and at in ("", request.path)
    rest = [(key, said) for key, said in request.query.items() if key not in CHOICES] if stays else []
    return urlencode([*rest, (name, value)])


def remember(answer: web.StreamResponse, chosen: Mapping[str, str], *, secure: bool) -> None:
    """Set the cookies of these choices. They hold no secret, so a page without HTTPS has them, too."""
    for name, value in chosen.items():
        answer.set_cookie(name, value, max_age=_YEAR, path="/", httponly=True, samesite="Lax", secure=secure)


def _chosen(cookies: Mapping[str, str], name: str) -> str:
    value = cookies.get(name, "")
    return value if value in CHOICES[name] else CHOICES[name][0]
