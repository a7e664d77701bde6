"""The pages of departments: all of them, and one with everything that is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.api.http.route import path_name
from gateway.api.operating.departments import every, one_seen
from gateway.cases.rights import Act, may
from gateway.installation.secrets import place_told
from gateway.model import code_names
from gateway.model.service import Text
from gateway.sdk.quality.texts import ASKS
from gateway.texts.sentences import name
from gateway.web.console.departments import texts
from gateway.web.console.departments.standing import came_of_probe, card, is_due, when
from gateway.web.console.screens import View, screen
from gateway.web.console.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.api.http.route import Asked
    from gateway.api.operating.department_models import DepartmentShape
    from gateway.api.shapes.act_models import OperatorAct
    from gateway.departments.hosted import Hosted
    from gateway.model.department import Limits

#: What the address says after somebody had it probed.
PROBED: Final = "probed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentAct:
    """One act on a department, by whom and why."""

    did: Text
    at: Text
    who: Text
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit as it holds, and as the form shows it: what was set over the configuration, or nothing."""

    holds: Text
    configured: Text
    set: str


async def show_all(asked: Asked) -> View:
    """Every department that the person may see, those that take no work first."""
    cards = [card(one, asked.parts.departments[one["name"]].config.breaker) for one in await every(asked)]
    values = {
        "cards": sorted(cards, key=lambda one: one.works),
        "resting": sum(not one.works for one in cards),
        "controls": may(asked.caller, Act.CONTROL_DEPARTMENTS) is not None,
    }
    return View(template="departments/all.html", values=values)


async def show_one(asked: Asked) -> View:
    """One department."""
    return await view(asked, said=texts.DONE.get(asked.request.query.get("done", "")))


async def view(
    asked: Asked,
    *,
    status: int = 200,
    said: Text | None = None,
    wrong: Mapping[str, Text] | None = None,
    typed: Mapping[str, str] | None = None,
) -> View:
    """Give the page of the department of the path, with what is wrong with a form and what was typed in it."""
    department = await one_seen(asked)
    hosted = asked.parts.departments[department["name"]]
    limits, policy = hosted.config.limits, hosted.config.breaker
    values = {
        "card": card(department, policy),
        "came": came_of_probe(department, policy) if asked.request.query.get("done") == PROBED else None,
        "credentials": _credentials(hosted) if department["breaker"] == "stopped" else [],
        "facts": list(_facts(department, limits)),
        "qualities": list(_qualities(department)),
        "warnings": list(_warnings(department)),
        "operations": [(one["title"], word(code_names.RESEND_RULES, one["resend"]), one["read_only"]) for one in department["operations"]],
        "acts": [_line(one) for one in department["acts"]],
        "can_probe": _can_probe(department),
        "concurrency": _concurrency(department, limits),
        "rate": _rate(department, limits),
        "controls": may(asked.caller, Act.CONTROL_DEPARTMENTS, department=department["name"]) is not None,
        "said": said,
        "wrong": wrong or {},
        "typed": typed or {},
    }
    at = None if asked.request.method == "GET" else f"/console/departments/{department['name']}"  # a form's address has no changing part
    return View(template="departments/one.html", values=values, status=status, at=at)


def _can_probe(department: DepartmentShape) -> bool:
    """Tell whether to probe it sooner would change anything."""
    shut = department["paused"] or department["availability"]["state"] == "maintenance"
    return department["breaker"] in ("open", "stopped") and not shut and not is_due(department)


def _credentials(hosted: Hosted) -> list[str]:
    """Give the places of the secrets with which the gateway calls it."""
    tls, connection = hosted.config.tls, None if hosted.department is None else hosted.department.connection
    names = [*(() if connection is None else connection.secrets), *((tls.certificate, tls.key) if tls else ())]
    return [place_told(hosted.config.name, one) for one in names if one is not None]


