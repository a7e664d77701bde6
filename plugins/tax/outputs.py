"""Outputs: of the tax bureau's decisions, for later steps."""

from __future__ import annotations

from decimal import Decimal

from gateway.sdk import Output


class DeductionsUpdated(Output):
    """The receipt, and the first year in which the change counts."""

    receipt_number: str
    effective_year: int


class TransferAssessed(Output):
    """The receipt, and the amount in yuan."""

    receipt_number: str
    amount: Decimal


class RetirementRegistered(Output):
    """The receipt."""

    receipt_number: str


class InvoicingActivated(Output):
    """The company's number as a taxpayer, and the receipt."""

    taxpayer_number: str
    receipt_number: str
