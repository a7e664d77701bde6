"""Requests to the registry: our fields, each with its name there."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.sdk import Request
from gateway.sdk.fields import IdNumber, Line, Name


class AddCoOwner(Request):
    """The spouse becomes a co-owner of the home."""

    certificate_number: str = Field(serialization_alias="bdcqzh")
    unit_number: str = Field(serialization_alias="bdcdyh")
    owner_name: str = Field(serialization_alias="qlrmc")
    owner_id_number: str = Field(serialization_alias="qlrzjh")
    co_owner_name: str = Field(serialization_alias="gyrmc")
    co_owner_id_number: str = Field(serialization_alias="gyrzjh")
    marriage_certificate_number: str = Field(serialization_alias="jhzzh")


class RegisterTransfer(Request):
    """A home goes from the seller to the buyer."""

    certificate_number: str = Field(serialization_alias="bdcqzh")
    unit_number: str = Field(serialization_alias="bdcdyh")
    seller_name: str = Field(serialization_alias="ywrmc")
    seller_id_number: str = Field(serialization_alias="ywrzjh")
    buyer_name: str = Field(serialization_alias="qlrmc")
    buyer_id_number: str = Field(serialization_alias="qlrzjh")
    contract_number: str = Field(serialization_alias="htbh")
    tax_receipt_number: str = Field(serialization_alias="wspzh")


class HousingHoldings(Request):
    """How many homes a person holds, for what, and who wants to know."""

    name: Annotated[Name, Field(serialization_alias="qlrmc")]
    id_number: Annotated[IdNumber, Field(serialization_alias="qlrzjh")]
    purpose: Annotated[
        Line,
        Field(
            title="查询用途",
            examples=["购房资格核验"],
            json_schema_extra={"x-title-en": "What it is asked for"},
            serialization_alias="cxfw",
        ),
    ]
    asked_by: Annotated[
        Line,
        Field(
            title="查询人（窗口或单位）",
            max_length=100,
            examples=["综合窗口3号"],
            json_schema_extra={"x-title-en": "Who asks"},
            serialization_alias="clientusername",
        ),
    ]
