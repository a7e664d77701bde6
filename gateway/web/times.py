"""Times as people read them, in China's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.texts import instants
from gateway.texts.sentences import name
from gateway.web import texts

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(microseconds: int) -> Text:
    """Say a time of the journal to the minute: ``11月29日 00:06``, ``29 Nov 00:06``."""
    at = _at(microseconds)
    return texts.to_the_minute(at.month, at.day, f"{at:%H:%M}", MONTHS[at.month - 1])


def to_the_second(microseconds: int) -> str:
    """Write a time of the journal to the second, the same in every language: ``2026-11-29 00:06:31``."""
    at = _at(microseconds)
    return f"{at:%Y-%m-%d %H:%M:%S}"


def said_at(written: str) -> Text:
    """Say a time of an answer (RFC 3339) in the same way."""
    at = instants.microseconds(written)
    return name(written) if at is None else moment(at)


def clock(microseconds: int) -> str:
    """Say a time of the journal to the second, for what happens today."""
    return f"{_at(microseconds):%H:%M:%S}"


def day(microseconds: int) -> Text:
    """Say the day of a time: ``11月29日``, ``29 Nov``."""
    at = _at(microseconds)
    return texts.to_the_day(at.month, at.day, MONTHS[at.month - 1])


def weekday(microseconds: int) -> Text:
    """Say the day of a time with its place in the week: ``11月29日（周日）``, ``Sun 29 Nov``."""
    at = _at(microseconds)
    return texts.to_the_weekday(at.month, at.day, MONTHS[at.month - 1], texts.WEEKDAYS[at.weekday()])


def _at(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(CHINA)
