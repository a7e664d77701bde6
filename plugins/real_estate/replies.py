"""Replies of the registry, and the callbacks that it posts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gateway.sdk.rest import ReplyModel

Reference = Annotated[str, Field(pattern=r"^BDC[0-9]{8}-[0-9]{6,}$")]
Message = Annotated[str, Field(max_length=500)]


class Problem(ReplyModel):
    """One field that is to be corrected."""

    name: str
    message: Message


class Coded(ReplyModel):
    """Any reply: the code says which it is."""

    code: str


class Receipt(ReplyModel):
    """A registration that was taken."""

    reference: Reference


class Refused(ReplyModel):
    """A refusal on the merits."""

    code: Annotated[str, Field(min_length=1, max_length=20)]
    message: Message


class SentBack(Refused):
    """A list of corrections to make."""

    fields: tuple[Problem, ...]


class Case(ReplyModel):
    """A registration."""

    delivery_key: str = Field(alias="deliveryKey")
    reference: Reference
    operation: Literal["add_co_owner", "register_transfer"] = Field(alias="djlx")


class OpenCase(Case):
    """One that is not decided, or was taken back."""

    state: Literal["processing", "withdrawn"]


class ApprovedCase(Case):
    """One that was entered."""

    state: Literal["approved"]
    certificate_number: Annotated[str, Field(min_length=1, max_length=50)] = Field(alias="bdcqzh")
    registered_on: date = Field(alias="djrq")


class RejectedCase(Case, Refused):
    """One that was refused."""

    state: Literal["rejected"]


class ReturnedCase(Case, SentBack):
    """One that was sent back."""

    state: Literal["returned"]


Standing = Annotated[OpenCase | ApprovedCase | RejectedCase | ReturnedCase, Field(discriminator="state")]


class Finding(ReplyModel):
    """The registration of a key, or none."""

    registration: Standing | None


class Decided(ReplyModel):
    """A callback."""

    type: Literal["registration.decided"]
    data: Annotated[ApprovedCase | RejectedCase | ReturnedCase, Field(discriminator="state")]


class Withdrawal(ReplyModel):
    """The answer to a withdrawal."""

    result: Literal["withdrawn", "already_decided", "not_allowed"]


class Home(ReplyModel):
    """A home."""

    unit_number: str = Field(alias="bdcdyh")
    address: str = Field(alias="zl")
    area: Annotated[Decimal, Field(ge=0)] = Field(alias="mj")


class Homes(ReplyModel):
    """The homes of a person."""

    homes: list[Home] = Field(alias="list")
