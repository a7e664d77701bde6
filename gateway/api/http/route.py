"""The declaration of a call, made once for the router, the permissions and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from gateway.api.http.parts import ApiParts
from gateway.cases.caller import Caller
from gateway.cases.rights.table import Act, roles_of
from gateway.model import JsonView
from gateway.texts.refusals import Language

if TYPE_CHECKING:
    from pydantic import BaseModel

JSON = "application/json"
CSV = "text/csv"
HTML = "text/html"
PROBLEM = "application/problem+json"
EVENT_STREAM = "text/event-stream"

#: Nobody in particular: the caller of a call that needs no key.
NOBODY = Caller(id="-", name="-", role="none")

#: The act of a call that anybody may make, without a key.
OPEN: Final = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request on its way to its handler, with its caller, its language and its trace."""

    request: web.Request
    path: Mapping[str, str]  # the values in it, ids in lower case
    parts: ApiParts
    caller: Caller
    language: Language
    traceparent: str


Handler = Callable[[Asked], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter in the query, the path or a header. ``schema`` is JSON Schema."""

    name: str
    place: str  # query | path | header
    description: str
    schema: JsonView = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    example: str | int | bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with one status. ``model`` is none where the body is not JSON, or where there is none (and no ``media``)."""

    status: int
    description: str
    model: type | None = None
    media: tuple[str, ...] = (JSON,)
    headers: Mapping[str, str] = field(default_factory=dict)  # name → what it says
    example: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One call of the interface.

    ``body`` is the model of the request's body, which ``body_optional`` lets be absent. Roles with a right to ``act`` may call it, or
    anybody (``OPEN``), without a key. A page for people (``signed``) has a door of its own, which asks for their session. ``answers`` are
    the good ones and those with a meaning of their own. Statuses that follow from the declaration (401, 403, 413, 429 …) come into the
    document by themselves, ``refusals`` are the further ones of this call.
    """

    method: str
    path: str
    handler: Handler
    id: str
    tag: str
    summary: str
    act: Act | None
    signed: bool = False
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: type[BaseModel] | None = None
    body_optional: bool = False
    any_body: bool = False  # a department's own format
    body_examples: JsonView = field(default_factory=dict)
    samples: bool = False  # the catalogue's samples are its examples
    per_query: bool = False  # one call of the document for each query, with its request and answer
    answers: tuple[Answer, ...] = ()
    refusals: tuple[int, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """The roles that may call it: none where anybody may."""
        return frozenset() if self.act is None else roles_of(self.act)

    @property
    def strict(self) -> bool:
        """Tell whether it refuses parameters that it does not know: not where monitors and departments' systems call in their own way."""
        return self.path.startswith("/v1/") and not self.any_body


def path_id(name: str, what: str) -> Parameter:
    """The parameter for an id in the path."""
    return Parameter(name=name, place="path", description=f"The {what}'s id.", schema={"type": "string", "format": "uuid"}, required=True)


def path_name(name: str, what: str) -> Parameter:
    """The parameter for a name in the path."""
    return Parameter(name=name, place="path", description=f"The {what}'s name.", required=True)
