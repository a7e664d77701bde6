"""Times as people read them, in China's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.web import texts

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(microseconds: int) -> Text:
    """Say a time of the journal to the minute: ``11月29日 00:06``, ``29 Nov 00:06``."""
    at = datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(CHINA)
    return texts.to_the_minute(at.month, at.day, f"{at:%H:%M}", _MONTHS[at.month - 1])


def to_the_second(microseconds: int) -> str:
    """Write a time of the journal to the second, the same in every language: ``2026-11-29 00:06:31``."""
    at = datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(CHINA)
    return f"{at:%Y-%m-%d %H:%M:%S}"
