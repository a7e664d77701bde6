"""The data that a step's department may see: ``share`` compiled into the operation's request, and errors of the request led back.

A source is a plain path into ``applicant``, ``data`` or ``steps.<step>.<output>``, or a constant. Values are JSON (dates and decimals are
strings), and pydantic turns them into the request's types in its lax mode. The types were compared when the catalogue was loaded, so lax
mode never meets a number in place of a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from gateway.catalogue.request_texts import request_text
from gateway.model import JsonObject, JsonView
from gateway.model.errors import GatewayError, Located
from gateway.model.service import Constant, ItemsShare, ListShare, Shared, Text
from gateway.sdk.department import Request
from gateway.texts.json_schema import ITEM
from gateway.texts.refusals import Language
from gateway.texts.strict_json import pointer_of

#: ``{"applicant": …, "data": …, "steps": {step: output}}``, all JSON.
Context = Mapping[str, Any]
Parts = tuple[str, ...]

_PATH: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")
_ROOTS: Final = frozenset({"applicant", "data", "steps"})
_MISSING: Final = object()


class ShareRefused(ValueError):
    """A path in ``share`` that cannot be used, with the reason as its text."""


class ShareFailed(GatewayError):
    """An application whose data does not make the operation's request, so that the delivery is held. Names fields, never values."""

    def __init__(self, problems: Sequence[Located]) -> None:
        super().__init__("; ".join(f"{problem.pointer}: {problem.detail}" if problem.pointer else problem.detail for problem in problems))
        self.problems = tuple(problems)


def context(applicant: JsonView, data: JsonView, outputs: Mapping[str, JsonView]) -> Context:
    """Put together the data that paths lead into. ``outputs`` are those of approved steps, as JSON (``model_dump(mode="json")``)."""
    return {"applicant": applicant, "data": data, "steps": outputs}


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of a value."""

    parts: Parts  # from the top, or within an item of a list

    def value(self, start: object) -> object:
        """Follow the path. A missing value gives a mark of its own, since null is a value."""
        for part in self.parts:
            if not isinstance(start, dict) or part not in start:  # JSON: its objects are dicts
                return _MISSING
            start = start[part]
        return start

    @property
    def output_of(self) -> str | None:
        """The step whose output the source is, or None."""
        return self.parts[1] if self.parts[0] == "steps" else None

    @property
    def pointer(self) -> str:
        """The source's place in the application, or "" for an output, which no applicant can correct."""
        return "" if self.output_of else pointer_of(self.parts)


@dataclass(frozen=True, slots=True)
class Fixed(Source):
    """A constant in place of a source. It comes from nobody, so it discloses nothing."""

    constant: str | int | bool

    def value(self, start: object) -> object:  # noqa: ARG002  # the same whatever there is
        """Give the constant."""
        return self.constant

    @property
    def output_of(self) -> str | None:
        """None, since no step yields it."""
        return None

    @property
    def pointer(self) -> str:
        """Always "", since it is nowhere in the application."""
        return ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the request with the source of its value. With ``item`` it is a list that holds an object for each item of the source.

    A position in ``target`` (``people``, ``0``, ``name``) belongs to a list that several fields make up.
    """

    target: Parts
    source: Source
    item: tuple[Field, ...] | None = None

    def value(self, start: object) -> object:
        """Give the field's value, or the mark for a missing one."""
        found = self.source.value(start)
        if self.item is None or found is _MISSING or not isinstance(found, list):
            return found
        return [_object(self.item, element) for element in found]

    def sources(self) -> Iterator[str]:
        """Name the sources that the field reads."""
        name = ".".join(self.source.parts)
        if self.item is not None:
            yield from (f"{name}{ITEM}.{'.'.join(field.source.parts)}" for field in self.item if field.source.parts)
        elif name:
            yield name

    def present(self, start: object) -> Iterator[str]:
        """Name the sources that the field reads and finds."""
        found = self.source.value(start)
        if found is _MISSING or not self.source.parts:
            return
        name = ".".join(self.source.parts)
        if self.item is None:
            yield name
        elif isinstance(found, list):
            for field in self.item:
                if field.source.parts and any(field.source.value(element) is not _MISSING for element in found):
                    yield f"{name}{ITEM}.{'.'.join(field.source.parts)}"

    def texts(self, pointer: str, start: object) -> Iterator[tuple[str, str]]:
        """Give every text that the field reads, each with its pointer. ``pointer`` is that of the source."""
        found = self.source.value(start)
        if isinstance(found, str) and self.source.parts:
            yield pointer, found
        for index, element in enumerate(found if isinstance(found, list) else ()):
            if self.item is None and isinstance(element, str):
                yield f"{pointer}/{index}", element
            for field in self.item or ():
                yield from field.texts(f"{pointer}/{index}{pointer_of(field.source.parts)}", element)


