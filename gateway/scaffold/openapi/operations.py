"""Operations of an OpenAPI document as our description: the places of their fields, their replies, and a sample of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from math import inf
from typing import Any, Final, Literal, get_args

import jsonschema_rs

from gateway.model import JsonObject, JsonView
from gateway.scaffold.contract.description import (
    DescribedOperation,
    Gap,
    ListOf,
    MapOf,
    OneOf,
    RestCall,
    Scalar,
    Structure,
    Type,
    TypedField,
)
from gateway.scaffold.contract.names import OPERATIONS_BESIDE, OPERATIONS_TAKEN, Names, pascal
from gateway.scaffold.contract.places import Places
from gateway.scaffold.openapi.bodies import Body, Fits, SampleJudge, chosen, examples_of, fitting, not_written, turns_that_fit
from gateway.scaffold.openapi.scalars import one_of, without_nothing
from gateway.scaffold.openapi.types import SchemaTypes, text_of
from gateway.scaffold.samples.sampling import Endless, Heights
from gateway.sdk.contracts.openapi_document import json_schema
from gateway.sdk.contracts.openapi_references import resolved
from gateway.sdk.http.request_bodies import MediaKind, Style, as_text

#: Headers that the clients of the SDK set themselves.
_OURS: Final = frozenset(
    {"content-type", "authorization", "idempotency-key", "traceparent", "accept-encoding", "user-agent"}
    | {"content-length", "transfer-encoding", "connection", "host", "expect", "te", "upgrade", "trailer"}
)
_PLACES: Final = frozenset({"path", "query", "header"})
_PERSONAL: Final = re.compile(
    r"name|naam|nino|ssn|bsn|passport|birth|geboorte|phone|mobile|mail|address|id_?number|citizen|person", re.IGNORECASE
)
#: A key as every delivery has one.
_KEY_OF_A_DELIVERY: Final = f"{0:032x}-1"


class Operations:
    """The reader of a document's operations."""

    def __init__(
        self, document: JsonView, gaps: list[Gap], read_only: Collection[str], places: Places, vocabulary: Collection[str]
    ) -> None:
        self._document, self._gaps, self._read_only, self._places, self._vocabulary = document, gaps, read_only, places, vocabulary
        self._requests: dict[MediaKind, SchemaTypes] = {}
        self._replies = SchemaTypes(document, "reply", places=places, gaps=gaps, vocabulary=vocabulary)
        self._judge = SampleJudge(document)
        self._names = Names(taken=OPERATIONS_TAKEN, beside=OPERATIONS_BESIDE, vocabulary=vocabulary)
        self._part: JsonView = {}  # the operation that is being read

    def read(self, name: str, method: str, path: str, operation: JsonView) -> DescribedOperation | None:
        """Describe one operation, or give None when no request or reply of it can be made."""
        self._part = operation
        ours = self._names.named(_shortened(name, method, path), otherwise="operation")
        request, constants = self._parameters(ours, operation)
        form, body = self._body(operation, request)
        if Heights().of(request) == inf:
            self._without_end(name, request.name)
            return None
        try:
            fits = None if body is None else body.fits(self._document, self._judge.of(body.schema, request=True))
            turns = (0, 0) if body is None or fits is None else self._turns(ours, request, body, fits)
            statuses, reply, sample, reply_media = self._reply(ours, operation)
        except Endless as error:
            self._without_end(name, error.name)
            return None
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            self._say(f"{name} is left out: its schemas cannot be used ({getattr(error, 'message', type(error).__name__)})")
            return None
        return DescribedOperation(
            name=ours,
            wire=RestCall(
                operation_id=name,
                method=method,
                path=path,
                statuses=statuses,
                reply_sample=sample,
                body=form,
                constant_headers=constants,
                media="application/json" if body is None else body.media,
                encoding={**_styles(operation, request), **({} if body is None else body.encoding)},
                root=body.root(self._document) if body is not None and body.kind == "xml" else {},
                reply_media=reply_media,
            ),
            request=request,
            reply=reply,
            title=text_of(operation.get("summary")) or name,
            doc=text_of(operation.get("description")),
            read_only=method == "GET" or name in self._read_only,
            turns=turns,
            fits=fits,
        )

    def _without_end(self, operation: str, name: str) -> None:
        self._say(f"{operation} is left out: {name} needs another of itself without end, so that no value of it can be made")

    def _say(self, what: str, part: object = None, *, red: bool = False) -> None:
        self._gaps.append(self._places.gap(self._part if part is None else part, what, red=red))

    def _key_header(self, parameter: JsonView) -> None:
        self._say("it takes an Idempotency-Key: if a repeated key has no second effect, declare resend=Safe(…) in adapter.py")
        if not self._judge.of(_parameter_schema(parameter), request=True)(_KEY_OF_A_DELIVERY):
            what = "its Idempotency-Key has another form than call.key (32 hexadecimal digits, a hyphen, the round)"
            self._say(f"{what}: send one in adapter.py that is made of call.key, and so the same at every attempt", red=True)

    def _parameters(self, ours: str, operation: JsonView) -> tuple[Structure, dict[str, str]]:
        """Give the request's structure with its parameters alone, and the headers that have one value only."""
        request, names, constants = Structure(name=pascal(ours)), Names(vocabulary=self._vocabulary), {}
        for parameter in operation.get("parameters", ()):
            place, wire = parameter["in"], parameter["name"]
            if place == "header" and wire.lower() in _OURS:
                if wire.lower() == "idempotency-key":
                    self._key_header(parameter)
                continue
            required = place == "path" or parameter.get("required") is True
            twice = any(one.wire == wire for one in request.fields)
            if twice or place not in _PLACES:
                why = ", since another has the same name" if twice else ""
                self._say(f"the {place} parameter {wire} is left out{why}: send it in adapter.py", red=required)
                continue
            kind, _ = without_nothing(self._types("json").of(_parameter_schema(parameter), pascal(wire)))
            if place == "header" and (constant := _only_value(kind)) is not None:
                constants[wire] = constant
                continue
            if place == "header" and wire.lower() == "accept":
                continue
            if not _is_plain(kind) and not _is_deep(parameter, kind):
                self._say(f"the {place} parameter {wire} is no single value: say in adapter.py how it is written", red=True)
            if place != "header":
                self._warn_of_address(wire)
            doc = text_of(parameter.get("description"))
            request.fields.append(TypedField(wire=wire, name=names.named(wire), type=kind, required=required, doc=doc, place=place))
        return request, constants

    def _warn_of_address(self, wire: str) -> None:
        if _PERSONAL.search(wire):
            self._say(f"the contract puts {wire} into the address, which is logged along the way: ask the department for a body instead")

    def _body(self, operation: JsonView, request: Structure) -> tuple[Literal["", "fields", "whole"], Body | None]:
        """Add the body's fields to the request, and give how the body is made of them, and its media type."""
        content = resolved(self._document, operation.get("requestBody", {})).get("content")
        if not isinstance(content, Mapping) or not content:
            return "", None
        body = chosen(content)
        kind, _ = without_nothing(self._body_type(body, f"{request.name}Body"))
        self._gaps.extend(not_written(body, kind, self._places, self._document))
        taken = {one.name for one in request.fields} | {one.wire for one in request.fields}
        if isinstance(kind, Structure) and not any(one.name in taken or one.wire in taken for one in kind.fields):
            request.doc = request.doc or kind.doc
            request.fields += kind.fields
            return "fields", body
        if body.kind in {"form", "multipart"} and not isinstance(kind, Structure | MapOf):
            self._say(f"its body is {body.media} of no fields that have names: write it in adapter.py", body.declared, red=True)
            return "", None
        own = Names(taken=taken).new("body")
        request.fields.append(TypedField(wire=own, name=own, type=kind, place="whole_body"))
        return "whole", body

    def _body_type(self, body: Body, name: str) -> Type:
        """Give the type of a body. One that is neither JSON nor named fields is a text or bytes, sent unchanged."""
        if body.kind == "plain" and not body.media.startswith("text/"):
            return Scalar(kind="base64")
        kind = self._types(body.kind).of(body.schema, name)
        return kind if body.kind != "plain" or isinstance(kind, Scalar) else Scalar(kind="text")

    def _types(self, media: MediaKind) -> SchemaTypes:
        """Give the reader of schemas for this kind, since in a file or in XML a schema is another type than in JSON."""
        kind = media if media in {"multipart", "xml"} else "json"
        if kind not in self._requests:
            self._requests[kind] = SchemaTypes(
                self._document, "request", places=self._places, gaps=self._gaps, vocabulary=self._vocabulary, media=kind
            )
        return self._requests[kind]

    def _turns(self, ours: str, request: Structure, body: Body, fits: Fits) -> tuple[int, int]:
        """Give for either sample the sampler's turn that makes a body which the contract takes."""
        inside = [one for one in request.fields if one.place in {"body", "whole_body"}]
        whole = next((one.wire for one in inside if one.place == "whole_body"), None)
        found = turns_that_fit(Structure(name=request.name, fields=inside), whole, fits)
        if None in found:
            what = f"{self._places.of(body.schema)}: no request that fits the contract could be made: correct it"
            self._gaps.append(Gap(where=f"samples/{ours}/request.json", what=what, red=True))
        return found[0] or 0, found[1] or 0

    def _reply(self, ours: str, operation: JsonView) -> tuple[tuple[int, ...], Type | None, object, str]:
        """Give the statuses of success, the reply's type, a sample of the first, and its media type where that is not JSON."""
        replies, others = self._successes(operation)
        if not replies:
            self._say("the contract names no reply of success: 200 without a body is taken for it")
            return (200,), None, None, ""
        if 202 in replies:
            self._say("202 means that it is decided later: give Accepted and add poll() or callbacks")
        with_body = {code: media for code, media in replies.items() if media is not None}
        left = sorted(set(replies) - set(with_body))
        if others and not with_body:
            self._say(f"the reply is {next(iter(others.values()))}, not JSON: read it where adapter.py says FILL IN", red=True)
        if not with_body:
            return tuple(sorted(replies, key=lambda code: code not in others)), None, None, next(iter(others.values()), "")
        if left:
            self._say(f"the reply {left[0]} has no body of JSON and is left out: read it in adapter.py")
        kinds = {code: self._replies.of(media.get("schema", True), f"{pascal(ours)}Answer") for code, media in with_body.items()}
        _tell_apart(kinds)
        media = next(iter(with_body.values()))
        return tuple(with_body), one_of(kinds.values()), self._sample(ours, media, next(iter(kinds.values()))), ""

    def _successes(self, operation: JsonView) -> tuple[dict[int, JsonView | None], dict[int, str]]:
        """Give the replies of success by their status: the Media Type Object of those in JSON, and the media types of others."""
        replies: dict[int, JsonView | None] = {}
        others: dict[int, str] = {}
        for status, response in operation.get("responses", {}).items():
            code = {"2XX": "200", "2xx": "200", "default": "200" if len(operation["responses"]) == 1 else ""}.get(status, status)
            if not re.fullmatch(r"2\d\d", code):
                continue
            content = resolved(self._document, response).get("content")
            found = json_schema(content)
            if content and found is None:
                others[int(code)] = next(iter(content))
            replies[int(code)] = found[1] if found else None
        return replies, others

    def _sample(self, ours: str, media: JsonView, kind: Type) -> object:
        """Give the contract's own example where it fits its schema, else a value made for it."""
        schema = media.get("schema", True)
        found, fits = fitting(kind, examples_of(media), self._judge.of(schema, request=False))
        if not fits:
            what = f"{self._places.of(schema)}: no reply that fits the contract could be made: correct it"
            self._gaps.append(Gap(where=f"samples/{ours}/reply.json", what=what, red=True))
        return found


