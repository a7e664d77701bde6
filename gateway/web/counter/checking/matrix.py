"""Who will be told what: each field of a draft, and for each department whether it is told.

It is read from the ``share`` of the steps that apply, the same that filing hands over. What depends on a result that is still to come is
said to depend.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.api.cases.texts import PLACES
from gateway.catalogue.compiled import may_apply
from gateway.catalogue.share import context
from gateway.model.service import Text
from gateway.texts.json_schema import ITEM, SchemaFields
from gateway.texts.sentences import name
from gateway.web.citizen.samples import WITHIN, title_of
from gateway.web.console.cases.texts import PERSON

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService
    from gateway.model import JsonView
    from gateway.texts.json_schema import Schema

TOLD: Final = "told"
DEPENDS: Final = "depends"
NOT_TOLD: Final = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One field, and of each department whether it is told."""

    title: Text
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixGroup:
    """The fields of one part of the application. ``title`` is none for those that stand in no part."""

    title: Text | None
    rows: Sequence[MatrixRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The whole of it. ``departments`` are the columns, by name, each with its title."""

    departments: Mapping[str, Text]
    groups: Sequence[MatrixGroup]


def matrix(service: CompiledService, document: JsonView, titles: Mapping[str, Text]) -> Matrix:
    """Make the matrix of a draft as it is. ``titles`` are those of departments. What was not filled in is told to nobody and has no row."""
    ctx = context(_object(document.get("applicant")), _object(document.get("data")), {})
    told: dict[str, dict[str, str]] = {}
    for step in service.steps.values():
        applies = may_apply(step, ctx)
        if applies is False:
            continue
        column = told.setdefault(step.definition.department, {})
        for source in step.disclosed(ctx):
            if applies or source not in column:
                column[source] = TOLD if applies else DEPENDS

    def cells(source: str) -> list[str]:
        above = [source, *(source[:at] for at, mark in enumerate(source) if mark in ".[")]  # what is told whole is told in its parts
        return [next((column[one] for one in above if one in column), NOT_TOLD) for column in told.values()]

    def group(title: Text | None, fields: Iterable[tuple[str, Text]]) -> MatrixGroup:
        return MatrixGroup(title=title, rows=[MatrixRow(title=field, cells=cells(source)) for source, field in fields])

    people = [group(PLACES[place], _person(place, document[place])) for place in PLACES if _object(document.get(place))]
    parts = [group(title, fields) for title, fields in _parts(SchemaFields(service.definition.form), _object(document.get("data")))]
    return Matrix(
        departments={department: titles.get(department, name(department)) for department in told},
        groups=[one for one in (*people, *parts) if one.rows],
    )


def _object(value: object) -> JsonView:
    return value if isinstance(value, dict) else {}


def _person(place: str, person: object) -> Iterator[tuple[str, Text]]:
    for key in _object(person):
        yield f"{place}.{key}", PERSON.get(key, name(key))


def _parts(form: SchemaFields, data: JsonView) -> Iterator[tuple[Text | None, list[tuple[str, Text]]]]:
    """Give the fields by the parts of the form, those that stand in none together."""
    alone: list[tuple[str, Text]] = []
    for key, value in data.items():
        schema = form.at_name(form.root, key) or {}
        title = title_of(form, schema, key)
        if isinstance(value, dict | list):
            yield title, list(dict.fromkeys(_fields(form, schema, value, f"data.{key}", ())))
        else:
            alone.append((f"data.{key}", title))
    yield None, alone


def _fields(form: SchemaFields, schema: Schema, value: object, source: str, above: tuple[Text, ...]) -> Iterator[tuple[str, Text]]:
    """Give each field below with its name in ``share``: the items of a list are one field."""
    match value:
        case dict():
            for key, member in value.items():
                below = form.at_name(schema, key) or {}
                yield from _fields(form, below, member, f"{source}.{key}", (*above, title_of(form, below, key)))
        case list():
            below = form.at_item(schema) or {}
            for item in value:
                yield from _fields(form, below, item, f"{source}{ITEM}", above)
        case _:
            within = above or (title_of(form, schema, source.rpartition(".")[2]),)
            yield source, Text(zh=WITHIN.join(one.zh for one in within), en=WITHIN.join(one.en for one in within))
