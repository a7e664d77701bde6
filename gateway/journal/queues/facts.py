"""Facts that a journal keeps about itself, from its first start on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Engine, bindparam, delete, insert, select, text

from gateway.journal.store import schema
from gateway.journal.store.refused import DatabaseRefused
from gateway.journal.writer.draft import Draft

#: The fact that all cases of the journal are invented, for people who learn.
_TRAINING = "training"


def begun(writer: Engine, identity: str, first: Callable[[], Mapping[str, str]], *, place: str) -> dict[str, str]:
    """Give all facts. A journal without the fact named ``identity`` is new, and keeps those that ``first`` gives.

    Raises DatabaseRefused of ``place`` (``no_identity``) when it is not new after all, and what ``first`` raises.
    """
    with writer.begin() as connection:
        if connection.dialect.name != "sqlite":  # two nodes may start at once
            connection.execute(text("LOCK TABLE meta IN SHARE ROW EXCLUSIVE MODE"))
        facts: dict[str, str] = {row.key: row.value for row in connection.execute(select(schema.meta))}
        if identity not in facts:
            if any(connection.execute(select(table).limit(1)).first() for table in (schema.audit, schema.application, schema.chain)):
                detail = "this journal's own id is gone (table meta was emptied), and it is no new journal: restore a backup"
                raise DatabaseRefused("no_identity", place, detail)
            facts = dict(first())
            connection.execute(insert(schema.meta), [{"key": key, "value": value} for key, value in facts.items()])
    return facts


def training(writer: Engine, *, begins: bool) -> bool:
    """Tell whether this journal is for training. One without a case becomes it where that ``begins``, and then stays it for good."""
    with writer.begin() as connection:
        meta = schema.meta.c
        if connection.execute(select(meta.value).where(meta.key == _TRAINING)).first() is not None:
            return True
        if not begins or connection.execute(select(schema.application.c.id).limit(1)).first() is not None:
            return False
        connection.execute(insert(schema.meta), {"key": _TRAINING, "value": "from the first case"})
        return True


def forget(draft: Draft, name: str) -> None:
    """Take a fact away."""
    draft.execute(delete(schema.meta).where(schema.meta.c.key == bindparam("b_key")), {"b_key": name})
