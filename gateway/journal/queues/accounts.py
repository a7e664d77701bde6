"""Accounts and sessions within a change: read, added and changed at once, each held by the change's entry."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, text, update

from gateway.journal.audit.row_digests import ROWS
from gateway.journal.store import schema
from gateway.journal.store.people_schema import OPEN
from gateway.journal.store.views import AccountView, SessionView
from gateway.model.case import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from gateway.journal.writer.draft import Draft

_ACCOUNT, _SESSION = schema.account, schema.session


def by_id(draft: Draft, account_id: str) -> AccountView | None:
    """Give an account, disabled or not, which no other node changes until this commit."""
    return _account(draft, _ACCOUNT.c.id == account_id)


def by_login(draft: Draft, login: str) -> AccountView | None:
    """Give the account of that login in the same way. Without one, a rotation of the secret waits for this commit all the same."""
    return _account(draft, _ACCOUNT.c.login == login)


def add(draft: Draft, account: AccountView) -> None:
    """Add an account."""
    draft.connection.execute(insert(_ACCOUNT), asdict(account))
    draft.hold(_ACCOUNT, asdict(account))


def change(draft: Draft, was: AccountView, changes: Mapping[str, Any]) -> None:
    """Change some columns of an account that was just read."""
    draft.connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == was.id).values(**changes))
    draft.hold(_ACCOUNT, {**asdict(was), **changes}, was=asdict(was))


def begin(draft: Draft, session: SessionView) -> None:
    """Add a session."""
    draft.connection.execute(insert(_SESSION), asdict(session))
    draft.hold(_SESSION, asdict(session))


def open_session(draft: Draft, session_id: str) -> SessionView | None:
    """Give a session that nobody has ended, however old it is. No other node ends it until this commit."""
    wanted = select(_SESSION).where(_SESSION.c.id == session_id, _SESSION.c.ended_at.is_(None)).with_for_update()
    found = draft.connection.execute(wanted).mappings().first()
    return None if found is None else SessionView(**found)


def end(draft: Draft, was: SessionView) -> None:
    """End a session that was just read."""
    draft.connection.execute(update(_SESSION).where(_SESSION.c.id == was.id).values(ended_at=draft.now))
    draft.hold(_SESSION, asdict(replace(was, ended_at=draft.now)), was=asdict(was))


def see(draft: Draft, session_id: str, at: int) -> None:
    """Keep when a session was last used, where that is later than what another node kept."""
    draft.connection.execute(update(_SESSION).where(_SESSION.c.id == session_id, _SESSION.c.seen_at < at).values(seen_at=at))


def forget(draft: Draft, account_id: str) -> None:
    """Take away the account's sessions that are over, as the change's entry says: their own entries tell of them."""
    over = or_(_SESSION.c.ended_at.is_not(None), _SESSION.c.ends_at < draft.now)
    wanted = select(_SESSION).where(_SESSION.c.account == account_id, over).with_for_update()
    found = [dict(row) for row in draft.connection.execute(wanted).mappings()]
    for row in found:
        name, digest = ROWS["session"].named(row)
        draft.rows_found.setdefault(NOBODY, {}).setdefault(name, digest)
        draft.connection.execute(delete(_SESSION).where(_SESSION.c.id == row["id"]))


def open_of(draft: Draft, account_id: str) -> list[SessionView]:
    """Give the sessions of an account that nobody has ended."""
    wanted = select(_SESSION).where(_SESSION.c.account == account_id, text(OPEN)).order_by(_SESSION.c.id).with_for_update()
    return [SessionView(**row) for row in draft.connection.execute(wanted).mappings()]


def _account(draft: Draft, which: ColumnElement[bool]) -> AccountView | None:
    found = draft.connection.execute(select(_ACCOUNT).where(which).with_for_update()).mappings().first()
    return None if found is None else AccountView(**found)
