"""Replies of the administration."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.sdk.rest import ReplyModel

Reference = Annotated[str, Field(pattern=r"^CRJ[0-9]{8}-[0-9]{6,}$")]
Message = Annotated[str, Field(max_length=500)]


class Problem(ReplyModel):
    """One field that is to be corrected."""

    name: str
    message: Message


class Coded(ReplyModel):
    """Any reply: the code says which it is."""

    code: str


class Receipt(ReplyModel):
    """A case that was taken."""

    reference: Reference


class Refused(ReplyModel):
    """A refusal on the merits."""

    code: Annotated[str, Field(min_length=1, max_length=20)]
    message: Message


class SentBack(Refused):
    """A list of corrections to make."""

    fields: tuple[Problem, ...]


class Case(ReplyModel):
    """A case."""

    reference: Reference


class OpenCase(Case):
    """One that is not decided."""

    state: Literal["PROCESSING"]


class LostCase(Case):
    """One that will never be decided."""

    state: Literal["WITHDRAWN", "NOT_FOUND"]


class ApprovedCase(Case):
    """One that was granted, with what its operation gives."""

    state: Literal["APPROVED"]
    record_number: Annotated[str, Field(pattern=r"^JT[0-9]{8,}$")] | None = Field(None, alias="recordNumber")
    passport_number: Annotated[str, Field(pattern=r"^E[0-9A-Z][0-9]{7}$")] | None = Field(None, alias="passportNumber")
    ready_on: date | None = Field(None, alias="readyOn")


class RejectedCase(Case, Refused):
    """One that was refused."""

    state: Literal["REJECTED"]


class ReturnedCase(Case, SentBack):
    """One that was sent back."""

    state: Literal["RETURNED"]


class Standing(ReplyModel):
    """One item of a progress reply."""

    case: Annotated[OpenCase | LostCase | ApprovedCase | RejectedCase | ReturnedCase, Field(discriminator="state")]


class Progress(ReplyModel):
    """A reply about many cases, each to be read by itself."""

    code: Literal["0"]
    items: list[dict[str, Any]]


class Withdrawal(ReplyModel):
    """The answer to a withdrawal."""

    code: Literal["0"]
    result: Literal["WITHDRAWN", "ALREADY_DECIDED", "NOT_ALLOWED"]


class Status(ReplyModel):
    """The answer to a probe."""

    code: Literal["0"]
