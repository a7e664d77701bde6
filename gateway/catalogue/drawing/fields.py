"""A form as a tree of fields to draw, read from its JSON Schema (2020-12).

A part that cannot be drawn honestly is refused with its place: `gateway check` says so, before any clerk sits in front of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from gateway.catalogue.definition import DefinitionProblem
from gateway.catalogue.drawing import texts
from gateway.catalogue.drawing.cases import Member, Provision, cases_of, closed_to, members, of_objects_alone
from gateway.catalogue.drawing.choices import Chosen, options_of
from gateway.catalogue.drawing.conditions import ALWAYS, Alternatives, Scalar
from gateway.catalogue.drawing.keywords import CODES, MONEY, require_known
from gateway.catalogue.drawing.parts import EndlessForm, SchemaPart, SchemaParts, Undrawable, parts_of
from gateway.model import JsonSchema, JsonView
from gateway.model.service import Text
from gateway.texts.strict_json import pointer_part
from gateway.texts.text_rule import FREE, TEXT_KEYWORD

Kind: TypeAlias = Literal["group", "list", "text", "choice", "fixed", "yes_no", "number"]

#: Stands in a pointer for the number of a row.
ROW: Final = "-"
#: Of a row's number: far more rows than a page may post.
_DIGITS: Final = 6
_KINDS: Final[Mapping[str, Kind]] = {
    "object": "group",
    "array": "list",
    "string": "text",
    "boolean": "yes_no",
    "integer": "number",
    "number": "number",
}
#: What tells the type of a value where ``type`` does not.
_TOLD_BY: Final[Mapping[str, Kind]] = {
    "properties": "group",
    "items": "list",
    "pattern": "text",
    "format": "text",
    "minLength": "text",
    "maxLength": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnField:
    """One field, or several as a group or a list.

    ``pointer`` leads to it in an application, with :data:`ROW` for the number of a row. ``when`` says in which cases it is asked for, and
    ``required`` whether it must be filled in then. ``options`` are the texts that a choice takes, and what each is called.
    """

    pointer: str
    step: str  # the last part of the pointer
    kind: Kind
    title: Text
    hint: Text | None = None
    required: bool = False
    when: Alternatives = ALWAYS
    options: tuple[tuple[str, Text], ...] = ()
    values: tuple[Scalar, ...] = ()  # of the options, as JSON has them
    children: tuple[DrawnField, ...] = ()  # of a list: what each row is
    format: str = ""
    is_code: bool = False  # spaces in it are there for the eye alone
    is_free: bool = False  # a text of several lines
    is_money: bool = False
    is_decimal: bool = False
    longest: int | None = None  # characters, or rows

    def called(self, text: str) -> Text:
        """Give what a value of this field is called: the words of an option, or itself."""
        return next((words for option, words in self.options if option == text), None) or Text(zh=text, en=text)

    def child(self, step: str) -> DrawnField | None:
        """Give the field below under that part of a pointer, or None."""
        if self.kind == "list":
            return self.children[0] if step == ROW or is_row_number(step) else None
        return next((child for child in self.children if child.step == step), None)

    def at(self, pointer: str) -> DrawnField | None:
        """Give the field at a pointer, rows numbered or not, or None."""
        found: DrawnField | None = self
        for step in pointer.removeprefix(self.pointer).split("/")[1:] if pointer.startswith(self.pointer) else [""]:
            found = found and found.child(step)
        return found


def is_row_number(step: str) -> bool:
    """Tell whether a part of a pointer is the number of a row, and no text of somebody's own making."""
    return step.isascii() and step.isdecimal() and len(step) <= _DIGITS


def drawn(schema: JsonSchema, pointer: str = "/data") -> DrawnField:
    """Read a form whose value stands at ``pointer``. Raises Undrawable for the first part that cannot be drawn."""
    reader = _Reader(schema)
    field = reader.form(pointer)
    if reader.problems or field is None:
        raise reader.problems[0]
    return field


def undrawable(schema: JsonSchema) -> Iterator[DefinitionProblem]:
    """Report every part of a service's form that no page can draw."""
    reader = _Reader(schema)
    reader.form("/data")
    for problem in dict.fromkeys((found.place, found.detail) for found in reader.problems):
        yield DefinitionProblem(("form", *problem[0]), f"cannot be drawn as a page: {problem[1]}")


