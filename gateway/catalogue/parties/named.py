"""Parties as a service names them, and what an application says of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from gateway.catalogue.condition import Condition
from gateway.catalogue.parties.texts import APPLICANT as APPLICANT_TITLE
from gateway.catalogue.share import Context
from gateway.model.case import PartyKind
from gateway.model.service import APPLICANT, Constant, PartyRole, Service

#: Stands in place of an ID type in the identity of an organisation, and where one is looked up.
USCC: Final = "uscc"
#: The applicant's role where a service does not name it.
HANDS_IN: Final = PartyRole(role=APPLICANT, title=APPLICANT_TITLE, kind="person", at=APPLICANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidParty:
    """One role and what an application says of who has it. ``identity`` is what an index is made of. Both it and ``name`` are personal."""

    role: str
    kind: PartyKind
    name: str | None = field(repr=False)
    identity: str | None = field(repr=False)  # ID type and number, or "uscc" and the code; none where the form gave none
    acts_for: str | None = None  # another role


class CompiledParty:
    """One role, its ``when`` compiled once. Raises ``ConditionRefused`` if that cannot be used."""

    def __init__(self, definition: PartyRole) -> None:
        self.definition = definition
        self.condition = None if definition.when is None else Condition(definition.when)

    def said(self, ctx: Context) -> SaidParty | None:
        """Give what the application says of the party, or None if there is none in it. Raises ConditionFailed."""
        if self.condition is not None and not self.condition.true(ctx):
            return None
        return said_of(self.definition, ctx)


def roles_of(service: Service) -> list[PartyRole]:
    """Give every role of the service's cases: the applicant's first where the service does not name it."""
    named = any(party.role == APPLICANT for party in service.parties)
    return list(service.parties) if named else [HANDS_IN, *service.parties]


def said_of(party: PartyRole, ctx: Context) -> SaidParty | None:
    """Give what stands at a role's place, whether its ``when`` holds or not, or None if there is no object."""
    found = value_at(ctx, party.at)
    if not isinstance(found, dict):
        return None
    kind_of_id = USCC if party.kind == "organization" else _value(found, party.id_type or "id_type")
    number = _value(found, (party.uscc or USCC) if party.kind == "organization" else (party.id_number or "id_number"))
    identity = None if kind_of_id is None or number is None else f"{kind_of_id}|{number}"
    return SaidParty(role=party.role, kind=party.kind, name=_value(found, party.name or "name"), identity=identity, acts_for=party.acts_for)


def all_said(parties: Iterable[CompiledParty], ctx: Context) -> Iterator[SaidParty]:
    """Give every party that an application has. Raises ConditionFailed."""
    for party in parties:
        said = party.said(ctx)
        if said is not None:
            yield said


def value_at(start: object, path: str) -> object:
    """Follow a dotted path into JSON, and give None where it leads nowhere."""
    for part in path.split("."):
        if not isinstance(start, dict) or part not in start:
            return None
        start = start[part]
    return start


def _value(found: object, source: str | Constant) -> str | None:
    value = source.value if isinstance(source, Constant) else value_at(found, source)
    return value if isinstance(value, str) and value else None
