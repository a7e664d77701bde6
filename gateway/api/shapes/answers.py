"""Records as the JSON of answers: dictionaries of the document's shapes, to which mypy holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import cast, overload

import orjson
from aiohttp import web
from pydantic import BaseModel

from gateway.api.shapes import models
from gateway.api.shapes.act_models import ActName, OperatorAct
from gateway.api.shapes.key_models import Key
from gateway.api.shapes.masking import masked, masked_sentence
from gateway.api.shapes.suspension_models import SuspendedShape
from gateway.cases.rights import Sight
from gateway.journal.read.reasons import ActDone
from gateway.journal.store.views import Event, KeyView, Suspension
from gateway.model import JsonObject, JsonView
from gateway.model.application import Application, Marks, marks
from gateway.model.case import Case
from gateway.model.delivery import Attempt, Delivery, DeliveryState
from gateway.model.identifiers import CHINA


@overload
def rfc3339(microseconds: int) -> str: ...
@overload
def rfc3339(microseconds: int | None) -> str | None: ...
def rfc3339(microseconds: int | None) -> str | None:
    """A time of the journal as RFC 3339 with China's offset, to the millisecond."""
    if microseconds is None:
        return None
    second, rest = divmod(microseconds, 1_000_000)
    return f"{_second(second)}.{rest // 1000:03d}+08:00"


@lru_cache(maxsize=1000)
def _second(since_epoch: int) -> str:
    """A second as text, in China's time, kept: many cases are due in the same second, or received in it."""
    return datetime.fromtimestamp(since_epoch, CHINA).isoformat()[:19]


def summary(a: Application, marks: Marks) -> models.ApplicationSummary:
    """An application without its deliveries, but with the ``marks`` that they leave on it."""
    return {
        "id": a.id,
        "number": a.number,
        "service": a.service,
        "service_version": a.service_digest,
        "channel": a.channel,
        "revision": a.revision,
        "state": a.state,
        "needs_attention": a.needs_attention,
        "withdrawal_asked": a.withdrawal_asked,
        "told_otherwise": marks.told_otherwise,
        "rejected_steps": list(marks.rejected_steps),
        "received_at": rfc3339(a.received_at),
        "handed_in_at": rfc3339(a.handed_in_at),
        "due_at": rfc3339(a.due_at),
        "due_provisional": a.due_at is not None,
        "ended_at": rfc3339(a.ended_at),
        "end_reason": a.end_reason,
    }


def case(told: Case, outcomes: Mapping[str, JsonView], seen: Sight | None, personal: Sequence[JsonView]) -> models.ApplicationShape:
    """An application with its deliveries. ``personal`` is masked in the departments' texts, and needed for ``Sight.MASKED`` alone."""
    deliveries = told.deliveries.values()
    shown = [delivery(d, outcome(outcomes.get(d.step), seen, personal)) for d in deliveries]
    return {**summary(told.application, marks(deliveries)), "deliveries": shown}


def delivery(d: Delivery, said: models.OutcomeShape | None) -> models.DeliveryShape:
    """A delivery, with the department's outcome as :func:`outcome` makes it."""
    return {
        "id": d.id,
        "application_id": d.application_id,
        "step": d.step,
        "department": d.department,
        "operation": d.operation,
        "required": d.required,
        "after": list(d.after),
        "state": d.state,
        "skip_reason": d.skip_reason,
        "round": d.round,
        "attempts": d.attempts,
        "correctable": d.correctable,
        "told_otherwise": d.told_otherwise is not None,
        "due_at": rfc3339(d.due_at),
        "reference": d.reference,
        "problem": d.problem,
        "outcome": said,
    }


def outcome(said: JsonView | None, seen: Sight | None, personal: Sequence[JsonView]) -> models.OutcomeShape | None:
    """Give a department's outcome as far as the caller may see it."""
    if said is None:
        return None
    fields: Sequence[Mapping[str, str]] = said.get("fields") or ()
    answer: models.OutcomeShape = {"kind": said["kind"], "code": said.get("code"), "reason": None, "output": None, "errors": []}
    if seen is Sight.WHOLE:
        answer["reason"], answer["output"] = said.get("reason"), said.get("output")
        answer["errors"] = [{"pointer": f["pointer"], "detail": f["message"]} for f in fields]
    elif seen is Sight.MASKED:
        answer["reason"], answer["output"] = masked_sentence(said.get("reason"), personal), masked(said.get("output"))
        answer["errors"] = [{"pointer": f["pointer"], "detail": masked_sentence(f["message"], personal) or ""} for f in fields]
    else:
        answer["errors"] = [{"pointer": f["pointer"], "detail": ""} for f in fields]
    return answer


def attempt(a: Attempt, said: str | None = None) -> models.AttemptShape:
    """One call to a department, with the department's own words as far as the caller may see them."""
    return {
        "round": a.round,
        "number": a.number,
        "action": a.action,
        "started_at": rfc3339(a.started_at),
        "ended_at": rfc3339(a.ended_at),
        "result": a.result,
        "detail": a.detail,
        "said": said,
    }


def acts(found: Iterable[ActDone], seen: Sight | None, personal: object = ()) -> list[OperatorAct]:
    """Give operators' acts as far as the caller may see them: of ``Sight.NONE`` without the reasons, and none without any sight.

    A reason that quotes ``personal`` values of the case is masked, as a department's text is.
    """
    if seen is None:
        return []
    return [
        {
            "act": cast("ActName", a.act),
            "at": rfc3339(a.at),
            "actor": a.actor,
            "name": a.name,
            "reason": None if seen is Sight.NONE else masked_sentence(a.reason, personal),
            "delivery_id": a.delivery_id,
            "job_id": a.job_id,
        }
        for a in found
    ]


def suspended(found: Suspension) -> SuspendedShape:
    """Give since when a service is suspended, until when, and the notice."""
    return {"since": rfc3339(found.since), "until": rfc3339(found.until), "notice": found.notice}


def event(e: Event) -> models.EventShape:
    """One event of an application, with those of the audit's details that its followers need."""
    moves = e.details.get("moves") or {}
    return {
        "no": e.no,
        "at": rfc3339(e.at),
        "event": e.event,
        "delivery_id": e.delivery_id,
        "state": e.details.get("application"),
        "needs_attention": e.details.get("attention"),
        "result": e.details.get("result"),
        "moves": [{"delivery_id": key, "step": m[0], "state": m[1], "round": m[2]} for key, m in moves.items()],
    }


def key(k: KeyView) -> Key:
    """An API key without the key."""
    return {
        "id": k.id,
        "name": k.name,
        "role": k.role,
        "created_at": rfc3339(k.created_at),
        "expires_at": rfc3339(k.expires_at),
        "revoked_at": rfc3339(k.revoked_at),
        "last_used_at": rfc3339(k.last_used_at),
        "caller_id": k.caller or k.id,
        "group": k.owner_group,
    }


def by_state(counts: Mapping[DeliveryState, int]) -> dict[DeliveryState, int]:
    """Give counts by state, with the plain texts as keys that orjson wants."""
    return cast("dict[DeliveryState, int]", {state.value: count for state, count in counts.items()})


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(status=status, body=dumps(value), content_type="application/json", headers=headers)


def dumps(value: object) -> bytes:
    """Write an answer as JSON, the configuration's models in it included."""
    return orjson.dumps(value, default=_plain)


def _plain(value: object) -> JsonObject:
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(f"a {type(value).__name__} is no JSON")
