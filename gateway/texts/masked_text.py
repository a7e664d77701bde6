"""A department's free text with a case's own values masked, however they are written in it.

Texts come back in other forms than they were sent: full width, spaced out, in capitals, a date by its characters, an amount with commas,
the last digits of a number, a part of an address. So text and values are compared as skeletons, letters and digits alone in their plainest
form. A value that is found whole shows as much as operators see of it elsewhere, a part of one nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from gateway.model.identifiers import mask_id_number, mask_mobile

#: Characters that a text and a value must share to count as a part of the value: with Han characters among them, and without.
_HAN_PART, _PART = 4, 6
#: Answers that tell of nobody, and would mask half of every sentence.
_ANSWERS: Final = frozenset({"是", "否", "有", "无", "yes", "no", "true", "false"})
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ID: Final = re.compile(r"\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dXx]")
_DECIMAL: Final = re.compile(r"(\d+)(?:\.(\d+))?")
_HAN_NAME: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003fffd]{3,4}")
#: Numbers as long as those of people and accounts, no matter whose, in groups or at full width too. Digits alone bound them: to ``\b``
#: and ``\w`` a Chinese character is part of the word.
_ANY_ID: Final = re.compile(
    r"(?<!\d)(?:\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx\uff38\uff58]|(?:\d{4}[ -]){3}\d{4}(?:[ -]?\d{1,3})?|\d{15,}[Xx\uff38\uff58]?)(?!\d)"
)
_ANY_MOBILE: Final = re.compile(r"(?<!\d)(?:(?:[0\uff10]{2})?[8\uff18][6\uff16])?[1\uff11][3-9\uff13-\uff19]\d(?:[ -]?\d{4}){2}(?!\d)")

#: The way in which a value is shown. None: in the clear, as it stands elsewhere, unless it is a part of a value or number that is not.
Show = Callable[[str], str] | None


def values_of(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Give every value in JSON as a text, with the name of its member. The kind of an ID document is left out: many people share it."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from values_of(child, str(key))
    elif isinstance(value, list | tuple):
        for child in value:
            yield from values_of(child, name)
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and not name.endswith("id_type"):
        yield str(value), name


def masked_text(text: str, known: Iterable[tuple[str, Show]]) -> str:
    """Mask every value of ``known`` in a text, each shown as its function shows it, and whatever may be anybody's number."""
    given = [(value, show) for value, show in known if value and value.lower() not in _ANSWERS]
    values = [(value, show) for value, show in given if show is not None]
    mask = _Mask(text)
    for value, show in sorted(values, key=lambda one: -len(one[0])):
        shown = show(value)
        mask.form(_skeleton(value)[0], "" if shown == value else shown)
    for clear in (value for value, show in given if show is None):
        mask.form(_skeleton(clear)[0], clear)
    for value, _ in values:
        for other in _rewritten(value):
            mask.form(_skeleton(other)[0])
    for pattern, shows in ((_ANY_ID, mask_id_number), (_ANY_MOBILE, mask_mobile)):
        for found in pattern.finditer(text):
            mask.number(found.start(), found.end(), shows(found[0]))
    mask.parts([_skeleton(value)[0] for value, _ in values])
    return mask.done()


class _Mask:
    """A text and the parts of it that are covered so far, each with what is shown instead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._skeleton, self._places = _skeleton(text)
        self._taken = bytearray(len(text))
        self._spans: list[tuple[int, int, str]] = []

    def cover(self, start: int, end: int, shown: str) -> None:
        """Cover a part, unless something of it is covered."""
        if not any(self._taken[start:end]):
            self._taken[start:end] = b"\1" * (end - start)
            self._spans.append((start, end, shown))

    def number(self, start: int, end: int, shown: str) -> None:
        """Cover a whole number, with whatever value cut into it: the rest of another person's number would be left."""
        cut = [span for span in self._spans if span[0] < end and span[1] > start]
        first, last = min([start, *(one[0] for one in cut)]), max([end, *(one[1] for one in cut)])
        if all(one[:2] != (first, last) for one in cut):  # otherwise one covers it whole
            self._spans = [span for span in self._spans if span not in cut]
            self._taken[first:last] = bytes(last - first)
            self.cover(first, last, shown if last - first == end - start else "*" * (last - first))

    def form(self, form: str, shown: str = "") -> None:
        """Cover a skeleton wherever it stands. A short one in ASCII counts only as a word of its own."""
        at = self._skeleton.find(form) if form else -1
        while at >= 0:
            start, end = self._places[at], self._places[at + len(form) - 1] + 1
            alone = not (_joins(self._text, start - 1) or _joins(self._text, end))
            if alone or not form.isascii() or len(form) >= _PART:
                self.cover(start, end, shown or "*" * len(form))
            at = self._skeleton.find(form, at + 1)

    def parts(self, values: Iterable[str]) -> None:
        """Cover every stretch that the text shares with a value and that is long enough to be a part of it."""
        parts: set[str] = set()
        for value in values:
            parts.update(value[at : at + _PART] for at in range(len(value) - _PART + 1))
            short = (value[at : at + _HAN_PART] for at in range(len(value) - _HAN_PART + 1))
            parts.update(part for part in short if sum(not one.isascii() for one in part) > 1)
        for length in (_PART, _HAN_PART):
            for at in range(len(self._skeleton) - length + 1):
                if self._skeleton[at : at + length] in parts:
                    for place in self._places[at : at + length]:
                        self.cover(place, place + 1, "*")

    def done(self) -> str:
        """Give the text as it may be shown."""
        text = self._text
        for start, end, shown in sorted(self._spans, reverse=True):
            text = text[:start] + shown + text[end:]
        return text


def _skeleton(text: str) -> tuple[str, list[int]]:
    """Give the letters and digits of a text in their plainest form, and the place of each in the text."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = character if character.isascii() else unicodedata.normalize("NFKD", character)
        for one in plain.casefold():
            if one.isalnum():
                characters.append(one)
                places.append(place)
    return "".join(characters), places


def _rewritten(value: str) -> Iterator[str]:
    """Give other ways to write a value: a day, an amount, the end of a number, the parts of a name."""
    whole = _skeleton(value)[0]
    if (found := _DAY.fullmatch(value) or _ID.fullmatch(value)) is not None:
        year, month, day = found.groups()
        yield from (f"{year}{month}{day}", f"{year}年{month}月{day}日", f"{year}年{int(month)}月{int(day)}日", f"{day}{month}{year}")
        yield from (f"{month}{day}{year}", f"{year}{int(month)}{int(day)}")
    if (amount := _DECIMAL.fullmatch(value)) is not None and "." in value:
        yield amount[1]
        yield f"{amount[1]}.{(amount[2] or '').rstrip('0')}"
    if amount is not None and len(amount[1]) > 4 and amount[1].endswith("000"):  # from ten thousand on
        yield f"{int(amount[1]) / 10_000:g}万"
    if len(whole) > _PART and whole[-4:-1].isdigit() and whole[:4].isdigit():
        yield whole[-4:]
    if _ID.fullmatch(value) is not None:
        yield value[:6] + value[8:17]  # its 15 digits until 1999
    if _HAN_NAME.fullmatch(value) is not None:
        yield value[1:]
    parts = re.split(r"[·•・‧.\s]+", value)
    if 1 < len(parts) <= 5:  # of a name, not of a text
        yield from (part for part in parts if len(part) > 1)


def _joins(text: str, place: int) -> bool:
    """Tell whether the character there makes one word or number with an ASCII one beside it."""
    return 0 <= place < len(text) and _skeleton(text[place])[0].isascii() and text[place].isalnum()
