"""TLS certificates towards departments, and the warnings about those that end soon or could not be renewed."""

from __future__ import annotations

from datetime import datetime

from gateway.departments.hosted import Departments
from gateway.sdk.http.tls import ClientTls
from gateway.telemetry.reminders import days_left, is_near

_PARTS = {"certificate": ("本方客户端证书", "our client certificate"), "ca": ("部门的 CA 证书", "the department's CA")}

#: A sentence in Chinese and in English.
Both = tuple[str, str]


def tls_of(departments: Departments) -> dict[str, ClientTls]:
    """Give the TLS settings of each department that needs more than the machine's own trust store."""
    made = ((name, hosted.department) for name, hosted in departments.items())
    return {name: department.connection.tls for name, department in made if department and department.connection.tls}


def certificates_wrong(departments: Departments, moment: datetime) -> str | None:
    """Name every certificate that ends soon, has ended or could not be renewed, or give None if all is well."""
    return "; ".join(f"{name}: {en}" for name, tls in tls_of(departments).items() for _, en in said_of(tls, moment)) or None


def said_of(tls: ClientTls, moment: datetime) -> list[Both]:
    """Give the warnings about one department's certificates."""
    found: list[Both] = []
    if tls.problem is not None:
        found.append((f"新放入的证书不可用，仍用原来的：{tls.problem}", f"renewed certificates are not taken: {tls.problem}"))
    return found + [_ending(part, until, moment) for part, until in tls.until.items() if is_near(until, moment)]


def _ending(part: str, until: datetime, moment: datetime) -> Both:
    (zh, en), day, left = _PARTS[part], f"{until:%Y-%m-%d}", days_left(until, moment)
    if until <= moment:
        return (
            f"{zh}已于 {day} 过期：请换上新证书，无须重启",
            f"{en} has expired on {day}: put a renewed one in its place, no restart needed",
        )
    zh = f"{zh}将于 {day} 到期（还有 {left} 天）：请换上新证书，无须重启"
    return zh, f"{en} ends on {day} (days left: {left}): put a renewed one in its place, no restart needed"
