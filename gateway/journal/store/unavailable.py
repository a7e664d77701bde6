"""Errors of a journal that may not be written any more, and the names under which a database's own are caught."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.model.errors import JournalClosed, JournalUnavailable

#: Base of all that a database, or whoever speaks to it for us, says against a statement.
DatabaseFailed = SQLAlchemyError
#: Base of those of them that the database itself has said.
StatementFailed = DBAPIError


class AuditBroken(JournalUnavailable):
    """An audit that is not what was signed. Nothing is written until somebody has accepted it (``gateway audit accept``)."""


class JournalBroken(JournalClosed):
    """A journal that this process may not write any more, since the disk does not hold what it believes. It must be started anew."""
