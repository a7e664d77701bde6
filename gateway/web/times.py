"""Times as people read them, in China's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.model.identifiers import CHINA
from gateway.model.service import Text

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(microseconds: int) -> Text:
    """Say a time of the journal to the minute: ``11月29日 00:06``, ``29 Nov 00:06``."""
    at = datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(CHINA)
    clock = f"{at:%H:%M}"
    return Text(zh=f"{at.month}月{at.day}日 {clock}", en=f"{at.day} {_MONTHS[at.month - 1]} {clock}")
