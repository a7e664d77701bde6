"""The shapes of the audit, and of a person's acts on it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.api.shapes.models import PageShape
from gateway.api.shapes.shape import Foreign, Moment, Shape


class Checkpoint(BaseModel):
    """The signed heads of the audit's chains."""

    model_config = ConfigDict(extra="allow")


class AuditEntryShape(Shape):
    """One entry of the tamper-evident audit: `hash` = SHA-256 over the hash before it and this entry."""

    chain: str
    seq: int
    at: Moment
    at_microseconds: Annotated[int, Field(description="The same, exactly as it is hashed.")]
    event: str
    actor: str
    application_id: str | None
    event_no: int | None
    delivery_id: str | None
    details: Foreign
    hash: str


class AuditPage(PageShape):
    """Some entries of the audit, newest first."""

    items: list[AuditEntryShape]


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
