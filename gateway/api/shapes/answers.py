"""Records as the JSON that is answered. Plain dicts: what is on the way of every filing costs no model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

import orjson
from aiohttp import web

from gateway.api.shapes.masking import masked, masked_sentence
from gateway.cases.caller import AUDITOR, LOCAL, OPERATOR, Caller
from gateway.journal.read.acts import Act
from gateway.journal.store.views import Event, KeyView, Payload
from gateway.model.application import Application, Marks, marks
from gateway.model.delivery import Attempt, Delivery
from gateway.model.identifiers import CHINA


class Sight(Enum):
    """How much of a case's personal data the caller sees."""

    WHOLE = "whole"  # who filed it
    MASKED = "masked"  # operators
    NONE = "none"  # auditors


def sight(caller: Caller, application: Application) -> Sight:
    """What this caller sees of that application's personal data."""
    if caller.id == application.caller:
        return Sight.WHOLE
    return Sight.NONE if caller.kind == AUDITOR else Sight.MASKED


def rfc3339(microseconds: int | None) -> str | None:
    """A time of the journal as RFC 3339 with China's offset, to the millisecond."""
    if microseconds is None:
        return None
    second, rest = divmod(microseconds, 1_000_000)
    return f"{_second(second)}.{rest // 1000:03d}+08:00"


@lru_cache(maxsize=1000)
def _second(since_epoch: int) -> str:
    """A second as text, in China's time: what is due that day is due in the same, what comes together is received in the same."""
    return datetime.fromtimestamp(since_epoch, CHINA).isoformat()[:19]


def summary(a: Application, marks: Marks) -> dict[str, Any]:
    """An application without its deliveries, but for what ``marks`` tell of them."""
    return {
        "id": a.id,
        "number": a.number,
        "service": a.service,
        "service_version": a.service_digest,
        "channel": a.channel,
        "revision": a.revision,
        "state": a.state.value,
        "needs_attention": a.needs_attention,
        "withdrawal_asked": a.withdrawal_asked,
        "told_otherwise": marks.told_otherwise,
        "rejected_steps": list(marks.rejected_steps),
        "received_at": rfc3339(a.received_at),
        "due_at": rfc3339(a.due_at),
        "ended_at": rfc3339(a.ended_at),
    }


def case(
    a: Application, deliveries: Sequence[Delivery], outcomes: Mapping[str, Payload], seen: Sight, personal: Sequence[Payload]
) -> dict[str, Any]:
    """An application with its deliveries. ``personal`` is masked in what departments wrote; only ``Sight.MASKED`` needs it."""
    answer = summary(a, marks(deliveries))
    answer["deliveries"] = [delivery(d, outcome(outcomes.get(d.step), seen, personal)) for d in deliveries]
    return answer


def delivery(d: Delivery, said: Mapping[str, Any] | None) -> dict[str, Any]:
    """A delivery, with what the department said (made by :func:`outcome`)."""
    return {
        "id": d.id,
        "application_id": d.application_id,
        "step": d.step,
        "department": d.department,
        "operation": d.operation,
        "required": d.required,
        "after": list(d.after),
        "state": d.state.value,
        "skip_reason": d.skip_reason.value if d.skip_reason else None,
        "round": d.round,
        "attempts": d.attempts,
        "correctable": d.correctable,
        "told_otherwise": d.told_otherwise is not None,
        "due_at": rfc3339(d.due_at),
        "reference": d.reference,
        "problem": d.problem,
        "outcome": said,
    }


def outcome(said: Payload | None, seen: Sight, personal: Sequence[Payload]) -> dict[str, Any] | None:
    """What a department said, as far as the caller may see it."""
    if said is None:
        return None
    fields: Sequence[Mapping[str, str]] = said.get("fields") or ()
    answer: dict[str, Any] = {"kind": said["kind"], "code": said.get("code"), "reason": None, "output": None, "errors": []}
    if seen is Sight.WHOLE:
        answer["reason"], answer["output"] = said.get("reason"), said.get("output")
        answer["errors"] = [{"pointer": f["pointer"], "detail": f["message"]} for f in fields]
    elif seen is Sight.MASKED:
        answer["reason"], answer["output"] = masked_sentence(said.get("reason"), personal), masked(said.get("output"))
        answer["errors"] = [{"pointer": f["pointer"], "detail": masked_sentence(f["message"], personal)} for f in fields]
    else:
        answer["errors"] = [{"pointer": f["pointer"], "detail": ""} for f in fields]
    return answer


def attempt(a: Attempt, said: str | None = None) -> dict[str, Any]:
    """One call to a department, with what that ``said`` in its own words as far as the caller may see it."""
    return {
        "round": a.round,
        "number": a.number,
        "action": a.action.value,
        "started_at": rfc3339(a.started_at),
        "ended_at": rfc3339(a.ended_at),
        "result": a.result,
        "detail": a.detail,
        "said": said,
    }


def acts(found: Iterable[Act], caller: Caller, personal: object = ()) -> list[dict[str, Any]]:
    """Give what operators did, for their own eyes: auditors see no words, and who is told nothing of operators sees nothing.

    What a reason quotes of the case, ``personal``, is masked, as in a department's words.
    """
    if caller.kind not in (OPERATOR, LOCAL, AUDITOR):
        return []
    hidden = caller.kind == AUDITOR
    return [
        {
            "act": a.act,
            "at": rfc3339(a.at),
            "actor": a.actor,
            "name": a.name,
            "reason": None if hidden else masked_sentence(a.reason, personal),
            "delivery_id": a.delivery_id,
            "job_id": a.job_id,
        }
        for a in found
    ]


def event(e: Event) -> dict[str, Any]:
    """One thing that happened to an application; of the audit's details only what its followers need."""
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


def key(k: KeyView) -> dict[str, Any]:
    """An API key without the key."""
    moments = ("created_at", "expires_at", "revoked_at", "last_used_at")
    return {"id": k.id, "name": k.name, "role": k.role, **{at: rfc3339(getattr(k, at)) for at in moments}, "caller_id": k.caller or k.id}


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(status=status, body=orjson.dumps(value), content_type="application/json", headers=headers)
