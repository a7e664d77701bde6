"""The departments as installed, by name: each with its configuration and its adapter, or why it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.model.department import DepartmentConfig
from gateway.sdk.department import Department


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """One department as installed. ``problem`` says in words why ``department`` is None."""

    config: DepartmentConfig
    department: Department | None
    problem: str | None = None


Departments = Mapping[str, Hosted]
