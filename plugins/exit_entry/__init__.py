"""Exit-entry administration: REST, with office hours, a daily quota and polled progress. It never recognises repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.sdk import Department, hookimpl
from plugins.exit_entry.adapter import ExitEntry

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox


@hookimpl
def gateway_departments() -> list[type[Department]]:
    """Give the adapter."""
    return [ExitEntry]


@hookimpl
def gateway_sandboxes() -> list[type[Sandbox]]:
    """Give its sandbox."""
    from plugins.exit_entry.sandbox import ExitEntrySandbox  # noqa: PLC0415  # an adapter's process never loads a sandbox

    return [ExitEntrySandbox]
