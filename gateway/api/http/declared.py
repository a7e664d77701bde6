"""The check of a request against its route's declaration, before its handler: every call answers the same oddity in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gateway.api.http import texts
from gateway.api.http.paging import unknown, uuid_of
from gateway.api.http.problems import WrongParameters, not_found
from gateway.api.http.route import Asked, Parameter, Route
from gateway.texts.refusals import Language, Refused

if TYPE_CHECKING:
    from aiohttp import web

#: Without space at its ends, which HTTP takes away.
_KEY: Final = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")

KEY: Final = Parameter(
    name="Idempotency-Key",
    place="header",
    description="1 to 255 printable ASCII characters, new for each application. The same key and body always give the same application.",
    schema={"type": "string", "minLength": 1, "maxLength": 255, "pattern": f"^{_KEY.pattern}$"},
    required=True,
    example="8e03978e-40d5-43dd-bc93-6894a57f9324",
)
#: On a call that does not need it: a client that sends one with each request gets the same answer to an unusable one.
OPTIONAL_KEY: Final = replace(
    KEY, required=False, description="Not needed here; one that is unusable is refused as everywhere.", example=None
)

#: Gives the values of a route's path, or raises Refused: 400, 404.
Held = Callable[["web.Request", Language], Mapping[str, str]]


def holder(route: Route) -> Held:
    """Give the check of a request against this route: ids of the path in their one form, no undeclared parameter, a usable key."""
    ids = [one.name for one in route.parameters if one.place == "path" and one.schema.get("format") == "uuid"]
    bare = route.strict and not any(one.place == "query" for one in route.parameters)  # else Query tells the unknown with the wrong
    keyed = takes_key(route)

    def held(request: web.Request, language: Language) -> Mapping[str, str]:
        path = dict(request.match_info)
        for name in ids:
            if (found := uuid_of(path[name])) is None:
                raise not_found()
            path[name] = found
        if bare and request.query_string:
            raise WrongParameters(unknown(request.query, language))
        if keyed:
            _given(request)
        return path

    return held


def takes_key(route: Route) -> bool:
    """Tell whether the call changes something, so that an Idempotency-Key may come with it."""
    return route.strict and route.method != "GET"


def parameters_of(route: Route) -> tuple[Parameter, ...]:
    """Give the route's parameters, and the header that every change takes."""
    named = {one.name for one in route.parameters}
    return route.parameters if not takes_key(route) or OPTIONAL_KEY.name in named else (*route.parameters, OPTIONAL_KEY)


def idempotency_key(asked: Asked) -> str:
    """The Idempotency-Key header. Raises Refused (400) when it is missing, twice, too long or not printable ASCII."""
    if (key := _given(asked.request)) is None:
        raise _unusable()
    return key


def _given(request: web.Request) -> str | None:
    given = request.headers.getall("Idempotency-Key", ())
    if not given:
        return None
    if len(given) != 1 or _KEY.fullmatch(given[0]) is None:
        raise _unusable()
    return given[0]


def _unusable() -> Refused:
    return Refused("idempotency-key", 400, texts.UNUSABLE_KEY)
