"""Cases of an object, each with a schema of its own: ``if``, dependence on another member, and objects to choose between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.catalogue.drawing.choices import SIDE_BY_SIDE, Chosen, constants, options_of
from gateway.catalogue.drawing.conditions import ALWAYS, NEVER, Alternatives, FieldCondition, both, either, neither, text_of
from gateway.catalogue.drawing.keywords import require_known
from gateway.catalogue.drawing.parts import SchemaPart, SchemaParts, Undrawable, parts_of
from gateway.model import JsonView
from gateway.texts.strict_json import pointer_part

#: Cases of one field that are still read by people.
_MOST: Final = 16
_CONDITION: Final = frozenset({"properties", "required", "type", "title", "description", "$comment"})
_TITLES: Final = ("title", "x-title-en", "x-hint-zh", "x-hint-en")
_BETWEEN: Final = "{} is drawn between constants, or between objects with a required member that is another constant in each"


@dataclass(frozen=True, slots=True)
class Provision:
    """The parts of a schema that speak of a value in some cases."""

    parts: SchemaParts
    when: Alternatives


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object: what is said of it in all cases, and in some."""

    name: str
    own: tuple[SchemaPart, ...]
    said: tuple[tuple[Alternatives, SchemaPart], ...]
    needed: Alternatives
    forbidden: Alternatives

    @classmethod
    def of(cls, name: str, everywhere: Iterable[SchemaPart], cases: Iterable[Provision]) -> Member:
        """Gather what these parts and cases say of the member of that name."""
        said, needed, forbidden = [], NEVER, NEVER
        for case in cases:
            if name in case.parts.required():
                needed = either(needed, case.when)
            for part in case.parts.all:
                if members(part).get(name) is False:
                    forbidden = either(forbidden, case.when)
                elif name in members(part):
                    said.append((case.when, part.below("properties", name)))
        own = tuple(part.below("properties", name) for part in everywhere if members(part).get(name, False) is not False)
        return cls(name, own, tuple(said), needed, forbidden)

    def asked_for(self) -> tuple[Alternatives, bool]:
        """Give the cases in which it is asked for, and whether it must be filled in then."""
        if self.own:
            return (self.needed, True) if self.needed else (neither(self.forbidden), False)
        stated = NEVER
        for when, _ in self.said:
            stated = either(stated, when)
        return stated, set(stated) <= set(self.needed)


def members(part: SchemaPart) -> JsonView:
    """Give the members that a part names."""
    named: JsonView = part.schema.get("properties", {})
    return named


def closed_to(name: str, parts: SchemaParts) -> Iterator[Undrawable]:
    """Report every part that takes no member of that name, though another has it: whatever is filled in would be refused."""
    for part in parts.all:
        if part.schema.get("additionalProperties") is False and name not in members(part):
            yield Undrawable(
                (*part.place, "additionalProperties"), f"refuses {name}: name it under properties here, or unevaluatedProperties"
            )


def of_objects_alone(parts: SchemaParts) -> Iterator[Undrawable]:
    """Report every condition and choice that is said of a value that is no object."""
    for part in parts.all:
        for keyword in ("if", "dependentRequired", "dependentSchemas", *SIDE_BY_SIDE):
            if keyword in part.schema and constants(part, keyword) is None:
                yield Undrawable(
                    (*part.place, keyword), _BETWEEN.format(keyword) if keyword in SIDE_BY_SIDE else "is drawn of an object alone"
                )


def cases_of(root: JsonView, parts: SchemaParts, above: tuple[Provision, ...], pointer: str) -> tuple[list[SchemaPart], list[Provision]]:
    """Give what an object's conditions say of it: parts for all cases (the choice between objects), and each case."""
    choices: list[SchemaPart] = []
    found = [*above]
    for part in parts.all:
        for keyword in SIDE_BY_SIDE:
            if keyword in part.schema and constants(part, keyword) is None:
                choice, cases = _objects(root, part, keyword, pointer)
                choices.append(choice)
                found.extend(cases)
    for case in (Provision(parts, ALWAYS), *found):
        found.extend(_within(root, case, pointer))
    return choices, found


def _within(root: JsonView, case: Provision, pointer: str) -> Iterator[Provision]:
    """Give the cases within a case."""
    for part in case.parts.all:
        for when, below in _conditional(part, pointer):
            together = both(case.when, when)
            if len(together) > _MOST:
                raise Undrawable(part.place, "has more cases than anybody can read: ask in steps")
            inner = Provision(parts_of(root, below), together)
            _require_plain(inner.parts)
            yield inner
            yield from _within(root, inner, pointer)


