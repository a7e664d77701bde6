"""Times as people read them, in China's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.texts import instants
from gateway.texts.sentences import name
from gateway.web import texts

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(microseconds: int) -> Text:
    """Say a time of the journal to the minute: ``11月29日 00:06``, ``29 Nov 00:06``."""
    at = local(microseconds)
    return texts.day_and_clock(at.month, at.day, f"{at:%H:%M}", _MONTHS[at.month - 1])


def second(microseconds: int) -> Text:
    """Say the same to the second: ``11月29日 00:06:02``."""
    at = local(microseconds)
    return texts.day_and_clock(at.month, at.day, f"{at:%H:%M:%S}", _MONTHS[at.month - 1])


def stamp(microseconds: int) -> str:
    """Write a time of the journal to the second with its year, the same in every language: ``2026-11-29 00:06:31``."""
    at = local(microseconds)
    return f"{at:%Y-%m-%d %H:%M:%S}"


def said_at(written: str) -> Text:
    """Say a time of an answer (RFC 3339) in the same way."""
    at = instants.microseconds(written)
    return name(written) if at is None else moment(at)


def clock(microseconds: int) -> str:
    """Say a time of the journal to the second, for what happens today."""
    return f"{local(microseconds):%H:%M:%S}"


def day(microseconds: int) -> Text:
    """Say the day of a time: ``11月29日``, ``29 Nov``."""
    at = local(microseconds)
    return texts.to_the_day(at.month, at.day, _MONTHS[at.month - 1])


def weekday(microseconds: int) -> Text:
    """Say the day of a time with its place in the week: ``11月29日（周日）``, ``Sun 29 Nov``."""
    at = local(microseconds)
    return texts.to_the_weekday(at.month, at.day, _MONTHS[at.month - 1], texts.WEEKDAYS[at.weekday()])


def local(microseconds: int) -> datetime:
    """Give a time of the journal in China's zone, to the second."""
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(CHINA)
