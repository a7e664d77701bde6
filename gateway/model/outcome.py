"""Outcomes: a department's answers as values, which are no errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel


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
