"""The filing of a draft: the case and the draft's end in one commit, so that there is never one without the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.cases.drafts.changes import AlreadyFiled, SavedMeanwhile, open_row
from gateway.cases.drafts.view import fields_of, later
from gateway.cases.filing import FileApplication, Filed
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.payload import erase_typed
from gateway.journal.queues import drafts
from gateway.journal.writer.draft import Change, Draft, Needs

if TYPE_CHECKING:
    from gateway.cases.caller import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDraft(Change[Filed]):
    """A change that files what a draft said in its ``version``, once: whoever comes second gets the first one's case.

    Raises SavedMeanwhile where somebody has saved another version since, Refused (404), and what filing raises.
    """

    id: str
    caller: Caller
    version: int
    filing: FileApplication

    @property
    def needs(self) -> Needs:
        """The filing under the draft's key."""
        return self.filing.needs

    def decide(self, draft: Draft) -> Filed:
        """File it, and end the draft."""
        try:
            row = open_row(draft, self.id, self.caller.group)
        except AlreadyFiled as first:
            return Filed(application_id=first.application_id, created=False)
        if row.version != self.version:
            raise SavedMeanwhile(later(fields_of(drafts.contents(draft.connection, row.id)), self.version))
        filed = self.filing.decide(draft)
        drafts.change(draft, row, {"application_id": filed.application_id})
        erase_typed(draft.connection, [row.id])
        draft.audit(Entry(event="draft_filed", actor=self.caller.actor, details={"draft": row.id, "application": filed.application_id}))
        return filed
