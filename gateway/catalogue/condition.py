"""JMESPath over an application: a step's ``when``, and a service's ``rules``.

A ``when`` is asked over ``{applicant, data, steps}`` and true in JMESPath's sense (not null, false or empty). A rule is judged when an
application is handed in, without ``steps``, because nothing is decided yet. It has two more functions: ``today()`` gives the day in China
as YYYY-MM-DD, and ``unique(list)`` is true unless a value other than null stands in the list twice.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

import jmespath
import orjson
from jmespath.exceptions import JMESPathError, UnknownFunctionError
from jmespath.functions import Functions, signature
from jmespath.parser import ParsedResult
from jmespath.visitor import Options

from gateway.catalogue.share import Context
from gateway.model import JsonObject, JsonView
from gateway.model.errors import GatewayError, Located
from gateway.model.identifiers import CHINA
from gateway.model.service import Rule
from gateway.texts.json_schema import ITEM
from gateway.texts.messages import say
from gateway.texts.refusals import Language

#: Names and :data:`~gateway.texts.json_schema.ITEM` from the top of the context.
Path = tuple[str, ...]

_CHAINS: Final = frozenset({"subexpression", "pipe", "index_expression"})
_UNNAMED: Final = frozenset({"value_projection", "expref"})
_ANY_DAY: Final = date(2000, 1, 1)
_NOTHING: Final[JsonView] = {"applicant": {}, "data": {}, "steps": {}}


class ConditionRefused(ValueError):
    """A ``when`` that cannot be used, with the reason as its text."""


class ConditionFailed(GatewayError):
    """A ``when`` that this application's data cannot answer, so that a person must look at the service's definition."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(f"{expression}: {reason}")
        self.expression = expression


class Condition:
    """A ``when``, compiled once. Raises :class:`ConditionRefused` if that fails.

    ``options`` bring functions that JMESPath itself lacks (those of a service's rules).
    """

    def __init__(self, expression: str, options: Options | None = None) -> None:
        self.expression = expression
        try:
            self._parsed = jmespath.compile(expression)
        except JMESPathError as error:
            raise ConditionRefused(f"is not JMESPath: {' '.join(str(error).split())}") from error
        #: Every path that it reads.
        self.paths: frozenset[Path] = frozenset(_paths(self._parsed.parsed))
        try:
            self._parsed.search(_NOTHING, options)
        except UnknownFunctionError as error:
            raise ConditionRefused(f"calls a function that there is not: {error}") from error
        except (JMESPathError, TypeError, AttributeError) as error:
            raise ConditionRefused("fails where an optional field is absent: guard it, as in data.a && length(data.a) > `1`") from error

    def true(self, context: JsonView, options: Options | None = None) -> bool:
        """Tell whether the condition holds, once all its inputs are known. Raises :class:`ConditionFailed`."""
        return self._search(self._parsed.parsed, context, options)

    def foresee(self, context: JsonView) -> bool | None:
        """Tell whether the condition will hold, or None if that depends on outputs still to come. Raises :class:`ConditionFailed`."""
        return self._foresee(self._parsed.parsed, context)

    def _foresee(self, node: JsonView, context: JsonView) -> bool | None:
        """Evaluate in Kleene's three-valued logic: a part still unknown decides nothing unless the other part does."""
        children = node["children"]
        match node["type"]:
            case "not_expression":
                inner = self._foresee(children[0], context)
                return None if inner is None else not inner
            case "and_expression" | "or_expression" as kind:
                return self._foresee_parts(children, kind == "or_expression", context)
        if any(path[0] == "steps" and path[1] not in context["steps"] for path in _paths(node)):
            return None
        return self._search(node, context)

    def _foresee_parts(self, parts: list[JsonView], deciding: bool, context: JsonView) -> bool | None:  # noqa: FBT001  # private
        open_ = False
        for part in parts:
            try:
                found = self._foresee(part, context)
            except ConditionFailed:
                if not open_:
                    raise
                found = None  # an earlier part, still open, may guard this one
            if found is deciding:
                return deciding
            open_ = open_ or found is None
        return None if open_ else not deciding

    def _search(self, node: JsonView, context: JsonView, options: Options | None = None) -> bool:
        try:
            value = ParsedResult(self.expression, node).search(context, options)  # type: ignore[arg-type]  # the stubs' own name of a node is private
        except (JMESPathError, TypeError, AttributeError) as error:
            raise ConditionFailed(self.expression, type(error).__name__) from None  # its text holds the value
        return value is not None and value is not False and value not in ("", [], {})


