"""The service centre as people know it, whose name stands on every page and paper: not ours. The screens in its hall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from gateway.model import texts
from gateway.model.service import Strict, Text

_Telephone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{2,20}$")]


_ScreenName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$")]


class Board(Strict):
    """One screen in the hall, at ``/board/<name>``. ``services`` are those whose cases it tells of, none: all but what is private."""

    title: Text | None = None
    language: Literal["zh-CN", "en"] = "zh-CN"
    services: tuple[str, ...] | None = None


class Centre(Strict):
    """The centre's own facts, in both languages. What is left out is not shown."""

    name: Text
    address: Text | None = None
    telephone: _Telephone | None = None
    hours: Text | None = None
    complaint: _Telephone | None = None  # the number for complaints (投诉)
    site: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+$")] | None = None  # where people's own phones reach these pages
    boards: Mapping[_ScreenName, Board] = Field(default_factory=dict)


#: The centre of an installation that names none: a word, so that nobody takes it for a real one.
UNNAMED = Centre(name=texts.SERVICE_CENTRE)
