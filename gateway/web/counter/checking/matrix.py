"""A draft as it is checked: each field with its value, and for each department whether it is told.

It is read from the ``share`` of the steps that apply, the same that filing hands over. What depends on a result that is still to come is
said to depend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.api.cases.texts import PLACES
from gateway.catalogue.compiled import may_apply
from gateway.catalogue.drawing.keywords import MONEY
from gateway.catalogue.share import context
from gateway.model import code_names
from gateway.model.service import Text
from gateway.texts.amounts import said_amount
from gateway.texts.json_schema import ITEM, SchemaFields
from gateway.texts.sentences import joined, name
from gateway.web.citizen.samples import WITHIN, shown_value, title_of
from gateway.web.console.cases.texts import PERSON
from gateway.web.console.words import word
from gateway.web.counter.checking import texts

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService
    from gateway.model import JsonView
    from gateway.texts.json_schema import Schema

TOLD: Final = "told"
DEPENDS: Final = "depends"
NOT_TOLD: Final = "not"
#: Rows of a list that are shown one by one. A longer one is a row for each of its fields, and stands whole beneath.
_ROWS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One field with its value, and of each department whether it is told."""

    title: Text
    value: Text = field(repr=False)
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixGroup:
    """The fields of one part of the application. ``title`` is none for those that stand in no part, ``step`` where they are changed.

    ``long`` is a list too long to be shown row by row: its values by row, under the titles of their fields.
    """

    title: Text | None
    step: str
    rows: Sequence[MatrixRow]
    long: Sequence[Sequence[tuple[Text, Text]]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The whole of it. ``departments`` are the columns, by name, each with its title."""

    departments: Mapping[str, Text]
    groups: Sequence[MatrixGroup]

    @property
    def depends(self) -> bool:
        """Tell whether something depends on a result."""
        return any(DEPENDS in row.cells for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A field with its name in ``share``, in which the items of a list are one."""

    source: str
    title: Text
    value: Text


def matrix(service: CompiledService, document: JsonView, titles: Mapping[str, Text]) -> Matrix:
    """Make the matrix of a draft as it is. ``titles`` are those of departments. What was not filled in is told to nobody and has no row."""
    told = _told(service, document)

    def row(leaf: _Leaf) -> MatrixRow:
        # What is told whole is told in its parts.
        above = [leaf.source, *(leaf.source[:at] for at, mark in enumerate(leaf.source) if mark in ".[")]
        cells = [next((column[one] for one in above if one in column), NOT_TOLD) for column in told.values()]
        return MatrixRow(title=leaf.title, value=leaf.value, cells=cells)

    groups = [
        MatrixGroup(title=PLACES[place], step="applicant", rows=[row(leaf) for leaf in _person(place, _object(document.get(place)))])
        for place in PLACES
    ]
    form, alone = SchemaFields(service.definition.form), list[_Leaf]()
    for key, value in _object(document.get("data")).items():
        schema = form.at_name(form.root, key) or {}
        title, leaves = title_of(form, schema, key), list(_leaves(form, schema, value, f"data.{key}", ()))
        if not isinstance(value, dict | list):
            alone += leaves
            continue
        if alone:
            groups.append(MatrixGroup(title=None, step="form", rows=[row(leaf) for leaf in alone]))
            alone = []
        if isinstance(value, list) and len(value) > _ROWS:
            long = [[(leaf.title, leaf.value) for leaf in _leaves(form, form.at_item(schema) or {}, item, "", ())] for item in value]
            leaves = _merged(form, schema, value, f"data.{key}")
            groups.append(MatrixGroup(title=title, step="form", rows=[row(leaf) for leaf in leaves], long=long))
        else:
            groups.append(MatrixGroup(title=title, step="form", rows=[row(leaf) for leaf in leaves]))
    if alone:
        groups.append(MatrixGroup(title=None, step="form", rows=[row(leaf) for leaf in alone]))
    columns = {department: titles.get(department, name(department)) for department in told}
    return Matrix(departments=columns, groups=[one for one in groups if one.rows])


def _told(service: CompiledService, document: JsonView) -> dict[str, dict[str, str]]:
    """Give what each department is told: the name of each source that it gets, or may get."""
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
    return told


def _object(value: object) -> JsonView:
    return value if isinstance(value, dict) else {}


def _person(place: str, person: JsonView) -> Iterator[_Leaf]:
    for key, value in person.items():
        shown = word(code_names.ID_TYPES, str(value)) if key == "id_type" else name(str(value))
        yield _Leaf(f"{place}.{key}", PERSON.get(key, name(key)), shown)


def _leaves(form: SchemaFields, schema: Schema, value: object, source: str, above: tuple[Text, ...]) -> Iterator[_Leaf]:
    """Give each field below, with the titles that lead to it within its group."""
    match value:
        case dict():
            for key, member in value.items():
                below = form.at_name(schema, key) or {}
                yield from _leaves(form, below, member, f"{source}.{key}", (*above, title_of(form, below, key)))
        case list():
            for number, item in enumerate(value, start=1):
                yield from _leaves(form, form.at_item(schema) or {}, item, f"{source}{ITEM}", (*above, name(str(number))))
        case _:
            within = above or (title_of(form, schema, source.rpartition(".")[2]),)
            titles = Text(zh=WITHIN.join(one.zh for one in within), en=WITHIN.join(one.en for one in within))
            yield _Leaf(source, titles, _value(form, schema, value))


def _merged(form: SchemaFields, schema: Schema, rows: Sequence[object], source: str) -> list[_Leaf]:
    """Give each field of a long list once, with how many there are of it."""
    found: dict[str, list[_Leaf]] = {}
    for item in rows:
        for leaf in _leaves(form, form.at_item(schema) or {}, item, f"{source}{ITEM}", ()):
            found.setdefault(leaf.source, []).append(leaf)
    return [_Leaf(key, several[0].title, texts.so_many(len(several))) for key, several in found.items()]


def _value(form: SchemaFields, schema: Schema, value: object) -> Text:
    shown = shown_value(form, schema, value)
    amount = said_amount(str(value)) if form.said(schema, "x-unit") == MONEY else None
    return shown if amount is None else joined(shown, name(" · "), amount)
