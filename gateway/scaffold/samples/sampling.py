"""Valid sample values of a type: the contract's own examples first, then the plainest value that keeps its rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import inf
from typing import Any, Literal

from gateway.scaffold.contract.description import ADDRESSED, ListOf, MapOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.samples.scalars import FILES, scalar
from gateway.sdk.fields import padded

#: Below this depth nothing optional is filled in.
_DEEP = 4

Naming = Literal["wire", "ours"]


class Endless(Exception):  # an answer about a type, for whoever wanted a value of it
    """A type that needs another of itself, and that one another, so that no value of it has an end."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(slots=True)
class Heights:
    """The least depth of a value of each type, infinite where there is none."""

    _of: dict[int, float] = field(default_factory=dict)
    _kept: list[Structure] = field(default_factory=list)  # the structures of _of, which must stay alive because their id names them

    def of(self, kind: Type) -> float:
        """Give the least depth of a value of a type."""
        unknown = [one for one in structures_in(kind) if id(one) not in self._of]
        if unknown:
            self._kept += unknown
            self._of |= {id(one): inf for one in unknown}
            while sum(self._is_lower(one) for one in unknown):
                pass
        return self._now(kind)

    def _is_lower(self, structure: Structure) -> bool:
        """Update the depth of a structure, and tell whether it changed."""
        height = 1 + max((self._now(one.type) for one in structure.required() if not one.choice), default=0.0)
        changed = height < self._of[id(structure)]
        self._of[id(structure)] = height
        return changed

    def _now(self, kind: Type) -> float:
        match kind:
            case Structure():
                return self._of.get(id(kind), inf)
            case ListOf(item=item, least=least):
                return self._now(item) if least else 0
            case OneOf(options=options):
                return min(self._now(option) for option in options)
            case _:
                return 0


def types_in(*kinds: Type) -> Iterator[Type]:
    """Give every type that these hold, themselves too, each structure once. Its fields are read after it was given."""
    seen: set[int] = set()
    waiting = list(kinds)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Structure) and id(one) in seen:
            continue
        yield one
        match one:
            case ListOf(item=inner) | MapOf(value=inner):
                waiting.append(inner)
            case OneOf(options=options):
                waiting += options
            case Structure(fields=fields):
                seen.add(id(one))
                waiting += (each.type for each in fields)


def structures_in(*kinds: Type) -> Iterator[Structure]:
    """Give every structure that types hold, each once."""
    return (one for one in types_in(*kinds) if isinstance(one, Structure))


def holds(kind: Type, structure: Structure) -> bool:
    """Tell whether a type may hold a structure."""
    return any(one is structure for one in structures_in(kind))


