"""The parties of a case as the journal keeps them: one row a person however many roles, and what a revision makes of the rows.

A person stays the same who keeps the ID document, or who keeps a role and the name in it: then one of the two was corrected, as for the
applicant. The row keeps its id. Whoever is no longer named has left: the row stays without roles and without an index, since entries of the
audit and later messages name it, and nobody who was named by mistake finds the case any more: not by a receipt either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.catalogue.parties.named import SaidParty
from gateway.model.case import Party, PartyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """All that an application says of its parties.

    ``indexes`` are the blind ones of each identity: the one that is kept, then those by which older ones are known. ``ids`` are for
    new rows, one for each that is said.
    """

    said: Sequence[SaidParty]
    indexes: Mapping[str, tuple[str, ...]] = field(repr=False)
    ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """One person or organisation with all roles. ``names`` are those given in each role."""

    kind: PartyKind
    indexes: tuple[str, ...]
    names: dict[str, str | None] = field(repr=False)
    acts_for: str | None

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(sorted(self.names))


def first_rows(application_id: str, stated: Stated) -> list[Party]:
    """Give the rows of a case that is filed."""
    return _rows(application_id, [(person, None) for person in _persons(stated)], stated.ids)


def changed_rows(
    application_id: str, rows: Sequence[Party], before: Iterable[SaidParty], after: Stated
) -> list[tuple[Party | None, Party]]:
    """Give the rows that differ once the application says ``after`` instead of ``before``: each as it was, or None, and as it is."""
    named = {said.role: said.name for said in before}
    standing = [row for row in rows if row.roles]
    persons = _persons(after)
    matched = dict(_matched(persons, standing, named))
    pairs = [(person, matched.get(place)) for place, person in enumerate(persons)]
    now = zip(pairs, _rows(application_id, pairs, after.ids), strict=True)
    changed: list[tuple[Party | None, Party]] = [(was, row) for (_, was), row in now if row is not was]
    gone = [row for row in standing if row not in matched.values()]
    left = {"roles": (), "acts_for": None, "person_index": None, "code_mac": None}
    return [*((row, row.with_values({**left, "version": row.version + 1})) for row in gone), *changed]


def _persons(stated: Stated) -> list[_Person]:
    """Put the roles of one identity together. Whoever gives none stands alone."""
    grouped: dict[str, list[SaidParty]] = {}
    for one in stated.said:
        grouped.setdefault(one.identity or f"/{one.role}", []).append(one)
    return [
        _Person(
            kind=roles[0].kind,
            indexes=() if roles[0].identity is None else stated.indexes[roles[0].identity],
            names={one.role: one.name for one in roles},
            acts_for=next((one.acts_for for one in roles if one.acts_for is not None), None),
        )
        for roles in grouped.values()
    ]


def _matched(persons: Sequence[_Person], rows: Sequence[Party], named: Mapping[str, str | None]) -> Iterator[tuple[int, Party]]:
    """Give the row of each person who had one, by the person's place."""
    left = list(rows)
    found: set[int] = set()
    for by_document in (True, False):
        for place, person in enumerate(persons):
            if place in found:
                continue
            row = next((row for row in left if _is_same(person, row, None if by_document else named)), None)
            if row is not None:
                left.remove(row)
                found.add(place)
                yield place, row


def _is_same(person: _Person, row: Party, named: Mapping[str, str | None] | None) -> bool:
    """Tell whether a row is that person's: by the document, or where ``named`` is given by the name that it had in a role it keeps."""
    if named is None:
        return row.person_index is not None and row.person_index in person.indexes
    return row.kind == person.kind and any(
        person.names.get(role) is not None and person.names.get(role) == named.get(role) for role in row.roles
    )


def _rows(application_id: str, pairs: Sequence[tuple[_Person, Party | None]], fresh: Sequence[str]) -> list[Party]:
    """Give each person's row: the one that stands where nothing differs, a changed copy, or a new one."""
    ids = [new if row is None else row.id for (_, row), new in zip(pairs, fresh, strict=False)]
    of_role = {role: place for (person, _), place in zip(pairs, ids, strict=True) for role in person.roles}
    made = []
    for (person, row), place in zip(pairs, ids, strict=True):
        keeps = row is not None and row.person_index in person.indexes
        acts_for = None if person.acts_for is None else of_role.get(person.acts_for)
        party = Party(
            id=place,
            application_id=application_id,
            roles=person.roles,
            kind=person.kind,
            acts_for=None if acts_for == place else acts_for,
            person_index=row.person_index if row is not None and keeps else next(iter(person.indexes), None),
            version=1 if row is None else row.version,
            code_mac=None if row is None else row.code_mac,
            receipt_at=None if row is None else row.receipt_at,
        )
        made.append(party if row is None else row if party == row else party.with_values({"version": row.version + 1}))
    return made
