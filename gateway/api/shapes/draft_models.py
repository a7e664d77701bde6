"""The shapes of drafts, as whoever hands them over sees them: nothing that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gateway.api.shapes.answers import rfc3339
from gateway.api.shapes.shape import Id, Moment, Shape

if TYPE_CHECKING:
    from gateway.cases.drafts.view import DraftView


class DraftShape(Shape):
    """A draft that is open, without what was typed."""

    id: Id
    service: str
    group: Annotated[str, Field(description="Whose it is, and stays.")]
    began_at: Moment
    saved_at: Moment
    expires_at: Annotated[Moment, Field(description="When it is erased unless it is saved or filed before.")]


class DraftsShape(Shape):
    """The open drafts of an account, newest first."""

    items: list[DraftShape]


class HandedOver(Shape):
    """The result of handing drafts over."""

    drafts: Annotated[int, Field(description="How many were given.")]


def draft(one: DraftView) -> DraftShape:
    """A draft without what was typed."""
    return {
        "id": one.id,
        "service": one.service,
        "group": one.owner_group,
        "began_at": rfc3339(one.began_at),
        "saved_at": rfc3339(one.saved_at),
        "expires_at": rfc3339(one.expires_at),
    }
