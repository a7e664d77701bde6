"""Accounts and sessions within a change: read, added and changed at once, each held by the change's entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from gateway.journal.store.people_schema import account, session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.journal.store.records import Row
    from gateway.journal.writer.draft import Draft

Value = int | str | None


def by_id(draft: Draft, account_id: str) -> Row | None:
    """Give an account, disabled or not."""
    return _first(draft.connection.execute(select(account).where(account.c.id == account_id)).mappings().first())


def by_login(draft: Draft, login: str) -> Row | None:
    """Give the account of that login."""
    return _first(draft.connection.execute(select(account).where(account.c.login == login)).mappings().first())


def add(draft: Draft, row: Row) -> None:
    """Add an account."""
    draft.connection.execute(insert(account), row)
    draft.hold(account, row)


def change(draft: Draft, was: Row, changes: Mapping[str, Value]) -> Row:
    """Change some columns of an account that was just read, and give it as it is now."""
    row = {**was, **changes, "version": was["version"] + 1}
    draft.connection.execute(update(account).where(account.c.id == was["id"]).values({**changes, "version": row["version"]}))
    draft.hold(account, row, was=was)
    return row


def begin(draft: Draft, row: Row) -> None:
    """Add a session."""
    draft.connection.execute(insert(session), row)
    draft.hold(session, row)


def open_session(draft: Draft, session_id: str) -> Row | None:
    """Give a session that nobody has ended, however old it is."""
    wanted = select(session).where(session.c.id == session_id, session.c.ended_at.is_(None))
    return _first(draft.connection.execute(wanted).mappings().first())


def open_of(draft: Draft, account_id: str) -> list[Row]:
    """Give the sessions of an account that nobody has ended."""
    wanted = select(session).where(session.c.account == account_id, session.c.ended_at.is_(None)).order_by(session.c.id)
    return [dict(row) for row in draft.connection.execute(wanted).mappings()]


def end(draft: Draft, was: Row) -> None:
    """End a session that was just read."""
    row = {**was, "ended_at": draft.now}
    draft.connection.execute(update(session).where(session.c.id == was["id"]).values(ended_at=draft.now))
    draft.hold(session, row, was=was)


def _first(row: Mapping[str, Value] | None) -> Row | None:
    return None if row is None else dict(row)
