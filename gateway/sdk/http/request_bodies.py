"""Request bodies: JSON, HTML forms, and multipart with files, the last two by OpenAPI's ``encoding``. ``xml_models`` writes XML.

Their values are a request's under a contract's names.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar
from urllib.parse import quote_plus, unquote

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from urllib3 import encode_multipart_formdata
from urllib3.fields import RequestField

from gateway.model import JsonObject
from gateway.model.errors import Invalid


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("it is not Base64") from None  # the cause would hold the text


#: Base64 in JSON (RFC 4648 §4) and bytes in Python, which zeep gives and wants.
Base64: TypeAlias = Annotated[
    bytes, BeforeValidator(_decoded), PlainSerializer(lambda value: base64.b64encode(value).decode(), return_type=str, when_used="json")
]


def wire_values(request: BaseModel, mode: Literal["json", "python"]) -> dict[str, Any]:
    """Give the request under the names of the contract (``serialization_alias``), without optional fields that are None.

    ``json`` gives values that JSON takes, ``python`` the values themselves, which zeep takes.
    """
    return _present(request, request.model_dump(mode=mode, by_alias=True))


def our_names(model: type[BaseModel]) -> dict[str, str]:
    """Give a model's own name of each field by the contract's: what is wrong with one is told by the contract's."""
    return {name if field.serialization_alias is None else field.serialization_alias: name for name, field in model.model_fields.items()}


def _present(model: BaseModel, dumped: JsonObject) -> JsonObject:
    present: JsonObject = {}
    for name, field in type(model).model_fields.items():
        value, wire = getattr(model, name), name if field.serialization_alias is None else field.serialization_alias
        if value is not None or field.is_required():
            present[wire] = _inner(value, dumped[wire])
    return present


def _inner(value: Any, dumped: Any) -> Any:  # noqa: ANN401  # whatever a field holds
    if isinstance(value, BaseModel):
        return _present(value, dumped)
    if isinstance(value, list | tuple):
        return [_inner(one, two) for one, two in zip(value, dumped, strict=True)]
    if isinstance(value, dict):
        return {key: _inner(one, dumped[key]) for key, one in value.items()}
    return dumped


T = TypeVar("T")
MediaKind: TypeAlias = Literal["json", "form", "multipart", "xml", "plain"]
Style: TypeAlias = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"]

