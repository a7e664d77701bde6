"""Our names for a contract's: lower-case words for fields, operations and modules, capitalised ones for classes, none twice."""

from __future__ import annotations

import keyword
import re

from gateway.sdk import Request

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*|[0-9]+")
#: What a pydantic model has itself.
_TAKEN = frozenset(name for name in dir(Request) if not name.startswith("__"))
#: What the modules of an adapter use themselves.
_CLASSES_TAKEN = frozenset(
    {"Annotated", "Any", "Base64", "Decimal", "Field", "JsonValue", "Literal", "Output", "ReplyModel", "Request", "UUID"}
    | {"None", "True", "False", "TypeAlias"}
)


def snake(text: str, *, otherwise: str = "field") -> str:
    """``getPersonInfo`` → ``get_person_info``; a name without a letter of ASCII gives ``otherwise``."""
    words = "_".join(word.lower() for word in _WORDS.findall(text))
    words = words if words and words[0].isalpha() else f"{otherwise}_{words}".rstrip("_")
    if keyword.iskeyword(words) or keyword.issoftkeyword(words) or words in _TAKEN or words.startswith("model_"):
        words += "_"
    return words


def pascal(text: str, *, otherwise: str = "Type") -> str:
    """``getPersonInfo`` → ``GetPersonInfo``."""
    words = "".join(word[0].upper() + word[1:] for word in _WORDS.findall(text))
    words = words if words and words[0].isalpha() else otherwise + words
    return f"{words}_" if words in _CLASSES_TAKEN else words


class Names:
    """Gives each name out once; a second of the same gets a number."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def new(self, name: str) -> str:
        """The name, or the next that is free."""
        number, free = 2, name
        while free.lower() in self._given:
            free = f"{name.rstrip('_')}_{number}" if name.islower() else f"{name}{number}"
            number += 1
        self._given.add(free.lower())
        return free
