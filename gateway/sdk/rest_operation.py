"""One operation of an OpenAPI document: the place of each field in a request, and the media type of its body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from gateway.model import JsonObject
from gateway.model.errors import InDoubt
from gateway.sdk.department import Call
from gateway.sdk.http.request_bodies import (
    Encoding,
    File,
    RequestBody,
    form,
    json_body,
    media_kind,
    multipart,
    our_names,
    plain_body,
    query_pairs,
    wire_values,
)
from gateway.sdk.http.xml_models import Xml, write_xml
from gateway.sdk.rest import Reply, RestClient

__all__ = ["Encoding", "File", "RestOperation", "Xml"]

#: Successes that a department may swap: it may answer with one where its contract has another.
_DONE: Final = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True, kw_only=True)
class RestOperation:
    """``path`` is the document's, with ``{parameters}``. ``in_path``, ``in_query`` and ``in_header`` are the parameters (all under the
    document's names) that go there. ``body`` says where the rest goes: ``fields`` each under its name, the name of the one field that is
    the whole body, or nowhere (""). ``key`` is the parameter or field that carries the delivery's key ("": the header alone does).

    ``media`` is the media type of the body: JSON, a form, multipart, XML, or of a text or bytes that are the whole body as they are.
    ``encoding`` says of single fields how they go into a form, a multipart or the query (where without it lists
    repeat their name), ``xml`` of which name the root element is.

    A reply whose status is in ``accept`` is given. With ``exact`` no other is. Without it a body under another of 200, 201 and 202 is
    given too, since it says what became of the request, and so are 201 and 204 without a body.
    """

    method: str
    path: str
    accept: frozenset[int] = frozenset({200})
    exact: bool = False
    in_path: frozenset[str] = frozenset()
    in_query: frozenset[str] = frozenset()
    in_header: frozenset[str] = frozenset()
    constant_headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    body: str = ""
    media: str = "application/json"
    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    xml: Xml = field(default_factory=Xml)

    def __post_init__(self) -> None:
        kind = media_kind(self.media)
        if self.body and kind == "xml" and not self.xml.name:
            raise ValueError(f"{self.path}: {self.media} needs the name of its root element: xml=Xml(name=…)")
        if self.body == "fields" and kind == "plain":
            raise ValueError(f"{self.path}: fields cannot be written as {self.media}: name the one field that is the body")

    async def send(
        self,
        client: RestClient,
        call: Call,
        request: BaseModel | Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send the request, with ``headers`` and ``params`` (credentials) beside its own. The adapter holds the reply to the contract.

        ``request`` is a model, or values as JSON has them, by the document's names. Raises the five errors and nothing else.
        """
        values = wire_values(request, "json") if isinstance(request, BaseModel) else dict(request)
        if self.key:
            values[self.key] = call.key
        path = self.path
        for name in self.in_path:
            path = path.replace(f"{{{name}}}", quote(_as_text(values.pop(name)), safe=""))
        query: dict[str, str | list[str]] = {}
        for name in self.in_query & values.keys():
            query |= self._query(name, values.pop(name))
        own = {name: _as_text(values.pop(name)) for name in self.in_header if name in values}
        reply = await client.request(
            call,
            self.method,
            path,
            body=self._body(call, request, values),
            params={**query, **(params or {})} or None,
            headers={**self.constant_headers, **own, **(headers or {})},
            accept=self.accept if self.exact else self.accept | _DONE,
        )
        if reply.status not in self.accept and reply.status in {200, 202} and not reply.body:
            raise InDoubt(f"http_{reply.status}", "nothing is said of what became of it, and the contract has no such answer")
        return reply

    def _query(self, name: str, value: Any) -> dict[str, str | list[str]]:  # noqa: ANN401  # JSON
        """Give the pairs of one parameter in the address."""
        if (how := self.encoding.get(name)) is None:
            return {name: [_as_text(one) for one in value] if isinstance(value, list) else _as_text(value)}
        found: dict[str, str | list[str]] = {}
        for one, text in query_pairs(name, value, how):
            found[one] = [*found.get(one, ()), text]
        return found

    def _body(self, call: Call, request: BaseModel | Mapping[str, Any], values: JsonObject) -> RequestBody | None:
        """Make the request's body from the values that are left, or give None when it has none."""
        if not self.body:
            return None
        value, sent, kind = (request, values, type(request)) if self.body == "fields" else _field(request, values, self.body)
        if sent is None:
            return None
        match media_kind(self.media):
            case "json":
                return json_body(sent, media=self.media)
            case "form":
                return form(sent, self.encoding, media=self.media)
            case "multipart":
                return multipart(_with_files(value, sent), self.encoding, key=call.key)
            case "xml":
                return write_xml(value, self.xml, kind=kind, values=sent, media=self.media)
            case _:
                return plain_body(value if isinstance(value, bytes) else _as_text(sent), media=self.media)


def _field(request: BaseModel | Mapping[str, Any], values: Mapping[str, Any], wire: str) -> tuple[Any, Any, Any]:
    """Give the value of the field that the contract calls ``wire``, its form on the wire, and its type."""
    if isinstance(request, BaseModel) and (name := our_names(type(request)).get(wire)):
        return getattr(request, name), values.get(wire), type(request).model_fields[name].annotation
    return None, values.get(wire), None


def _with_files(value: object, sent: Mapping[str, Any]) -> JsonObject:
    """Give the values of a multipart: files as they are, all else as JSON has it."""
    own = {wire: getattr(value, name) for wire, name in our_names(type(value)).items()} if isinstance(value, BaseModel) else {}
    return {wire: own[wire] if _is_file(own.get(wire)) else one for wire, one in sent.items()}


def _is_file(value: object) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(_is_file(one) for one in value)
    return isinstance(value, bytes | File)


def _as_text(value: Any) -> str:  # noqa: ANN401  # JSON
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(_as_text(one) for one in value) if isinstance(value, list) else str(value)
