"""The form of an answer: what is asked for and may be typed, why and by whom, and all else as it was handed in, to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from pydantic import JsonValue

from gateway.api.shapes.masking import masked, masked_sentence
from gateway.api.shapes.models import FormShape
from gateway.cases.answering.asked import Ask, AskedReason, ask_of, lies_in
from gateway.catalogue.drawing.conditions import ALWAYS
from gateway.catalogue.drawing.fields import DrawnField, drawn
from gateway.catalogue.drawing.parts import Undrawable
from gateway.catalogue.drawing.people import applicant_form
from gateway.catalogue.drawing.posted import flat, posted
from gateway.catalogue.parties.sees import Seen, form_for
from gateway.journal.store.views import CaseView
from gateway.model import JsonObject, JsonView
from gateway.model.errors import Located
from gateway.model.service import Service, Text
from gateway.texts.sentences import name
from gateway.web.answers import texts
from gateway.web.citizen.course import place_of
from gateway.web.citizen.samples import SampleGroup
from gateway.web.console.cases.handed_in import handed_in
from gateway.web.forms.buttons import pressed
from gateway.web.forms.shown import FormView, ShownField

_TOP: Final = ("/applicant", "/data")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonShown:
    """The words of a department about one field, none where it named the field and said no more."""

    department: Text
    words: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceShown:
    """One place that may be changed: its fields as they are drawn, where it is in the form, and who asks for what there."""

    title: Text
    shown: ShownField
    reasons: Sequence[ReasonShown]


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A case that somebody answers. ``seen`` is what that person may see of it (None: everything), ``personal`` is masked in words then."""

    view: CaseView
    definition: Service
    form: JsonView = field(repr=False)
    departments: Mapping[str, Text]
    seen: Seen | None = None
    personal: Sequence[JsonView] = field(default=(), repr=False)

    @cached_property
    def ask(self) -> Ask:
        """What is asked of this person."""
        one = self.view
        return ask_of(one.application, one.deliveries, one.outcomes, definition=self.definition, form=self.form, seen=self.seen)

    @cached_property
    def trees(self) -> Mapping[str, DrawnField] | None:
        """The fields of the applicant and of the form, or None where the form is one that no page can draw."""
        try:
            return {"/applicant": applicant_form(), "/data": drawn(self.definition.form)}
        except Undrawable:
            return None

    def said(self, reason: AskedReason) -> ReasonShown:
        """Give a reason as this person reads it."""
        words = reason.said if self.seen is None else masked_sentence(reason.said, self.personal)
        return ReasonShown(
            department=self.departments.get(reason.department, Text(zh=reason.department, en=reason.department)), words=words
        )

    @property
    def whole(self) -> list[ReasonShown]:
        """What each department said of the whole return."""
        reasons = {(one.step, one.whole): one for asked in self.ask.fields for one in asked.reasons if one.whole}
        return [self.said(replace(one, said=one.whole)) for one in reasons.values()]

    @property
    def asks_for_more(self) -> bool:
        """Whether something in sight is asked of somebody else."""
        return bool(self.ask.elsewhere)


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """An answer being typed. ``typed`` are the fields as posted (None: it begins), ``errors`` what was wrong with them."""

    of: Answering
    trees: Mapping[str, DrawnField]
    typed: Mapping[str, str] | None = None
    errors: Sequence[Located] = ()
    at: str | None = None  # the place to go on at, after a button within the form

    @cached_property
    def places(self) -> list[str]:
        """All that may be typed: what is asked for, then what goes with it, as far as it is known by now."""
        asked = [one.pointer for one in self.of.ask.fields]
        also = {one for one in (*(error.pointer for error in self.errors), *(self.typed or ())) if self._is_leaf(one)} | {*self._decided()}
        return [*asked, *sorted(one for one in also if not lies_in(one, asked) and self._may_show(one))]

    @property
    def is_drawn(self) -> bool:
        """Whether every place that is asked for has its fields on the page."""
        at = {one.pointer for part in _TOP for one in _all(self.views[part].top)}
        return at >= self.of.ask.places

    @cached_property
    def values(self) -> dict[str, str]:
        """The text of each field: what was typed where something may be typed, else what was handed in."""
        before = {name: text for part in _TOP for name, text in flat(self.of.form.get(part[1:]), part).items()}
        if self.typed is None:
            return before
        kept = {name: text for name, text in before.items() if not lies_in(name, self.places)}
        return kept | {name: text for name, text in self.typed.items() if lies_in(name, self.places)}

    def document(self) -> JsonObject:
        """Give the application as it was typed. Rows stay where they are, so that an answer to one of them is put into that one."""
        rows = any(part.isdecimal() for place in self.places for part in place.split("/"))
        return {part[1:]: posted(self.trees[part], self.values, blank_rows=rows) for part in _TOP}

    def pressed(self) -> AnswerForm | None:
        """Give the form after a button within it, or None where that was none."""
        applicant = {name: text for name, text in self.values.items() if lies_in(name, _TOP[:1])}
        buttons = {name: text for name, text in (self.typed or {}).items() if not name.startswith("/")}
        told = pressed(self.trees["/data"], {**self.values, **buttons}, applicant, self.places)
        if told is None:
            return None
        after = {**applicant, **flat(told.value, "/data")}
        return replace(self, typed={name: text for name, text in after.items() if lies_in(name, self.places)}, at=told.at)

    @cached_property
    def views(self) -> Mapping[str, FormView]:
        """The drawn parts of the application."""
        errors = {part: [one for one in self.errors if lies_in(one.pointer, (part,))] for part in _TOP}
        return {part: FormView(tree=self.trees[part], values=self.values, errors=errors[part], only=self.places) for part in _TOP}

    @cached_property
    def asked(self) -> list[PlaceShown]:
        """Every place that may be changed, as it is drawn: in the order of the form."""
        reasons = {one.pointer: [self.of.said(reason) for reason in one.reasons] for one in self.of.ask.fields}
        found: list[PlaceShown] = []
        at = {one.pointer: one for part in _TOP for one in _all(self.views[part].top)}
        for place in self.places:
            if place in at:
                title = place_of(self.of.definition, place)
                found.append(PlaceShown(title=title, shown=at[place], reasons=reasons.get(place, ())))
        order = list(at)
        return sorted(found, key=lambda one: order.index(one.shown.pointer))

    @cached_property
    def wrong(self) -> list[tuple[str | None, Text]]:
        """Every error, with the place that it leads to. One about what this person does not see says no more than that."""
        seen = self.of.seen
        told = [one for part in _TOP for one in self.views[part].wrong]
        told += [(None, name(one.detail)) for one in self.errors if not lies_in(one.pointer, _TOP)]
        if seen is not None and not all(seen.shows(one.pointer) for one in self.errors):
            told = [one for one in told if one[0] is not None and seen.shows(one[0])] + [(None, texts.NOT_ALL_IN_SIGHT)]
        drawn_at = {one.pointer for place in self.asked for one in _all(place.shown)}
        return [(at if at in drawn_at else None, said) for at, said in told]

    @property
    def rest(self) -> list[SampleGroup]:
        """All that this person may read and nobody asked for: masked, for whoever does not see the whole."""
        one, seen = self.of, self.of.seen
        whole = {"agent": None, **one.form}
        shown = whole if seen is None else {"applicant": {}, "agent": None, "data": {}, **form_for(whole, seen)}
        left: JsonObject = {part: _without(shown.get(part), f"/{part}", self.places) for part in ("applicant", "agent", "data")}
        left = left if seen is None else masked(left)
        read: FormShape = {"applicant": left["applicant"] or {}, "agent": left["agent"], "data": left["data"] or {}}
        return [group for group in handed_in(read, one.definition) if group.entries]

    def _may_show(self, pointer: str) -> bool:
        return self.of.seen is None or self.of.seen.shows(pointer)

    def _is_leaf(self, pointer: str) -> bool:
        """Tell whether this is one field of the form: what an earlier answer was told to fill in with what is asked for is one, too."""
        one = self.trees["/data"].at(pointer) if pointer.startswith("/data/") else None
        return one is not None and one.kind not in ("group", "list")

    def _decided(self) -> Iterator[str]:
        """Give the blank fields that an asked one decides about, such as an address once something is to be sent by post."""
        before = flat(self.of.form.get("data"), "/data")
        for one in _every(self.trees["/data"]):
            deciding = {condition.pointer for case in one.when for condition in case} if one.when != ALWAYS else set()
            if "/-" not in one.pointer and one.pointer not in before and any(lies_in(other, self.of.ask.places) for other in deciding):
                yield one.pointer


def answer_form(one: Answering, typed: Mapping[str, str] | None = None, errors: Sequence[Located] = ()) -> AnswerForm | None:
    """Give the form of an answer, or None where no page can draw it."""
    return None if one.trees is None else AnswerForm(of=one, trees=one.trees, typed=typed, errors=errors)


def said_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Give the fields of the application among those that were posted."""
    return {name: text for name, text in fields.items() if name.startswith("/")}


def _all(shown: ShownField) -> Iterator[ShownField]:
    yield shown
    for below in shown.below:
        yield from _all(below)


def _every(one: DrawnField) -> Iterator[DrawnField]:
    yield one
    for child in one.children:
        yield from _every(child)


def _without(value: JsonValue, pointer: str, places: Iterable[str]) -> JsonValue:
    """Leave out what lies at these places, and what is empty without it."""
    if lies_in(pointer, [*places]):
        return None
    if isinstance(value, dict):
        found = {name: _without(member, f"{pointer}/{name}", places) for name, member in value.items()}
        return {name: member for name, member in found.items() if member is not None} or None
    if isinstance(value, list):
        items = [_without(item, f"{pointer}/{at}", places) for at, item in enumerate(value)]
        return [item for item in items if item is not None] or None
    return value
