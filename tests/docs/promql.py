"""PromQL as far as the examples use it: read into words, each of which has to be known, and the metrics with what is asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Words that are neither metrics nor labels: operators, clauses, aggregations, functions.
KEYWORDS = frozenset({"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset"})
AGGREGATIONS = frozenset({"sum", "max", "min", "avg", "count", "topk"})
FUNCTIONS = frozenset({"rate", "increase", "absent", "histogram_quantile", "clamp_max", "clamp_min", "label_values"})

_WORD = re.compile(
    r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<range>\[(?:[0-9]+[smhdwy]|\$__rate_interval)\])
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<word>[a-zA-Z_]\w*)
  | (?P<operator>=~|!~|!=|==|>=|<=|[-+*/=<>(){},])
    )""",
    re.VERBOSE,
)
_OPENS = {"(": ")", "{": "}"}


class NotPromQL(Exception):
    """An expression that Prometheus would not take, as far as this reads it."""


@dataclass(frozen=True)
class Selector:
    """A metric with what is asked of its labels: (label, operator, value)."""

    metric: str
    asked: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Expression:
    """The metrics of an expression, and the labels by which its aggregations group."""

    selectors: tuple[Selector, ...]
    grouped: frozenset[str]


def words(text: str) -> Iterator[tuple[str, str]]:
    """Give each word with its kind. Raises NotPromQL for what is none, and for brackets that do not fit."""
    place, open_ = 0, list[str]()
    text = text.strip()
    while place < len(text):
        found = _WORD.match(text, place)
        if found is None or found.lastgroup is None:
            raise NotPromQL(f"nothing is known of {text[place : place + 20]!r}")
        word = found[found.lastgroup]
        if word in _OPENS:
            open_.append(_OPENS[word])
        elif word in _OPENS.values() and (not open_ or open_.pop() != word):
            raise NotPromQL(f"a {word} that closes nothing")
        yield found.lastgroup, word
        place = found.end()
    if open_:
        raise NotPromQL(f"a {open_[-1]} is missing")


def read(text: str) -> Expression:
    """Read an expression. Raises NotPromQL."""
    found, place = list(words(text)), 0
    selectors, grouped = list[Selector](), set[str]()
    while place < len(found):
        kind, word = found[place]
        after = found[place + 1][1] if place + 1 < len(found) else ""
        if kind != "word":
            place += 1
        elif word in ("by", "without", "on", "ignoring"):
            end = _end(found, place + 1, ")")
            grouped |= {name for part, name in found[place + 2 : end] if part == "word"}
            place = end + 1
        elif word in KEYWORDS:
            place += 1
        elif word in AGGREGATIONS | FUNCTIONS:
            if after not in ("(", "by", "without"):
                raise NotPromQL(f"{word} of nothing")
            place += 1
        elif after == "{":
            end = _end(found, place + 1, "}")
            selectors.append(Selector(word, tuple(_asked(found[place + 2 : end]))))
            place = end + 1
        else:
            selectors.append(Selector(word, ()))
            place += 1
    if not selectors:
        raise NotPromQL("it asks for no metric")
    return Expression(tuple(selectors), frozenset(grouped))


def _end(found: list[tuple[str, str]], place: int, closes: str) -> int:
    try:
        return next(at for at in range(place, len(found)) if found[at][1] == closes)
    except StopIteration:
        raise NotPromQL(f"a {closes} is missing") from None


def _asked(found: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    parts = [part for part in found if part != ("operator", ",")]
    if len(parts) % 3:
        raise NotPromQL("a label is asked for by a name, an operator and a text")
    for place in range(0, len(parts), 3):
        (name_kind, name), (_, operator), (text_kind, text) = parts[place : place + 3]
        if (name_kind, text_kind) != ("word", "string") or operator not in ("=", "!=", "=~", "!~"):
            raise NotPromQL(f"{name}{operator}{text} asks for no label")
        yield name, operator, text[1:-1]
