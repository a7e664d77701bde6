"""The shapes of answers about suspended services."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.shapes.shape import Moment, Shape
from gateway.model.service import Text


class SuspendedShape(Shape):
    """That a service takes no new application now, since when and until when, and the public notice."""

    since: Moment
    until: Annotated[Moment | None, Field(description="When it takes applications again by itself; null: until further notice.")]
    notice: Annotated[Text, Field(description="To be shown as it is, as text.")]
