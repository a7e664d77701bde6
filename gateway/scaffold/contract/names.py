"""Our names for a contract's, none twice, and its values and texts in the form of Python source."""

from __future__ import annotations

import builtins
import json
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Collection, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Final

from gateway.sdk import Department, Output, Request
from gateway.sdk.rest import ReplyModel

#: Names that the modules of models import, and their origins.
IMPORTED: Final = {
    "dt": "datetime",
    "Decimal": "decimal",
    "Annotated": "typing",
    "Any": "typing",
    "Literal": "typing",
    "TypeAlias": "typing",
    "UUID": "uuid",
    "Field": "pydantic",
    "JsonValue": "pydantic",
    "decimal_places": "gateway.sdk.fields",
    "Base64": "gateway.sdk",
    "Output": "gateway.sdk",
    "Request": "gateway.sdk",
    "ReplyModel": "gateway.sdk.rest",
    "Text": "gateway.sdk.soap",
    "File": "gateway.sdk.rest_operation",
    "Xml": "gateway.sdk.rest_operation",
}
#: Longer names are cut, because they become names of files too.
_LONGEST: Final = 80
_WORDS: Final = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*|[0-9]+")
#: Beginnings that pydantic keeps for itself. It warns of a field whose name begins so.
_PROTECTED: Final = ("model_dump", "model_validate")
_TEMPLATES: Final = "".join(file.read_text("utf-8") for file in sorted((Path(__file__).parents[1] / "templates").glob("*.jinja")))
#: Words that mean something where a name is written: to Python, to pydantic, to the written modules.
_TAKEN: Final = frozenset(
    {"self", "cls", *dir(builtins), *keyword.kwlist, *keyword.softkwlist, *IMPORTED}
    | {name for model in (Request, Output, ReplyModel) for name in dir(model)}
    | {word for line in _TEMPLATES.splitlines() if "import " in line for word in re.findall(r"\b[A-Z]\w*", line)}
)
#: An operation becomes a method ``_name`` and constants ``_NAME…`` of a module that has others.
OPERATIONS_TAKEN: Final = frozenset(
    {name.lower() for name in re.findall(r"\b_([A-Za-z]\w*)", _TEMPLATES)} | {name[1:] for name in dir(Department) if name[0] == "_"}
)
#: Endings of further names that an operation takes.
OPERATIONS_BESIDE: Final = ("_reply", "_refusals", "_headers")


def snake(text: str, *, otherwise: str = "field", vocabulary: Collection[str] = ()) -> str:
    """Make ``get_person_info`` of ``getPersonInfo``, and ``otherwise`` of a name without an ASCII letter.

    ``vocabulary`` has the words that the contract uses by themselves: with *number* among them ``VATnumber`` is ``vat_number``.
    """
    words = "_".join(word.lower() for word in _words(text, vocabulary))[:_LONGEST].rstrip("_")
    words = words if words and words[0].isalpha() else f"{otherwise}_{words}".rstrip("_")
    if words.startswith(_PROTECTED):
        return f"{otherwise}_{words}"
    return f"{words}_" if words in _TAKEN else words


def pascal(text: str, *, otherwise: str = "Type") -> str:
    """Make ``GetPersonInfo`` of ``getPersonInfo``."""
    words = "".join(word[0].upper() + word[1:] for word in _words(text, ()))[:_LONGEST]
    words = words if words and words[0].isalpha() else otherwise + words
    return f"{words}_" if words in _TAKEN else words


def vocabulary_of(content: bytes) -> frozenset[str]:
    """Give the words of a text, in lower case."""
    return frozenset(word.lower() for word in re.findall(r"(?<![A-Za-z])[A-Za-z]+(?![A-Za-z])", content.decode("utf-8", "replace")))


