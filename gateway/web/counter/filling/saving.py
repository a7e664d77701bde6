"""Single fields, saved by the page as soon as each changes. The answer is one line of words, and the draft's version by now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.route import Route
from gateway.cases.drafts.changes import AlreadyFiled, SavedMeanwhile
from gateway.cases.rights import Act
from gateway.texts.refusals import in_language
from gateway.web.counter import texts
from gateway.web.counter.filling.filled import version_of
from gateway.web.counter.steps import DRAFT, ROOM, address
from gateway.web.staff import guard
from gateway.web.times import clock

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.people.sessions import Signed
    from gateway.web.staff.forms import Fields

#: What a page may save so.
_OWN: Final = re.compile(r"/(?:data|applicant|agent|notes/(?:ticket|materials|guide))(?:/.*)?", re.DOTALL)
VERSION: Final = "X-Draft-Version"


async def save(asked: Asked, signed: Signed, fields: Fields) -> web.StreamResponse:
    """Save the fields that came. What somebody else has saved meanwhile in the same place stays, and is told."""
    drafts, caller, draft_id = asked.parts.drafts, signed.caller, asked.path["draft"]
    changes = {pointer: text or None for pointer, text in fields.items() if _OWN.fullmatch(pointer)}
    try:
        draft = await drafts.save(draft_id, caller, version_of(fields), changes)
    except AlreadyFiled:
        return web.Response(status=303, headers={"Location": address(draft_id, "receipt?again=1")})
    except SavedMeanwhile as problem:
        first = next(iter(problem.theirs.values()), None)
        said = problem.said if first is None else texts.other_window_saved(first.by, clock(first.at))
        return web.Response(status=409, text=in_language(said, asked.language))
    return web.Response(text=in_language(texts.draft_saved(clock(draft.saved_at)), asked.language), headers={VERSION: str(draft.version)})


PAGES: Final = (
    Route(
        method="POST",
        path="/counter/{draft}/save",
        handler=guard.form(save, Act.DRAFT),
        id="counterSaveForm",
        tag=ROOM,
        summary="Save single fields of a draft",
        act=Act.DRAFT,
        signed=True,
        parameters=DRAFT,
    ),
)
