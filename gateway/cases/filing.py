"""The change that files an application: itself, its deliveries, its payload and its audit entry in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.cases import texts
from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, Forms
from gateway.cases.rights import Act, may
from gateway.catalogue.compiled import CompiledService
from gateway.catalogue.share import Context
from gateway.catalogue.warned import Warned
from gateway.journal.payload import FORM
from gateway.journal.store import schema
from gateway.journal.store.records import party_row
from gateway.journal.writer.draft import Draft, Needs, NoSuchCase
from gateway.model import JsonView
from gateway.model.application import Application, ApplicationState
from gateway.model.case import Case, Party
from gateway.model.delivery import Delivery
from gateway.model.identifiers import new_id
from gateway.texts.refusals import Refused, not_found


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An application or revision that is in the journal. ``case`` was just committed: none for a repeat.

    ``warnings`` say what it will trouble, by the service as it is now.
    """

    application_id: str
    created: bool
    case: Case | None = None
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A checked application. ``form`` is the payload's blob, ``body_hmac`` the keyed digest by which the body is known again."""

    id: str
    number: str
    caller: str
    actor: str
    group: str | None
    idempotency_key: str
    body_hmac: Forms
    channel: str
    trace_id: str
    applicant_index: str
    received_at: int
    due_at: int | None
    form: bytes
    ctx: Context
    service: CompiledService
    parties: Sequence[Party] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileApplication:
    """File an application once: the same key and body give the first one, another body is refused."""

    filing: Filing
    casework: Casework

    @property
    def needs(self) -> Needs:
        """The filing under the same key, if there was one."""
        return Needs(filings=self.casework.keys.forms(self.filing.caller, self.filing.idempotency_key))

    def decide(self, draft: Draft) -> Filed:
        """Add the case and start the steps that come after none."""
        filing = self.filing
        if (known := draft.filing(self.needs.filings)) is not None:
            return repeated(known, filing.body_hmac)
        draft.add_case(_application(filing), _deliveries(filing, draft.now))
        for party in filing.parties:
            draft.insert(schema.party, party_row(party), case=filing.id)
        draft.put_payload(filing.id, FORM, 1, filing.form)
        row = {
            "caller": filing.caller,
            "key": self.casework.keys.kept(draft, filing.caller, filing.idempotency_key),
            "body_hmac": filing.body_hmac[0],
            "application_id": filing.id,
            "revision": 1,
            "created_at": draft.now,
        }
        draft.insert(schema.idempotency, row, case=filing.id)
        disclosed = self.casework.release(draft, draft.case(filing.id), filing.service, filing.ctx)
        details = {
            "number": filing.number,
            "service": filing.service.definition.code,
            "digest": filing.service.digest,
            "caller": filing.caller,
            "disclosed": disclosed,
        }
        case = draft.settle(filing.id, "application_accepted", filing.actor, details)
        return Filed(application_id=filing.id, created=True, case=case)


def repeated(known: JsonView, body_hmac: Forms) -> Filed:
    """Answer a key that was used before. Raises Refused when it came with another body."""
    if known["body_hmac"] not in body_hmac:
        raise Refused("idempotency-mismatch", 422, texts.OTHER_BODY)
    return Filed(application_id=known["application_id"], created=False)


def _application(filing: Filing) -> Application:
    return Application(
        id=filing.id,
        number=filing.number,
        caller=filing.caller,
        service=filing.service.definition.code,
        service_digest=filing.service.digest,
        channel=filing.channel,
        revision=1,
        state=ApplicationState.IN_PROGRESS,
        needs_attention=False,
        trace_id=filing.trace_id,
        applicant_index=filing.applicant_index,
        received_at=filing.received_at,
        due_at=filing.due_at,
        ended_at=None,
        withdrawal_asked=False,
        version=0,
        owner_group=filing.group,
    )


def _deliveries(filing: Filing, now: int) -> list[Delivery]:
    return [
        Delivery(
            id=new_id(),
            application_id=filing.id,
            position=position,
            step=step.name,
            department=step.department,
            operation=step.operation,
            required=step.required,
            after=tuple(step.after),
            updated_at=now,
        )
        for position, step in enumerate(filing.service.definition.steps)
    ]


def own_case(draft: Draft, application_id: str, caller: Caller, act: Act) -> Case:
    """Give a case to a caller that may do that with it. Raises Refused (404), to others as for one that does not exist."""
    try:
        case = draft.case(application_id)
    except NoSuchCase as error:
        raise not_found() from error
    if may(caller, act, case.application) is None:
        raise not_found()
    return case
