"""Accounts and sessions as the read side knows them: whoever uses a row checks its MAC first (:mod:`gateway.journal.keys.people_macs`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from gateway.journal.store.people_schema import OPEN
from gateway.journal.store.schema import account, api_key, session
from gateway.journal.store.views import AccountView, SessionView

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection


#: Beginnings of actors: a key by its id, a person by the login.
_KEY: Final = "caller:"
_PERSON: Final = "user:"


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


def names(connection: Connection, actors: Collection[str]) -> dict[str, str]:
    """Give the names of the audit's actors that are keys or accounts here."""
    keys = {actor.removeprefix(_KEY): actor for actor in actors if actor.startswith(_KEY)}
    logins = {actor.removeprefix(_PERSON): actor for actor in actors if actor.startswith(_PERSON)}
    named = [
        (keys, select(api_key.c.id, api_key.c.name).where(api_key.c.id.in_(keys))),
        (logins, select(account.c.login, account.c.name).where(account.c.login.in_(logins))),
    ]
    return {known[row[0]]: row[1] for known, statement in named if known for row in connection.execute(statement)}


def _one(connection: Connection, which: ColumnElement[bool]) -> AccountView | None:
    found = connection.execute(select(account).where(which)).mappings().first()
    return None if found is None else AccountView(**found)
