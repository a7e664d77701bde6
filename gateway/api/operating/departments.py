"""Departments: their health, an operator's control of them, their callbacks."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http import requests
from gateway.api.http.bodies import foreign_bytes, read
from gateway.api.http.credentials import FAILURES
from gateway.api.http.problems import not_found
from gateway.api.http.route import OPEN, Answer, Asked, Route, path_name
from gateway.api.operating import department_models as shapes
from gateway.api.operating import texts
from gateway.api.shapes.answers import acts as acts_json
from gateway.api.shapes.answers import by_state, json_answer, rfc3339
from gateway.cases.rights import Act, may
from gateway.departments.hosted import said_of
from gateway.departments.retries import SECOND
from gateway.journal.read.reasons import of_departments
from gateway.model import JsonView
from gateway.model.errors import Located
from gateway.model.service import Text
from gateway.operations.controls import WantedControls
from gateway.operations.explain.known import why_shut, why_used_up
from gateway.sdk.department import Ask, Operation, Safe
from gateway.sdk.version import going
from gateway.texts.refusals import Refused, in_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.api.http.parts import ApiParts
    from gateway.api.shapes.act_models import OperatorAct
    from gateway.departments.hosted import Hosted
    from gateway.journal.store.views import DepartmentView
    from gateway.sdk.http.tls import ClientTls
    from gateway.sdk.quality import Quality
    from gateway.texts.refusals import Language


async def several(asked: Asked) -> web.Response:
    """Give every department as installed, to a department's key that one alone."""
    return json_answer({"items": await every(asked)})


async def every(asked: Asked) -> list[shapes.DepartmentShape]:
    """Give the departments that this caller may see."""
    seen = {name for name in asked.parts.departments if may(asked.caller, Act.SEE_DEPARTMENTS, department=name) is not None}
    hosted = {name: one for name, one in asked.parts.departments.items() if name in seen}
    views = await asked.parts.insights.departments(list(hosted))
    said = await _acts(asked, list(hosted))
    return [_department(asked.parts, one, views[name], said[name]) for name, one in hosted.items()]


async def one(asked: Asked) -> web.Response:
    """One department."""
    return json_answer(await one_seen(asked))


async def one_seen(asked: Asked) -> shapes.DepartmentShape:
    """Give the department of the path. Raises Refused (404) where the caller may see none of that name."""
    name, hosted = readable(asked, Act.SEE_DEPARTMENTS)
    views = await asked.parts.insights.departments([name])
    return _department(asked.parts, hosted, views[name], (await _acts(asked, [name]))[name])


async def _acts(asked: Asked, names: Sequence[str]) -> dict[str, list[OperatorAct]]:
    """Give the operators' last acts on each department."""
    seen = may(asked.caller, Act.SEE_ACTS)
    if seen is None:
        return {name: [] for name in names}
    found = await asked.parts.insights.read(lambda c: of_departments(c, names))
    return {name: acts_json(found[name], seen) for name in names}


def readable(asked: Asked, act: Act) -> tuple[str, Hosted]:
    """The department of the path, when the caller may do that with it. Raises Refused (404)."""
    name = asked.path["name"]
    hosted = asked.parts.departments.get(name)
    if hosted is None or may(asked.caller, act, department=name) is None:
        raise not_found()
    return name, hosted


def _availability(parts: ApiParts, hosted: Hosted, now: int) -> shapes.Availability:
    config = hosted.config
    opening = parts.openings.at(config.name, now)
    why = why_shut(config.title, opening) if opening.shut is not None else None
    return {"state": opening.shut.value if opening.shut else "open", "until": rfc3339(opening.until), "why": why}


def _quota(parts: ApiParts, hosted: Hosted, used: int, now: int) -> shapes.QuotaShape | None:
    config = hosted.config
    if config.quota is None:
        return None
    full = used >= config.quota
    why = why_used_up(config.title, config.quota, parts.openings.after_today(config.name, now)) if full else None
    return {"daily": config.quota, "used": used, "why": why}


