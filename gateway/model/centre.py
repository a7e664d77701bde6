"""The service centre as people know it, whose name stands on every page and paper: not ours."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.model import texts
from gateway.model.service import Strict, Text

_Telephone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{2,20}$")]


class Centre(Strict):
    """The centre's own facts, in both languages. What is left out is not shown."""

    name: Text
    address: Text | None = None
    telephone: _Telephone | None = None
    hours: Text | None = None
    complaint: _Telephone | None = None  # the number for complaints (投诉)
    site: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+$")] | None = None  # where people's own phones reach these pages


#: The centre of an installation that names none: a word, so that nobody takes it for a real one.
UNNAMED = Centre(name=texts.SERVICE_CENTRE)
