"""A receipt issued again, or for the first time for a case from before there were any: what was given before is dead with the commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from gateway.cases.filing import own_case
from gateway.cases.intake import unavailable_journal
from gateway.cases.receipts import texts
from gateway.cases.rights import Act
from gateway.journal.queues import parties
from gateway.journal.writer.draft import Needs
from gateway.model.case import Case, Party
from gateway.model.errors import JournalUnavailable, Located
from gateway.model.identifiers import new_id
from gateway.model.service import APPLICANT
from gateway.texts.refusals import Language, Refused, conflict, in_language

if TYPE_CHECKING:
    from gateway.cases.caller import Caller
    from gateway.cases.receipts.receipt import Receipt, Receipts
    from gateway.journal.writer.draft import Draft
    from gateway.journal.writer.journal import Journal
    from gateway.model.application import Application

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A receipt with the case that it is of."""

    application: Application
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReceipt:
    """A change that gives the party in a role another code and link."""

    application_id: str
    role: str
    caller: Caller
    language: Language
    receipts: Receipts

    @property
    def needs(self) -> Needs:
        """The case."""
        return Needs(cases=(self.application_id,))

    def decide(self, draft: Draft) -> tuple[Case, Party]:
        """Give the case and the party's row as it is then. Raises Refused."""
        before = own_case(draft, self.application_id, self.caller, Act.ISSUE_RECEIPT)
        if not self.receipts.begin(draft):
            raise conflict(texts.OLDER_NODES)
        was, party = self._party(draft, before.application)
        issued = self.receipts.given(draft, party)
        details = {"party": issued.id, "roles": list(issued.roles)}
        case = draft.settle(before.application.id, "receipt_issued", self.caller.actor, details, before=before)
        parties.change(draft, [(was, issued)])
        return case, issued

    def _party(self, draft: Draft, application: Application) -> tuple[Party | None, Party]:
        """Give the row of the role, as it is and as it will be: a new one for the applicant of a case that has no rows."""
        rows = [row for row in parties.of_case(draft.connection, application.id) if row.roles]
        row = next((row for row in rows if self.role in row.roles), None)
        if row is not None:
            return row, row.with_values({"version": row.version + 1})
        if not rows and self.role == APPLICANT:
            index = application.applicant_index
            return None, Party(id=new_id(), application_id=application.id, roles=(APPLICANT,), kind="person", person_index=index)
        said = texts.no_role(", ".join(sorted({role for row in rows for role in row.roles} or {APPLICANT})))
        raise Refused("validation", 422, texts.TO_CORRECT, errors=[Located("/role", in_language(said, self.language))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """Issues receipts again."""

    journal: Journal
    receipts: Receipts

    async def issue(self, application_id: str, *, role: str, caller: Caller, language: Language) -> Issued:
        """Give a case's party in a role another receipt. Raises Refused."""
        change = IssueReceipt(application_id=application_id, role=role, caller=caller, language=language, receipts=self.receipts)
        try:
            case, party = await self.journal.write(change)
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        receipt = self.receipts.of(party)
        if receipt is None:
            raise AssertionError("a row has the receipt that it was just given")
        log.info("receipt_issued", application=application_id, party=party.id, actor=caller.actor)
        return Issued(application=case.application, receipt=receipt)
