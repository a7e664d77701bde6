"""Requests to the administration: our fields, each with its name there."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.sdk import Request


class UpdateFamilyStatus(Request):
    """A person's family status has changed; codes by GB/T 2261.2."""

    name: str
    id_type: str = Field(serialization_alias="idType")
    id_number: str = Field(serialization_alias="idNumber")
    marital_status: Literal["10", "20", "21", "22", "23", "30", "40", "90"] = Field(serialization_alias="maritalStatus")
    spouse_name: str = Field(serialization_alias="spouseName")
    marriage_certificate_number: str = Field(serialization_alias="marriageCertificateNumber")


class ApplyPassport(Request):
    """An ordinary passport, to be picked up or posted to ``address``."""

    name: str
    id_type: str = Field(serialization_alias="idType")
    id_number: str = Field(serialization_alias="idNumber")
    mobile: str
    delivery: Literal["pick_up", "post"]
    address: str | None = None
    old_passport_number: str | None = Field(None, serialization_alias="oldPassportNumber")

    @model_validator(mode="after")
    def _address_to_post_to(self) -> Self:
        if self.delivery == "post" and self.address is None:
            raise ValueError("a passport that is posted needs an address")
        return self
