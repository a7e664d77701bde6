"""Request bodies in an OpenAPI document: the choice among media types, the settings of each, and samples that the contract takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, get_args

import jsonschema_rs

from gateway.model import JsonObject, JsonSchema, JsonView
from gateway.scaffold.contract.description import Gap, Structure, Type
from gateway.scaffold.contract.places import Places
from gateway.scaffold.samples.sampling import Sampler, structures_in
from gateway.sdk.contracts.openapi_document import for_requests
from gateway.sdk.contracts.openapi_references import name_in, resolved
from gateway.sdk.http.request_bodies import Encoding, MediaKind, Style, as_text, form, media_kind, multipart
from gateway.sdk.sandbox.contract_bodies import BodyReader

#: The preference among kinds where a contract offers several.
_ORDER: Final[tuple[MediaKind, ...]] = ("json", "form", "multipart", "xml", "plain")
#: Ranges of media types, with one type of each.
_OF_RANGE: Final = {"*/*": "application/json", "application/*": "application/json", "text/*": "text/plain", "image/*": "image/png"}


_XML_NAME: Final = re.compile(r"[^\W\d][\w.-]*")


class Body(NamedTuple):
    """A request's body: the media type that it goes out under, its kind, and its Media Type Object."""

    media: str
    kind: MediaKind
    declared: JsonView

    @property
    def schema(self) -> Any:  # noqa: ANN401  # a schema may be true
        """Give the schema that the body is held to."""
        return self.declared.get("schema", True)

    @property
    def encoding(self) -> dict[str, JsonObject]:
        """Give the encoding of single fields in a form or a multipart, as far as the client supports it."""
        declared = self.declared.get("encoding")
        given = declared.items() if isinstance(declared, Mapping) and self.kind in {"form", "multipart"} else ()
        found = {str(name): dict(_encoding(one)) for name, one in given if isinstance(one, Mapping)}
        return {name: one for name, one in found.items() if one}

    def root(self, document: JsonView) -> dict[str, str]:
        """Give the root element of XML by the hints of the schema, without a name where it has none."""
        hint = hint_of(resolved(document, self.schema))
        reference = self.schema.get("$ref", "") if isinstance(self.schema, Mapping) else ""
        name = str(hint.get("name") or name_in(reference))
        name = name if _XML_NAME.fullmatch(name) else ""
        return {**({"name": name} if name else {}), **{one: str(hint[one]) for one in ("namespace", "prefix") if one in hint}}

    def fits(self, document: JsonView, judge: Fits) -> Fits:
        """Judge a value after it has gone through this kind of body, since a form has no empty list, for instance."""
        if self.kind == "plain":
            return lambda value: judge(as_text(value))
        if self.kind == "xml":
            return lambda value: judge(value) and not _is_partly_empty(value)
        if self.kind == "json":
            return judge
        reader = BodyReader(document=document, schema=self.schema, encoding=self.declared.get("encoding", {}))
        encoding = {name: Encoding(**one) for name, one in self.encoding.items()}

        def fits(value: object) -> bool:
            if not isinstance(value, Mapping):
                return False
            body = form(value, encoding) if self.kind == "form" else multipart(value, encoding, key="sample")
            return judge(reader.read(body.content_type, body.content))

        return fits


def chosen(content: JsonView) -> Body:
    """Choose the media type of a request from those that the contract takes."""
    found = []
    for media, declared in content.items():
        plain = media.partition(";")[0].strip().lower()
        taken = _OF_RANGE.get(plain) or ("application/octet-stream" if "*" in plain or "/" not in plain else media)
        found.append(Body(taken, media_kind(taken), declared if isinstance(declared, Mapping) else {}))
    return min(found, key=lambda one: _ORDER.index(one.kind))


def hint_of(schema: object) -> JsonSchema:
    """Give the part of a schema's XML Object that a client supports."""
    declared = schema.get("xml") if isinstance(schema, Mapping) else None
    if not isinstance(declared, Mapping):
        return {}
    texts = {name: declared[name] for name in ("name", "namespace", "prefix") if isinstance(declared.get(name), str) and declared[name]}
    return texts | {name: True for name in ("attribute", "wrapped") if declared.get(name) is True}


def _is_partly_empty(value: object) -> bool:
    """Tell whether a list or an object anywhere in a value is empty, which XML would drop or turn into a text."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    return inner is not None and (not inner or any(_is_partly_empty(one) for one in inner))


def not_written(body: Body, kind: Type, places: Places, document: JsonView) -> Iterator[Gap]:
    """Give the gaps of a body, of this kind, that must be filled in before it can be sent."""
    if body.kind != "xml":
        return
    if "name" not in body.root(document):
        what = f"its root element in {body.media} has no name (xml: {{name: …}}): give it where adapter.py says FILL IN"
        yield places.gap(body.declared, what, red=isinstance(body.schema, Mapping) and "$ref" in body.schema)
    fields = [field for structure in structures_in(kind) for field in structure.fields]
    for name in dict.fromkeys(str(field.xml.get("name", field.wire)) for field in fields):
        if not _XML_NAME.fullmatch(name):
            yield places.gap(body.declared, f"{name!r} cannot be a name in {body.media}: say another (xml: {{name: …}})", red=True)


def _encoding(declared: JsonView) -> Iterator[tuple[str, Any]]:
    kind = str(declared.get("contentType") or "").partition(",")[0].strip()
    if "/" in kind and "*" not in kind:
        yield "content_type", kind
    if declared.get("style") in get_args(Style):
        yield "style", declared["style"]
    if isinstance(declared.get("explode"), bool):
        yield "explode", declared["explode"]


Fits = Callable[[object], bool]
#: The tried combinations of chosen options and omitted optional values.
_TURNS: Final = 48


class SampleJudge:
    """A judge that holds values to schemas of one document, as the sandbox will."""

    def __init__(self, document: JsonView) -> None:
        self._components: Mapping[bool, Any] = {
            False: document.get("components", {}),
            True: for_requests(document.get("components", {})),
        }

    def of(self, schema: object, *, request: bool) -> Fits:
        """Make the judgement of a value in a request, or in a reply."""
        whole = {"allOf": [for_requests(schema) if request else schema], "components": self._components[request]}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid


def turns_that_fit(body: Structure, whole: str | None, fits: Fits) -> tuple[int | None, int | None]:
    """Give for either variant the first turn whose value fits, or None. ``whole`` is the field that is the whole body, if there is one."""

    def made(variant: int, turn: int) -> object:
        value = Sampler("wire", variant, turn=turn).value(body)
        return value if whole is None else value[whole]

    first, second = (next((turn for turn in range(_TURNS) if fits(made(variant, turn))), None) for variant in (0, 1))
    return first, second


def fitting(kind: Type, examples: Iterable[object], fits: Fits) -> tuple[object, bool]:
    """Give the first value that fits, of the contract's examples and made ones, and True, or else a made one and False."""
    for value in (*examples, *(Sampler("wire", turn=turn).value(kind) for turn in range(_TURNS))):
        if value is not None and fits(value):  # null in a sample is a reply without a body
            return value, True
    return Sampler("wire").value(kind), False


def examples_of(media: JsonView) -> Iterator[object]:
    """Give the contract's own examples beside a schema."""
    if media.get("example") is not None:
        yield media["example"]
    examples = media.get("examples")
    for one in examples.values() if isinstance(examples, Mapping) else ():
        if isinstance(one, Mapping) and one.get("value") is not None:
            yield one["value"]
