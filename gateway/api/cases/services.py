"""The catalogue: the services, and all that is needed to file one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gateway.api.cases.parties import of_service
from gateway.api.http.problems import not_found
from gateway.api.http.route import Answer, Asked, Parameter, Route
from gateway.api.shapes import service_models
from gateway.api.shapes.answers import json_answer, suspended
from gateway.cases.rights import Act
from gateway.model.service import Constant, ItemsShare, ListShare, Shared, Step

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.catalogue.compiled import CompiledService


async def several(asked: Asked) -> web.Response:
    """Every service that can be filed."""
    return json_answer({"items": [_summary(asked, service) for service in asked.parts.catalogue.services.values()]})


async def one(asked: Asked) -> web.Response:
    """One service."""
    service = asked.parts.catalogue.services.get(asked.path["code"])
    if service is None:
        raise not_found()
    definition = service.definition
    return json_answer(
        {
            **_summary(asked, service),
            "guidance": definition.guidance,
            "guide": definition.guide,
            "materials": definition.materials,
            "fees": definition.fees,
            "afterwards": definition.afterwards,
            "form": definition.form,
            "sample": definition.sample,
            "steps": [_step(step, service.unavailable.get(step.name)) for step in definition.steps],
        }
    )


def _summary(asked: Asked, service: CompiledService) -> service_models.ServiceSummary:
    definition = service.definition
    suspension = asked.parts.suspensions.now(definition.code)
    return {
        "code": definition.code,
        "version": service.digest,
        "title": definition.title,
        "codes": definition.codes,
        "limits": definition.limits,
        "departments": list(dict.fromkeys(step.department for step in definition.steps)),
        "available": not service.unavailable,
        "suspended": None if suspension is None else suspended(suspension),
        **of_service(definition),
    }


def _step(step: Step, unavailable: str | None) -> service_models.ServiceStep:
    return {
        "name": step.name,
        "title": step.title,
        "department": step.department,
        "operation": step.operation,
        "purpose": step.purpose,
        "required": step.required,
        "after": step.after,
        "when": step.when,
        "shares": [seen for name, share in step.share.items() for seen in _seen(name, share)],
        "unavailable": unavailable,
    }


def _seen(name: str, share: Shared) -> list[service_models.SeenField]:
    """Give the fields that a department sees by one entry, none for a constant."""
    match share:
        case str():
            return [{"field": name, "source": share}]
        case ListShare():
            named = [(item, path) for item, path in share.item.items() if isinstance(path, str)]
            return [{"field": f"{name}[].{item}", "source": f"{share.each}[].{path}"} for item, path in named]
        case ItemsShare():
            return [seen for item in share.items for seen in _seen_in_item(f"{name}[]", item)]
        case _:
            return []


def _seen_in_item(name: str, item: str | Mapping[str, str | Constant]) -> list[service_models.SeenField]:
    if isinstance(item, str):
        return [{"field": name, "source": item}]
    return [{"field": f"{name}.{field}", "source": path} for field, path in item.items() if isinstance(path, str)]


ROUTES = (
    Route(
        method="GET",
        path="/v1/services",
        handler=several,
        id="listServices",
        tag="services",
        summary="The catalogue",
        act=Act.SEE_SERVICES,
        answers=(Answer(status=200, description="Every service that can be filed, by code.", model=service_models.Services),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/services/{code}",
        handler=one,
        id="getService",
        tag="services",
        summary="One service: form, sample, guidance, limits, departments, parties and what each sees",
        description="`form` is the JSON Schema of an application's `data`; `sample` can be posted to `/v1/applications` as it is.",
        act=Act.SEE_SERVICES,
        parameters=(Parameter(name="code", place="path", description="The service's code.", required=True, example="newlywed"),),
        answers=(Answer(status=200, description="The service.", model=service_models.ServiceShape),),
        refusals=(404,),
    ),
)
