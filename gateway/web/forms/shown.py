"""A form's fields as a page shows them: each with its value, its error, the sample's value, and its rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from gateway.catalogue.drawing.conditions import ALWAYS, beside
from gateway.catalogue.drawing.fields import DrawnField
from gateway.catalogue.drawing.rows import is_person, is_within, row_numbers
from gateway.model.errors import Located
from gateway.model.service import Text
from gateway.texts.amounts import said_amount
from gateway.texts.sentences import joined, name
from gateway.web.forms import texts
from gateway.web.forms.wording import asked_for

#: Options that are shown side by side; of more one is chosen from a list.
_RADIOS: Final = 5
#: Columns of a sample's value that fit a narrow field, and one of half the width.
_NARROW, _HALF = 8, 26
_NOTHING: Final[Mapping[str, str]] = {}
_WIDTHS: Final[Mapping[str, str]] = {
    "date": "w12",
    "cn-mobile": "w12",
    "cn-id-number": "w18 mono",
    "cn-resident-number": "w18 mono",
    "cn-uscc": "w18 mono",
    "cn-uscc-legacy": "w18 mono",
    "cn-unit-number": "mono",
}
_MODES: Final[Mapping[str, str]] = {"date": "numeric", "cn-mobile": "tel"}


@dataclass(slots=True, kw_only=True)
class ShownField:
    """One field at its place, rows numbered. ``kept`` is its value where it may only be read."""

    drawn: DrawnField
    pointer: str
    title: Text
    value: str = ""
    error: str | None = None
    sample: str = ""
    kept: Text | None = None
    below: list[ShownField] = field(default_factory=list)
    is_open: bool = True  # of a group that may be left out: anything stands in it
    copies: bool = False  # the applicant's details can be copied into it
    when: Text | None = None
    when_data: str = ""
    said: Text | None = None  # an amount in words

    @property
    def kind(self) -> str:
        """The kind of the field."""
        return self.drawn.kind

    @property
    def is_select(self) -> bool:
        """True where one of many is chosen from a list."""
        return len(self.drawn.options) > _RADIOS

    @property
    def width(self) -> str:
        """The classes of the input's width, empty where it takes the whole line."""
        one = self.drawn
        if one.format in _WIDTHS:
            return _WIDTHS[one.format]
        if one.is_money or one.kind == "number" or one.is_decimal:
            return "w12"
        columns = sum(1 if letter.isascii() else 2 for letter in self.sample)
        if one.is_free or (one.longest or 0) > 100 or columns > _HALF or not (columns or one.longest):
            return ""
        return "w12" if 0 < columns <= _NARROW else "w18"

    @property
    def is_wide(self) -> bool:
        """True where it takes the whole line, however narrow its neighbours are."""
        return not self.width.startswith("w")

    @property
    def mode(self) -> str:
        """The keyboard that a phone offers."""
        one = self.drawn
        if one.is_money or one.is_decimal:
            return "decimal"
        return _MODES.get(one.format, "numeric" if one.kind == "number" else "text")

    def described(self) -> str:
        """The ids of what is said of the field beside its label."""
        parts = {"h": self.drawn.hint, "c": self.when, "w": self.drawn.is_money, "e": self.error}
        return " ".join(f"{self.pointer}:{letter}" for letter, there in parts.items() if there)


@dataclass(frozen=True, kw_only=True)
class FormView:
    """A form as a page draws it.

    ``values`` and ``sample`` are texts by pointer, as ``flat()`` gives them. With ``only`` nothing may be changed but what stands at these
    pointers and below: the rest is shown, by ``masked`` where that has something for a pointer. ``copies`` offers the applicant's details.
    """

    tree: DrawnField
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[Located] = ()
    sample: Mapping[str, str] = field(default_factory=dict)
    only: Collection[str] | None = None
    masked: Mapping[str, str] = field(default_factory=dict)
    copies: bool = False

    @cached_property
    def top(self) -> ShownField:
        """The whole form."""
        return _Showing(self).shown(self.tree, self.tree.pointer, self.tree.pointer, self.tree.title)

    @cached_property
    def wrong(self) -> list[tuple[str | None, Text]]:
        """Every error: the pointer of the field that it is shown at, or None, and what is wrong with which field."""
        at = {shown.pointer: shown for shown in _all(self.top)}
        found: list[tuple[str | None, Text]] = []
        for error in self.errors:
            where = _nearest(error.pointer, at)
            titles = [at[p].title for p in _above(error.pointer, self.tree.pointer) if p in at]
            title = Text(zh=" · ".join(t.zh for t in titles), en=" · ".join(t.en for t in titles))
            said = texts.wrong_at(title, error.detail) if titles else name(error.detail)
            found.append((where if where != self.tree.pointer else None, said))
        return found

    @cached_property
    def sheet(self) -> list[tuple[Text | None, list[ShownField]]]:
        """The sample's lines, by the group that they stand in."""
        view = FormView(tree=self.tree, values=self.sample)
        return list(_lines(view.top, None))


