"""Parameters of an operation in an OpenAPI document: texts in an address or a header, held to the schemas of their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import orjson
from aiohttp import web

from gateway.model import JsonObject
from gateway.model.errors import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractParameter:
    """One parameter. ``found_as`` is its name for aiohttp, ``place`` is header, query, path or cookie.

    ``delimiters`` part the items of a list in one text. ``is_deep`` marks an object whose fields are parameters of their own
    (``name[field]``).
    """

    name: str
    place: str
    found_as: str
    required: bool
    validator: jsonschema_rs.Draft202012Validator
    delimiters: tuple[str, ...] = (",",)
    is_deep: bool = False

    def errors(self, request: web.Request) -> list[Located]:
        """Give every breach of the contract by this parameter of a request."""
        found: Mapping[str, str] = {
            "header": request.headers,
            "query": request.query,
            "path": request.match_info,
            "cookie": request.cookies,
        }[self.place]
        where = f"/{self.place}/{self.name}"
        if self.is_deep:
            return list(self._deep_errors(request, where))
        if self.found_as not in found:
            return [Located(where, "is required")] if self.required else []
        text = str(found[self.found_as])
        lists = [text.split(delimiter) for delimiter in self.delimiters]
        if self.place == "query":
            repeated = request.query.getall(self.name)
            if lists and len(repeated) > 1:
                return [Located(where, "is there more than once, and its items belong into one text (explode: false)")]
            lists = lists or [repeated]
        readings = list(_readings(text, lists))
        if any(self.validator.is_valid(one) for one in readings):
            return []
        return [Located(where, error.message) for error in self.validator.iter_errors(readings[0])]

    def _deep_errors(self, request: web.Request, where: str) -> Iterator[Located]:
        before, after = f"{self.name}[", "]"
        value: JsonObject = {
            name.removeprefix(before).removesuffix(after): text
            for name, text in request.query.items()
            if name.startswith(before) and name.endswith(after)
        }
        if not value:
            yield from [Located(where, "is required")] if self.required else []
            return
        for name in list(value):  # the schema decides whether a text is a number
            said = {**value, name: _as_json(value[name])}
            if len(list(self.validator.iter_errors(said))) < len(list(self.validator.iter_errors(value))):
                value = said
        yield from (Located(where, error.message) for error in self.validator.iter_errors(value))


def _readings(text: str, lists: list[list[str]]) -> Iterator[Any]:
    """Give the possible readings of a text: itself, a number or a boolean, a list of either. Its schema, wherever that is, decides."""
    yield text
    yield _as_json(text)
    for listed in lists:
        yield listed
        yield [_as_json(one) for one in listed]


def _as_json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
