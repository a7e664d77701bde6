"""The time from which a case may say why it ended, and when it was handed in: its image then has columns that an older node leaves out.

It begins once every living node is of a revision that has them (:func:`gateway.journal.keys.said_by_nodes.begin_ends`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from gateway.journal.store import schema

#: The key of ``meta`` that says since when.
SINCE: Final = "ends_since"


@dataclass(slots=True)
class Ends:
    """The knowledge that a writer has of it. It is asked for in the database until it has begun, and never again."""

    known: bool = False

    def begun(self, connection: Connection, undo: list[Callable[[], None]]) -> bool:
        """Tell whether it has begun. A journal in a file has one writer, so no older one.

        ``undo`` is that of a change which may not be committed.
        """
        if not self.known and (connection.dialect.name == "sqlite" or since(connection)):
            self.known = True
            undo.append(self._forget)  # this very transaction may say so, and may yet fail
        return self.known

    def _forget(self) -> None:
        self.known = False


def since(connection: Connection) -> bool:
    """Tell whether the journal says that it has begun."""
    meta = schema.meta.c
    return connection.execute(select(meta.value).where(meta.key == SINCE)).first() is not None