def fields_of(share: Mapping[str, Shared]) -> Iterator[tuple[str, Field | ShareRefused]]:
    """Compile each entry of ``share`` on its own, giving refused entries beside the good ones."""
    for target, source in share.items():
        try:
            for field in _fields(_parts(target), source):
                yield target, field
        except ShareRefused as refused:
            yield target, refused


def _fields(parts: Parts, source: Shared) -> list[Field]:
    match source:
        case ItemsShare():
            items = [(str(position), item) for position, item in enumerate(source.items)]
            return [field for position, item in items for field in _of_item((*parts, position), item)]
        case ListShare() if not source.item:
            raise ShareRefused("item names no field")
        case ListShare():
            item = tuple(Field(_parts(name), _fixed_or(path, lambda path: Source(_parts(path)))) for name, path in source.item.items())
            return [Field(parts, _source(source.each), item)]
        case _:
            return [Field(parts, _fixed_or(source, _source))]


def _of_item(parts: Parts, item: str | Mapping[str, str | Constant]) -> list[Field]:
    """Compile one item, a value or an object, of a list that several fields make up."""
    if isinstance(item, str):
        return [Field(parts, _source(item))]
    if not item:
        raise ShareRefused("an item names no field")
    return [Field((*parts, *_parts(name)), _fixed_or(path, _source)) for name, path in item.items()]


def _fixed_or(source: str | Constant, path: Callable[[str], Source]) -> Source:
    return Fixed((), source.value) if isinstance(source, Constant) else path(source)


def _source(path: str) -> Source:
    parts = _parts(path)
    if parts[0] not in _ROOTS:
        raise ShareRefused(f"{path} must begin with applicant, data or steps")
    needed = 3 if parts[0] == "steps" else 2
    if len(parts) < needed:
        raise ShareRefused(f"{path} must name one field: {'steps.<step>.<output>' if needed == 3 else parts[0] + '.<field>'}")
    return Source(parts)


def _parts(path: str) -> Parts:
    if _PATH.fullmatch(path) is None:
        raise ShareRefused(f"{path!r} is not a plain path of names and dots")
    return tuple(path.split("."))


def changed(fields: Sequence[Field], before: Context, after: Context) -> tuple[str, ...]:
    """Name the sources whose values differ. Of a list all sources count, since its items are not told apart."""
    differing = (field for field in fields if field.value(before) != field.value(after))
    return tuple(dict.fromkeys(name for field in differing for name in field.sources()))