def _department(parts: ApiParts, hosted: Hosted, view: DepartmentView, acts: list[OperatorAct]) -> shapes.DepartmentShape:
    now = time.time_ns() // 1000
    config, adapter, standing, control = hosted.config, hosted.department, view.standing, view.control
    return {
        "name": config.name,
        "title": config.title,
        "enabled": config.enabled,
        "problem": hosted.problem or standing.problem,
        "adapter": adapter.adapter if adapter else None,
        "version": adapter.version if adapter else None,
        "warning": going(adapter.sdk) if adapter else None,
        "quality": _quality(hosted.quality) if adapter and hosted.quality else None,
        "breaker": standing.breaker,
        "failures": standing.failures,
        "since": rfc3339(standing.since or None),
        "probe_at": rfc3339(standing.probe_at),
        "paused": control.paused,
        "paused_since": rfc3339(control.changed_at) if control.paused else None,
        "limits": {
            "concurrency": control.concurrency or config.limits.concurrency,
            "rate_per_second": control.rate_per_second or config.limits.rate_per_second,
        },
        "overrides": {"concurrency": control.concurrency, "rate_per_second": control.rate_per_second},
        "availability": _availability(parts, hosted, now),
        "quota": _quota(parts, hosted, standing.quota_used, now),
        "tls": _certificates(adapter.connection.tls) if adapter and adapter.connection.tls else None,
        "open": by_state(view.open),
        "oldest_open_at": rfc3339(view.oldest_open_at),
        "counted_at": rfc3339(view.counted_at),
        "operations": [_operation(operation) for operation in adapter.operations] if adapter else [],
        "acts": acts,
    }


def _certificates(tls: ClientTls) -> shapes.Certificates:
    said = said_of(tls, datetime.now(UTC))
    return {
        "certificate_until": _moment(tls.until.get("certificate")),
        "ca_until": _moment(tls.until.get("ca")),
        "why": Text(zh="；".join(one.zh for one in said), en="; ".join(one.en for one in said)) if said else None,
    }


def _moment(at: datetime | None) -> str | None:
    return rfc3339(int(at.timestamp()) * SECOND) if at else None


def _quality(quality: Quality) -> shapes.AdapterQuality:
    return {"tier": quality.tier, "claimed": quality.claimed, "lacking": list(quality.lacking)}


def _operation(operation: Operation) -> shapes.OfferedOperation:
    resend = operation.resend
    return {
        "name": operation.name,
        "title": Text(zh=operation.title_zh, en=operation.title_en),
        "resend": "safe" if isinstance(resend, Safe) else "ask" if isinstance(resend, Ask) else "never",
        "read_only": operation.read_only,
    }


async def control(asked: Asked) -> web.Response:
    """Pause, resume or limit a department."""
    await put_in_force(asked, await read(asked, requests.DepartmentControl, also=lambda document: _nothing(document, asked.language)))
    return await one(asked)


async def put_in_force(asked: Asked, said: requests.DepartmentControl) -> None:
    """Put what is wanted of the department of the path in force. Raises Refused (404)."""
    wanted = WantedControls(paused=said.paused, limits=said.limits.model_dump(exclude_unset=True) if said.limits is not None else {})
    await asked.parts.controls.change(asked.path["name"], wanted, reason=said.reason, caller=asked.caller)


async def probe(asked: Asked) -> web.Response:
    """Have a department that is down probed now."""
    await read(asked, requests.Nothing, optional=True)
    await probe_now(asked)
    return await one(asked)


async def probe_now(asked: Asked) -> None:
    """Have the department of the path probed. Raises Refused (404, 409)."""
    await asked.parts.controls.probe(asked.path["name"], caller=asked.caller)


def _nothing(document: JsonView, language: Language) -> list[Located]:
    """Give the error of a body that asks for nothing."""
    if document.get("paused") is not None or document.get("limits") not in (None, {}):
        return []
    return [Located("", in_language(texts.NO_CONTROL, language))]


