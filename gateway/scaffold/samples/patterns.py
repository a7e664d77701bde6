"""Texts that a regular expression matches, for samples where a contract gives a pattern and no example."""

from __future__ import annotations

import random
import re
import re._constants as sre  # type: ignore[import-not-found]  # the parsed form of a pattern, which typeshed does not describe
import re._parser as sre_parse  # type: ignore[import-not-found]  # as above
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final

_OTHERS: Final = "aA1 -_.中"
#: Classes of Unicode as some characters of them, enough to make a text, which is then held to the contract's own pattern.
_OF_PROPERTY: Final = {"L": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "P": "-.,", "Z": " ", "Zs": " ", "S": "+="}
_HAN: Final = ("Han", "CJK", "Ideographic")
_OF_ESCAPE: Final = {"i": "A-Za-z_", "c": "A-Za-z0-9._-"}
_ESCAPES: Final = re.compile(r"\\[pP]\{([^{}]*)\}|\\([icIC])|\\(.)|(\[\^?)|(\])|\(\?<(?=[A-Za-z])|([\^$])", re.DOTALL)
_ATTEMPTS: Final = 200


def matching(pattern: str, variant: int = 0, accepts: Callable[[str], bool] | None = None) -> str | None:
    """Find a text that ``pattern`` matches as a whole, or give None. Another ``variant`` may give another text.

    ``accepts`` judges the text (none: Python does). The pattern is one of ECMA-262. :func:`of_xml_schema` makes one from those of XSD.
    """
    plain = _plain(pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of expressions that a later Python may read otherwise
            parsed = sre_parse.parse(plain)
            judge = accepts or _whole(plain)
    except (re.error, OverflowError, RecursionError):
        return None
    for attempt in range(_ATTEMPTS):
        way = _Way(variant, random.Random(f"{attempt} {variant}") if attempt else None)  # noqa: S311  # the same pattern gives the same text
        try:
            text = way.text(parsed)
        except (OverflowError, MemoryError, RecursionError):
            return None
        if judge(text):
            return text
    return None


def of_xml_schema(pattern: str) -> str:
    """Turn a pattern of XML Schema, in which ``^`` and ``$`` are plain characters, into one that matches the same texts from end to end."""
    return f"^(?:{_plain(pattern, xml=True)})$"


def _whole(pattern: str) -> Callable[[str], bool]:
    bare, whole = re.compile(pattern.removeprefix("^").removesuffix("$")), re.compile(pattern)
    return lambda text: bool(bare.fullmatch(text) or whole.fullmatch(text))


def _plain(pattern: str, *, xml: bool = False) -> str:
    """Put a pattern into Python's words, which differ for classes of Unicode, names of groups and classes minus a class."""
    opened: list[int] = []  # the positions in ``made`` at which the open classes begin
    made: list[str] = []
    at = 0
    for found in _ESCAPES.finditer(pattern):
        made.append(pattern[at : found.start()])
        at = found.end()
        if found[1] is not None or found[2]:
            made.append(_class(found, inside=bool(opened)))
        elif found[4] and (not opened or made[-1].endswith("-")):
            made[-1] = made[-1].removesuffix("-") if opened else made[-1]
            opened.append(len(made))
            made.append(found[4])
        elif found[4]:
            made.append(f"\\{found[4]}")
        elif found[5] and len(opened) > 1:  # in a class minus another, the subtracted class comes first
            begin = opened.pop()
            without = "".join([*made[begin:], "]"])
            del made[begin:]
            made[opened[-1]] = f"(?!{without}){made[opened[-1]]}"
        elif found[5]:
            made.append("]")
            if opened and made[begin := opened.pop()].startswith("(?!"):
                made[begin] = f"(?:{made[begin]}"
                made.append(")")
        elif found[6]:
            made.append(f"\\{found[6]}" if xml and not opened else found[6])
        else:
            made.append(found[0] if found[3] else "(?P<")
    return "".join([*made, pattern[at:]])


def _class(found: re.Match[str], *, inside: bool) -> str:
    if found[2]:
        characters, negated = _OF_ESCAPE[found[2].lower()], found[2].isupper()
    else:
        name = found[1].rpartition("=")[2].removeprefix("Is")
        characters = "一-龥" if name.startswith(_HAN) else _OF_PROPERTY.get(name) or _OF_PROPERTY.get(name[:1], "a-z")
        negated = found[0][1] == "P"
    if inside:
        return "!" if negated else characters
    return f"[{'^' if negated else ''}{characters}]"


class _Way:
    """One way through a pattern: the plainest, or one that chance chooses."""

    def __init__(self, variant: int, chance: random.Random | None) -> None:
        self._variant, self._chance = variant, chance
        self._groups: dict[int, str] = {}

    def text(self, parsed: Any) -> str:
        return "".join(self._one(code, value) for code, value in parsed)

    def _one(self, code: Any, value: Any) -> str:
        match code:
            case sre.LITERAL:
                text = chr(value)
            case sre.NOT_LITERAL:
                text = next(other for other in self._shuffled(_OTHERS) if ord(other) != value)
            case sre.ANY:
                text = self._shuffled(_OTHERS)[0]
            case sre.IN:
                text = self._in(value)
            case sre.GROUPREF:
                text = self._groups.get(value, "")
            case _:
                text = self._several(code, value)
        return text

    def _several(self, code: Any, value: Any) -> str:
        """Give the text of a part that holds others."""
        match code:
            case sre.BRANCH:
                branches = value[1]
                return self.text(branches[self._variant % len(branches)] if self._chance is None else self._chance.choice(branches))
            case sre.SUBPATTERN:
                text = self.text(value[3])
                if value[0] is not None:
                    self._groups[value[0]] = text
                return text
            case sre.ATOMIC_GROUP:
                return self.text(value)
            case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
                least, most, inside = value
                times = max(least, min(1, most)) if self._chance is None else self._chance.randint(least, min(most, least + 4))
                return "".join(self.text(inside) for _ in range(times))
            case _:  # AT, ASSERT and the like match no characters: the whole is tested afterwards
                return ""

    def _shuffled(self, characters: str) -> str:
        return characters if self._chance is None else "".join(self._chance.sample(characters, len(characters)))

    def _in(self, items: list[Any]) -> str:
        """Give a character of a class."""
        if items[0][0] is sre.NEGATE:
            return next((one for one in self._shuffled(_OTHERS) if not any(_is_in(one, *item) for item in items[1:])), "a")
        code, value = items[0] if self._chance is None else self._chance.choice(items)
        if code is sre.RANGE:
            low, high = value
            return chr(min(low + 1 + self._variant, high) if self._chance is None else self._chance.randint(low, min(high, low + 60)))
        if code is sre.CATEGORY:
            return next(one for one in self._shuffled(f"{1 + self._variant % 9}{_OTHERS}") if _IS_OF[value](one))
        return chr(value)


_IS_OF: Final[Mapping[Any, Callable[[str], bool]]] = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_NOT_DIGIT: lambda one: not one.isdigit(),
    sre.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
    sre.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
}


def _is_in(character: str, code: Any, value: Any) -> bool:
    if code is sre.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return _IS_OF[value](character) if code is sre.CATEGORY else bool(ord(character) == value)


def compiles(pattern: str) -> bool:
    """Tell whether Python can use a pattern at all."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
