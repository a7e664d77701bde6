"""The beginning of groups: from then on a case's image has its group, which an older node would leave out."""

from __future__ import annotations

from typing import Final

from sqlalchemy import insert, select

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.said_by_nodes import REVISION, lacking
from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft

#: The key of ``meta`` that says since when there are groups.
SINCE: Final = "groups_since"
#: The first revision of the tables that has them.
_FIRST = "0014"


def begin(draft: Draft, *, actor: str) -> tuple[str, ...]:
    """Let there be groups, unless there are. Gives the older nodes that may still write: nothing has changed then.

    A journal in a file has one writer, so no older one.
    """
    meta = schema.meta
    if draft.connection.execute(select(meta.c.value).where(meta.c.key == SINCE)).first() is not None:
        return ()
    alone = draft.connection.dialect.name == "sqlite"
    older = () if alone else lacking(draft.connection, REVISION, lambda said: said >= _FIRST)
    if not older:
        draft.connection.execute(insert(meta), {"key": SINCE, "value": str(draft.now)})
        draft.audit(Entry(event="groups_begun", actor=actor, details={}))
    return older
