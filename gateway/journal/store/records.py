"""Records as rows of the tables, and rows as records."""

from __future__ import annotations

from typing import Any

from gateway.model import JsonView
from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Action, Attempt, Delivery, DeliveryState, SkipReason

Row = dict[str, Any]


def delivery_row(d: Delivery) -> Row:
    """Give a delivery as its row: plain values, since drivers differ in what they make of enums (``_value_`` needs no descriptor)."""
    return {
        "id": d.id,
        "application_id": d.application_id,
        "position": d.position,
        "step": d.step,
        "department": d.department,
        "operation": d.operation,
        "required": d.required,
        "after": ",".join(d.after),
        "state": d.state._value_,
        "action": d.action._value_,
        "due_at": d.due_at,
        "round": d.round,
        "sent_revision": d.sent_revision,
        "attempts": d.attempts,
        "failures": d.failures,
        "checks": d.checks,
        "doubt_since": d.doubt_since,
        "first_sent_at": d.first_sent_at,
        "last_sent_at": d.last_sent_at,
        "reference": d.reference,
        "skip_reason": d.skip_reason._value_ if d.skip_reason else None,
        "problem": d.problem,
        "outcome_code": d.outcome_code,
        "withdrawing": d.withdrawing,
        "lease_owner": d.lease_owner,
        "lease_until": d.lease_until,
        "epoch": d.epoch,
        "version": d.version,
        "updated_at": d.updated_at,
        "data_refused": d.data_refused,
        "told_otherwise": d.told_otherwise,
    }


def delivery_of(row: JsonView) -> Delivery:
    """Give the delivery that a row holds."""
    values = dict(row)
    values["after"] = tuple(values["after"].split(",")) if values["after"] else ()
    values["state"] = DeliveryState(values["state"])
    values["action"] = Action(values["action"])
    values["skip_reason"] = SkipReason(values["skip_reason"]) if values["skip_reason"] else None
    values["required"] = bool(values["required"])
    values["withdrawing"] = bool(values["withdrawing"])
    values["data_refused"] = None if values["data_refused"] is None else bool(values["data_refused"])
    return Delivery(**values)


def application_row(a: Application) -> Row:
    """Give an application as its row."""
    return {
        "id": a.id,
        "number": a.number,
        "caller": a.caller,
        "service": a.service,
        "service_digest": a.service_digest,
        "channel": a.channel,
        "revision": a.revision,
        "state": a.state._value_,
        "needs_attention": a.needs_attention,
        "trace_id": a.trace_id,
        "applicant_index": a.applicant_index,
        "received_at": a.received_at,
        "due_at": a.due_at,
        "ended_at": a.ended_at,
        "withdrawal_asked": a.withdrawal_asked,
        "version": a.version,
        "owner_group": a.owner_group,
    }


def application_of(row: JsonView) -> Application:
    """Give the application that a row holds."""
    values = dict(row)
    values["state"] = ApplicationState(values["state"])
    values["needs_attention"] = bool(values["needs_attention"])
    values["withdrawal_asked"] = bool(values["withdrawal_asked"])
    return Application(**values)


def attempt_row(a: Attempt) -> Row:
    """Give an attempt as its row."""
    return {
        "delivery_id": a.delivery_id,
        "epoch": a.epoch,
        "round": a.round,
        "number": a.number,
        "action": a.action._value_,
        "node": a.node,
        "started_at": a.started_at,
        "ended_at": a.ended_at,
        "result": a.result,
        "detail": a.detail,
    }


def attempt_of(row: JsonView) -> Attempt:
    """Give the attempt that a row holds."""
    values = dict(row)
    values["action"] = Action(values["action"])
    return Attempt(**values)