def _paths(tree: JsonView) -> Iterator[Path]:
    found: set[Path] = set()
    _use(tree, (), found)
    for path in found:
        if not path or path[0] not in _NOTHING:
            raise ConditionRefused("may only read applicant, data and steps")
        if len(path) < 2 or path[1] == ITEM:
            raise ConditionRefused(f"must name what it reads of {path[0]}")
        yield path


def _use(node: JsonView, base: Path | None, found: set[Path]) -> None:
    path = _visit(node, base, found)
    if path is not None:
        found.add(path)


def _visit(node: JsonView, base: Path | None, found: set[Path]) -> Path | None:
    """Give the path that a node stands for, or None for a computed value, and add the paths it reads to ``found``."""
    children = node["children"]
    kind = node["type"]
    if kind in _CHAINS:
        path = base
        for child in children:
            path = _visit(child, path, found)
        return path
    match kind:
        case "field":
            return _member_of(base, node["value"])
        case "identity" | "current" | "slice":
            return base
        case "index":
            return _item_of(base)
        case "flatten":
            return _visit(children[0], base, found)
        case "projection" | "filter_projection":
            return _visit_items(children, base, found)
    if kind in _UNNAMED:
        raise ConditionRefused("may not use * over an object or & expressions: name the fields")
    for child in children:
        _use(child, base, found)
    return None


def _visit_items(children: list[JsonView], base: Path | None, found: set[Path]) -> Path | None:
    """Follow ``list[*].right`` and, with a third child, ``list[?condition].right``."""
    item = _item_of(_visit(children[0], base, found))
    for condition in children[2:]:
        _use(condition, item, found)
    return _visit(children[1], item, found)


def _member_of(path: Path | None, name: str) -> Path:
    if path is None:
        raise ConditionRefused("takes a field of a computed value (JMESPath reads !a.b as (!a).b: write !(a.b))")
    return (*path, name)


def _item_of(path: Path | None) -> Path | None:
    return None if path is None else (*path, ITEM)


class RuleFunctions(Functions):
    """JMESPath's own functions and those of rules, on one day."""

    def __init__(self, day: date) -> None:
        self._day = day

    @signature()
    def _func_today(self) -> str:
        return self._day.isoformat()

    @signature({"types": ["array", "null"]})
    def _func_unique(self, values: list[Any] | None) -> bool:
        given = [orjson.dumps(value, option=orjson.OPT_SORT_KEYS) for value in values or () if value is not None]
        return len(set(given)) == len(given)


class CompiledRule:
    """One rule, compiled once. Raises ``ConditionRefused`` if its expression cannot be used."""

    def __init__(self, definition: Rule) -> None:
        self.definition = definition
        self.condition = Condition(definition.must, _on(_ANY_DAY))
        #: True if the answer depends on the day of asking.
        self.asks_the_day = "today()" in "".join(definition.must.split())

    def problems(self, ctx: Context, language: Language, day: date | None = None) -> list[Located]:
        """Give the rule's message at each of its pointers if the application breaks it, or nothing.

        The application must have passed its form. ``day`` is today in China unless given.
        """
        said = self.definition.message.en if language == "en" else self.definition.message.zh
        try:
            if self.condition.true(ctx, _on(day or datetime.now(CHINA).date())):
                return []
        except ConditionFailed:
            said = say("rule", language, rule=said)
        return [Located(pointer, said) for pointer in self.definition.pointers]


def place_of(pointer: str) -> tuple[str, ...] | None:
    """Read a JSON Pointer into an application as the path of a schema, with :data:`ITEM` for positions, or give None if it is none."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
    if parts[0] or len(parts) < 3 or parts[1] not in ("applicant", "data"):
        return None
    return tuple(ITEM if part.isdecimal() else part for part in parts[1:])


def with_values(document: JsonView, values: JsonView) -> JsonObject:
    """Copy an application with other values at these pointers. Raises LookupError if a pointer leads nowhere."""
    changed = copy.deepcopy(dict(document))
    for pointer, value in values.items():
        *above, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]] or [""]
        node: Any = changed
        for part in above:
            node = node[_key(node, part)]
        node[_key(node, last)] = value
    return changed


def _key(node: object, part: str) -> str | int:
    """Read one part of a pointer as a key of the value. Raises LookupError if the value has no parts."""
    if isinstance(node, list) and part.isdecimal():
        return int(part)
    if isinstance(node, dict):
        return part
    raise LookupError(part)


def _on(day: date) -> Options:
    return Options(custom_functions=RuleFunctions(day))
