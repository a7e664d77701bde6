"""``Prefer: wait=N`` (RFC 7240): an answer once the application has ended or a person must act, after N seconds as it is then."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from gateway.api.http.route import Parameter
from gateway.api.http.state import STREAMS
from gateway.model.application import halted

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import CaseView

_WAIT = re.compile(r'(?:^|,)\s*wait\s*=\s*"?([0-9]{1,18})"?\s*(?:[,;]|$)', re.IGNORECASE)

PREFER = Parameter(
    name="Prefer",
    place="header",
    description=(
        "`wait=N` (RFC 7240): wait up to N seconds (60 at most) for the end; 200 when it has ended, else 202. It ends early when a person "
        "must act: something was returned or is held, or is in a doubt that does not settle by itself."
    ),
    example="wait=10",
)


def wait_asked(asked: Asked) -> int | None:
    """Give the seconds to wait, capped, none when no wait was asked for. A preference that cannot be read is none."""
    given = ",".join(asked.request.headers.getall("Prefer", []))
    found = _WAIT.search(given)
    return min(int(found[1]), asked.parts.limits.wait_seconds) if found else None


async def wait_for_halt(asked: Asked, application_id: str, seconds: int) -> CaseView | None:
    """Give the application once it has ended or a person must act, after ``seconds`` or at our stop as it is then."""
    streams = asked.request.app[STREAMS]
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    async with asked.parts.commits.watching(application_id, halt=True) as changed:
        while True:
            # Read after the watching has begun, so that no commit in between is missed.
            view = asked.parts.commits.latest(application_id) or await asked.parts.insights.application(application_id)
            left = deadline - loop.time()
            if view is None or halted(view.application.state, view.deliveries.values()) or left <= 0:
                return view
            if not await streams.changed(changed, left):
                return await asked.parts.insights.application(application_id)
