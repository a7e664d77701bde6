"""A service's ``guide``: where the answers to its questions lead, and the check that they all lead somewhere.

A person answers one question after another. A question may be for those alone who gave some answer before it, and an answer may end the
questions: with other services in place of this one, or with the word that no service of the centre deals with it. Whoever comes to the end
is led to the service, and brings what everybody brings and what her answers ask for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.catalogue.condition import place_of
from gateway.catalogue.definition import DefinitionProblem
from gateway.model.service import GuideOption, GuideQuestion, Service, Text
from gateway.texts.json_schema import SchemaFields

#: Names in the address of a page that say how it is shown, so that no question can have them.
RESERVED: Final = frozenset({"language", "size", "theme"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The place that answers lead to: a question that comes next, or services, or elsewhere.

    ``chosen`` are the answers that count, in their order: of what was asked, and offered.
    """

    chosen: Mapping[str, GuideOption]
    question: GuideQuestion | None = None
    services: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    elsewhere: Text | None = None

    @property
    def answers(self) -> dict[str, str]:
        """The answers that count, by question."""
        return {name: option.value for name, option in self.chosen.items()}


@dataclass(slots=True)
class _Walk:
    chosen: dict[str, GuideOption] = field(default_factory=dict)
    also: dict[str, None] = field(default_factory=dict)


def follow(service: Service, answers: Mapping[str, str]) -> Stand:
    """Follow answers (question → value) through a service's questions. One that is unknown, or that nobody asked for, counts as none."""
    walk = _Walk()
    for question in service.guide:
        if not holds(question.when, {name: option.value for name, option in walk.chosen.items()}):
            continue
        option = next((one for one in question.options if one.value == answers.get(question.name)), None)
        if option is None:
            return Stand(chosen=walk.chosen, question=question)
        walk.chosen[question.name] = option
        walk.also |= dict.fromkeys(option.also)
        if option.elsewhere is not None or option.instead:
            return Stand(chosen=walk.chosen, services=tuple(option.instead), elsewhere=option.elsewhere)
    return Stand(chosen=walk.chosen, services=(service.code,), also=tuple(walk.also))


def holds(when: Mapping[str, Collection[str]], answers: Mapping[str, str]) -> bool:
    """Tell whether answers are as a ``when`` asks for: each question that it names has one of its answers."""
    return all(answers.get(name) in values for name, values in when.items())


def filled(service: Service, answers: Mapping[str, str]) -> dict[str, str]:
    """Give the values of the form (pointer → value) that follow from the answers."""
    return {pointer: value for option in follow(service, answers).chosen.values() for pointer, value in option.fills.items()}


def ends(service: Service) -> Iterator[Stand]:
    """Walk every way through the questions, and give the end of each."""
    to_go: list[Mapping[str, str]] = [{}]
    while to_go:
        stand = follow(service, to_go.pop())
        if stand.question is None:
            yield stand
        else:
            name = stand.question.name
            to_go += [{**stand.answers, name: option.value} for option in reversed(stand.question.options)]


def guide_problems(service: Service, codes: Collection[str]) -> Iterator[DefinitionProblem]:
    """Report all that keeps a guide from leading everybody somewhere. ``codes`` are those of the catalogue's services."""
    wrong = [*_names(service), *_conditions(service), *_leads(service, codes), *_fills(service)]
    yield from wrong
    if not wrong:  # what names nothing cannot be walked
        yield from _walked(service)


def _names(service: Service) -> Iterator[DefinitionProblem]:
    seen: set[str] = set()
    for index, question in enumerate(service.guide):
        if question.name in seen:
            yield DefinitionProblem(("guide", index, "name"), f"there is another question {question.name}: give each its own name")
        if question.name in RESERVED:
            yield DefinitionProblem(("guide", index, "name"), f"{question.name} is a name of pages' own: call the question otherwise")
        seen.add(question.name)
        values = [option.value for option in question.options]
        for position, value in enumerate(values):
            if value in values[:position]:
                yield DefinitionProblem(("guide", index, "options", position, "value"), f"there is another answer {value}")