def _tell_apart(kinds: Mapping[int, Type]) -> None:
    """Distinguish replies of several statuses with one name by adding the status."""
    structures = {code: kind for code, kind in kinds.items() if isinstance(kind, Structure)}
    names = Counter(kind.name for kind in {id(kind): kind for kind in structures.values()}.values())
    for code, kind in structures.items():
        if names[kind.name] > 1:
            kind.name = f"{kind.name}{code}"


def _parameter_schema(parameter: JsonView) -> Any:  # noqa: ANN401  # a schema may be true
    """Give a parameter's schema, with the example beside it."""
    content = parameter.get("content") or {}
    first: Mapping[str, Any] = next(iter(content.values()), {}) if isinstance(content, Mapping) else {}
    schema = parameter.get("schema", first.get("schema", {}))
    if "example" in parameter and isinstance(schema, Mapping) and "$ref" not in schema:
        return {**schema, "example": parameter["example"]}
    return schema


def _is_deep(parameter: JsonView, kind: Type) -> bool:
    """Tell whether a value is an object of single values, each of which goes into the query under a name of its own."""
    is_so = parameter["in"] == "query" and parameter.get("style") == "deepObject"
    return is_so and isinstance(kind, Structure) and all(isinstance(one.type, Scalar) and _is_plain(one.type) for one in kind.fields)


