"""Marriage registry: SOAP 1.1 rpc/literal, which returns an XML document as a string, GBK in places. It decides at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.sdk import Department, hookimpl
from plugins.marriage.adapter import Marriage

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox


@hookimpl
def gateway_departments() -> list[type[Department]]:
    """Give the adapter."""
    return [Marriage]


@hookimpl
def gateway_sandboxes() -> list[type[Sandbox]]:
    """Give its sandbox."""
    from plugins.marriage.sandbox import MarriageSandbox  # noqa: PLC0415  # an adapter's process never loads a sandbox

    return [MarriageSandbox]
