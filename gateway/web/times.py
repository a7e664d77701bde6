"""Times as people read them, in China's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.web import texts

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(microseconds: int) -> Text:
    """Say a time of the journal to the minute: ``11月29日 00:06``, ``29 Nov 00:06``."""
    at = datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(CHINA)
    return texts.to_the_minute(at.month, at.day, f"{at:%H:%M}", MONTHS[at.month - 1])
