"""The only door to personal data at rest: whatever is kept of a case's contents goes into the table and comes out of it here.

A content has an owner (a case, or NOBODY), a part (its kind, and whose or which it is) and a revision. It is erased with its owner. Backups
alone copy the table as it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Delete, Table, and_, delete, insert, literal_column, not_, select

from gateway.journal.store import schema
from gateway.journal.store.records import Row
from gateway.journal.store.statements import Among

#: The application as it was handed in, by revision.
FORM: Final = "form"
#: Kinds of parts, of which an owner has many: each part's name begins with its kind.
OUTCOME, SAID, NOTE, MESSAGE, TYPED = "outcome:", "said:", "note:", "inbox:", "draft:"

_TABLE = schema.payload
#: Contents that one statement names.
_SOME: Final = 500
_C = _TABLE.c
#: The owner's column, for statements over a range of them.
OWNER = _C.application_id
_TYPED: Final[tuple[ColumnElement[bool], ...]] = (_C.part >= TYPED, _C.part < f"{TYPED[:-1]};")  # the character after a colon
#: Every content with what the audit's commitment to it is proven by: owner, part, revision, salt, blob. There is none to what is typed into
#: a draft, since nothing stands on that until it is filed.
PROOFS = select(OWNER, _C.part, _C.revision, _C.salt, _C.blob).where(not_(and_(*_TYPED)))
_OF_OWNERS = Among(select(OWNER, _C.part, _C.revision, _C.blob), OWNER)
_FORMS = Among(select(OWNER, _C.revision, _C.blob).where(_C.part == literal_column(f"'{FORM}'")).order_by(_C.revision), OWNER)
_NAMES = Among(select(OWNER, _C.part, _C.revision), OWNER)


class Content(NamedTuple):
    """One content of an owner."""

    part: str
    revision: int
    blob: bytes

    @property
    def name(self) -> str:
        """Give the name by which the audit's entries commit to it."""
        return f"{self.part}@{self.revision}"


def outcome_part(step: str) -> str:
    """Name the part of a department's answer to a step, which is kept by the delivery's round."""
    return f"{OUTCOME}{step}"


def said_part(step: str) -> str:
    """Name the part of a department's own words about a step, which are kept by the lease under which the call was made."""
    return f"{SAID}{step}"


def note_part(about: str) -> str:
    """Name the part of a reason in somebody's own words."""
    return f"{NOTE}{about}"


def message_part(department: str, message_id: str) -> str:
    """Name the part of a callback's content."""
    return f"{MESSAGE}{department}:{message_id}"


def kept(
    connection: Connection,
    owner: str,
    parts: Collection[str] = (),
    *,
    kind: str | None = None,
    revision: int | None = None,
    most: int | None = None,
) -> list[Content]:
    """Give the contents of an owner in these parts, or of this kind: by part, the newest revision first, ``most`` of them."""
    of_kind = [] if kind is None else [_C.part >= kind, _C.part < f"{kind[:-1]};"]  # the character after a colon
    statement = select(_C.part, _C.revision, _C.blob).where(_C.application_id == owner, *of_kind or [_C.part.in_(parts)])
    if revision is not None:
        statement = statement.where(_C.revision == revision)
    return [Content(*row) for row in connection.execute(statement.order_by(_C.part, _C.revision.desc()).limit(most))]


def of_owners(connection: Connection, owners: Collection[str]) -> Iterator[tuple[str, Content]]:
    """Give all contents of many owners, as a batch of changes loads them."""
    for row in _OF_OWNERS.execute(connection, owners):
        yield row["application_id"], Content(row["part"], row["revision"], row["blob"])


def forms(connection: Connection, owners: Collection[str]) -> dict[str, bytes]:
    """Give what was handed in as the latest revision of each of these cases."""
    return {row["application_id"]: row["blob"] for row in _FORMS.execute(connection, owners)}


def names(connection: Connection, owners: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give each owner with the name of each of its contents, ``part@revision``, by which the audit's entries commit to them."""
    for row in _NAMES.execute(connection, owners):
        yield row["application_id"], f"{row['part']}@{row['revision']}"


def inserted(owner: str, content: Content, salt: bytes) -> tuple[Table, Row]:
    """Give the row that keeps a content, for the batch to insert."""
    return _TABLE, {"application_id": owner, **content._asdict(), "salt": salt}


def erased(owner: str, part: str, revision: int) -> Delete:
    """Give the statement that takes a content away."""
    return delete(_TABLE).where(_C.application_id == owner, _C.part == part, _C.revision == revision)


def typed_part(pointer: str) -> str:
    """Name the part of what is typed into a draft's field, which is kept by the version that it was saved with."""
    return f"{TYPED}{pointer}"


def typed(connection: Connection, drafts: Collection[str], beneath: str = "/") -> Iterator[tuple[str, Content]]:
    """Give the contents of drafts in fields beneath that pointer, which ends with a slash."""
    first = typed_part(beneath)
    there = _C.part >= first, _C.part < f"{first[:-1]}0"  # the character after a slash
    for row in connection.execute(select(OWNER, _C.part, _C.revision, _C.blob).where(OWNER.in_(drafts), *there)):
        yield row.application_id, Content(row.part, row.revision, row.blob)


def keep_typed(connection: Connection, draft: str, contents: Sequence[Content]) -> None:
    """Keep what is typed into a draft's fields, in the place of what was there."""
    parts = [one.part for one in contents]
    for first in range(0, len(parts), _SOME):
        connection.execute(delete(_TABLE).where(OWNER.in_([draft]), _C.part.in_(parts[first : first + _SOME])))
    if contents:
        connection.execute(insert(_TABLE), [{"application_id": draft, **one._asdict()} for one in contents])


def erase_typed(connection: Connection, drafts: Collection[str]) -> None:
    """Take away all that is typed into drafts."""
    connection.execute(delete(_TABLE).where(OWNER.in_(drafts), *_TYPED))
