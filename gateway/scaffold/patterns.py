"""A text that a regular expression matches: for samples, where a contract gives a pattern and no example."""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-not-found]  # the parsed form of a pattern; typeshed does not describe it
import re._parser as sre_parse  # type: ignore[import-not-found]  # as above
from typing import Any

_OF_CATEGORY = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_WORD: "a", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_SPACE: "a"}
_OTHERS = "aA1 -_.中"


def matching(pattern: str, variant: int = 0) -> str | None:
    """A text that ``pattern`` matches as a whole, or None when none was found; another ``variant`` may give another text."""
    try:
        text = _of(sre_parse.parse(pattern), variant, {})
    except (re.error, OverflowError, RecursionError):
        return None
    return text if re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text) or re.fullmatch(pattern, text) else None


def _of(parsed: Any, variant: int, groups: dict[int, str]) -> str:  # noqa: ANN401  # what the parser of re gives
    return "".join(_one(code, value, variant, groups) for code, value in parsed)


def _one(code: Any, value: Any, variant: int, groups: dict[int, str]) -> str:  # noqa: ANN401  # as above
    match code:
        case sre.LITERAL:
            text = chr(value)
        case sre.NOT_LITERAL:
            text = next(other for other in _OTHERS if ord(other) != value)
        case sre.ANY:
            text = "a"
        case sre.IN:
            text = _in(value, variant)
        case sre.BRANCH:
            text = _of(value[1][variant % len(value[1])], variant, groups)
        case sre.SUBPATTERN:
            text = _of(value[3], variant, groups)
            if value[0] is not None:
                groups[value[0]] = text
        case sre.GROUPREF:
            text = groups.get(value, "")
        case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
            least, most, inside = value
            text = "".join(_of(inside, variant, groups) for _ in range(max(least, min(1, most))))
        case _:  # what stands between characters, AT and ASSERT and the like: a match is looked for afterwards
            text = ""
    return text


def _in(items: list[Any], variant: int) -> str:
    """A character of a class."""
    if items[0][0] is sre.NEGATE:
        taken = {chr(value) for code, value in items[1:] if code is sre.LITERAL}
        inside = [value for code, value in items[1:] if code is sre.RANGE]
        return next((c for c in _OTHERS if c not in taken and not any(low <= ord(c) <= high for low, high in inside)), "a")
    code, value = items[0]
    if code is sre.RANGE:
        low, high = value
        return chr(min(low + 1 + variant, high))
    if code is sre.CATEGORY:
        return _OF_CATEGORY.get(value, "a")
    return chr(value)
