"""The public guide (办事指南) of each service, as article 30 of the Administrative Licensing Law asks for it, made from its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from gateway.api.http.problems import not_found
from gateway.api.http.route import OPEN, Asked, Route, path_name
from gateway.catalogue.guidance import follow, holds
from gateway.model.service import Text
from gateway.texts.sentences import joined, listed
from gateway.web import texts
from gateway.web.citizen import texts as citizen_texts
from gateway.web.citizen.samples import SampleGroup, groups
from gateway.web.rendering import SITE
from gateway.web.times import moment

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.catalogue.compiled import CompiledService
    from gateway.catalogue.guidance import Stand
    from gateway.departments.hosted import Departments
    from gateway.journal.store.views import Suspension
    from gateway.model.service import Service


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedNotice:
    """A suspension as pages show it (``ui.suspended``): until when, and the public notice."""

    until: Text
    notice: Text


def suspended_notice(found: Suspension | None) -> SuspendedNotice | None:
    """Give what a page shows of a suspension (``parts.suspensions.now(code)``), None where there is none."""
    if found is None:
        return None
    until = texts.SUSPENDED_OPENLY if found.until is None else texts.suspended_until_then(moment(found.until))
    return SuspendedNotice(until=until, notice=found.notice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A service in the list of all."""

    code: str
    title: Text
    guidance: Text
    departments: int
    days: Text
    available: bool
    suspended: SuspendedNotice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One department's part in a service."""

    title: Text
    department: Text
    purpose: Text
    on_request: bool


class ToBring(Text):
    """A thing to bring, and in whose case, where that is not everybody's."""

    only: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """All that a person asks before applying. ``unavailable`` names departments that cannot act now, none when all can.

    ``questions`` is the address of those that tell what this person must bring, none where all are answered.
    """

    code: str
    title: Text
    questions: str | None
    guidance: Text
    audience: Text
    materials: list[ToBring]
    fees: Text | None
    promised: Text
    statutory: Text | None
    parts: list[Part]
    sample: list[SampleGroup]
    afterwards: Text | None
    unavailable: Text | None
    suspended: SuspendedNotice | None


async def several(asked: Asked) -> web.Response:
    """The services of the catalogue."""
    return asked.request.app[SITE].page(asked.request, "citizen/services.html", offers=offers_of(asked))


async def one(asked: Asked) -> web.Response:
    """One service. Raises Refused (404)."""
    service = asked.parts.catalogue.services.get(asked.path["code"])
    if service is None:
        raise not_found()
    made = guide(service, asked.parts.departments, asked.parts.suspensions.now(service.definition.code))
    return asked.request.app[SITE].page(asked.request, "citizen/guide.html", guide=made)


def offers_of(asked: Asked) -> list[Offer]:
    """Give all services as lists offer them."""
    parts = asked.parts
    return [offer(service, parts.suspensions.now(service.definition.code)) for service in parts.catalogue.services.values()]


def offer(service: CompiledService, suspension: Suspension | None = None) -> Offer:
    """Give a service as lists offer it."""
    definition = service.definition
    return Offer(
        code=definition.code,
        title=definition.title,
        guidance=definition.guidance,
        departments=len({step.department for step in definition.steps}),
        days=texts.promised(definition.limits.promised_working_days),
        available=not service.unavailable,
        suspended=suspended_notice(suspension),
    )


def guide(
    service: CompiledService, departments: Departments, suspension: Suspension | None = None, *, answers: Mapping[str, str] = _NONE
) -> Guide:
    """Make the guide of a service, for somebody with these answers to its questions."""
    definition = service.definition
    stand = follow(definition, answers)
    titles = {step.name: departments[step.department].config.title for step in definition.steps}
    down = [titles[step.name] for step in definition.steps if step.name in service.unavailable]
    return Guide(
        code=definition.code,
        title=definition.title,
        questions=f"/guide/{definition.code}" if stand.question is not None else None,
        guidance=definition.guidance,
        audience=listed(texts.AUDIENCE[code] for code in definition.codes.audience),
        materials=to_bring(definition, stand),
        fees=texts.FREE if definition.fees == "none" else definition.fees,
        promised=texts.promised(definition.limits.promised_working_days),
        statutory=texts.statutory(definition.limits.statutory_working_days),
        parts=[
            Part(title=step.title, department=titles[step.name], purpose=step.purpose, on_request=not step.required)
            for step in definition.steps
        ],
        sample=groups(definition.form, definition.sample["data"]),
        afterwards=definition.afterwards,
        unavailable=listed(dict.fromkeys(down)) if down else None,
        suspended=suspended_notice(suspension),
    )


def to_bring(service: Service, stand: Stand) -> list[ToBring]:
    """Give what somebody who stands there must bring. While a question is open, what depends on it is there with its condition."""
    found = []
    for material in service.materials:
        open_ = {name: values for name, values in material.when.items() if stand.question is not None and name not in stand.chosen}
        if holds({name: values for name, values in material.when.items() if name not in open_}, stand.answers):
            found.append(ToBring(zh=material.zh, en=material.en, only=_conditions(service, open_)))
    return found


def _conditions(service: Service, when: Mapping[str, Sequence[str]]) -> tuple[Text, ...]:
    said = []
    for question in service.guide:
        if question.name in when:
            options = [option.text for option in question.options if option.value in when[question.name]]
            either = [part for option in options for part in (citizen_texts.EITHER, option)][1:]
            said.append(citizen_texts.only_if(question.text, joined(*either)))
    return tuple(said)


PAGES: Final = (
    Route(method="GET", path="/", handler=several, id="servicesPage", tag="citizen", summary="The services", act=OPEN),
    Route(
        method="GET",
        path="/services/{code}",
        handler=one,
        id="guidePage",
        tag="citizen",
        summary="The guide of a service",
        act=OPEN,
        parameters=(path_name("code", "service"),),
    ),
)
