"""Records as rows of the tables, and rows as records. A record's fields are the columns of its table, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from operator import attrgetter
from typing import Any

from gateway.model import JsonView
from gateway.model.application import Application, ApplicationState, EndReason
from gateway.model.case import Party
from gateway.model.delivery import Action, Attempt, Delivery, DeliveryState, Record, SkipReason

Row = dict[str, Any]

_ATTEMPT = tuple(field.name for field in fields(Attempt))
_OF_ATTEMPT = attrgetter(*_ATTEMPT)


def delivery_row(d: Delivery) -> Row:
    """Give a delivery as its row: plain values, since drivers differ in what they make of enums (``_value_`` needs no descriptor)."""
    row = dict(d.__dict__)
    row["after"] = ",".join(d.after)
    row["state"], row["action"] = d.state._value_, d.action._value_
    row["skip_reason"] = d.skip_reason._value_ if d.skip_reason else None
    return row


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
    return {**a.__dict__, "state": a.state._value_, "end_reason": a.end_reason._value_ if a.end_reason else None}


def application_of(row: JsonView) -> Application:
    """Give the application that a row holds."""
    values = dict(row)
    values["state"] = ApplicationState(values["state"])
    values["needs_attention"] = bool(values["needs_attention"])
    values["withdrawal_asked"] = bool(values["withdrawal_asked"])
    values["end_reason"] = EndReason(values["end_reason"]) if values["end_reason"] else None
    return Application(**values)


def changed_columns(was: Record, now: Record, columns: Iterable[str]) -> Row:
    """Give those of the columns that differ between two versions of one record, as they are now."""
    before, after = was.__dict__, now.__dict__
    return {name: _plain(after[name]) for name in columns if after[name] != before[name]}


def _plain(value: object) -> object:
    return value._value_ if isinstance(value, Enum) else value


def attempt_row(a: Attempt) -> Row:
    """Give an attempt as its row."""
    return {**dict(zip(_ATTEMPT, _OF_ATTEMPT(a), strict=True)), "action": a.action._value_}


def attempt_of(row: JsonView) -> Attempt:
    """Give the attempt that a row holds."""
    return Attempt(**{**row, "action": Action(row["action"])})


def party_row(p: Party) -> Row:
    """Give a party as its row."""
    return {**vars(p), "roles": ",".join(p.roles)}


def party_of(row: JsonView) -> Party:
    """Give the party that a row holds."""
    return Party(**{**row, "roles": tuple(row["roles"].split(",")) if row["roles"] else ()})
