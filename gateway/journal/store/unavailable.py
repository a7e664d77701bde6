"""Errors of a journal that cannot be written or read now."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.model.errors import GatewayError

#: Base of all that a database, or whoever speaks to it for us, says against a statement.
DatabaseFailed = SQLAlchemyError
#: Base of those of them that the database itself has said.
StatementFailed = DBAPIError


class JournalUnavailable(GatewayError):
    """A journal that cannot be written or read now (disk full, database locked or away): nothing was done, try again later."""


class AuditBroken(JournalUnavailable):
    """An audit that is not what was signed. Nothing is written until somebody has accepted it (``gateway audit accept``)."""


class JournalClosed(JournalUnavailable):
    """A journal that is closed, since the process is stopping."""


class JournalBroken(JournalClosed):
    """A journal that this process may not write any more, since the disk does not hold what it believes. It must be started anew."""