class Share:
    """A step's ``share`` and the request it makes. ``title`` names the step for people."""

    def __init__(self, fields: Sequence[Field], model: type[Request], title: Text) -> None:
        self.fields = tuple(fields)
        self.sources: tuple[str, ...] = tuple(dict.fromkeys(name for field in fields for name in field.sources()))
        self._model = model
        self._title = title

    def request(self, ctx: Context) -> Request:
        """Make the operation's request. Raises :class:`ShareFailed`."""
        try:
            return self._model.model_validate(_object(self.fields, ctx))
        except ValidationError as error:
            problems = self._problems(error, ctx, "en", waiting=False)
            raise ShareFailed(list(problems)) from None  # the cause would hold the values

    def check(self, ctx: Context, language: Language) -> list[Located]:
        """Give the errors that keep the request from being made, except in fields that outputs still to come will feed."""
        try:
            self._model.model_validate(_object(self.fields, ctx))
        except ValidationError as error:
            return list(dict.fromkeys(self._problems(error, ctx, language, waiting=True)))
        return []

    def texts(self, ctx: Context) -> Iterator[tuple[str, str]]:
        """Give every text of the application in the request, each with its pointer. Texts of outputs are left out."""
        for field in self.fields:
            if field.source.output_of is None:
                yield from field.texts(field.source.pointer, ctx)

    def disclosed(self, ctx: Context) -> tuple[str, ...]:
        """Name the sources that this application has."""
        return tuple(dict.fromkeys(name for field in self.fields for name in field.present(ctx)))

    def pointer(self, field: str) -> str:
        """Lead a field of the request (``employees.0.id_number``) back to the application, or give "" if that is impossible."""
        parts = tuple(field.split("."))
        exact = self._pointer_within(parts)
        if exact is not None:
            return exact
        return _common(
            [
                entry.source.parts
                for entry in self.fields
                if entry.target[: len(parts)] == parts and entry.source.output_of is None and entry.source.parts
            ]
        )

    def _pointer_within(self, parts: Parts) -> str | None:
        for entry in self.fields:
            if parts[: len(entry.target)] != entry.target:
                continue
            rest = parts[len(entry.target) :]
            if entry.source.output_of is not None:
                return ""
            if not rest:
                return entry.source.pointer
            if not rest[0].isdecimal():
                return entry.source.pointer if entry.item is None else ""
            return f"{entry.source.pointer}/{int(rest[0])}" + _item_pointer(entry.item, rest[1:])
        return None

    def _problems(self, error: ValidationError, ctx: Context, language: Language, *, waiting: bool) -> Iterator[Located]:
        title = self._title.en if language == "en" else self._title.zh
        for found in error.errors(include_url=False, include_input=False):
            field = ".".join(str(part) for part in found["loc"])
            entry = self._entry(found["loc"])
            step = entry.source.output_of if entry else None
            if waiting and step is not None and step not in ctx["steps"]:
                continue
            text = request_text(found["type"], found.get("ctx", {}), title, language)
            pointer = self.pointer(field)
            if pointer:
                yield Located(pointer, text)
            else:
                origin = f" (from {'.'.join(entry.source.parts)})" if entry else ""
                yield Located("", f"{field}{origin}: {text}")

    def _entry(self, loc: Sequence[str | int]) -> Field | None:
        parts = tuple(str(part) for part in loc)
        for entry in self.fields:
            shorter = min(len(parts), len(entry.target))
            if parts[:shorter] == entry.target[:shorter]:
                return entry
        return None


def pointer_of_source(name: str) -> str:
    """Lead a source (``data.employees[].name``) to its place in the application, a whole list for its items, or give "" for an output."""
    parts = name.partition(ITEM)[0].split(".")
    return "" if parts[0] == "steps" else pointer_of(parts)


def _item_pointer(item: tuple[Field, ...] | None, rest: Parts) -> str:
    for field in item or ():
        if rest[: len(field.target)] == field.target:
            return pointer_of(field.source.parts)
    return ""


def _common(sources: Sequence[Parts]) -> str:
    """Give the pointer of the closest part that holds all the sources, or "" if that is all of ``data`` or ``applicant``."""
    if not sources:
        return ""
    shared: list[str] = []
    for names in zip(*sources, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return pointer_of(shared) if len(shared) > 1 else ""


def _object(fields: Sequence[Field], start: object) -> JsonObject:
    made: JsonObject = {}
    for field in fields:
        value = field.source.value(start) if field.item is None else field.value(start)
        if value is _MISSING:
            continue
        place = made
        for part in field.target[:-1]:
            place = place.setdefault(part, {})
        place[field.target[-1]] = value
    return {name: _with_lists(value) for name, value in made.items()}


def _with_lists(value: object) -> object:
    """Turn objects whose names are positions into lists. No field's name begins with a digit."""
    if not isinstance(value, dict) or not value:
        return value
    inner = {name: _with_lists(member) for name, member in value.items()}
    return list(inner.values()) if next(iter(inner)).isdecimal() else inner
