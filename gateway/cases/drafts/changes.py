"""Changes of drafts, each one commit: begun, saved, looked at in its new form, handed over, discarded, ended when it has expired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.cases.drafts import texts
from gateway.cases.drafts.merging import Changes, merged
from gateway.cases.drafts.view import SavedField, fields_of
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.payload import keep_typed
from gateway.journal.queues import drafts
from gateway.journal.queues.drafts import DraftRow
from gateway.journal.writer.draft import Change, Draft
from gateway.texts.refusals import Refused, conflict

if TYPE_CHECKING:
    from gateway.cases.caller import Caller
    from gateway.cases.casework import Casework
    from gateway.cases.drafts.codes import DraftCodes

#: Drafts that one commit ends at most.
SOME: Final = 100
ID_TYPE, ID_NUMBER = "/applicant/id_type", "/applicant/id_number"


class SavedMeanwhile(Refused):
    """The refusal (409) of who comes second. ``theirs`` are the fields of which somebody else saved another text, by pointer."""

    def __init__(self, theirs: Mapping[str, SavedField]) -> None:
        super().__init__("conflict", 409, texts.SAVED_MEANWHILE)
        self.theirs = theirs


class AlreadyFiled(Refused):
    """The refusal (409) of a change of a draft that is filed, with the case that it became."""

    def __init__(self, application_id: str) -> None:
        super().__init__("conflict", 409, texts.already_filed(application_id))
        self.application_id = application_id


def no_draft() -> Refused:
    """Give the refusal where there is no such draft, or it is another group's: nobody can tell which."""
    return Refused("not-found", 404, texts.NO_DRAFT)


def open_row(draft: Draft, draft_id: str, group: str | None) -> DraftRow:
    """Give a group's draft, locked. Raises Refused, 404, or AlreadyFiled."""
    row = drafts.locked(draft, draft_id)
    if row is None or row.owner_group != group or row.expires_at <= draft.now:
        raise no_draft()
    if row.application_id is not None:
        raise AlreadyFiled(row.application_id)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin(Change[DraftRow]):
    """A change that begins a draft. Raises Refused (409) while a node runs that would take its rows for nobody's."""

    id: str
    group: str
    caller: Caller
    service: str
    digest: str
    lasts: int  # microseconds
    codes: DraftCodes

    def decide(self, draft: Draft) -> DraftRow:
        """Begin it, with nothing typed."""
        if older := self.codes.older(draft):
            raise conflict(texts.older_nodes(", ".join(older)))
        row = DraftRow(
            id=self.id,
            owner_group=self.group,
            clerk=self.caller.id,
            service=self.service,
            code_mac=self.codes.mac_of_new(draft, self.id),
            began_at=draft.now,
            application_id=None,
            digest=self.digest,
            person_index=None,
            version=0,
            saved_at=draft.now,
            expires_at=draft.now + self.lasts,
        )
        drafts.add(draft, row)
        _tell(draft, "draft_begun", self.caller.actor, row, service=self.service)
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Save(Change[DraftRow]):
    """A change that saves some fields, of whoever has seen the draft's version ``seen``.

    Raises SavedMeanwhile, and then saves nothing, AlreadyFiled, or Refused (404).
    """

    id: str
    caller: Caller
    seen: int
    changes: Changes = field(repr=False)
    lasts: int
    casework: Casework

    def decide(self, draft: Draft) -> DraftRow:
        """Save what is new."""
        row = open_row(draft, self.id, self.caller.group)
        stored = fields_of(drafts.contents(draft.connection, row.id))
        new, clashes = merged(stored, self.changes, self.seen)
        if clashes:
            raise SavedMeanwhile(clashes)
        if not new:
            return row
        version = row.version + 1
        saved = {p: SavedField(text=text, by=self.caller.name, at=draft.now, version=version) for p, text in new.items()}
        keep_typed(draft.connection, row.id, [one.content(pointer) for pointer, one in saved.items()])
        changes = {
            "version": version,
            "saved_at": draft.now,
            "expires_at": draft.now + self.lasts,
            "person_index": self._person({**stored, **saved}),
        }
        return drafts.change(draft, row, changes)

    def _person(self, fields: Mapping[str, SavedField]) -> str | None:
        kind, number = (identity_text(fields[p].text) if p in fields else "" for p in (ID_TYPE, ID_NUMBER))
        return self.casework.applicant_index(kind, number) if kind and number else None


def identity_text(text: str | None) -> str:
    """Give an ID's type or number as it is looked for, however it was typed."""
    return (text or "").strip().upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeForm(Change[DraftRow]):
    """A change that says that the service's new form was looked at, by its definition's digest. Raises as :class:`Save` does."""

    id: str
    caller: Caller
    digest: str

    def decide(self, draft: Draft) -> DraftRow:
        """Keep it."""
        return drafts.change(draft, open_row(draft, self.id, self.caller.group), {"digest": self.digest})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverDrafts(Change[int]):
    """A change that gives a draft, or all open ones of ``clerk`` in ``group``, to a colleague's account. Gives how many those were."""

    group: str
    to: str  # account id
    actor: str
    id: str | None = None
    clerk: str | None = None

    def decide(self, draft: Draft) -> int:
        """Hand them over. Raises Refused (404) or AlreadyFiled for one that cannot be."""
        rows = [open_row(draft, self.id, self.group)] if self.id is not None else self._all(draft)
        moved = [row for row in rows if row.clerk != self.to]
        for row in moved:
            drafts.change(draft, row, {"clerk": self.to})
            _tell(draft, "draft_handed_over", self.actor, row, account=self.to)
        return len(moved)

    def _all(self, draft: Draft) -> list[DraftRow]:
        found = drafts.all_locked_of(draft, self.clerk or "")
        return [row for row in found if row.owner_group == self.group and row.application_id is None and row.expires_at > draft.now]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard(Change[None]):
    """A change that takes a draft away. Raises Refused (404), AlreadyFiled."""

    id: str
    caller: Caller

    def decide(self, draft: Draft) -> None:
        """End it, with all that was typed."""
        row = open_row(draft, self.id, self.caller.group)
        drafts.end(draft, [row])
        _tell(draft, "draft_discarded", self.caller.actor, row)


@dataclass(frozen=True, slots=True)
class Expire(Change[Sequence[str]]):
    """A change that takes away drafts that have expired, some at a time, those that were filed among them. Gives their ids."""

    def decide(self, draft: Draft) -> Sequence[str]:
        """End them."""
        rows = drafts.locked_over(draft, SOME)
        if rows:
            drafts.end(draft, rows)
            draft.audit(Entry(event="drafts_expired", actor="gateway", details={"drafts": len(rows)}))
        return [row.id for row in rows]


def _tell(draft: Draft, event: str, actor: str, row: DraftRow, **more: str) -> None:
    draft.audit(Entry(event=event, actor=actor, details={"draft": row.id, "group": row.owner_group, **more}))
