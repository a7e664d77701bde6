"""A service's sample (电子样单) as people read it: each value under the title that the form gives its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.model.service import Text
from gateway.texts.json_schema import SchemaFields
from gateway.texts.sentences import name
from gateway.web import texts

if TYPE_CHECKING:
    from gateway.model import JsonSchema, JsonView
    from gateway.texts.json_schema import Schema

#: Between the titles of an object and of a field in it.
WITHIN: Final = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEntry:
    """One value, with the titles that lead to it within its group."""

    title: Text
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleGroup:
    """The values of one part of the form, such as the seller. ``title`` is none for those that stand in no part."""

    title: Text | None
    entries: list[SampleEntry]


def groups(schema: JsonSchema, data: JsonView) -> list[SampleGroup]:
    """Give a sample's data in its order by the form's schema, a group for each object or list."""
    form = SchemaFields(schema)
    found: list[SampleGroup] = []
    for key, value in data.items():
        declared = form.at_name(form.root, key) or {}
        title = title_of(form, declared, key)
        if isinstance(value, (Mapping, list)):
            found.append(SampleGroup(title=title, entries=list(_of(form, declared, value, ()))))
            continue
        if not found or found[-1].title is not None:
            found.append(SampleGroup(title=None, entries=[]))
        found[-1].entries.extend(_of(form, declared, value, (title,)))
    return found


def _of(form: SchemaFields, schema: Schema, value: object, above: tuple[Text, ...]) -> Iterator[SampleEntry]:
    match value:
        case Mapping():
            for key, member in value.items():
                below = form.at_name(schema, key) or {}
                yield from _of(form, below, member, (*above, title_of(form, below, key)))
        case list():
            for number, item in enumerate(value, start=1):
                yield from _of(form, form.at_item(schema) or {}, item, (*above, name(str(number))))
        case _:
            titles = Text(zh=WITHIN.join(one.zh for one in above), en=WITHIN.join(one.en for one in above))
            yield SampleEntry(title=titles, value=shown_value(form, schema, value))


def title_of(form: SchemaFields, schema: Schema, key: str) -> Text:
    """Give a field's title, or its name where the form gives it none."""
    zh, en = form.said(schema, "title"), form.said(schema, "x-title-en")
    return Text(zh=str(zh or key), en=str(en or zh or key))


def shown_value(form: SchemaFields, schema: Schema, value: object) -> Text:
    """Give a value as it is read: the words of an option, yes or no."""
    options = form.said(schema, "x-options")
    if isinstance(options, Mapping) and str(value) in options:
        return Text(**options[str(value)])
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    return name(str(value))
