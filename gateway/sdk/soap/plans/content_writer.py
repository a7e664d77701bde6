"""A writer of a complex type's values by its content, however deep its groups are nested: the reverse of ``content_reader.py``.

The values that are there tell which branch of a choice is meant. zeep goes by their truth in Python, so that it would leave out a fee of 0,
and it demands the elements of a sequence that may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.sdk.soap.plans.content import ContentPart, Described, NotCoveredError, Values

#: Writes one value. The numbers are those of the prefixes that are still to be given out in this envelope.
Write = Callable[[list[str], Any, Iterator[int]], None]


@dataclass(frozen=True, slots=True)
class _Step:
    """The writing of one part's values: ``names`` are those that it may hold, ``needs`` those that it must hold."""

    write: Write
    names: frozenset[str]
    needs: frozenset[str]
    optional: bool


def content_writer(content: ContentPart, of_element: Callable[[Described], Write]) -> Write:
    """Make a writer of a dict of values. ``of_element`` makes the writers of single elements, however often they may be there.

    Raises ``NotCoveredError`` for values that do not fit.
    """
    return _group(content, of_element).write


def _step(part: ContentPart, of_element: Callable[[Described], Write]) -> _Step:
    if part.order == "element":
        return _element(part, of_element)
    if part.order == "any":
        return _any(part)
    return _repeated(part, of_element) if part.name else _group(part, of_element)


def _element(part: ContentPart, of_element: Callable[[Described], Write]) -> _Step:
    name, default, one = part.name, part.described.default_value, of_element(part.described)

    def write(out: list[str], value: Values, numbers: Iterator[int]) -> None:
        one(out, value.get(name, default), numbers)

    optional = part.least == 0 or part.described.nillable or default is not None
    return _Step(write, frozenset({name}), frozenset() if optional else frozenset({name}), part.least == 0)


def _any(part: ContentPart) -> _Step:
    def write(_: list[str], value: Values, __: Iterator[int]) -> None:
        if value.get(part.name) is not None:
            raise NotCoveredError

    return _Step(write, frozenset({part.name}), frozenset(), optional=True)


def _repeated(part: ContentPart, of_element: Callable[[Described], Write]) -> _Step:
    once = _group(part, of_element)

    def write(out: list[str], value: Values, numbers: Iterator[int]) -> None:
        items = value.get(part.name) or []
        if type(items) is not list or not part.least <= len(items) <= part.most:
            raise NotCoveredError
        for item in items:
            if type(item) is not dict or not item.keys() <= once.names:
                raise NotCoveredError
            once.write(out, item, numbers)

    needs = frozenset({part.name}) if part.least else frozenset[str]()
    return _Step(write, frozenset({part.name}), needs, part.least == 0)


def _group(part: ContentPart, of_element: Callable[[Described], Write]) -> _Step:
    """Write a single occurrence of a group."""
    steps = [_step(one, of_element) for one in part.parts]
    names = frozenset[str]().union(*(step.names for step in steps))
    optional = part.least == 0 or (part.order != "choice" and all(step.optional for step in steps))
    if part.order == "choice":
        optional = optional or any(step.optional and part.parts[place].order != "element" for place, step in enumerate(steps))
        return _Step(_choice(steps, names, optional=optional), names, frozenset(), optional)
    needs = frozenset[str]().union(*(step.needs for step in steps if not step.optional))

    def write(out: list[str], value: Values, numbers: Iterator[int]) -> None:
        if part.least == 0 and not _there(value, names):
            return
        for step in steps:
            step.write(out, value, numbers)

    return _Step(write, names, needs, optional)


def _choice(steps: list[_Step], names: frozenset[str], *, optional: bool) -> Write:
    def write(out: list[str], value: Values, numbers: Iterator[int]) -> None:
        there = _there(value, names)
        chosen = next((step for step in steps if there and there <= step.names and step.needs <= there), None)
        if chosen is not None:
            chosen.write(out, value, numbers)
        elif there or not optional:
            raise NotCoveredError

    return write


def _there(value: Values, names: frozenset[str]) -> set[str]:
    return {name for name in names if (one := value.get(name)) is not None and one != []}
