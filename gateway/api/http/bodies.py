"""Bodies of requests: JSON that is neither too large nor too slow."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from gateway.api.http import texts
from gateway.api.http.problems import too_large
from gateway.cases.intake import malformed
from gateway.catalogue.request_texts import LIMITS, request_text
from gateway.model import JsonView
from gateway.model.errors import Located
from gateway.texts.bounds import excess_of_any
from gateway.texts.messages import say, say_types
from gateway.texts.refusals import Refused
from gateway.texts.strict_json import Malformed, pointer_of, read_object

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic_core import ErrorDetails

    from gateway.api.http.route import Asked
    from gateway.texts.refusals import Language

M = TypeVar("M", bound=BaseModel)

#: pydantic's names of errors → the texts that forms use.
_TYPES = {
    "string_type": "string",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "dict_type": "object",
    "int_type": "integer",
    "list_type": "array",
    "float_type": "number",
}


#: Bytes of a form of a page, an application's apart: far more than anybody types.
FORM_BYTES: Final = 64 * 1024
#: The charset's names, as clients write them.
_UTF8 = frozenset({"utf-8", "utf8", "utf_8"})


async def json_bytes(asked: Asked) -> bytes:
    """Read the body's bytes, without a look whether they are JSON. Raises Refused: 408, 413, 415."""
    request = asked.request
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() not in _UTF8:
        raise Refused("media-type", 415, texts.NOT_JSON)
    return await _bytes(asked, asked.parts.limits.body_bytes)


async def foreign_bytes(asked: Asked) -> bytes:
    """Read a body in a department's own format, which its adapter parses. Raises Refused: 408, 413, 415, 400 when it holds too much."""
    limits = asked.parts.limits
    body = await _bytes(asked, limits.callback_bytes)
    if excess_of_any(body, limits.bounds) is not None:
        raise Refused("malformed", 400, texts.TOO_MUCH)
    return body


async def form_bytes(asked: Asked, most: int) -> bytes:
    """Read the bytes of an HTML form (``application/x-www-form-urlencoded``), ``most`` of them. Raises Refused: 408, 413, 415."""
    if asked.request.content_type != "application/x-www-form-urlencoded":
        raise Refused("media-type", 415, texts.NOT_A_FORM)
    return await _bytes(asked, most)


async def _bytes(asked: Asked, most: int) -> bytes:
    request, limits = asked.request, asked.parts.limits
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused("media-type", 415, texts.COMPRESSED)
    if (request.content_length or 0) > most:
        raise too_large(most)
    try:
        if request.content.is_eof():  # it came with its head, as most do, and needs no timer
            body = await request.read()
        else:
            async with asyncio.timeout(limits.body_seconds):
                body = await request.read()
    except TimeoutError:
        raise Refused("too-slow", 408, texts.TOO_SLOW) from None  # nothing more is known of it
    except web.HTTPRequestEntityTooLarge:
        raise too_large(most) from None  # the cause says no more
    except web.RequestPayloadError:
        said = texts.BROKEN_CODING
        raise Refused("malformed", 400, said) from None  # the cause repeats what was sent
    if len(body) > most:
        raise too_large(most)
    return body


async def read(asked: Asked, model: type[M], *, optional: bool = False, also: Callable[[JsonView], list[Located]] = lambda _: []) -> M:
    """Read the body as that model, every error located. ``optional``: no body at all stands for an empty object.

    ``also`` finds further errors in the body as a whole.
    """
    # An empty body is no body, whatever its length and type are said to be.
    body = b"{}" if optional and not await _bytes(asked, asked.parts.limits.body_bytes) else await json_bytes(asked)
    try:
        document = read_object(body, asked.language, asked.parts.limits.bounds)
    except Malformed as error:
        raise malformed(error) from None  # the cause could carry the body
    return fitting(model, document, asked.language, also(document))


def fitting(model: type[M], document: JsonView, language: Language, found: Sequence[Located] = ()) -> M:
    """Make the model of a document. Raises Refused (422) with every error, and with those that were ``found`` before."""
    errors = list(found)
    try:
        made = model.model_validate(document)
    except ValidationError as error:
        errors += [_located(item, language) for item in error.errors(include_url=False, include_input=False)]
    if errors:
        raise Refused("validation", 422, texts.NOT_VALID, errors=errors)
    return made


def _located(item: ErrorDetails, language: Language) -> Located:
    pointer, kind = pointer_of(item["loc"]), item["type"]
    if kind in LIMITS or kind in ("missing", "string_pattern_mismatch", "literal_error"):
        return Located(pointer, request_text(kind, item.get("ctx", {}), "", language))
    match kind:
        case "extra_forbidden":
            # The name is the caller's own text: an ID number may stand there.
            return Located(pointer_of(item["loc"][:-1]), say("unknown_unnamed", language))
        case "uuid":
            return Located(pointer, say("format", language, format="uuid"))
        case "date_time":
            return Located(pointer, say("format", language, format="date-time (RFC 3339)"))
        case _ if kind in _TYPES:
            return Located(pointer, say("type", language, types=say_types([_TYPES[kind]], language)))
        case _:
            return Located(pointer, say("other", language))
