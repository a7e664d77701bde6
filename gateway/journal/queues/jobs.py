"""Rows of jobs, each the work of one node at a time. They are written at once, so that the next change of a batch finds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TypedDict, Unpack

from sqlalchemy import Connection, insert, select, tuple_, update

from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft

_TABLE = schema.job


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A job that is in the journal. ``created`` is false when it had been begun before under the same key."""

    id: str
    body_hmac: str
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job as it is kept. ``filter`` is JSON."""

    id: str
    caller: str
    key: str
    body_hmac: str
    filter: str
    state: str
    selected: int
    cursor: str | None = None
    last: str
    created_at: int
    ended_at: int | None = None
    lease_owner: str | None = None
    lease_until: int | None = None
    version: int = 1


class JobColumns(TypedDict, total=False):
    """Columns of a job that a change may set."""

    state: str
    ended_at: int
    lease_owner: str | None
    lease_until: int | None
    filter: str
    cursor: str | None


def find_begun(connection: Connection, forms: Iterable[tuple[str, str]]) -> Begun | None:
    """Give the job that a caller began under a key, in any of its forms, or None."""
    row = connection.execute(select(_TABLE.c.id, _TABLE.c.body_hmac).where(tuple_(_TABLE.c.caller, _TABLE.c.key).in_(forms))).one_or_none()
    return None if row is None else Begun(id=row.id, body_hmac=row.body_hmac, created=False)


def job(draft: Draft, job_id: str) -> JobRow | None:
    """Give a job, nobody else's to change before this commit ends (on SQLite nobody else writes)."""
    row = draft.connection.execute(select(_TABLE).where(_TABLE.c.id == job_id).with_for_update()).mappings().one_or_none()
    return None if row is None else JobRow(**row)


def add(draft: Draft, row: JobRow) -> None:
    """Add a job."""
    draft.connection.execute(insert(_TABLE), asdict(row))
    draft.hold(_TABLE, asdict(row))


def change(draft: Draft, row: JobRow, **changes: Unpack[JobColumns]) -> int:
    """Change a job that was just read, and give its version now. Nothing of a change may be refused after this."""
    version = row.version + 1
    draft.connection.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(**changes, version=version))
    was = asdict(row)
    draft.hold(_TABLE, {**was, **changes}, was=was)
    return version
