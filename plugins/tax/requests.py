"""Requests to the tax bureau: our fields, each with its name there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gateway.sdk import Request

MaritalStatus = Literal["10", "20", "21", "22", "23", "30", "40", "90"]  # GB/T 2261.2
Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]  # yuan
Area = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]  # m²


class UpdateDeductions(Request):
    """Change of a person's special additional deductions after a marriage."""

    name: str
    id_type: str = Field(serialization_alias="idType")
    id_number: str = Field(serialization_alias="idNumber")
    spouse_name: str = Field(serialization_alias="spouseName")
    spouse_id_number: str = Field(serialization_alias="spouseIdNumber")
    marriage_certificate_number: str = Field(serialization_alias="marriageCertificateNumber")


class AssessTransfer(Request):
    """Assessment of the taxes on a house that changes hands."""

    seller_name: str = Field(serialization_alias="sellerName")
    seller_id_number: str = Field(serialization_alias="sellerIdNumber")
    seller_marital_status: MaritalStatus = Field(serialization_alias="sellerMaritalStatus")
    buyer_name: str = Field(serialization_alias="buyerName")
    buyer_id_number: str = Field(serialization_alias="buyerIdNumber")
    unit_number: str = Field(serialization_alias="unitNumber")
    certificate_number: str = Field(serialization_alias="certificateNumber")
    area: Area
    price: Money
    contract_number: str = Field(serialization_alias="contractNumber")
    contract_date: date = Field(serialization_alias="contractDate")


class RegisterRetirement(Request):
    """A person who has retired."""

    name: str
    id_type: str = Field(serialization_alias="idType")
    id_number: str = Field(serialization_alias="idNumber")
    retirement_date: date = Field(serialization_alias="retirementDate")


class ActivateInvoicing(Request):
    """Invoicing for a new company."""

    company_name: str = Field(serialization_alias="companyName")
    uscc: str
    representative_name: str = Field(serialization_alias="representativeName")
    representative_id_number: str = Field(serialization_alias="representativeIdNumber")
    taxpayer_kind: Literal["general", "small"] = Field(serialization_alias="taxpayerKind")
