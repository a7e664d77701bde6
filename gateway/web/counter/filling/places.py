"""The place on the counter's pages at which something in an application is changed, by its JSON Pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.web.counter.steps import address

if TYPE_CHECKING:
    from gateway.model.service import Text

#: The step on whose page each part of an application is.
_STEPS: Final = {"applicant": "applicant", "agent": "applicant", "data": "form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A field on a page. ``href`` is none for what no page lets a clerk change."""

    href: str | None
    title: Text | None = None
