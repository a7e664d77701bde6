"""The place on the counter's pages at which something in an application is changed, by its JSON Pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.catalogue.drawing.people import agent_form, applicant_form
from gateway.model.service import Text
from gateway.texts.sentences import name
from gateway.web.citizen.samples import WITHIN
from gateway.web.counter.steps import address

if TYPE_CHECKING:
    from gateway.catalogue.drawing.fields import DrawnField

#: The step on whose page each part of an application is.
_STEPS: Final = {"applicant": "applicant", "agent": "applicant", "data": "form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlace:
    """A field on a page. ``href`` is none for what no page lets a clerk change."""

    href: str | None
    title: Text | None = None


def place_of(draft_id: str, pointer: str, tree: DrawnField) -> FieldPlace:
    """Give the place of a pointer, with its title where the form (``tree``) or the applicant's has one."""
    part = pointer.split("/")[1] if pointer.count("/") > 1 else ""
    if part not in _STEPS:
        return FieldPlace(href=None)
    form = {"applicant": applicant_form, "agent": agent_form}.get(part, lambda: tree)()
    return FieldPlace(href=f"{address(draft_id, _STEPS[part])}?errors=1#{pointer}", title=title_of(form, pointer))


def title_of(form: DrawnField, pointer: str) -> Text | None:
    """Say which field of a form that is, by the titles that lead to it: None for the form itself and for what it does not have."""
    titles: list[Text] = []
    at: DrawnField | None = form
    for step in pointer.removeprefix(form.pointer).split("/")[1:]:
        row = at is not None and at.kind == "list"
        at = None if at is None else at.child(step)
        if at is None:
            break
        titles.append(name(str(int(step) + 1)) if row and step.isdecimal() else at.title)
    return Text(zh=WITHIN.join(one.zh for one in titles), en=WITHIN.join(one.en for one in titles)) if titles else None
