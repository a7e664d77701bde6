"""Tax bureau: REST behind a TIF-style gateway, signed headers, decides at once, business codes inside HTTP 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.sdk import Department, hookimpl
from plugins.tax.adapter import Tax

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox


@hookimpl
def gateway_departments() -> list[type[Department]]:
    """The adapter."""
    return [Tax]


@hookimpl
def gateway_sandboxes() -> list[type[Sandbox]]:
    """The sandbox that goes with it."""
    from plugins.tax.sandbox import TaxSandbox  # noqa: PLC0415  # an adapter's process never loads a sandbox

    return [TaxSandbox]
