"""A draft as it is read: the texts of its fields exactly as they were typed, who saved each, and what else is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson

from gateway.journal.payload import TYPED, Content, typed_part
from gateway.journal.queues.drafts import DraftRow

#: The place of what is no part of the application: window, ticket number, answers of the guide, materials that were ticked.
NOTES: Final = "/notes/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedField:
    """One field's text, None where it was cleared. ``by`` is the name of who saved it, ``version`` the draft's with which that was."""

    text: str | None = field(repr=False)
    by: str
    at: int
    version: int

    def content(self, pointer: str) -> Content:
        """Give what is kept of it."""
        return Content(typed_part(pointer), self.version, orjson.dumps({"text": self.text, "by": self.by, "at": self.at}))


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft. ``fields`` are by JSON Pointer within the application (``/applicant/name``), and of a draft in a list the applicant's alone.

    ``application_id`` is of one that is filed, whose fields are gone. ``code`` brings it back. Times are microseconds since the epoch.
    """

    id: str
    owner_group: str
    clerk: str  # account id
    service: str
    digest: str  # of the definition whose form was last seen
    version: int
    began_at: int
    saved_at: int
    expires_at: int
    code: str | None = field(repr=False)
    application_id: str | None
    fields: Mapping[str, SavedField] = field(repr=False)

    @property
    def texts(self) -> dict[str, str]:
        """Give the application's texts as they were typed, by pointer."""
        return {pointer: text for pointer, text in self._typed() if not pointer.startswith(NOTES)}

    @property
    def notes(self) -> dict[str, str]:
        """Give what is kept beside the application, by its pointer beneath :data:`NOTES`: ``window``, ``materials/id_card``."""
        return {pointer.removeprefix(NOTES): text for pointer, text in self._typed() if pointer.startswith(NOTES)}

    def _typed(self) -> Iterable[tuple[str, str]]:
        return ((pointer, one.text) for pointer, one in self.fields.items() if one.text is not None)


def fields_of(contents: Iterable[Content]) -> dict[str, SavedField]:
    """Read the fields of a draft from what is kept of them."""
    return {one.part.removeprefix(TYPED): SavedField(**orjson.loads(one.blob), version=one.revision) for one in contents}


def view_of(row: DraftRow, code: str | None, fields: Mapping[str, SavedField]) -> DraftView:
    """Give a draft's row and fields as its view."""
    return DraftView(
        id=row.id,
        owner_group=row.owner_group,
        clerk=row.clerk,
        service=row.service,
        digest=row.digest,
        version=row.version,
        began_at=row.began_at,
        saved_at=row.saved_at,
        expires_at=row.expires_at,
        code=code,
        application_id=row.application_id,
        fields=fields,
    )


def later(fields: Mapping[str, SavedField], version: int) -> dict[str, SavedField]:
    """Give the fields that were saved after that version."""
    return {pointer: one for pointer, one in fields.items() if one.version > version}
