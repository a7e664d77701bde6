"""Exit-entry administration: REST, office hours and a daily quota, progress polled; repeats are never recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.sdk import Department, hookimpl
from plugins.exit_entry.adapter import ExitEntry

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox


@hookimpl
def gateway_departments() -> list[type[Department]]:
    """The adapter."""
    return [ExitEntry]


@hookimpl
def gateway_sandboxes() -> list[type[Sandbox]]:
    """The sandbox that goes with it."""
    from plugins.exit_entry.sandbox import ExitEntrySandbox  # noqa: PLC0415  # an adapter's process never loads a sandbox

    return [ExitEntrySandbox]