async def callback(asked: Asked) -> web.Response:
    """Take a department's later decision, which its adapter proves and acknowledges."""
    body = await foreign_bytes(asked)
    headers = {name.lower(): value for name, value in asked.request.headers.items()}
    name = asked.path["name"]
    try:
        reply = await asked.parts.callbacks.receive(name, headers, body)
    except Refused as refused:
        if refused.status == 401 and (slowed := asked.request.app[FAILURES].failed(asked.request, department=name)).status != 401:
            raise slowed from refused
        raise
    return web.Response(status=reply.status, headers=dict(reply.headers), body=reply.body)


ROUTES = (
    Route(
        method="GET",
        path="/v1/departments",
        handler=several,
        id="listDepartments",
        tag="departments",
        summary="Departments: health, queue, oldest, breaker, hours, quota, version, how far the adapter is",
        description="A department's key sees itself alone.",
        act=Act.SEE_DEPARTMENTS,
        answers=(Answer(status=200, description="Every department as installed.", model=shapes.Departments),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/departments/{name}",
        handler=one,
        id="getDepartment",
        tag="departments",
        summary="One department",
        act=Act.SEE_DEPARTMENTS,
        parameters=(path_name("name", "department"),),
        answers=(Answer(status=200, description="The department.", model=shapes.DepartmentShape),),
        refusals=(404,),
    ),
    Route(
        method="PATCH",
        path="/v1/departments/{name}",
        handler=control,
        id="controlDepartment",
        tag="departments",
        summary="Pause, resume or limit a department",
        description=(
            "At once on this node, within about a second on the others, and over restarts; the last word counts. A pause begins no call "
            "of any kind: nothing is handed over, asked about or taken back; what is under way ends, callbacks are taken, and the queue "
            "waits without using up its attempts. A limit of `null` goes back to the configuration."
        ),
        act=Act.CONTROL_DEPARTMENTS,
        parameters=(path_name("name", "department"),),
        body=requests.DepartmentControl,
        body_examples={
            "Pause": {"paused": True, "reason": "对方今晚停机维护"},
            "Resume": {"paused": False, "reason": "维护结束"},
            "Limit": {"limits": {"concurrency": 4, "rate_per_second": 2.5}, "reason": "对方请求限流"},
            "Limits as configured": {"limits": {"concurrency": None, "rate_per_second": None}, "reason": "恢复配置"},
        },
        answers=(Answer(status=200, description="The department as it is now.", model=shapes.DepartmentShape),),
        refusals=(404, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/departments/{name}/probe",
        handler=probe,
        id="probeDepartment",
        tag="departments",
        summary="Probe a department now",
        description=(
            "One call that is due goes out within seconds, from any node, sooner than `probe_at`; an answer ends the outage. "
            "409: it is not down, or is being probed this moment."
        ),
        act=Act.CONTROL_DEPARTMENTS,
        parameters=(path_name("name", "department"),),
        body=requests.Nothing,
        body_optional=True,
        answers=(Answer(status=200, description="The department as it is now.", model=shapes.DepartmentShape),),
        refusals=(404, 409, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/departments/{name}/callbacks",
        handler=callback,
        id="receiveCallback",
        tag="departments",
        summary="A department's later decision",
        description=(
            "For departments alone: the body is in the department's own format and is proven by its own signature "
            "(Standard Webhooks 1.0 unless its "
            "adapter says otherwise), so no bearer key is asked for. 401: not authentic; 400: authentic, but not what was agreed. "
            "A repeat is acknowledged and changes nothing."
        ),
        act=OPEN,
        parameters=(path_name("name", "department"),),
        any_body=True,
        answers=(
            Answer(status=200, description="Acknowledged, in the department's own format.", media=("*/*",)),
            Answer(status=202, description="Acknowledged, in the department's own format.", media=("*/*",)),
            Answer(status=204, description="Acknowledged.", media=()),
        ),
        refusals=(400, 401, 404, 429, 503),
    ),
)
