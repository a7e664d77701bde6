"""Outputs: of the administration's decisions, for later steps."""

from __future__ import annotations

from datetime import date

from gateway.sdk import Output


class FamilyStatusUpdated(Output):
    """The number of the record."""

    record_number: str


class PassportGranted(Output):
    """The passport, and from which day it can be picked up or is posted."""

    passport_number: str
    ready_on: date