def _facts(department: DepartmentShape, limits: Limits) -> Iterator[tuple[Text, Text]]:
    """Give what is known of how it works, each with its name."""
    availability, quota, breaker = department["availability"], department["quota"], word(code_names.BREAKER_STATES, department["breaker"])
    hours = word(code_names.AVAILABILITY, availability["state"])
    yield texts.DEPT_CONNECTION, texts.failures_in_a_row(breaker, department["failures"]) if department["failures"] else breaker
    yield texts.DEPT_CREDENTIALS, texts.CREDENTIALS_REFUSED if department["breaker"] == "stopped" else texts.CREDENTIALS_FINE
    yield texts.DEPT_HOURS, hours if availability["until"] is None else texts.dept_until(hours, when(availability["until"]))
    yield texts.DEPT_CONCURRENCY, _concurrency(department, limits).holds
    yield texts.DEPT_RATE, _rate(department, limits).holds
    if quota is not None:
        yield texts.DEPT_QUOTA, texts.quota_used(quota["used"], quota["daily"])


def _qualities(department: DepartmentShape) -> Iterator[tuple[Text, Text]]:
    """Give what is known of its adapter and its certificates."""
    tls, quality = department["tls"], department["quality"]
    if department["adapter"] is not None:
        yield texts.DEPT_ADAPTER, name(f"{department['adapter']} {department['version'] or ''}".strip())
    if quality is not None:
        tier, claimed = word(code_names.TIERS, quality["tier"]), quality["claimed"]
        yield (
            texts.DEPT_TIER,
            tier if claimed in (None, quality["tier"]) else texts.dept_claims(tier, word(code_names.TIERS, claimed or "none")),
        )
        if quality["lacking"]:
            asks = [ASKS[one] for one in quality["lacking"]]
            yield texts.LACKING, Text(zh="".join(one.zh for one in asks), en=" ".join(one.en for one in asks))
    for title, at in () if tls is None else ((texts.DEPT_CERTIFICATE, tls["certificate_until"]), (texts.DEPT_CA, tls["ca_until"])):
        if at is not None:
            yield title, when(at)


def _warnings(department: DepartmentShape) -> Iterator[Text]:
    """Give what will soon stand in its way."""
    if department["tls"] is not None and department["tls"]["why"] is not None:
        yield department["tls"]["why"]
    if department["warning"] is not None:
        yield name(department["warning"])


def _concurrency(department: DepartmentShape, limits: Limits) -> Limit:
    return _limit(department, department["limits"]["concurrency"], department["overrides"]["concurrency"], limits.concurrency)


def _rate(department: DepartmentShape, limits: Limits) -> Limit:
    return _limit(department, department["limits"]["rate_per_second"], department["overrides"]["rate_per_second"], limits.rate_per_second)


def _limit(department: DepartmentShape, holds: float | None, override: float | None, configured: float | None) -> Limit:
    said, before = _number(holds), _number(configured)
    if override is not None:
        said = texts.limited_by(said, before, _by_whom(department["acts"]))
    return Limit(holds=said, configured=before, set="" if override is None else f"{override:g}")


def _number(of: float | None) -> Text:
    return texts.NO_LIMIT if of is None else name(f"{of:g}")


def _by_whom(acts: Sequence[OperatorAct]) -> Text:
    """Say who changed the limits last, as far as the person may know."""
    last = next((one for one in acts if one["act"] in ("limited", "controlled")), None)
    if last is None or last["name"] is None:
        return texts.BY_OPERATIONS
    return texts.by_whom(last["name"], when(last["at"]))


def _line(one: OperatorAct) -> DepartmentAct:
    who = one["name"] or one["actor"]
    return DepartmentAct(
        did=word(code_names.ACTS, one["act"]), at=when(one["at"]), who=name(who) if who else texts.DEPT_SOMEBODY, reason=one["reason"]
    )


PAGES: Final = (
    screen("/console/departments", show_all, act=Act.SEE_DEPARTMENTS, named="departmentsPage", summary="Departments"),
    screen(
        "/console/departments/{name}",
        show_one,
        act=Act.SEE_DEPARTMENTS,
        named="departmentPage",
        summary="One department",
        parameters=(path_name("name", "department"),),
    ),
)
