"""The installed departments by name, each with its configuration and its adapter, or the reason for having none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.model.department import DepartmentConfig
from gateway.sdk.department import Department
from gateway.sdk.quality import Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """One installed department. ``problem`` says in words why ``department`` is None, or why no more work is begun with it.

    ``quality`` is the adapter's level as declared by its package and confirmed by its evidence. ``previous`` is an adapter made with the
    previous secrets. It only verifies callbacks signed with those and is never opened.
    """

    config: DepartmentConfig
    department: Department | None
    problem: str | None = None
    quality: Quality | None = None
    previous: Department | None = None


Departments = Mapping[str, Hosted]


class Installed(Departments):
    """The departments installed now, in one shared object whose contents a reload replaces in one step."""

    def __init__(self, departments: Mapping[str, Hosted]) -> None:
        self._now = dict(departments)

    def __getitem__(self, name: str) -> Hosted:
        return self._now[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def replace(self, departments: Mapping[str, Hosted]) -> None:
        """Replace all departments in one step. An iteration already begun ends over the old ones."""
        self._now = dict(departments)