def _is_plain(kind: Type) -> bool:
    """Tell whether a value can stand in an address or a header: a single one, or a list of such."""
    match kind:
        case Scalar(kind=one):
            return one not in {"object", "nothing"}
        case ListOf(item=item):
            return isinstance(item, Scalar | OneOf) and _is_plain(item)
        case OneOf(options=options):
            return all(_is_plain(option) for option in options)
        case _:
            return False


def _styles(operation: JsonView, request: Structure) -> dict[str, JsonObject]:
    """Give the style of lists in the query that do not repeat their name, by the contract's names of them."""
    lists = {one.wire for one in request.fields if one.place == "query" and not isinstance(one.type, Scalar)}
    found = {}
    for parameter in operation.get("parameters", ()):
        style = str(parameter.get("style") or "form")
        explode = parameter.get("explode", style == "form")
        if parameter["in"] == "query" and parameter["name"] in lists and style in get_args(Style) and explode is not True:
            found[parameter["name"]] = {"style": style, "explode": False}
    return found


def _only_value(kind: Type) -> str | None:
    """Give the one value that a header may have, if it can be sent."""
    value = as_text(kind.values[0]) if isinstance(kind, Scalar) and len(kind.values) == 1 else None
    return value if value is not None and value.isascii() and value.isprintable() else None


def _shortened(name: str, method: str, path: str) -> str:
    """Make a name for an operation without one, of its method and the fixed parts of its path."""
    if name != f"{method} {path}" and "/" not in name:
        return name
    words = [part for part in path.split("/") if part and "{" not in part]
    return f"{method.lower()} {' '.join(words[-2:])}"
