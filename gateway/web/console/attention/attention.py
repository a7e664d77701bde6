"""The first page of the console: everything that needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.cases.rights import Act
from gateway.web.console.screens import View, screen

if TYPE_CHECKING:
    from gateway.api.http.route import Asked


async def show(asked: Asked) -> View:
    """Show all that a person has to mend, the oldest first."""
    del asked
    return View(template="attention.html")


PAGES: Final = (screen("/console", show, act=Act.LIST, id="attentionPage", summary="What needs attention"),)
