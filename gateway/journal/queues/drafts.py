"""Drafts: found by the read side, and added, changed and ended at once within a change, each row held by the change's entry."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from gateway.journal.audit.row_digests import ROWS
from gateway.journal.payload import Content, erase_typed, typed
from gateway.journal.store import schema
from gateway.model.case import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from gateway.journal.writer.draft import Draft

_TABLE = schema.draft
_C = _TABLE.c
#: The fields by which people know a draft in a list.
_APPLICANT = "/applicant/"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A draft as the journal holds it, without anything that was typed. Times are microseconds since the epoch."""

    id: str
    owner_group: str
    clerk: str  # the account at whose counter it is
    service: str
    code_mac: int
    began_at: int
    application_id: str | None  # the case that it was filed as
    digest: str
    person_index: str | None
    version: int
    saved_at: int
    expires_at: int


def by_id(connection: Connection, draft_id: str) -> DraftRow | None:
    """Give a draft, one that is filed or has expired, too."""
    return next(iter(_found(connection, 1, _C.id == draft_id)), None)


def of_clerk(connection: Connection, group: str, clerk: str, now: int, most: int) -> list[DraftRow]:
    """Give the open drafts of a clerk in a group, the newest first."""
    return _found(connection, most, _C.clerk == clerk, *_open(group, now))


def of_account(connection: Connection, clerk: str, now: int) -> list[DraftRow]:
    """Give all open drafts of an account, the newest first."""
    return _found(connection, None, _C.clerk == clerk, _C.application_id.is_(None), _C.expires_at > now)


def of_group(connection: Connection, group: str, now: int, most: int) -> list[DraftRow]:
    """Give the open drafts of a group, the newest first."""
    return _found(connection, most, *_open(group, now))


def of_person(connection: Connection, group: str, indexes: Sequence[str], now: int, most: int) -> list[DraftRow]:
    """Give a group's open drafts for the person with one of these blind indexes, the newest first."""
    return _found(connection, most, _C.person_index.in_(indexes), *_open(group, now))


def by_code_macs(connection: Connection, macs: Sequence[int]) -> DraftRow | None:
    """Give the draft with one of these keyed digests of its code."""
    return next(iter(_found(connection, 1, _C.code_mac.in_(macs))), None)


def contents(connection: Connection, draft_id: str) -> list[Content]:
    """Give what is typed into a draft."""
    return [content for _, content in typed(connection, [draft_id])]


def applicants(connection: Connection, rows: Sequence[DraftRow]) -> list[tuple[DraftRow, list[Content]]]:
    """Give drafts, each with what is typed of its applicant."""
    found: dict[str, list[Content]] = {row.id: [] for row in rows}
    for draft_id, content in typed(connection, list(found), _APPLICANT):
        found[draft_id].append(content)
    return [(row, found[row.id]) for row in rows]


def are_over(connection: Connection, now: int) -> bool:
    """Tell whether some draft has expired."""
    return connection.execute(select(_C.id).where(_C.expires_at <= now).limit(1)).first() is not None


def locked(draft: Draft, draft_id: str) -> DraftRow | None:
    """Give a draft, which no other node changes until this commit."""
    found = draft.connection.execute(select(_TABLE).where(_C.id == draft_id).with_for_update()).mappings().first()
    return None if found is None else DraftRow(**found)


def all_locked_of(draft: Draft, clerk: str) -> list[DraftRow]:
    """Give all drafts of a clerk in the same way."""
    wanted = select(_TABLE).where(_C.clerk == clerk).order_by(_C.id).with_for_update()
    return [DraftRow(**row) for row in draft.connection.execute(wanted).mappings()]


def locked_over(draft: Draft, most: int) -> list[DraftRow]:
    """Give drafts that have expired, passing over those that another node is changing."""
    wanted = select(_TABLE).where(_C.expires_at <= draft.now).order_by(_C.expires_at).limit(most).with_for_update(skip_locked=True)
    return [DraftRow(**row) for row in draft.connection.execute(wanted).mappings()]


def add(draft: Draft, row: DraftRow) -> None:
    """Add a draft."""
    draft.connection.execute(insert(_TABLE), asdict(row))
    draft.hold(_TABLE, asdict(row))


def change(draft: Draft, was: DraftRow, changes: Mapping[str, Any]) -> DraftRow:
    """Change some columns of a draft that was just read, and give it as it is now."""
    draft.connection.execute(update(_TABLE).where(_C.id == was.id).values(**changes))
    now = {**asdict(was), **changes}
    draft.hold(_TABLE, now, was=asdict(was))
    return DraftRow(**now)


def end(draft: Draft, rows: Sequence[DraftRow]) -> None:
    """Take drafts away, with all that was typed, as the change's entry says."""
    ids = [row.id for row in rows]
    erase_typed(draft.connection, ids)
    draft.connection.execute(delete(_TABLE).where(_C.id.in_(ids)))
    for row in rows:
        name, digest = ROWS[_TABLE.name].named(asdict(row))
        draft.rows_found.setdefault(NOBODY, {}).setdefault(name, digest)


def _open(group: str, now: int) -> tuple[ColumnElement[bool], ...]:
    return _C.owner_group == group, _C.application_id.is_(None), _C.expires_at > now


def _found(connection: Connection, most: int | None, *which: ColumnElement[bool]) -> list[DraftRow]:
    wanted = select(_TABLE).where(*which).order_by(_C.id.desc()).limit(most)
    return [DraftRow(**row) for row in connection.execute(wanted).mappings()]