class _Reader:
    """Reads one form, and keeps what cannot be drawn of it."""

    def __init__(self, root: JsonView) -> None:
        self._root = root
        self.problems: list[Undrawable] = []

    def form(self, pointer: str) -> DrawnField | None:
        """Read the whole form."""
        field = self._field((SchemaPart(self._root, ()),), pointer, pointer.rpartition("/")[2], required=True)
        if field is not None and field.kind != "group":
            self.problems.append(Undrawable((), "must be an object"))
        return field

    def _field(
        self,
        given: tuple[SchemaPart, ...],
        pointer: str,
        step: str,
        *,
        required: bool,
        when: Alternatives = ALWAYS,
        cases: Iterable[Provision] = (),
    ) -> DrawnField | None:
        """Read what is said of one value. ``cases`` are what conditions above say of it."""
        if any(isinstance(problem, EndlessForm) for problem in self.problems):
            return None
        try:
            parts = parts_of(self._root, *given, depth=pointer.count("/"))
            for part in (*parts.all, *(one for case in cases for one in case.parts.all)):
                self.problems.extend(require_known(part))
            plain = DrawnField(pointer=pointer, step=step, kind="text", title=_title(parts, step), required=required, when=when)
            return self._read(parts, replace(plain, hint=_hint(parts, cases)), tuple(cases))
        except Undrawable as problem:
            self.problems.append(problem)
            return None

    def _read(self, parts: SchemaParts, field: DrawnField, cases: tuple[Provision, ...]) -> DrawnField:
        chosen = options_of(parts)
        kind = _kind(parts) if chosen is None else "choice"
        if kind != "group":
            self.problems.extend(of_objects_alone(parts))
        if chosen is not None:
            return _choice(field, chosen)
        match kind:
            case "group":
                return replace(field, kind="group", children=tuple(self._members(parts, field, cases)))
            case "list":
                return self._list(parts, field, cases)
            case "number":
                return replace(field, kind="number", is_decimal=parts.said("type") == "number", is_money=_is_money(parts))
            case "yes_no":
                return replace(field, kind="yes_no", options=(("true", texts.YES), ("false", texts.NO)), values=(True, False))
            case _:
                return _text(parts, field, cases)

    def _list(self, parts: SchemaParts, field: DrawnField, cases: tuple[Provision, ...]) -> DrawnField:
        items = tuple(part.below("items") for part, _ in parts.each("items"))
        if not items:
            raise Undrawable(parts.place, "says nothing of its rows: give items")
        below = [Provision(parts_of(self._root, *(p.below("items") for p, _ in case.parts.each("items"))), case.when) for case in cases]
        row = self._field(items, f"{field.pointer}/{ROW}", ROW, required=True, cases=[case for case in below if case.parts.all])
        if row is not None and row.title == Text(zh=ROW, en=ROW):
            row = replace(row, title=field.title)
        return replace(field, kind="list", children=() if row is None else (row,), longest=parts.limit("maxItems"))

    def _members(self, parts: SchemaParts, field: DrawnField, above: tuple[Provision, ...]) -> Iterator[DrawnField]:
        choices, cases = cases_of(self._root, parts, above, field.pointer)
        everywhere = (*parts.all, *choices)
        names = [name for part in (*everywhere, *(part for case in cases for part in case.parts.all)) for name in members(part)]
        required = SchemaParts(everywhere).required()
        for name in dict.fromkeys(names):
            self.problems.extend(closed_to(name, parts))
            if not name or name.split() != [name]:
                self.problems.append(Undrawable((*parts.place, "properties", name), "must be a name without spaces"))
            member = Member.of(name, everywhere, cases)
            if (child := self._member(member, field.pointer, required=name in required)) is not None:
                yield child

    def _member(self, member: Member, above: str, *, required: bool) -> DrawnField | None:
        step = pointer_part(member.name)
        when, must = (ALWAYS, True) if required else member.asked_for()
        inner = [Provision(parts_of(self._root, part), when) for when, part in member.said]
        if member.own:
            return self._field(member.own, f"{above}/{step}", step, required=must, when=when, cases=inner)
        found = [self._field((part,), f"{above}/{step}", step, required=must, when=when, cases=inner) for _, part in member.said]
        if any(one and found[0] and (one.kind, one.options, one.children) != (found[0].kind, found[0].options, found[0].children)
               for one in found):  # fmt: skip
            self.problems.append(Undrawable(member.said[-1][1].place, f"{member.name} is another field in another case: give each a name"))
        return found[0] if found else None


def _kind(parts: SchemaParts) -> Kind:
    named = parts.said("type")
    if isinstance(named, str) and named in _KINDS:
        return _KINDS[named]
    if named is not None:
        raise Undrawable((*parts.place, "type"), "must be one type, and not null: leave out of required what may be missing")
    for keyword, kind in _TOLD_BY.items():
        if parts.said(keyword) is not None:
            return kind
    raise Undrawable(parts.place, "says nothing of the value: give it a type")


def _text(parts: SchemaParts, field: DrawnField, cases: tuple[Provision, ...]) -> DrawnField:
    formats = [name for one in (parts, *(case.parts for case in cases)) for _, name in one.each("format")]
    patterns = [pattern for _, pattern in parts.each("pattern")]
    return replace(
        field,
        format=next(iter(formats), ""),
        is_code=any(name in CODES for name in formats) or any(map(_leaves_no_space, patterns)),
        is_free=parts.said(TEXT_KEYWORD) == FREE,
        is_money=_is_money(parts),
        is_decimal=any("\\." in pattern for pattern in patterns),
        longest=parts.limit("maxLength"),
    )


def _choice(field: DrawnField, chosen: Chosen) -> DrawnField:
    # A single constant is no question, except a yes that somebody has to give, and one that may be left out.
    fixed = len(chosen.values) == 1 and field.required and chosen.values[0] is not True
    return replace(field, kind="fixed" if fixed else "choice", options=chosen.options, values=chosen.values)


def _is_money(parts: SchemaParts) -> bool:
    return parts.said("x-unit") == MONEY


def _leaves_no_space(pattern: str) -> bool:
    """Tell whether no text that the whole pattern matches can hold a space, as far as that is plain."""
    inner = re.sub(r"\\[.dw/-]", "", pattern)
    if not re.fullmatch(r"\^[\w\-\[\]{}(),?|*+]*\$", inner) or "[^" in pattern:
        return False
    while (less := re.sub(r"\([^()]*\)", "", inner)) != inner:
        inner = less
    return "|" not in inner


def _title(parts: SchemaParts, step: str) -> Text:
    zh, en = parts.said("title"), parts.said("x-title-en")
    return Text(zh=str(zh or en or step), en=str(en or zh or step))


def _hint(parts: SchemaParts, cases: Iterable[Provision]) -> Text | None:
    for one in (parts, *(case.parts for case in cases)):
        zh, en = one.said("x-hint-zh"), one.said("x-hint-en")
        if zh or en:
            return Text(zh=str(zh or en), en=str(en or zh))
    return None