@dataclass(slots=True)
class Sampler:
    """A maker of values by the contract's names (``wire``) or by ours.

    ``variant`` 1 makes another value than 0 wherever there is room. Without ``people`` a text that may be anything is a word, since it is
    about nobody. ``unmet`` collects the places without a valid value. ``turn`` 0 takes the plainest of several types and fills in optional
    values, and each other turn makes other choices of the two.
    """

    naming: Naming
    variant: int = 0
    people: bool = True
    unmet: list[str] = field(default_factory=list)
    turn: int = 0
    _heights: Heights = field(default_factory=Heights)

    def value(self, kind: Type, where: str = "", depth: int = 0) -> Any:  # noqa: ANN401  # JSON, of whatever type is asked for
        """Make a value of a type, as JSON has it. Raises :class:`Endless`."""
        match kind:
            case Scalar(kind="file"):
                return FILES[self.variant % 2] if self.naming == "ours" else FILES[self.variant % 2]["content"]
            case Scalar():
                value = scalar(kind, self.variant, people=self.people, unmet=self.unmet, where=where)
                return str(padded(Decimal(str(value)), kind.places)) if kind.places and self.naming == "wire" else value
            case ListOf():
                return self._list(kind, where, depth)
            case MapOf(value=value):
                is_empty = depth > _DEEP or self._is_endless(value) or _says_nothing(value)
                return {} if is_empty else {"a": self.value(value, f"{where}.*", depth + 1)}
            case OneOf(options=options):
                return self.value(self._chosen(options, depth), where, depth)
            case Structure():
                if self._is_endless(kind):
                    raise Endless(kind.name)
                return dict(self._fields(kind, where, depth))

    def _list(self, kind: ListOf, where: str, depth: int) -> list[Any]:
        if not kind.least and (depth > _DEEP or kind.most == 0 or self._is_endless(kind.item) or _says_nothing(kind.item)):
            return []
        items = range(max(1, kind.least))
        return [replace(self, variant=self.variant + number * kind.unique).value(kind.item, f"{where}[]", depth + 1) for number in items]

    def _is_endless(self, kind: Type) -> bool:
        return self._heights.of(kind) == inf

    def _chosen(self, options: tuple[Type, ...], depth: int) -> Type:
        """Choose the plainest of several types, or deep down the one that ends soonest."""
        if depth > _DEEP:
            return min(options, key=self._heights.of)
        ordered = sorted(options, key=lambda one: (self._is_endless(one), _weight(one)))
        self.turn, chosen = divmod(self.turn, len(ordered))
        return ordered[chosen] if not self._is_endless(ordered[chosen]) else ordered[0]

    def _fields(self, structure: Structure, where: str, depth: int) -> Iterator[tuple[str, Any]]:
        chosen: dict[str, str] = {}
        open_ = any(not one.required and one.place not in ADDRESSED for one in structure.fields)
        self.turn, bare = divmod(self.turn, 2) if open_ else (self.turn, 0)
        for one in structure.fields:
            unsaid = self._is_endless(one.type) or _says_nothing(one.type)
            if one.choice:
                if unsaid or holds(one.type, structure) or not _stands(one.choice, chosen):
                    continue
            elif not one.required and (unsaid or depth > _DEEP or (bare and one.place not in ADDRESSED)):
                continue
            inside = f"{where}.{one.wire}" if where else one.wire
            if not one.required and holds(one.type, structure):
                continue
            name = one.wire if self.naming == "wire" else one.name
            if one.place not in ADDRESSED:
                yield name, self.value(one.type, inside, depth + 1)
            elif isinstance(one.type, Scalar):
                yield name, self._addressed(one, one.type, inside)
            else:
                several = replace(self, turn=0).value(one.type, inside, depth + 1)
                if one.place == "path" and not several:
                    self.unmet.append(inside)
                yield name, several

    def _addressed(self, one: TypedField, kind: Scalar, where: str) -> Any:  # noqa: ANN401  # as value()
        """Make a value that may stand in an address or a header: never a name, and in a path never empty."""
        if one.place == "path" and kind.values:
            kind = replace(kind, values=tuple(value for value in kind.values if value != "") or kind.values)
        value = scalar(kind, self.variant, people=False, unmet=self.unmet, where=where, word=f"sample-{self.variant + 1}")
        if (one.place == "path" and value in _NO_PART) or (one.place == "header" and not _is_header(value)):
            self.unmet.append(where)
        return value


#: Values that cannot be a part of a path.
_NO_PART = ("", ".", "..")


def _stands(choice: str, chosen: dict[str, str]) -> bool:
    """Tell whether a field stands in the chosen branches. The first field that may be there chooses those that are still open."""
    for way in choice.split("|"):
        branches = dict(step.rsplit(".", 1) for step in way.split("/"))
        if all(chosen.get(of, branch) == branch for of, branch in branches.items()):
            chosen.update(branches)
            return True
    return False


def _is_header(value: object) -> bool:
    return not isinstance(value, str) or (value.isascii() and value.isprintable() and value == value.strip() != "")


def _says_nothing(kind: Type) -> bool:
    return isinstance(kind, Scalar) and kind.kind == "anything" and kind.example is None


def _weight(kind: Type) -> int:
    """Weigh a type by the fields that its value needs, because the plainest option of several is taken."""
    return sum(1 for _ in kind.required()) if isinstance(kind, Structure) else 0