class _Showing:
    def __init__(self, view: FormView) -> None:
        self._view = view
        self._errors: dict[str, str] = {}
        for error in view.errors:
            self._errors.setdefault(error.pointer, error.detail)

    def shown(self, one: DrawnField, pointer: str, sampled: str, title: Text) -> ShownField:
        view = self._view
        found = ShownField(drawn=one, pointer=pointer, title=title, error=self._errors.get(pointer), sample=view.sample.get(sampled, ""))
        if one.when != ALWAYS:
            found.when = asked_for(view.tree, one.when)
            if view.only is None:  # what decides may be there to be read alone
                found.when_data = json.dumps([[[beside(c.pointer, pointer), c.texts, c.holds] for c in case] for case in one.when])
        if one.kind == "group":
            found.below = [self.shown(child, f"{pointer}/{child.step}", f"{sampled}/{child.step}", child.title) for child in one.children]
            if not one.required and one.when == ALWAYS:
                found.is_open = any(below.value or below.error or not below.is_open for below in _all(found) if below.kind != "fixed")
            found.copies = view.copies and self._may_change(pointer) and is_person(one)
        elif one.kind == "list":
            found.below = list(self._rows(one, pointer, sampled))
        else:
            self._fill(found)
        if not self._may_change(pointer):
            found.kept = self._kept(found)
        return found

    def _rows(self, one: DrawnField, pointer: str, sampled: str) -> Iterator[ShownField]:
        rows = row_numbers(self._view.values, pointer)
        known = set(row_numbers(self._view.sample, sampled))
        for count, number in enumerate(rows, start=1):
            title = texts.row_number(one.children[0].title, count)
            yield self.shown(one.children[0], f"{pointer}/{number}", f"{sampled}/{count - 1 if count - 1 in known else 0}", title)

    def _fill(self, found: ShownField) -> None:
        one = found.drawn
        found.value = one.options[0][0] if one.kind == "fixed" else self._view.values.get(found.pointer, "")
        if one.is_money:
            found.said = said_amount(found.value)

    def _may_change(self, pointer: str) -> bool:
        only = self._view.only
        return only is None or any(is_within(pointer, one) for one in only)

    def _kept(self, found: ShownField) -> Text:
        masked = self._view.masked.get(found.pointer)
        return name(masked) if masked is not None else found.drawn.called(found.value)


def _all(shown: ShownField) -> Iterator[ShownField]:
    yield shown
    for below in shown.below:
        yield from _all(below)


def _above(pointer: str, top: str) -> list[str]:
    """Give the pointers below ``top`` that lead to this one, and itself."""
    steps = pointer.removeprefix(top).split("/")[1:] if is_within(pointer, top) else []
    return ["/".join((top, *steps[: count + 1])) for count in range(len(steps))]


def _nearest(pointer: str, shown: Mapping[str, ShownField]) -> str | None:
    while pointer and pointer not in shown:
        pointer = pointer.rpartition("/")[0]
    return pointer or None


def _lines(shown: ShownField, title: Text | None) -> Iterator[tuple[Text | None, list[ShownField]]]:
    own: list[ShownField] = []
    for below in shown.below:
        if below.below:
            if own:
                yield title, own
                own = []
            yield from _lines(below, below.title if title is None else joined(title, name(" · "), below.title))
        elif below.value:
            own.append(below)
    if own:
        yield title, own
