"""Outcomes: a department's answers as values, which are no errors, and their one codec.

The codec has their JSON, the two forms in which the payload keeps it, and the way back. All of it is personal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypedDict

import orjson
from pydantic import BaseModel

from gateway.model import JsonView


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The department has it and decides later.

    ``reference`` is the department's own number for the case. ``check_after`` overrides the configured
    wait before the first poll.
    """

    reference: str
    check_after: timedelta | None = None
    kind: Literal["accepted"] = field(default="accepted", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Granted. ``output`` is an instance of the operation's output model, given to later steps."""

    output: BaseModel
    reference: str | None = None
    kind: Literal["approved"] = field(default="approved", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Refused on the merits. ``code`` is the department's code, ``reason`` its text (may be personal: kept in the payload)."""

    code: str
    reason: str
    reference: str | None = None
    kind: Literal["rejected"] = field(default="rejected", init=False)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of the operation's request that the department wants corrected.

    ``field`` is the dotted path in the request model (``buyer.name``, ``employees.0.id_number``), or ``""``
    when the department names none.
    """

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """补正: sent back to the applicant to be completed or corrected."""

    code: str
    reason: str
    fields: tuple[FieldProblem, ...] = ()
    reference: str | None = None
    kind: Literal["returned"] = field(default="returned", init=False)


Outcome = Accepted | Approved | Rejected | Returned


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Answer to ``find``: the department knows the key, and this is where it stands."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Absent:
    """Answer to ``find``: the department does not know the key (believed only after the operation's settle time).

    In the answer of ``poll``: it does not know the reference (believed when it says so twice).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Answer to ``find``: the department cannot say now and is to be asked again later."""

    detail: str = ""


FindResult = Found | Absent | Unknown


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Answer to ``withdraw``: taken back, the department will not decide it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Answer to ``withdraw``: the department goes on with it. ``code`` says why (``already_decided``, ``not_allowed``)."""

    code: str


WithdrawResult = Withdrawn | Kept


class Words(TypedDict):
    """All that an outcome says."""

    kind: Literal["accepted", "approved", "rejected", "returned"]
    output: JsonView | None
    code: str | None
    reason: str | None
    reference: str | None
    fields: Sequence[Sequence[str]]  # each with its place in the request, and what is wrong with it


class SaidField(TypedDict):
    """A field to be corrected: its place in the department's request, and where the form has it (``""``: nowhere)."""

    field: str
    pointer: str
    message: str


class SaidOutcome(TypedDict):
    """An outcome as its case keeps it."""

    kind: Literal["accepted", "approved", "rejected", "returned"]
    output: JsonView | None
    code: str | None
    reason: str | None
    fields: Sequence[SaidField]


def words(outcome: Outcome) -> Words:
    """Give an outcome as JSON takes it."""
    decided = outcome if isinstance(outcome, Rejected | Returned) else None
    return {
        "kind": outcome.kind,
        "output": outcome.output.model_dump(mode="json") if isinstance(outcome, Approved) else None,
        "code": decided.code if decided else None,
        "reason": decided.reason if decided else None,
        "reference": outcome.reference,
        "fields": [(problem.field, problem.message) for problem in outcome.fields] if isinstance(outcome, Returned) else [],
    }


def from_words(said: Words, output: type[BaseModel]) -> Outcome:
    """Give the outcome that says this, with the ``output`` of its operation. Raises pydantic's ValidationError where that does not fit."""
    reference, code, reason = said["reference"], said["code"] or "", said["reason"] or ""
    match said["kind"]:
        case "approved":
            return Approved(output=output.model_validate(said["output"]), reference=reference)
        case "accepted":
            return Accepted(reference=reference or "")
        case "rejected":
            return Rejected(code=code, reason=reason, reference=reference)
        case "returned":
            fields = tuple(FieldProblem(field, message) for field, message in said["fields"])
            return Returned(code=code, reason=reason, fields=fields, reference=reference)


def to_blob(outcome: Outcome) -> bytes:
    """Give an outcome as it is kept until its delivery is ready for it."""
    return orjson.dumps(words(outcome))


def from_blob(blob: bytes, output: type[BaseModel]) -> Outcome:
    """Give the outcome that :func:`to_blob` kept. Raises pydantic's ValidationError where it does not fit ``output``."""
    kept: Words = orjson.loads(blob)
    return from_words(kept, output)


def said_blob(outcome: Outcome, pointer: Callable[[str], str]) -> bytes:
    """Give an outcome as its case keeps it. ``pointer`` leads from a field of the request to that of the form."""
    whole = words(outcome)
    said: SaidOutcome = {
        "kind": whole["kind"],
        "output": whole["output"],
        "code": whole["code"],
        "reason": whole["reason"],
        "fields": [{"field": field, "pointer": pointer(field), "message": message} for field, message in whole["fields"]],
    }
    return orjson.dumps(said)


def said_in(blob: bytes) -> SaidOutcome:
    """Read what :func:`said_blob` kept."""
    said: SaidOutcome = orjson.loads(blob)
    return said
