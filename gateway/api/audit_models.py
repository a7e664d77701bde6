"""Shapes of what a person does to the audit, as answered."""

from __future__ import annotations

from gateway.api.models import Shape


class AuditProblem(Shape):
    """One thing that is wrong with the audit, and where."""

    kind: str
    chain: str | None
    seq: int | None
    en: str
    zh: str


class AcceptedAudit(Shape):
    """The audit was taken as it was found: what was wrong with it then."""

    problems: list[AuditProblem]


class UpgradedAudit(Shape):
    """All chains are signed now: how many were not."""

    chains: int


class KeyHandover(Shape):
    """The old signing key's word that the new one signs after it (Ed25519, base64)."""

    old: str
    new: str
    signature: str