def _words(text: str, vocabulary: Collection[str]) -> Iterator[str]:
    """Split a name into words, taking letters with accents for those without."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    found = list(_WORDS.finditer(plain))
    moved = ""  # the last letter of an acronym, which stands at the beginning of the next word
    for one, after in zip_longest(found, found[1:]):
        word = one[0].removeprefix(moved)
        moved = ""
        if after is not None and one[0].isupper() and after.start() == one.end():
            rest = after[0][1:].lower()
            if rest in vocabulary and after[0].lower() not in vocabulary:
                moved = after[0][0]
        yield word + moved


class Names:
    """A source of names that gives out each once, adding a number to a repeated one.

    Nobody gets a name in ``taken``. ``beside`` has the endings of further names that each name takes.
    """

    def __init__(self, *, taken: Collection[str] = (), beside: Collection[str] = (), vocabulary: Collection[str] = ()) -> None:
        self._given: set[str] = set(taken)
        self._endings = ("", *beside)
        self._vocabulary = vocabulary

    def named(self, text: str, *, otherwise: str = "field") -> str:
        """Give a name in lower-case words for the contract's."""
        return self.new(snake(text, otherwise=otherwise, vocabulary=self._vocabulary))

    def new(self, name: str, *, otherwise: str = "") -> str:
        """Give the name, else ``otherwise``, else the next that is free."""
        number, free = 2, name
        if otherwise and not self._is_free(name):
            name = free = otherwise
        while not self._is_free(free):
            free = f"{name.rstrip('_')}_{number}" if name.islower() else f"{name}{number}"
            number += 1
        self._given.update(self._all(free))
        return free

    def _is_free(self, name: str) -> bool:
        return self._given.isdisjoint(self._all(name))

    def _all(self, name: str) -> set[str]:
        return {f"{name}{ending}".lower() for ending in self._endings}


_QUOTES: Final = '"""'
#: The most characters of a contract's prose in a docstring, since the whole is in the contract beside it.
_LONGEST_DOC: Final = 400
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_UNPRINTED: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def text(value: object) -> str:
    """Write a text in one line in double quotes, as Python, YAML and TOML all read it."""
    return quoted(" ".join(str(value).split()) if "\n" in str(value) else str(value))


def quoted(value: str) -> str:
    """Write a text in double quotes, as Python, YAML and TOML all read it, with unprintable characters escaped."""
    plain = json.dumps(_SURROGATES.sub("\ufffd", value), ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in plain)


def doc(value: str, indent: int = 0) -> str:
    """Write a text for the quotes of a docstring at this indent: its beginning, wrapped, with a last line of its own when it is long."""
    printed = _UNPRINTED.sub(" ", re.sub(r"(^|\s)#+\s", " ", value))
    plain = textwrap.shorten(printed, _LONGEST_DOC, placeholder=" …").replace("\\", "\\\\").replace(_QUOTES, "'''")
    lines = textwrap.wrap(plain, 130 - indent, break_long_words=False, break_on_hyphens=False) or [""]
    if len(lines) > 1:
        return ("\n" + " " * indent).join([*lines, ""])
    return plain + " " if plain.endswith('"') else plain


def python(value: object, indent: int = 0) -> str:
    """Write a plain value as a literal, with the parts of a long one on lines of their own."""
    match value:
        case str():
            return quoted(value)
        case dict():
            return _listed([f"{python(name, indent + 4)}: {python(one, indent + 4)}" for name, one in value.items()], "{}", indent)
        case list() | tuple():
            return _listed([python(one, indent + 4) for one in value], "[]", indent)
        case _:
            return repr(value)


def _listed(items: list[str], brackets: str, indent: int) -> str:
    line = f"{brackets[0]}{', '.join(items)}{brackets[1]}"
    if len(line) + indent <= 110 and "\n" not in line:
        return line
    inner = "".join(f"{' ' * (indent + 4)}{item},\n" for item in items)
    return f"{brackets[0]}\n{inner}{' ' * indent}{brackets[1]}"
