"""The fields that a page posts, made into what is saved of a draft, and a clash with somebody else's save told field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.catalogue.drawing.posted import flat, posted
from gateway.catalogue.drawing.rows import is_within
from gateway.web.counter.filling.places import title_of
from gateway.web.times import clock

if TYPE_CHECKING:
    from gateway.cases.drafts.changes import SavedMeanwhile
    from gateway.catalogue.drawing.fields import DrawnField
    from gateway.model import JsonObject
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields


def changes(tree: DrawnField, before: Mapping[str, str], fields: Fields) -> dict[str, str | None]:
    """Give what a posted form changes of a draft's texts (``before``)."""
    return becoming(tree, before, posted(tree, fields))


def becoming(tree: DrawnField, before: Mapping[str, str], value: JsonObject) -> dict[str, str | None]:
    """Give the changes with which a draft says this value. What the form does not ask for any more is left as it was typed."""
    now = {pointer: text for pointer, text in flat(value, tree.pointer).items() if pointer != tree.pointer}
    old = {pointer: text for pointer, text in before.items() if is_within(pointer, tree.pointer)}
    cleared: dict[str, str | None] = {p: None for p in old if p not in now and tree.at(p) is not None}
    return {**cleared, **{pointer: text for pointer, text in now.items() if old.get(pointer) != text}}


def version_of(fields: Fields) -> int:
    """Give the version of the draft that the page was made of."""
    said = fields.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A field that somebody else has saved otherwise meanwhile."""

    title: Text | None
    text: str | None = field(repr=False)
    by: str
    at: str


def clashes(problem: SavedMeanwhile, *trees: DrawnField) -> list[Clash]:
    """Tell each field of a clash by its title in one of these forms."""
    return [
        Clash(title=next((found for tree in trees if (found := title_of(tree, pointer))), None), text=one.text, by=one.by, at=clock(one.at))
        for pointer, one in problem.theirs.items()
    ]
