"""A service's ``rules``: conditions between the fields of an application, judged when it is handed in.

A rule is JMESPath over the same data as ``when``, without ``steps``, because nothing is decided yet. It has two more functions: ``today()``
gives the day in China as YYYY-MM-DD, and ``unique(list)`` is true unless a value other than null stands in the list twice.
"""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any, Final

import orjson
from jmespath.functions import Functions, signature
from jmespath.visitor import Options

from gateway.catalogue.condition import Condition, ConditionFailed
from gateway.catalogue.share import Context
from gateway.model import JsonObject, JsonView
from gateway.model.errors import Located
from gateway.model.identifiers import CHINA
from gateway.model.service import Rule
from gateway.texts.json_schema import ITEM
from gateway.texts.messages import say
from gateway.texts.refusals import Language

_ANY_DAY: Final = date(2000, 1, 1)


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
