"""The installed departments by name, each with its configuration and its adapter, or the reason for having none, and their certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.departments import texts
from gateway.model.department import DepartmentConfig
from gateway.model.service import Text
from gateway.sdk.department import Department
from gateway.sdk.http.tls import ClientTls
from gateway.sdk.quality import Quality
from gateway.telemetry.reminders import days_left, is_near


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

    @property
    def digest(self) -> str:
        """The SHA-256 of its configuration."""
        return hashlib.sha256(self.config.model_dump_json().encode()).hexdigest()


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


def tls_of(departments: Departments) -> dict[str, ClientTls]:
    """Give the TLS settings of each department that needs more than the machine's own trust store."""
    made = ((name, hosted.department) for name, hosted in departments.items())
    return {name: department.connection.tls for name, department in made if department and department.connection.tls}


def certificates_wrong(departments: Departments, moment: datetime) -> str | None:
    """Name every certificate that ends soon, has ended or could not be renewed, or give None if all is well."""
    return "; ".join(f"{name}: {one.en}" for name, tls in tls_of(departments).items() for one in said_of(tls, moment)) or None


def said_of(tls: ClientTls, moment: datetime) -> list[Text]:
    """Give the warnings about one department's certificates."""
    found = [texts.not_taken(tls.problem)] if tls.problem is not None else []
    return found + [_ending(part, until, moment) for part, until in tls.until.items() if is_near(until, moment)]


def _ending(part: str, until: datetime, moment: datetime) -> Text:
    title, day = texts.CERTIFICATES[part], f"{until:%Y-%m-%d}"
    return texts.ended(title, day) if until <= moment else texts.ending(title, day, days_left(until, moment))
