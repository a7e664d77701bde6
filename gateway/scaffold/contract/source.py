"""Values and texts in the form of Python source."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Final

_QUOTES: Final = '"""'
#: The most characters of a contract's prose in a docstring, since the whole is in the contract beside it.
_LONGEST: Final = 400
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
    plain = textwrap.shorten(printed, _LONGEST, placeholder=" …").replace("\\", "\\\\").replace(_QUOTES, "'''")
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
