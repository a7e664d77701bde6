"""Shapes of API keys, as answered."""

from __future__ import annotations

from uuid import UUID  # pydantic reads it when the class is made

from pydantic import AwareDatetime  # as above

from gateway.api.models import Shape


class Key(Shape):
    """An API key, without the key."""

    id: UUID
    name: str
    role: str
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None


class NewKey(Key):
    """A key just made; `key` is told this once and never again."""

    key: str


class Keys(Shape):
    """Every key, newest first."""

    items: list[Key]
