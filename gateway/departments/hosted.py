"""The departments as installed, by name: each with its configuration and its adapter, or why it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.model.department import DepartmentConfig
from gateway.sdk.department import Department
from gateway.sdk.quality import Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """One department as installed. ``problem`` says in words why ``department`` is None, or why nothing more is begun with it.

    ``quality`` is how far its adapter is, as its package says and as far as that holds. ``previous`` is another of its adapter, made
    with the secrets before: it says whether a callback is good by those, and is never opened.
    """

    config: DepartmentConfig
    department: Department | None
    problem: str | None = None
    quality: Quality | None = None
    previous: Department | None = None


Departments = Mapping[str, Hosted]


class Installed(Departments):
    """The departments that are installed now: one object for all who ask, whose contents a reload replaces in one step."""

    def __init__(self, departments: Mapping[str, Hosted]) -> None:
        self._now = dict(departments)

    def __getitem__(self, name: str) -> Hosted:
        return self._now[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def replace(self, departments: Mapping[str, Hosted]) -> None:
        """Have these from now on; who is going through the ones before goes through those to the end."""
        self._now = dict(departments)