def _conditions(service: Service) -> Iterator[DefinitionProblem]:
    """Report every ``when`` that names a question or an answer that there is not, or that comes later."""
    known: dict[str, list[str]] = {}
    for index, question in enumerate(service.guide):
        yield from _unknown(("guide", index, "when"), question.when, known, "before this one")
        known.setdefault(question.name, [option.value for option in question.options])
    for index, material in enumerate(service.materials):
        yield from _unknown(("materials", index, "when"), material.when, known, "of the guide")


def _unknown(
    place: tuple[str | int, ...], when: Mapping[str, list[str]], known: Mapping[str, list[str]], where: str
) -> Iterator[DefinitionProblem]:
    for name, values in when.items():
        if name not in known:
            yield DefinitionProblem((*place, name), f"{name} is no question {where}; there are: {', '.join(known) or 'none'}")
            continue
        for position, value in enumerate(values):
            if value not in known[name]:
                detail = f"{value} is no answer to {name}; there are: {', '.join(known[name])}"
                yield DefinitionProblem((*place, name, position), detail)


def _leads(service: Service, codes: Collection[str]) -> Iterator[DefinitionProblem]:
    for place, option in _options(service):
        if option.elsewhere is not None and option.instead:
            yield DefinitionProblem((*place, "elsewhere"), "an answer leads to services instead or elsewhere, not to both")
        if option.also and (option.elsewhere is not None or option.instead):
            yield DefinitionProblem((*place, "also"), "is said of an answer that leads to this service: put them in instead")
        for member, named in (("instead", option.instead), ("also", option.also)):
            for position, code in enumerate(named):
                at = (*place, member, position)
                if code == service.code:
                    yield DefinitionProblem(at, "is this service itself: leave it out, and the answer leads here")
                elif code not in codes:
                    yield DefinitionProblem(at, f"{code} is no service of the catalogue; there are: {', '.join(sorted(codes))}")
                elif code in named[:position]:
                    yield DefinitionProblem(at, f"{code} is named already")


def _fills(service: Service) -> Iterator[DefinitionProblem]:
    form = SchemaFields(service.form)
    for place, option in _options(service):
        for pointer, value in option.fills.items():
            path = place_of(pointer)
            schema = form.at(path[1:]) if path is not None and path[0] == "data" else None
            listed = None if schema is None else form.values(schema)
            if schema is None:
                yield DefinitionProblem((*place, "fills", pointer), "leads to no field of the form, such as /data/delivery")
            elif listed is None or value not in listed:
                detail = f"{value} is no choice of that field; there are: {', '.join(map(str, listed or ())) or 'none'}"
                yield DefinitionProblem((*place, "fills", pointer), detail)


def _options(service: Service) -> Iterator[tuple[tuple[str | int, ...], GuideOption]]:
    for index, question in enumerate(service.guide):
        for position, option in enumerate(question.options):
            yield ("guide", index, "options", position), option


def _walked(service: Service) -> Iterator[DefinitionProblem]:
    """Report what no way through the questions comes to: a question, a material, the service itself."""
    every = list(ends(service))
    here = [stand.answers for stand in every if service.code in stand.services]
    asked = {name for stand in every for name in stand.chosen}
    for index, question in enumerate(service.guide):
        if question.name not in asked:
            yield DefinitionProblem(("guide", index), "is never asked: answers before it always lead another way")
    if not here:
        yield DefinitionProblem(("guide",), f"no answers lead to {service.code}: whoever comes for it is sent away whatever she says")
        return
    for index, material in enumerate(service.materials):
        if not any(holds(material.when, answers) for answers in here):
            yield DefinitionProblem(("materials", index, "when"), f"never holds where answers lead to {service.code}")
