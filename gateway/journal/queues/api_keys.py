"""API keys, written at once and not with the batch: a rotation of the secret in the same batch has to find them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import bindparam, insert, or_, select, update

from gateway.journal.store import schema
from gateway.journal.store.records import Row
from gateway.journal.store.views import KeyView
from gateway.journal.writer.draft import Draft

_TABLE = schema.api_key
_KEY = _TABLE.c
_LATER = (
    update(_TABLE)
    .where(_KEY.id == bindparam("b_id"), or_(_KEY.last_used_at.is_(None), _KEY.last_used_at < bindparam("b_at")))
    .values(last_used_at=bindparam("b_at"))
)


def hold_off_rotation(draft: Draft) -> None:
    """Read the table, so that a rotation of the secret waits for this transaction."""
    draft.connection.execute(select(_KEY.id).limit(1)).first()


def api_key(draft: Draft, key_id: str) -> KeyView | None:
    """Give the key of that id, revoked or not."""
    found = draft.connection.execute(select(_TABLE).where(_KEY.id == key_id)).mappings().first()
    return None if found is None else KeyView(**found)


def of_caller(draft: Draft, caller: str) -> list[KeyView]:
    """Give every key of a caller, revoked or not: the first and those that succeeded it."""
    found = draft.connection.execute(select(_TABLE).where(or_(_KEY.id == caller, _KEY.caller == caller))).mappings()
    return [KeyView(**row) for row in found]


def add(draft: Draft, row: Row) -> None:
    """Add a key."""
    draft.connection.execute(insert(_TABLE), row)
    draft.hold(_TABLE, row)


def change(draft: Draft, key: KeyView, changes: Mapping[str, int | str | None]) -> None:
    """Change some columns of a key that was just read."""
    draft.connection.execute(update(_TABLE).where(_KEY.id == key.id).values(changes))
    was = asdict(key)
    draft.hold(_TABLE, {**was, **changes}, was=was)


def keep_uses(draft: Draft, used: Mapping[str, int]) -> None:
    """Keep when keys were used, where that is later than what another node kept."""
    for key_id in sorted(used):  # in one order on every node, so that none waits for another
        draft.execute(_LATER, {"b_id": key_id, "b_at": used[key_id]})
