"""What was handed in, as people read it: the persons of the envelope, then the form by its own titles, masked as the reader may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gateway.api.cases.texts import PLACES
from gateway.model import code_names
from gateway.texts.sentences import name
from gateway.web.citizen.samples import SampleEntry, SampleGroup, groups
from gateway.web.console.cases import texts
from gateway.web.console.words import word

if TYPE_CHECKING:
    from gateway.api.shapes.models import FormShape
    from gateway.model.service import Service, Text


def handed_in(form: FormShape, definition: Service | None) -> list[SampleGroup]:
    """Give the values in groups. Without a definition that this version can read the form's fields go by their names."""
    found = [_person("applicant", form["applicant"])]
    if form["agent"] is not None:
        found.append(_person("agent", form["agent"]))
    return [*found, *groups({} if definition is None else definition.form, form["data"])]


def _person(place: str, person: Mapping[str, object]) -> SampleGroup:
    entries = [SampleEntry(title=texts.PERSON.get(key, name(key)), value=_value(key, str(value))) for key, value in person.items()]
    return SampleGroup(title=PLACES[place], entries=entries)


def _value(key: str, value: str) -> Text:
    return word(code_names.ID_TYPES, value) if key == "id_type" else name(value)
