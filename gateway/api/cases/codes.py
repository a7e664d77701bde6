"""Code lists: the names, in both languages, of everything that is answered as a code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.cases.texts import LISTS
from gateway.api.http.problems import not_found
from gateway.api.http.route import JSON, OPEN, Answer, Asked, Parameter, Route
from gateway.api.http.texts import KINDS
from gateway.api.shapes import code_models
from gateway.api.shapes.answers import dumps
from gateway.api.shapes.texts import FORMATS, WORDS
from gateway.model import code_names
from gateway.model.service import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.parts import ApiParts

#: The lists that are the same in every installation.
_FIXED: Final[Mapping[str, code_names.Names]] = {
    "application_states": code_names.APPLICATION_STATES,
    "end_reasons": code_names.END_REASONS,
    "delivery_states": code_names.DELIVERY_STATES,
    "skip_reasons": code_names.SKIP_REASONS,
    "outcomes": code_names.OUTCOMES,
    "events": code_names.EVENTS,
    "failures": code_names.FAILURES,
    "party_kinds": code_names.PARTY_KINDS,
    "actions": code_names.ACTIONS,
    "channels": code_names.CHANNELS,
    "id_types": code_names.ID_TYPES,
    "resend_rules": code_names.RESEND_RULES,
    "answered_by": code_names.ANSWERED_BY,
    "availability": code_names.AVAILABILITY,
    "breaker_states": code_names.BREAKER_STATES,
    "tiers": code_names.TIERS,
    "job_states": code_names.JOB_STATES,
    "job_results": code_names.JOB_RESULTS,
    "acts": code_names.ACTS,
    "node_states": code_names.NODE_STATES,
    "node_roles": code_names.NODE_ROLES,
    "stuck_kinds": code_names.STUCK_KINDS,
    "ending_kinds": code_names.ENDING_KINDS,
    "roles": code_names.ROLES,
}
_CACHED: Final = "public, max-age=60"
MATCH: Final = Parameter(name="If-None-Match", place="header", description="An `ETag` that you have (RFC 9110): 304 when it still holds.")


def lists(parts: ApiParts) -> Iterator[code_models.CodeList]:
    """Every list, as it is answered."""
    for name, names in _FIXED.items():
        yield _list(name, ((code, Text(zh=zh, en=en), None) for code, (zh, en) in names.items()))
    yield _list("problems", ((kind, one.title, one.meaning) for kind, one in sorted(KINDS.items())))
    for name, words in (("formats", FORMATS), ("words", WORDS)):
        yield _list(name, ((word, Text(zh=word, en=word), meaning) for word, meaning in words.items()))
    yield from _installed(parts)


def _installed(parts: ApiParts) -> Iterator[code_models.CodeList]:
    """Give the lists that follow from an installation's configuration."""
    hosted = parts.departments.items()
    yield _list("departments", ((name, one.config.title, None) for name, one in hosted))
    operations = (
        (f"{name}.{one.name}", Text(zh=one.title_zh, en=one.title_en), None)
        for name, it in hosted
        if it.department
        for one in it.department.operations
    )
    yield _list("operations", operations)
    definitions = [service.definition for service in parts.catalogue.services.values()]
    yield _list("services", ((one.code, one.title, one.guidance) for one in definitions))
    steps = ((f"{one.code}.{step.name}", step.title, step.purpose) for one in definitions for step in one.steps)
    yield _list("steps", steps)


def _list(name: str, rows: Iterator[tuple[str, Text, Text | None]]) -> code_models.CodeList:
    items = [code_models.Code(code=code, title=title, meaning=meaning) for code, title, meaning in rows]
    return {"name": name, "title": LISTS[name], "items": items}


async def several(asked: Asked) -> web.Response:
    """Every list."""
    return _tagged(asked, {"items": list(lists(asked.parts))})


async def one(asked: Asked) -> web.Response:
    """One list."""
    name = asked.path["list"]
    for found in lists(asked.parts):
        if found["name"] == name:
            return _tagged(asked, found)
    raise not_found()


def _tagged(asked: Asked, value: object) -> web.Response:
    """The answer with its ETag, or 304 when the caller has it."""
    body = dumps(value)
    tag = hashlib.sha256(body).hexdigest()[:32]
    answer = web.Response(body=body, content_type=JSON, headers={"ETag": f'"{tag}"', "Cache-Control": _CACHED})
    known = asked.request.if_none_match or ()
    if any(one.value in (tag, "*") for one in known):
        return web.Response(status=304, headers={name: answer.headers[name] for name in ("ETag", "Cache-Control")})
    return answer


_ETAG = {"ETag": "Names this state of the answer (RFC 9110).", "Cache-Control": "How long it may be kept."}

ROUTES = (
    Route(
        method="GET",
        path="/v1/codes",
        handler=several,
        id="listCodes",
        tag="docs",
        summary="Names of everything that is answered as a code, in both languages",
        description=(
            "States, kinds of problems, events, types of document, departments, services, steps and the rest. Lists grow: show a code "
            "that you do not know as it is."
        ),
        act=OPEN,
        parameters=(MATCH,),
        answers=(
            Answer(status=200, description="Every list.", model=code_models.CodeLists, headers=_ETAG),
            Answer(status=304, description="As you have it.", media=(), headers=_ETAG),
        ),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/codes/{list}",
        handler=one,
        id="getCodes",
        tag="docs",
        summary="One list of codes",
        act=OPEN,
        parameters=(
            Parameter(name="list", place="path", description="The list's name.", required=True, example="delivery_states"),
            MATCH,
        ),
        answers=(
            Answer(status=200, description="The list.", model=code_models.CodeList, headers=_ETAG),
            Answer(status=304, description="As you have it.", media=(), headers=_ETAG),
        ),
        refusals=(400, 404),
    ),
)
