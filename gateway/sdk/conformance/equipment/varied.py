"""Requests that differ from one in a single value, which show without knowledge of the contract which values leave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from gateway.sdk.conformance.sample import Place, exchanged, leaves
from gateway.sdk.department import Request

#: Requests tried for each value, because a department may have fewer codes than we do, and one alone proves nothing.
_TRIED = 3
_WORD_END = re.compile(r"[^\W_](?=[\W_]*$)")
_LISTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Varied:
    """``request`` and ``others``, each of which differs from it at ``place`` alone."""

    place: str
    request: Request
    others: Sequence[Request]


def varied(request: Request) -> Iterator[Varied]:
    """Vary each value of a request as far as its model takes others, and each list by one more item."""
    model, document = type(request), request.model_dump(mode="json")
    for place, value in leaves(document):
        others = _fitting(model, document, place, _others(model, document, place, value))
        if others and not str(value).strip():  # nothing in what leaves shows an empty text, but what stands in its place
            yield Varied(named(place), others[0], [request])
        elif others:
            yield Varied(named(place), request, others)
    for place, items in _lists(document):
        more = [one for one in (exchanged(item) for item in items) if one not in items][:1]
        for longer in _fitting(model, document, place, [[*items, one] for one in more]):
            yield Varied(named((*place, len(items))), longer, [request])


def named(place: Place) -> str:
    """Write a place as outcomes do: ``employees.0.id_number``."""
    return ".".join(str(part) for part in place)


def with_value(request: Request, place: Place, value: object) -> Request | None:
    """Give the request with another value at a place, or None where its model does not take it."""
    return _made(type(request), _with(request.model_dump(mode="json"), place, value))


def _lists(value: object, place: Place = ()) -> Iterator[tuple[Place, list[Any]]]:
    if isinstance(value, list):
        yield place, value
    if isinstance(value, dict | list):
        for part, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _lists(one, (*place, part))


def _fitting(model: type[Request], document: object, place: Place, values: Sequence[object]) -> list[Request]:
    made = (_made(model, _with(document, place, value)) for value in values)
    return [one for one in made if one is not None and one.model_dump(mode="json") != document][:_TRIED]


def _made(model: type[Request], document: object) -> Request | None:
    try:
        return model.model_validate_json(orjson.dumps(document))
    except Exception:  # noqa: BLE001  # pydantic's error, or whatever a model's own validators make of a value that nobody handed in
        return None


def _with(document: Any, place: Place, value: object) -> Any:  # noqa: ANN401  # JSON
    if not place:
        return value
    changed: Any = dict(document) if isinstance(document, dict) else list(document)
    changed[place[0]] = _with(document[place[0]], place[1:], value)
    return changed


def _others(model: type[Request], document: object, place: Place, value: object) -> list[object]:
    """Give values that the model may take in place of one, those that it lists itself first."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1, value * 2]
    text = str(value)
    found: list[object] = [one for one in _listed(model, document, place) if one != text]
    found += [exchanged(text), *_days(text), *_numbers(text), _other_end(text), f"{text}{_other_end(text)[-1:]}"]
    return [one for one in dict.fromkeys(found) if one != text]


def _listed(model: type[Request], document: object, place: Place) -> list[str]:
    """Give the values that a model lists for a place, which its error names."""
    try:
        model.model_validate_json(orjson.dumps(_with(document, place, "\0")))
    except Exception as error:  # noqa: BLE001  # as above
        errors: Any = getattr(error, "errors", list)
        expected = [str(one.get("ctx", {}).get("expected", "")) for one in errors() if one["type"] in {"literal_error", "enum"}]
        return [text for one in expected for text in _LISTED.findall(one)]
    return []


def _days(text: str) -> list[object]:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return []
    return [f"{day + timedelta(days=days)}{text[10:]}" for days in (1, -1, 366)]


def _numbers(text: str) -> list[object]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return []
    return [str(number + 1), str(number - 1)] if number.is_finite() else []


def _other_end(text: str) -> str:
    """Change the last letter or digit of a text into another of its kind, but no sign after it, such as base64's ``=``."""
    found = _WORD_END.search(text)
    before, last, after = (text[: found.start()], found[0], text[found.end() :]) if found else (text[:-1], text[-1:], "")
    if last.isascii() and last.isdigit():
        return f"{before}{(int(last) + 1) % 10}{after}"
    if last.isascii() and last.isalpha():
        return before + ("b" if last in "aA" else "a" if last.islower() else "A") + after
    return before + ("丁" if last == "乙" else "乙") + after
