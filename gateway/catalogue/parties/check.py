"""The check of a service's ``parties`` and ``sees`` against its form, its steps and its sample, with every problem by its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gateway.catalogue.condition import ConditionFailed, ConditionRefused
from gateway.catalogue.definition import DefinitionProblem, without_items
from gateway.catalogue.form import ID_TYPES, LEGACY_USCC, PERSON_SCHEMA
from gateway.catalogue.parties.named import HANDS_IN, USCC, CompiledParty, roles_of
from gateway.catalogue.share import context
from gateway.model.service import APPLICANT, Constant, PartyRole, Service
from gateway.texts.json_schema import ITEM, Schema, SchemaFields

Problem = tuple[str, str]  # the member, and what is wrong with it

_OF_A_PERSON: Final = ("id_type", "id_number")
_FORMATS: Final = frozenset({"cn-uscc", LEGACY_USCC})


class PartyCheck:
    """Checks the parties of one service, and what each may see."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._places = {"data": SchemaFields(service.form), APPLICANT: SchemaFields(PERSON_SCHEMA)}

    def parties(self) -> tuple[list[CompiledParty], list[DefinitionProblem]]:
        """Compile every role, the applicant's among them. Gives those that can be used, and the problems of the others."""
        compiled: list[CompiledParty] = []
        problems: list[DefinitionProblem] = []
        first = len(self._service.parties) - len(roles_of(self._service))  # before the first that is named, the applicant may be implied
        for index, party in enumerate(roles_of(self._service), first):
            found = [] if index < 0 else [*self._role(index, party), *self._object(party), *self._reach(party)]
            try:
                made = CompiledParty(party)
                found += self._condition(made)
                compiled += [] if found else [made]
            except ConditionRefused as refused:
                found.append(("when", str(refused)))
            problems += (DefinitionProblem(("parties", index, member), detail) for member, detail in found)
        if all(party.definition.role != APPLICANT for party in compiled):
            compiled.insert(0, CompiledParty(HANDS_IN))  # every case has one
        return compiled, problems

    def sees(self) -> Iterator[DefinitionProblem]:
        """Report roles, steps and paths that there are not, and a ``sees`` that leaves open what whoever hands in sees."""
        roles = {party.role for party in roles_of(self._service)}
        steps = {step.name for step in self._service.steps}
        if self._service.sees and APPLICANT not in self._service.sees:
            detail = f"must say what the {APPLICANT} sees: whoever hands in has that role beside any other, and sees what each of them may"
            yield DefinitionProblem(("sees",), detail)
        for role, sight in self._service.sees.items():
            if role not in roles:
                yield DefinitionProblem(("sees", role), f"{role} is no role of this service; there are: {', '.join(sorted(roles))}")
            for index, step in enumerate(sight.steps if isinstance(sight.steps, list) else ()):
                if step not in steps:
                    yield DefinitionProblem(("sees", role, "steps", index), f"{step} is no step of this service")
            for index, path in enumerate(sight.paths if isinstance(sight.paths, list) else ()):
                if (problem := self._found(path)[1]) is not None:
                    yield DefinitionProblem(("sees", role, "paths", index), problem)

    def _role(self, index: int, party: PartyRole) -> Iterator[Problem]:
        if party.role in [other.role for other in self._service.parties[:index]]:
            yield "role", f"there is another role {party.role}"
        if party.role == APPLICANT and party.at != APPLICANT:
            yield "at", f"the {APPLICANT} is who hands in: at must be {APPLICANT}, or the role be called otherwise"
        if party.role == APPLICANT and party.when is not None:
            yield "when", f"every case has its {APPLICANT}: leave it out"
        if party.kind == "organization" and party.must_be_present:
            yield "must_be_present", "an organisation cannot come in person: let the role that acts for it be present"
        if party.acts_for is not None:
            yield from self._acts_for(index, party, party.acts_for)

    def _acts_for(self, index: int, party: PartyRole, wanted: str) -> Iterator[Problem]:
        if party.at != APPLICANT:
            yield "acts_for", f"is said of the role at {APPLICANT} alone, who hands in for another"
        other = next((one for one in self._service.parties if one.role == wanted), None)
        if other is None or other.at == APPLICANT:
            yield "acts_for", f"{wanted} is no other party of this service"
        if any(one.acts_for for one in self._service.parties[:index]):
            yield "acts_for", "is said already: whoever hands in acts for one party"

    def _object(self, party: PartyRole) -> Iterator[Problem]:
        """Report an ``at`` that is no object of the form, and members that it lacks."""
        given = [member for member in ("name", *_OF_A_PERSON, USCC) if getattr(party, member) is not None]
        if party.at == APPLICANT:
            yield from ((member, f"stands where every {APPLICANT} has it: leave it out") for member in given)
            if party.kind != "person":
                yield "kind", f"an {APPLICANT} is a person: an organisation is a party of its own, for which that person acts_for"
            return
        found, problem = self._found(party.at)
        if found is None:
            yield "at", str(problem)
            return
        fields, schema = found
        if fields.types(schema) != {"object"}:
            yield "at", f"{party.at} is {'a list: its items are data and no parties' if _is_list(fields, schema) else 'no object'}"
            return
        other = set(_OF_A_PERSON) if party.kind == "organization" else {USCC}
        yield from ((member, f"is no member of {_KINDS[party.kind]}") for member in given if member in other)
        for member in ("name", USCC) if party.kind == "organization" else ("name", *_OF_A_PERSON):
            yield from self._member(party, member)

    def _member(self, party: PartyRole, member: str) -> Iterator[Problem]:
        source = getattr(party, member) or member
        if isinstance(source, Constant):
            if source.value not in ID_TYPES:
                yield member, f"must be one of {', '.join(ID_TYPES)} (GA/T 2000.156), in quotes"
            return
        found, problem = self._found(f"{party.at}.{source}")
        if found is None:
            yield member, f"{problem}: say where it stands" + (', or {value: "111"}' if member == "id_type" else "")
            return
        fields, schema = found
        if fields.types(schema) != {"string"}:
            yield member, f"{party.at}.{source} is no text"
        elif member == USCC and not fields.named(schema, "format") & _FORMATS:
            yield member, f"{party.at}.{source} must have format: {' or '.join(sorted(_FORMATS))}"
        elif member == "id_type" and not set(fields.values(schema) or [""]) <= set(ID_TYPES):
            yield member, f"{party.at}.{source} must list its types (enum), of {', '.join(ID_TYPES)}"

    def _reach(self, party: PartyRole) -> Iterator[Problem]:
        if party.contacts is None:
            return
        found, problem = self._found(party.contacts)
        if found is None:
            yield "contacts", str(problem)
        elif found[0].types(found[1]) != {"string"}:
            yield "contacts", f"{party.contacts} is no text"

    def _condition(self, party: CompiledParty) -> Iterator[Problem]:
        for path in sorted(party.condition.paths) if party.condition is not None else ():
            if path[0] == "steps":
                yield "when", f"may not read {'.'.join(path)}: nothing is decided when the parties are found"
            elif self._places[path[0]].at(without_items(path)[1:]) is None:
                yield "when", _absent(path[0], ".".join(path))

    def _found(self, path: str) -> tuple[tuple[SchemaFields, Schema] | None, str | None]:
        """Give the schema at a path into applicant or data, or the problem with that path."""
        root, *parts = path.split(".")
        fields = self._places.get(root)
        if fields is None:
            return None, f"{path} must begin with {APPLICANT} or data"
        found: Schema | None = fields.root
        for count, part in enumerate(parts):
            above, found = found, fields.at(parts[: count + 1])
            if found is None:
                if above is not None and (_is_list(fields, above) or part.endswith(ITEM)):
                    return None, f"{path} leads into a list: its items are data, and are not told apart"
                return None, _absent(root, path)
        return (fields, found or {}), None


_KINDS: Final = {"person": "a person", "organization": "an organisation"}


def _absent(root: str, path: str) -> str:
    return f"{path} is not in {'the form' if root == 'data' else 'what an applicant gives'}"


def _is_list(fields: SchemaFields, schema: Schema) -> bool:
    return "array" in fields.types(schema) and "object" not in fields.types(schema)


def unproven_parties(service: Service, parties: Iterable[CompiledParty]) -> Iterator[DefinitionProblem]:
    """Report every party that the sample does not yield although it should."""
    ctx = context(service.sample["applicant"], service.sample["data"], {})
    for party in parties:
        if party.definition not in service.parties:
            continue
        place = ("parties", service.parties.index(party.definition))
        try:
            if party.condition is not None and not party.condition.true(ctx):
                continue
            said = party.said(ctx)
        except ConditionFailed as error:
            yield DefinitionProblem((*place, "when"), f"fails on the sample: {error}")
            continue
        if said is None or said.name is None or said.identity is None:
            detail = (
                "the sample does not say who that is: give name and number there, or say with when in which cases there is such a party"
            )
            yield DefinitionProblem((*place, "at"), detail)
