"""Refusals of a database that cannot be used, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.model.errors import GatewayError

if TYPE_CHECKING:
    from pathlib import Path


#: The advice to somebody whose URL names no journal.
WRITE_URL = "write sqlite:////absolute/path/journal.db or postgresql://user@host:5432/database"


class DatabaseRefused(GatewayError):
    """A database that cannot be used as it is.

    ``code`` is a short stable word. On every store: ``unsupported``, ``missing``, ``not_a_journal``, ``read_only``, ``older``, ``newer``,
    ``locked``, ``unreadable``. SQLite: ``not_a_database``. PostgreSQL: ``unreachable``, ``credentials``, ``no_rights``, ``server_too_old``,
    ``encoding``. ``place`` is the file, or the server without its password. ``detail`` says what is wrong and what to do.
    """

    def __init__(self, code: str, place: str, detail: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.code = code
        self.place = place
        self.detail = detail

    def __reduce__(self) -> tuple[type[DatabaseRefused], tuple[str, str, str]]:
        """Let it come back whole from another process."""
        return type(self), (self.code, self.place, self.detail)


def not_a_url() -> DatabaseRefused:
    """Refuse what is no URL, without repeating it, since it may hold a password."""
    return DatabaseRefused("unsupported", "GATEWAY_DATABASE", f"this is not a database URL; {WRITE_URL}")


def not_writable(path: Path, error: OSError) -> DatabaseRefused:
    """Refuse a file or folder that this user may not write."""
    detail = f"cannot be written ({error.strerror}): give this user the folder, or set GATEWAY_DATA to another"
    return DatabaseRefused("read_only", str(path), detail)
