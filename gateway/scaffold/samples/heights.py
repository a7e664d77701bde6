"""The least depth of a type's values, which is infinite for a type that holds itself without an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from gateway.scaffold.contract.description import ListOf, MapOf, OneOf, Structure, Type


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
