"""The shapes of API keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.shapes.shape import Id, Moment, Shape


class Key(Shape):
    """An API key, without the key."""

    id: Id
    name: str
    role: str
    created_at: Moment
    expires_at: Annotated[Moment | None, Field(description="From then on it is refused; null: it does not end by itself.")]
    revoked_at: Moment | None
    last_used_at: Annotated[Moment | None, Field(description="To the minute, kept about a minute late; null: never, as far as is kept.")]
    caller_id: Annotated[Id, Field(description="As whom it calls: itself, or the first of the keys that it succeeded.")]
    group: Annotated[str | None, Field(description="Whose cases are its own; null: those that it filed.")]


class NewKey(Key):
    """A key just made; `key` is told this once and never again."""

    key: str


class KeysShape(Shape):
    """Every key, newest first."""

    items: list[Key]


class RotatedHmacKey(Shape):
    """What became of the wish for another key of commitments."""

    file: Annotated[str, Field(description="Holds the new key: copy it into the secrets folder of every node.")]
    rotated: Annotated[bool, Field(description="It makes from here on; false: nothing has changed yet.")]
    keys: Annotated[int, Field(description="API keys that were given a new MAC.")]
    lacking: Annotated[list[Id], Field(description="Nodes that do not have it yet, or have not said so.")]
