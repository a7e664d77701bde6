"""Why a database cannot be used, in words that say what to do."""

from __future__ import annotations

from gateway.model.errors import GatewayError


class DatabaseRefused(GatewayError):
    """The database cannot be used as it is.

    ``code`` is a short stable word. On every store: ``unsupported``, ``missing``, ``not_a_journal``, ``read_only``, ``older``,
    ``newer``, ``locked``, ``unreadable``. SQLite: ``not_a_database``. PostgreSQL: ``unreachable``, ``credentials``,
    ``no_rights``, ``server_too_old``, ``encoding``. ``place`` is the file, or the server without its password. ``detail`` says
    what is wrong and what to do.
    """

    def __init__(self, code: str, place: str, detail: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.code = code
        self.place = place
        self.detail = detail

    def __reduce__(self) -> tuple[type[DatabaseRefused], tuple[str, str, str]]:
        """Let it come back from a process of its own, as what it is."""
        return type(self), (self.code, self.place, self.detail)


def not_a_url() -> DatabaseRefused:
    """Refuse what is no URL; what was written is not repeated, since it may hold a password."""
    detail = "this is not a database URL; write sqlite:////absolute/path/journal.db or postgresql://user@host:5432/database"
    return DatabaseRefused("unsupported", "GATEWAY_DATABASE", detail)


def unsupported_store(backend: str) -> DatabaseRefused:
    """Refuse a store that a journal is not kept in."""
    detail = "a journal is kept in SQLite or PostgreSQL: write sqlite:////absolute/path/journal.db or postgresql://user@host:5432/database"
    return DatabaseRefused("unsupported", backend, detail)


def not_a_journal(place: str) -> DatabaseRefused:
    """Refuse a database with other tables in it."""
    return DatabaseRefused("not_a_journal", place, "this database holds something else: name another in GATEWAY_DATABASE")
