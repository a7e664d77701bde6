"""Tax bureau: REST behind a TIF-style gateway, with signed headers and business codes inside HTTP 200. It decides at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.sdk import Department, hookimpl
from plugins.tax.adapter import Tax

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox


@hookimpl
def gateway_departments() -> list[type[Department]]:
    """Give the adapter."""
    return [Tax]


@hookimpl
def gateway_sandboxes() -> list[type[Sandbox]]:
    """Give its sandbox."""
    from plugins.tax.sandbox import TaxSandbox  # noqa: PLC0415  # an adapter's process never loads a sandbox

    return [TaxSandbox]
