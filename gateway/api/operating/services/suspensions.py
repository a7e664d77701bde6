"""Suspensions of services: which there are, one more, one less, another end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.api.http.bodies import read
from gateway.api.http.route import Answer, Asked, Parameter, Route, path_id
from gateway.api.operating.services import wanted
from gateway.api.shapes.answers import acts as acts_json
from gateway.api.shapes.answers import json_answer, suspended
from gateway.cases.rights import Act, may
from gateway.cases.suspending.suspensions import NewSuspension
from gateway.journal.read.reasons import of_suspensions
from gateway.model.errors import Located
from gateway.texts.instants import microseconds
from gateway.texts.text_rule import text_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from gateway.journal.store.views import Suspension
    from gateway.model import JsonView


async def several(asked: Asked) -> web.Response:
    """Give every suspension in force or planned."""
    return json_answer({"items": await every(asked)})


async def every(asked: Asked) -> list[wanted.SuspensionShape]:
    """Give them, with what was said of each as far as the caller may see it."""
    return await _shapes(asked, asked.parts.suspensions.kept())


async def suspend(asked: Asked) -> web.Response:
    """Suspend the service of the path."""
    made = await put_in_force(asked, await read(asked, wanted.WantedSuspension, also=lambda document: unclean(document, asked)))
    return json_answer((await _shapes(asked, [made]))[0])


async def put_in_force(asked: Asked, said: wanted.WantedSuspension) -> Suspension:
    """Suspend the service of the path. Raises Refused (404, 409, 422)."""
    new = NewSuspension(
        service=asked.path["code"],
        notice_zh=said.notice.zh,
        notice_en=said.notice.en,
        since=_instant(said.since),
        until=_instant(said.until),
    )
    return await asked.parts.suspensions.suspend(new, reason=said.reason, caller=asked.caller, language=asked.language)


def unclean(document: JsonView, asked: Asked) -> list[Located]:
    """Give the errors of the notice's texts: everybody reads them, and nothing in them may be unseen or turn the writing round."""
    notice = document.get("notice")
    return list(text_problems(notice, "/notice", asked.language)) if isinstance(notice, dict) else []


async def change_end(asked: Asked) -> web.Response:
    """Give the suspension of the path another end."""
    changed = await put_end(asked, await read(asked, wanted.WantedEnd))
    return json_answer((await _shapes(asked, [changed]))[0])


async def put_end(asked: Asked, said: wanted.WantedEnd) -> Suspension:
    """Give the suspension of the path another end. Raises Refused (404, 422)."""
    suspensions, until = asked.parts.suspensions, _instant(said.until)
    return await suspensions.change_end(asked.path["id"], until, reason=said.reason, caller=asked.caller, language=asked.language)


async def resume(asked: Asked) -> web.Response:
    """Resume the service of the path."""
    said = await read(asked, wanted.WantedResumption)
    await asked.parts.suspensions.resume(asked.path["code"], only=said.suspension, reason=said.reason, caller=asked.caller)
    return await several(asked)


async def _shapes(asked: Asked, found: Sequence[Suspension]) -> list[wanted.SuspensionShape]:
    seen, ids = may(asked.caller, Act.SEE_ACTS), [one.id for one in found]
    said = await asked.parts.insights.read(lambda c: of_suspensions(c, ids)) if seen is not None and ids else {}
    services, in_force = asked.parts.catalogue.services, asked.parts.suspensions.holds
    return [
        {
            "id": one.id,
            "service": one.service,
            "title": services[one.service].definition.title if one.service in services else None,
            **suspended(one),
            "in_force": in_force(one),
            "acts": acts_json(said.get(one.id, ()), seen),
        }
        for one in found
    ]


def _instant(said: str | None) -> int | None:
    return None if said is None else microseconds(said)


_CODE = Parameter(name="code", place="path", description="The service's code.", required=True, example="newlywed")

ROUTES = (
    Route(
        method="GET",
        path="/v1/suspensions",
        handler=several,
        id="listSuspensions",
        tag="services",
        summary="Suspensions of services, in force and planned",
        description="Each by itself; `suspended` of a service says what holds of it now.",
        act=Act.SEE_SERVICES,
        answers=(Answer(status=200, description="Every one that is not over.", model=wanted.SuspensionsShape),),
        refusals=(400,),
    ),
    Route(
        method="POST",
        path="/v1/services/{code}/suspend",
        handler=suspend,
        id="suspendService",
        tag="services",
        summary="Suspend a service, with a public notice",
        description=(
            "Nothing new is taken of it: filing is refused (409, `service-suspended`) with the notice. What is under way goes on, with its "
            "corrections and withdrawals. At once on this node, within about a second on the others, and over restarts. It ends by itself "
            "at `until`. Several may overlap; the same said twice is one."
        ),
        act=Act.SUSPEND_SERVICES,
        parameters=(_CODE,),
        body=wanted.WantedSuspension,
        body_examples={
            "Until further notice": {"notice": {"zh": "系统升级，暂停受理。", "en": "Closed for an upgrade."}, "reason": "登记中心来函"},
            "Planned": {
                "notice": {"zh": "系统升级，暂停受理三天。"},
                "since": "2030-12-05T00:00:00+08:00",
                "until": "2030-12-08T00:00:00+08:00",
                "reason": "登记中心来函",
            },
        },
        answers=(Answer(status=200, description="The suspension.", model=wanted.SuspensionShape),),
        refusals=(404, 409, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/services/{code}/resume",
        handler=resume,
        id="resumeService",
        tag="services",
        summary="Resume a service, or call a planned suspension off",
        act=Act.SUSPEND_SERVICES,
        parameters=(_CODE,),
        body=wanted.WantedResumption,
        body_examples={"Resume": {"reason": "系统升级提前完成"}},
        answers=(Answer(status=200, description="The suspensions that are left, of all services.", model=wanted.SuspensionsShape),),
        refusals=(404, 409, 422, 503),
    ),
    Route(
        method="PATCH",
        path="/v1/suspensions/{id}",
        handler=change_end,
        id="changeSuspension",
        tag="services",
        summary="Give a suspension another end",
        act=Act.SUSPEND_SERVICES,
        parameters=(path_id("id", "suspension"),),
        body=wanted.WantedEnd,
        body_examples={"Longer": {"until": "2030-12-10T00:00:00+08:00", "reason": "升级未完成"}},
        answers=(Answer(status=200, description="The suspension as it is now.", model=wanted.SuspensionShape),),
        refusals=(404, 422, 503),
    ),
)
