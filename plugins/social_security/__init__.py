"""Social security bureau: SOAP 1.1 document/literal with WS-Security. It accepts now and decides later, when polled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.sdk import Department, hookimpl
from plugins.social_security.adapter import SocialSecurity

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox


@hookimpl
def gateway_departments() -> list[type[Department]]:
    """Give the adapter."""
    return [SocialSecurity]


@hookimpl
def gateway_sandboxes() -> list[type[Sandbox]]:
    """Give its sandbox."""
    from plugins.social_security.sandbox import SocialSecuritySandbox  # noqa: PLC0415  # an adapter's process never loads a sandbox

    return [SocialSecuritySandbox]
