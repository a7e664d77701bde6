"""TLS certificates towards departments, and the warnings about those that end soon or could not be renewed."""

from __future__ import annotations

from datetime import datetime

from gateway.departments import texts
from gateway.departments.hosted import Departments
from gateway.model.service import Text
from gateway.sdk.http.tls import ClientTls
from gateway.telemetry.reminders import days_left, is_near


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
