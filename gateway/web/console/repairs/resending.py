"""Forms for sending a delivery again, and for taking back what was said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.cases import deliveries
from gateway.api.http import requests
from gateway.api.http.bodies import fitting
from gateway.cases.rights import Act
from gateway.texts.refusals import Refused
from gateway.web.console.repairs.deeds import RETRY, UNRESOLVE
from gateway.web.console.repairs.delivery import PATH, PATH_ID, FormShown, page, refused
from gateway.web.console.screens import View, action, screen
from gateway.web.staff.forms import typed

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.web.staff.forms import Fields


async def ask_retry(asked: Asked) -> View:
    """Ask what was put right."""
    return await page(asked, await deliveries.readable(asked), FormShown(deed=RETRY))


async def retry(asked: Asked, fields: Fields) -> str | View:
    """Send it again, by its rule."""
    found = await deliveries.readable(asked)
    try:
        said = fitting(requests.Retry, {"reason": fields.get("/reason", "").strip() or None}, asked.language)
        await asked.parts.repairs.retry(found.delivery.id, caller=asked.caller, reason=said.reason)
    except Refused as problem:
        return await page(asked, found, refused(asked, RETRY, typed(fields), problem))
    return f"/console/cases/{found.application.id}?said=retried"


async def ask_unresolve(asked: Asked) -> View:
    """Ask why it is taken back."""
    return await page(asked, await deliveries.readable(asked), FormShown(deed=UNRESOLVE))


async def unresolve(asked: Asked, fields: Fields) -> str | View:
    """Take back what was said of it."""
    found = await deliveries.readable(asked)
    try:
        said = fitting(requests.Unresolution, {"reason": fields.get("/reason", "").strip()}, asked.language)
        await asked.parts.repairs.unresolve(found.delivery.id, caller=asked.caller, reason=said.reason)
    except Refused as problem:
        return await page(asked, found, refused(asked, UNRESOLVE, typed(fields), problem))
    return f"/console/cases/{found.application.id}?said=unresolved"


PAGES: Final = (
    screen(f"{PATH}/retry", ask_retry, act=Act.REPAIR, named="retryPage", summary="Send a delivery again", parameters=PATH_ID),
    action(f"{PATH}/retry", retry, act=Act.REPAIR, named="retryForm", summary="Send a delivery again", parameters=PATH_ID),
    screen(f"{PATH}/unresolve", ask_unresolve, act=Act.REPAIR, named="unresolvePage", summary="Take a resolution back", parameters=PATH_ID),
    action(f"{PATH}/unresolve", unresolve, act=Act.REPAIR, named="unresolveForm", summary="Take a resolution back", parameters=PATH_ID),
)
