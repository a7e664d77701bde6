"""The application that a draft's texts come to, and what becomes of them when the service's form has changed under them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import orjson

from gateway.cases.late_entry import MEMBER
from gateway.catalogue.drawing.fields import DrawnField, drawn
from gateway.catalogue.drawing.people import agent_form, applicant_form
from gateway.catalogue.drawing.posted import left_over, posted

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService
    from gateway.model import JsonObject

CHANNEL: Final = "/channel"
_COUNTER: Final = "counter"
_DATA: Final = "/data/"
_LATE: Final = f"/{MEMBER}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChange:
    """A form that changed under a draft. ``unfit`` are the texts that have no place in it any more, which stay with the draft until it is
    filed, ``new`` the fields that there were not.
    """

    digest: str  # of the definition now
    unfit: Mapping[str, str]
    new: tuple[DrawnField, ...]


@lru_cache(maxsize=100)
def form_of(definition: str) -> DrawnField:
    """Give the form of a service's definition (canonical JSON)."""
    return drawn(orjson.loads(definition)["form"])


def document_of(service: CompiledService, texts: Mapping[str, str]) -> JsonObject:
    """Give the application as it would be filed. A text that is no value of its field stays one, so that the check says so."""
    document: JsonObject = {
        "service": service.definition.code,
        "channel": texts.get(CHANNEL) or _COUNTER,
        "applicant": posted(applicant_form(), texts),
        "data": posted(service.drawn_form, texts),
    }
    if agent := posted(agent_form(), texts):
        document["agent"] = agent
    if late := {pointer.removeprefix(_LATE): text for pointer, text in texts.items() if pointer.startswith(_LATE) and text.strip()}:
        document[MEMBER] = late
    return document


def changed_form(before: str | None, service: CompiledService, texts: Mapping[str, str]) -> FormChange | None:
    """Give how a service's form differs from the one of the definition ``before`` for these texts, None where it does not.

    Without a definition from before nothing is known to be new.
    """
    form = service.drawn_form
    known = None if before is None else {one.pointer for one in _leaves(form_of(before))}
    new = () if known is None else tuple(one for one in _leaves(form) if one.pointer not in known)
    unfit = left_over(form, {pointer: text for pointer, text in texts.items() if pointer.startswith(_DATA)})
    return FormChange(digest=service.digest, unfit=unfit, new=new) if new or unfit else None


def _leaves(form: DrawnField) -> Iterator[DrawnField]:
    for child in form.children:
        yield from _leaves(child)
    if form.kind not in ("group", "list"):
        yield form
