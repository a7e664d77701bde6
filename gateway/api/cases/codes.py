"""Code lists: the names, in both languages, of everything that is answered as a code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.problems import KINDS, not_found
from gateway.api.http.route import JSON, OPEN, Answer, Asked, Parameter, Route
from gateway.api.shapes import models
from gateway.api.shapes.answers import dumps
from gateway.api.shapes.vocabulary import FORMATS, WORDS
from gateway.model import code_names
from gateway.model.service import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.parts import ApiParts

#: The lists that are the same in every installation, each with its title and its codes.
_FIXED: Final[Mapping[str, tuple[tuple[str, str], code_names.Names]]] = {
    "application_states": (("办件状态", "States of an application"), code_names.APPLICATION_STATES),
    "delivery_states": (("交办状态", "States of a delivery"), code_names.DELIVERY_STATES),
    "skip_reasons": (("不适用的原因", "Why a step is skipped"), code_names.SKIP_REASONS),
    "outcomes": (("部门的答复", "What a department says"), code_names.OUTCOMES),
    "events": (("事件", "Events of an application, and entries of the audit"), code_names.EVENTS),
    "failures": (("失败代码", "Why a call gave no outcome, or a delivery stands (`problem`)"), code_names.FAILURES),
    "actions": (("对部门的调用", "Calls to a department"), code_names.ACTIONS),
    "channels": (("办理形式（GB/T 39046）", "How an application is handed in (GB/T 39046)"), code_names.CHANNELS),
    "id_types": (("证件类型（GA/T 2000.156）", "Types of document (GA/T 2000.156)"), code_names.ID_TYPES),
    "resend_rules": (("没有收到答复时", "What a lost reply means"), code_names.RESEND_RULES),
    "answered_by": (("怎样答复", "How a department answered"), code_names.ANSWERED_BY),
    "availability": (("部门受理时间", "Whether a department takes work now"), code_names.AVAILABILITY),
    "breaker_states": (("部门可用状态", "Whether a department works"), code_names.BREAKER_STATES),
    "tiers": (("适配器等级", "How far an adapter is"), code_names.TIERS),
    "job_states": (("批量任务状态", "States of a job"), code_names.JOB_STATES),
    "job_results": (("批量任务结果", "What a job does to a delivery"), code_names.JOB_RESULTS),
    "acts": (("运维人员的处置", "What operators did (`acts`)"), code_names.ACTS),
    "node_states": (("节点状态", "States of a node"), code_names.NODE_STATES),
    "node_roles": (("节点职责", "What a node does"), code_names.NODE_ROLES),
    "stuck_kinds": (("停滞的情形", "How a delivery is stuck"), code_names.STUCK_KINDS),
    "roles": (("密钥角色", "Roles of keys"), code_names.ROLES),
}
_CACHED: Final = "public, max-age=60"
MATCH: Final = Parameter(name="If-None-Match", place="header", description="An `ETag` that you have (RFC 9110): 304 when it still holds.")


def lists(parts: ApiParts) -> Iterator[models.CodeList]:
    """Every list, as it is answered."""
    for name, (title, names) in _FIXED.items():
        yield _list(name, title, ((code, text, None) for code, text in names.items()))
    kinds = ((kind, (one.title.zh, one.title.en), (one.meaning.zh, one.meaning.en)) for kind, one in sorted(KINDS.items()))
    yield _list("problems", ("问题种类", "Kinds of problems"), kinds)
    formats = ((name, (name, name), (text.zh, text.en)) for name, text in FORMATS.items())
    yield _list("formats", ("格式", "Formats"), formats)
    words = ((name, (name, name), (text.zh, text.en)) for name, text in WORDS.items())
    yield _list("words", ("扩展词", "Words of our own in schemas"), words)
    yield from _installed(parts)


def _installed(parts: ApiParts) -> Iterator[models.CodeList]:
    """Give the lists that follow from an installation's configuration."""
    hosted = parts.departments.items()
    titles = ((name, (one.config.title.zh, one.config.title.en), None) for name, one in hosted)
    yield _list("departments", ("部门", "Departments"), titles)
    operations = (
        (f"{name}.{one.name}", (one.title_zh, one.title_en), None)
        for name, it in hosted
        if it.department
        for one in it.department.operations
    )
    yield _list("operations", ("部门的业务（部门.业务）", "What departments do (department.operation)"), operations)
    definitions = [service.definition for service in parts.catalogue.services.values()]
    services = ((one.code, (one.title.zh, one.title.en), (one.guidance.zh, one.guidance.en)) for one in definitions)
    yield _list("services", ("事项", "Services"), services)
    steps = (
        (f"{one.code}.{step.name}", (step.title.zh, step.title.en), (step.purpose.zh, step.purpose.en))
        for one in definitions
        for step in one.steps
    )
    yield _list("steps", ("环节（事项.环节）", "Steps (service.step)"), steps)


Both = tuple[str, str]


def _list(name: str, title: Both, rows: Iterator[tuple[str, Both, Both | None]]) -> models.CodeList:
    return {
        "name": name,
        "title": _text(title),
        "items": [{"code": code, "title": _text(text), "meaning": _text(meaning) if meaning else None} for code, text, meaning in rows],
    }


def _text(both: Both) -> Text:
    return Text(zh=both[0], en=both[1])


async def several(asked: Asked) -> web.Response:
    """Every list."""
    return _tagged(asked, {"items": list(lists(asked.parts))})


async def one(asked: Asked) -> web.Response:
    """One list."""
    name = asked.path["list"]
    for found in lists(asked.parts):
        if found["name"] == name:
            return _tagged(asked, found)
    raise not_found()


def _tagged(asked: Asked, value: object) -> web.Response:
    """The answer with its ETag, or 304 when the caller has it."""
    body = dumps(value)
    tag = hashlib.sha256(body).hexdigest()[:32]
    answer = web.Response(body=body, content_type=JSON, headers={"ETag": f'"{tag}"', "Cache-Control": _CACHED})
    known = asked.request.if_none_match or ()
    if any(one.value in (tag, "*") for one in known):
        return web.Response(status=304, headers={name: answer.headers[name] for name in ("ETag", "Cache-Control")})
    return answer


_ETAG = {"ETag": "Names this state of the answer (RFC 9110).", "Cache-Control": "How long it may be kept."}

ROUTES = (
    Route(
        method="GET",
        path="/v1/codes",
        handler=several,
        id="listCodes",
        tag="docs",
        summary="Names of everything that is answered as a code, in both languages",
        description=(
            "States, kinds of problems, events, types of document, departments, services, steps and the rest. Lists grow: show a code "
            "that you do not know as it is."
        ),
        roles=OPEN,
        parameters=(MATCH,),
        answers=(
            Answer(status=200, description="Every list.", model=models.CodeLists, headers=_ETAG),
            Answer(status=304, description="As you have it.", media=(), headers=_ETAG),
        ),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/codes/{list}",
        handler=one,
        id="getCodes",
        tag="docs",
        summary="One list of codes",
        roles=OPEN,
        parameters=(
            Parameter(name="list", place="path", description="The list's name.", required=True, example="delivery_states"),
            MATCH,
        ),
        answers=(
            Answer(status=200, description="The list.", model=models.CodeList, headers=_ETAG),
            Answer(status=304, description="As you have it.", media=(), headers=_ETAG),
        ),
        refusals=(400, 404),
    ),
)