_DELIMITERS: Final[Mapping[Style, str]] = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C", "deepObject": ","}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """A body as it leaves, with its media type."""

    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """The writing of one field in a form, in OpenAPI's words (its *Encoding Object*).

    The defaults are OpenAPI's: lists repeat the name, an object is JSON, bytes are a file. In a multipart ``content_type`` alone counts.
    """

    content_type: str = ""
    style: Style | None = None
    explode: bool | None = None


class File(BaseModel):
    """A file in a multipart request, with its own name and type. A :data:`Base64` field is a file too, named after the field."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f/\\]+$")]
    content_type: Annotated[str, Field(max_length=120, pattern=r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$")] = (
        "application/octet-stream"
    )
    content: Base64


_PLAIN: Final = Encoding()


def media_kind(media: str) -> MediaKind:
    """Tell how a media type is written. ``plain`` is a text, or bytes, sent unchanged."""
    kind = media.partition(";")[0].strip().lower()
    if kind.endswith(("/json", "+json")):
        return "json"
    if kind.endswith(("/xml", "+xml")):
        return "xml"
    return {"application/x-www-form-urlencoded": "form", "multipart/form-data": "multipart"}.get(kind, "plain")  # type: ignore[return-value]  # as above


def written(write: Callable[[], T], code: str, what: str, *errors: type[Exception]) -> T:
    """Give what ``write`` writes, or raise ``Invalid`` with the kind of its error alone."""
    try:
        return write()
    except errors as error:
        refused = type(error).__name__
    raise Invalid(code, f"it cannot be written as {what} ({refused})")  # outside the handler: the error may hold the value


def json_body(value: object, *, media: str = "application/json") -> RequestBody:
    """Write ``value`` (whatever orjson takes) as JSON. Raises ``Invalid`` (``request_json``) when that is impossible."""
    return RequestBody(content=written(lambda: orjson.dumps(value), "request_json", "JSON", TypeError), content_type=media)


def form(
    values: Mapping[str, Any], encoding: Mapping[str, Encoding] | None = None, *, media: str = "application/x-www-form-urlencoded"
) -> RequestBody:
    """Write ``values`` (JSON) as an HTML form, by each field's ``encoding``, in the charset that ``media`` names (none: UTF-8).

    Raises ``Invalid`` (``request_form``) when the charset lacks a character.
    """
    charset = charset_of(media)

    def write() -> str:
        return "&".join(
            f"{quote_plus(name, encoding=charset)}={delimiter.join(quote_plus(text, encoding=charset) for text in texts)}"
            for field, value in values.items()
            for name, texts, delimiter in _pairs(field, value, (encoding or {}).get(field, _PLAIN))
        )

    text = written(write, "request_form", "a form", UnicodeEncodeError, TypeError)
    return RequestBody(content=text.encode("ascii"), content_type=media)


def multipart(values: Mapping[str, Any], encoding: Mapping[str, Encoding] | None = None, *, key: str) -> RequestBody:
    """Write ``values`` (JSON, and bytes or :class:`File` where a part is a file) as multipart/form-data (RFC 7578).

    Each field follows its ``encoding``. ``key`` is the delivery's, so that a repeat under it is the same byte for byte. Raises ``Invalid``
    (``request_form``).
    """

    def write() -> tuple[bytes, str]:
        boundary = hashlib.sha256(key.encode()).hexdigest()[:32]
        parts = [part for field, value in values.items() for part in _parts(field, value, (encoding or {}).get(field, _PLAIN))]
        while any(boundary.encode() in part.data for part in parts):
            boundary = hashlib.sha256(boundary.encode()).hexdigest()[:32]
        return encode_multipart_formdata(parts, boundary)

    content, content_type = written(write, "request_form", "a form", UnicodeEncodeError, TypeError)
    return RequestBody(content=content, content_type=content_type)


def plain_body(value: str | bytes, *, media: str) -> RequestBody:
    """Give a text in the charset that ``media`` names (none: UTF-8), or bytes. Raises ``Invalid`` (``request_text``)."""
    if isinstance(value, bytes):
        return RequestBody(content=value, content_type=media)
    try:
        return RequestBody(content=value.encode(charset_of(media)), content_type=media)
    except UnicodeEncodeError as error:
        refused = type(error).__name__
    raise Invalid("request_text", f"its charset lacks a character ({refused})")  # outside the handler: the error holds the value


def query_pairs(name: str, value: object, how: Encoding) -> list[tuple[str, str]]:
    """Give the pairs of one parameter in an address, by its style and explode as in a form."""
    return [(one, unquote(delimiter).join(texts)) for one, texts, delimiter in _pairs(name, value, how)]


def charset_of(media: str) -> str:
    """Give the charset that a media type names, else UTF-8."""
    for parameter in media.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return "utf-8"


def as_text(value: object) -> str:
    """Give a value as a form has it: a structure as JSON, null as an empty text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # however large
    return "" if value is None else orjson.dumps(value).decode()


def _pairs(name: str, value: object, how: Encoding) -> Iterator[tuple[str, Sequence[str], str]]:
    """Give the pairs of one field: a name, the texts of its value, and the delimiter between them, as a form has them."""
    style = how.style or "form"
    explode = style == "form" if how.explode is None else how.explode
    delimiter = _DELIMITERS[style]
    if isinstance(value, list):
        if explode:
            yield from ((name, [as_text(one)], "") for one in value)
        else:
            yield name, [as_text(one) for one in value], delimiter
    elif isinstance(value, Mapping) and style == "deepObject":
        for member, one in value.items():
            yield from _pairs(f"{name}[{member}]", one, Encoding(style="deepObject", explode=True))
    elif isinstance(value, Mapping) and (how.style is not None or how.explode is not None):
        members = [(str(member), as_text(one)) for member, one in value.items()]
        if explode:
            yield from ((member, [text], "") for member, text in members)
        else:
            yield name, [text for pair in members for text in pair], delimiter
    else:
        yield name, [as_text(value)], ""


def _parts(name: str, value: object, how: Encoding) -> Iterator[RequestField]:
    if isinstance(value, list):
        for one in value:
            yield from _parts(name, one, how)
    elif isinstance(value, File):
        yield _part(name, value.content, value.content_type, value.name)
    elif isinstance(value, bytes):
        kind = how.content_type or "application/octet-stream"
        yield _part(name, value, kind, f"{name}{mimetypes.guess_extension(kind) or '.bin'}")
    else:
        text = as_text(value)
        kind = how.content_type or ("application/json" if isinstance(value, Mapping) else "")
        # Old servers take a text without a charset for Latin 1.
        yield _part(name, text.encode(), kind or (None if text.isascii() else "text/plain; charset=utf-8"))


def _part(name: str, data: bytes, kind: str | None, file_name: str | None = None) -> RequestField:
    part = RequestField(name, data, filename=file_name)
    part.make_multipart(content_type=kind)
    return part
