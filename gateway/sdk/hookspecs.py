"""All the hooks. A hook only registers, and the gateway calls the registered objects directly.

A distribution names its plugin module under the entry-point group ``gateway.departments``. The module holds functions of these names,
marked with :data:`hookimpl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from gateway.sdk.department import Department
    from gateway.sdk.sandbox import Sandbox

PROJECT = "gateway"
ENTRY_POINT_GROUP = "gateway.departments"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def gateway_departments() -> list[type[Department]]:  # type: ignore[empty-body]  # a hookspec has no body
    """Give the adapter classes that this plugin brings. The gateway makes one object of each that is configured."""


@hookspec
def gateway_sandboxes() -> list[type[Sandbox]]:  # type: ignore[empty-body]  # a hookspec has no body
    """Give the sandbox classes of these adapters. Import them inside the function, because adapters never load a sandbox."""
