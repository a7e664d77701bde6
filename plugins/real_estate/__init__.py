"""Real-estate registry: REST with signed requests. It decides later by a signed callback, and answers the housing query at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.sdk import Department, hookimpl
from plugins.real_estate.adapter import RealEstate

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox


@hookimpl
def gateway_departments() -> list[type[Department]]:
    """Give the adapter."""
    return [RealEstate]


@hookimpl
def gateway_sandboxes() -> list[type[Sandbox]]:
    """Give its sandbox."""
    from plugins.real_estate.sandbox import RealEstateSandbox  # noqa: PLC0415  # an adapter's process never loads a sandbox

    return [RealEstateSandbox]
