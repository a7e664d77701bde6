"""Characters that no text of an application may hold, and those that a department's character set lacks.

Whoever reads a text must see what is in it, and every department must be able to take it. So a text holds no control characters (XML
refuses most of them), nothing that cannot be seen or that turns the direction of writing, no code points that are no characters, none of
private use (another one in each system) and no U+FFFD (something was lost before it reached us). It has no space at either end, and is not
spaces alone. Between words the ordinary space and U+3000 are fine. The others are typed by nobody, and GBK lacks them.

A variation selector right after an ideograph is part of a name as its owner writes it (ideographic variation sequences) and is taken.
Anywhere else it is one more invisible character. The joiners U+200C and U+200D shape Persian, Indic and emoji texts: no name that our
departments keep needs them, and two names that look the same must be the same. Code points that this version of Unicode has not assigned
are taken: newer versions add ideographs that stand in people's names today.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, Literal, get_args

#: The character sets of departments' systems, each within the next. None of GB 18030's own lacks a character.
Charset = Literal["gb2312", "gbk", "gb18030"]
CHARSETS: Final[tuple[str, ...]] = get_args(Charset)


class TextFault(StrEnum):
    """A fault of one character in a text."""

    CONTROL = "control"
    LINE_BREAK = "line_break"
    INVISIBLE = "invisible"  # direction marks, fillers and tags too
    SPACE = "space"  # of an unusual kind
    PRIVATE = "private"
    LOST = "lost"
    NO_CHARACTER = "no_character"
    EDGE = "edge"  # a space at the beginning or the end
    BLANK = "blank"  # nothing but spaces


#: Different characters that are named of one text at most. Whoever has mended these is told of the next.
_NAMED: Final = 5
_LINE_BREAKS = "\n\r\x85\u2028\u2029"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f"
#: Default_Ignorable_Code_Point of Unicode without the variation selectors, the annotation marks, and the Braille blank.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe03-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_SELECTORS = "\ufe00-\ufe02\U000e0100-\U000e01ef"
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NO_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17)
)
_ALWAYS = (
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffc\ufffd{_SPACES}{_INVISIBLE}{_PRIVATE}{_NO_CHARACTERS}]"
    rf"|(?<![{_IDEOGRAPHS}])[{_SELECTORS}]"
)
_LINE: Final = re.compile(rf"{_ALWAYS}|[\t\n\r]|\A[ \u3000]|[ \u3000]\Z")
_FREE: Final = re.compile(rf"{_ALWAYS}|\r(?!\n)")
_UNSEEN: Final = re.compile(_ALWAYS)
#: All that is refused and that ``str.isprintable`` takes for seen.
_UNLIKELY: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc\ufffd"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
_KINDS: Final = tuple(
    (kind, re.compile(f"[{characters}]"))
    for kind, characters in (
        (TextFault.LINE_BREAK, _LINE_BREAKS),
        (TextFault.CONTROL, r"\x00-\x1f\x7f-\x9f"),
        (TextFault.SPACE, _SPACES),
        (TextFault.INVISIBLE, _INVISIBLE + _SELECTORS),
        (TextFault.PRIVATE, _PRIVATE),
        (TextFault.LOST, "\ufffc\ufffd"),
        (TextFault.NO_CHARACTER, _NO_CHARACTERS),
    )
)


def is_clean(text: str) -> bool:
    """Tell whether a text of one line holds nothing that :func:`text_faults` would name."""
    if text.isprintable() and _UNLIKELY.isdisjoint(text):  # nearly all texts pass here, in a fifth of the time
        return text[:1] != " " != text[-1:]
    return _LINE.search(text) is None


def text_faults(text: str, *, free: bool = False) -> Iterator[tuple[TextFault, str]]:
    """Give the first few faults of a text, each with its character. A ``free`` text may have lines, tabs, and spaces at its ends."""
    if text.isspace():
        yield TextFault.BLANK, text[0]
        return
    told: set[str] = set()
    for found in (_FREE if free else _LINE).finditer(text):
        character = found[0]
        if len(told) == _NAMED:
            return
        if character not in told:
            told.add(character)
            yield next((kind for kind, characters in _KINDS if characters.match(character)), TextFault.EDGE), character


def seen(text: str) -> str:
    """Give a foreign text as one visible line. Whatever no text may hold becomes a space, and so does every run of spaces."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def code_point(character: str) -> str:
    """Name a character as Unicode does: U+3000."""
    return f"U+{ord(character):04X}"


def first_lacking(text: str, charset: str) -> int | None:
    """Give the position of the first character that a character set lacks, or None when it can write the whole text."""
    if text.isascii():
        return None
    lacking = None
    try:
        encoded = text.encode("gbk" if charset == "gb2312" else charset)
    except UnicodeEncodeError as error:
        lacking = error.start
        encoded = text[:lacking].encode("gbk") if charset == "gb2312" else b""
    if charset == "gb2312":  # Python's own encoder maps the dot of names to U+30FB, where the systems, and its GBK, say U+00B7
        try:
            encoded.decode("gb2312")
        except UnicodeDecodeError as error:
            lacking = len(encoded[: error.start].decode("gbk"))
    return lacking
