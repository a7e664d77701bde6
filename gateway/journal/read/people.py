"""Accounts and sessions as the read side knows them: whoever uses a row checks its MAC first (:mod:`gateway.journal.keys.people_macs`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from gateway.journal.store.people_schema import OPEN
from gateway.journal.store.schema import account, session
from gateway.journal.store.views import AccountView, SessionView

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


def accounts(connection: Connection) -> list[AccountView]:
    """Give every account, by login."""
    return [AccountView(**row) for row in connection.execute(select(account).order_by(account.c.login)).mappings()]


def by_login(connection: Connection, login: str) -> AccountView | None:
    """Give the account of that login."""
    return _one(connection, account.c.login == login)


def by_id(connection: Connection, account_id: str) -> AccountView | None:
    """Give the account of that id."""
    return _one(connection, account.c.id == account_id)


def by_token(connection: Connection, digest: str) -> tuple[SessionView, AccountView] | None:
    """Give the session of a token by its SHA-256 (hex), ended or not, with its account."""
    found = connection.execute(select(session).where(session.c.token == digest)).mappings().first()
    if found is None or (owner := _one(connection, account.c.id == found["account"])) is None:
        return None
    return SessionView(**found), owner


def open_sessions(connection: Connection, account_id: str) -> list[SessionView]:
    """Give the sessions of an account that nobody has ended, however old they are, newest first."""
    wanted = select(session).where(session.c.account == account_id, text(OPEN)).order_by(session.c.began_at.desc())
    return [SessionView(**row) for row in connection.execute(wanted).mappings()]


def _one(connection: Connection, which: ColumnElement[bool]) -> AccountView | None:
    found = connection.execute(select(account).where(which)).mappings().first()
    return None if found is None else AccountView(**found)
