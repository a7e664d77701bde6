"""The public guide (办事指南) of each service, as article 30 of the Administrative Licensing Law asks for it, made from its definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.api.http.problems import not_found
from gateway.api.http.route import OPEN, Asked, Route, path_name
from gateway.texts.sentences import listed
from gateway.web import texts
from gateway.web.citizen.samples import SampleGroup, groups
from gateway.web.rendering import SITE
from gateway.web.times import moment

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.catalogue.compiled import CompiledService
    from gateway.departments.hosted import Departments
    from gateway.journal.store.views import Suspension
    from gateway.model.service import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedNotice:
    """That a service is suspended, as pages show it (``ui.suspended``): until when, and the public notice."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """All that a person asks before applying. ``unavailable`` names departments that cannot act now, none when all can."""

    title: Text
    guidance: Text
    audience: Text
    materials: list[Text]
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
    offers = [_offer(service, asked.parts.suspensions.now(service.definition.code)) for service in asked.parts.catalogue.services.values()]
    return asked.request.app[SITE].page(asked.request, "citizen/services.html", offers=offers)


async def one(asked: Asked) -> web.Response:
    """One service. Raises Refused (404)."""
    service = asked.parts.catalogue.services.get(asked.path["code"])
    if service is None:
        raise not_found()
    made = guide(service, asked.parts.departments, asked.parts.suspensions.now(service.definition.code))
    return asked.request.app[SITE].page(asked.request, "citizen/guide.html", guide=made)


def _offer(service: CompiledService, suspension: Suspension | None) -> Offer:
    definition = service.definition
    return Offer(
        code=definition.code,
        title=definition.title,
        departments=len({step.department for step in definition.steps}),
        days=texts.promised(definition.limits.promised_working_days),
        available=not service.unavailable,
        suspended=suspended_notice(suspension),
    )


def guide(service: CompiledService, departments: Departments, suspension: Suspension | None = None) -> Guide:
    """Make the guide of a service."""
    definition = service.definition
    titles = {step.name: departments[step.department].config.title for step in definition.steps}
    down = [titles[step.name] for step in definition.steps if step.name in service.unavailable]
    return Guide(
        title=definition.title,
        guidance=definition.guidance,
        audience=listed(texts.AUDIENCE[code] for code in definition.codes.audience),
        materials=definition.materials,
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
