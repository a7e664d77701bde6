"""The address of the site as people's phones reach it, for what is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.web.rendering import SITE

if TYPE_CHECKING:
    from gateway.api.http.route import Asked


def site_of(asked: Asked) -> str:
    """Give the site's address: the centre's own word, or where this clerk's browser reaches it."""
    return asked.request.app[SITE].centre.site or str(asked.request.url.origin())