def _require_plain(parts: SchemaParts) -> None:
    for part in parts.all:
        for problem in require_known(part):
            raise problem
        for keyword in SIDE_BY_SIDE:
            if keyword in part.schema:
                raise Undrawable((*part.place, keyword), "is drawn beside properties, not within a condition")


def _conditional(part: SchemaPart, pointer: str) -> Iterator[tuple[Alternatives, SchemaPart]]:
    if "if" in part.schema:
        when = _condition(part.below("if"), pointer)
        for keyword, holds in (("then", when), ("else", neither(when))):
            if isinstance(part.schema.get(keyword), Mapping):
                yield holds, part.below(keyword)
    for name, names in part.schema.get("dependentRequired", {}).items():
        yield _filled(pointer, name), SchemaPart({"required": names}, (*part.place, "dependentRequired"))
    for name in part.schema.get("dependentSchemas", {}):
        yield _filled(pointer, name), part.below("dependentSchemas", name)


def _filled(pointer: str, name: str) -> Alternatives:
    return ((FieldCondition(f"{pointer}/{pointer_part(name)}", ("",), holds=False),),)


def _condition(part: SchemaPart, pointer: str) -> Alternatives:
    """Read an ``if``: members of the object, each held to constants."""
    if strange := sorted(part.schema.keys() - _CONDITION):
        raise Undrawable((*part.place, strange[0]), "a condition may say properties with const or enum, and required")
    required = part.schema.get("required", [])
    found = ALWAYS
    for name in part.schema.get("properties", {}):
        found = both(found, _leaf(part.below("properties", name), f"{pointer}/{pointer_part(name)}", required=name in required))
    for name in required:
        if name not in part.schema.get("properties", {}):
            found = both(found, _filled(pointer, name))
    return found


def _leaf(part: SchemaPart, pointer: str, *, required: bool) -> Alternatives:
    if "properties" in part.schema:
        return _condition(part, pointer)
    turned = part.below("not") if "not" in part.schema else part
    listed = turned.schema.get("enum", [turned.schema["const"]] if "const" in turned.schema else None)
    if listed is None or turned.schema.keys() - {"const", "enum", "type"} or (turned is not part and part.schema.keys() - {"not"}):
        raise Undrawable(turned.place, "a condition may hold a member to const or enum, or to not one of them")
    holds = turned is part
    blank = () if required is holds else ("",)  # an absent member keeps what `properties` says of it
    return ((FieldCondition(pointer, (*map(text_of, listed), *blank), holds),),)


def _objects(root: JsonView, part: SchemaPart, keyword: str, pointer: str) -> tuple[SchemaPart, list[Provision]]:
    """Read objects to choose between, which a member with another constant in each must tell apart."""
    branches = [parts_of(root, part.below(keyword, index)) for index in range(len(part.schema[keyword]))]
    for branch in branches:
        _require_plain(branch)
    for name in dict.fromkeys(name for branch in branches for one in branch.all for name in members(one)):
        tags = [tag for branch in branches if (tag := _tag(root, branch, name)) is not None]
        texts = [text for tag in tags for text, _ in tag.options]
        if len(tags) == len(branches) and len(set(texts)) == len(texts):
            at = f"{pointer}/{pointer_part(name)}"
            cases = [
                Provision(_without(branch, name), ((FieldCondition(at, tuple(text for text, _ in tag.options)),),))
                for branch, tag in zip(branches, tags, strict=True)
            ]
            first = next(members(one)[name] for one in branches[0].all if name in members(one))
            chosen = {
                **{key: first[key] for key in _TITLES if key in first},
                "enum": [value for tag in tags for value in tag.values],
                "x-options": {text: words.model_dump() for tag in tags for text, words in tag.options},
            }
            return SchemaPart({"properties": {name: chosen}, "required": [name]}, (*part.place, keyword)), cases
    raise Undrawable((*part.place, keyword), _BETWEEN.format(keyword))


def _tag(root: JsonView, branch: SchemaParts, name: str) -> Chosen | None:
    """Give the values that tell this branch by a member of that name, or None if none do."""
    own = [one.below("properties", name) for one in branch.all if name in members(one)]
    return options_of(parts_of(root, *own)) if own and name in branch.required() else None


def _without(branch: SchemaParts, name: str) -> SchemaParts:
    """Give a branch without the member that tells it."""
    return SchemaParts(
        tuple(SchemaPart({**one.schema, "properties": {key: value for key, value in members(one).items() if key != name}}, one.place)
              for one in branch.all)
    )  # fmt: skip
