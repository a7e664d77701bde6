"""Outputs: of the registry's decisions for later steps, of its answers for whoever asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gateway.sdk import Output


class Registered(Output):
    """The new certificate (不动产权证号) and the day of its entry."""

    certificate_number: str
    registered_on: date


class Holding(Output):
    """One home; ``area`` in m²."""

    unit_number: str
    address: str
    area: Decimal


class Holdings(Output):
    """The homes."""

    count: int
    holdings: list[Holding]
