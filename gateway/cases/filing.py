"""Changes that file an application: its number reserved, then itself, its deliveries, its payload and its audit entry in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.cases import texts
from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, Forms
from gateway.cases.late_entry import MEMBER, LateEntry
from gateway.cases.rights import Act, may
from gateway.catalogue.compiled import CompiledService
from gateway.catalogue.share import Context
from gateway.catalogue.warned import Warned
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.filing_keys import Form as KeyForm
from gateway.journal.keys.said_by_nodes import begin_ends
from gateway.journal.payload import FORM
from gateway.journal.queues import numbers
from gateway.journal.read.reasons import keep_late_entry
from gateway.journal.store import schema
from gateway.journal.store.records import party_row
from gateway.journal.writer.draft import Change, Draft, Needs, NoSuchCase
from gateway.model import Details, JsonView
from gateway.model.application import Application, ApplicationState
from gateway.model.case import Case, Party
from gateway.model.delivery import Delivery
from gateway.model.identifiers import CHINA, case_number, compact, new_id
from gateway.texts.refusals import Refused, conflict, not_found

#: Numbers reserved in one commit, hence the most that a restart leaves unused.
_BLOCK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reserve(Change[int]):
    implementation: str
    day: str

    def decide(self, draft: Draft) -> int:
        following = numbers.take_block(draft, self.implementation, self.day, _BLOCK)
        details = {"implementation": self.implementation, "day": self.day, "next": following}
        draft.audit(Entry(event="numbers_reserved", actor="gateway", details=details))
        return following - _BLOCK


class Numbers:
    """Gives case numbers (办件编号): implementation code, date in Asia/Shanghai, and sequence.

    A commit of its own reserves each block before its first number is used, so that gaps occur but no number is given twice.
    """

    def __init__(self, write: Callable[[Change[int]], Awaitable[int]]) -> None:
        self._write = write
        self._blocks: dict[tuple[str, str], tuple[int, int]] = {}
        self._lock = asyncio.Lock()

    async def take(self, implementation: str, received_at: int) -> str:
        """Give the next number of an implementation code (31 characters) for the day of ``received_at`` (microseconds)."""
        day = datetime.fromtimestamp(received_at / 1_000_000, CHINA).date()
        name = implementation, compact(day)
        if self._blocks.get(name, (0, 0))[0] >= self._blocks.get(name, (0, 0))[1]:
            async with self._lock:
                if self._blocks.get(name, (0, 0))[0] >= self._blocks.get(name, (0, 0))[1]:
                    first = await self._write(_Reserve(implementation=implementation, day=name[1]))
                    self._blocks = {known: block for known, block in self._blocks.items() if known[1] == name[1]}
                    self._blocks[name] = first, first + _BLOCK
        following, end = self._blocks[name]
        self._blocks[name] = following + 1, end
        return case_number(implementation, day, following)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An application or revision that is in the journal. ``case`` was just committed: none for a repeat.

    ``parties`` are the rows of one that was just filed. ``warnings`` say what it will trouble, by the service as it is now.
    """

    application_id: str
    created: bool
    case: Case | None = None
    parties: Sequence[Party] = ()
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A checked application. ``form`` is the payload's blob, ``body_hmac`` the keyed digest by which the body is known again."""

    id: str
    number: str
    caller: str
    actor: str
    group: str | None
    key: KeyForm  # its Idempotency-Key, with whose that is
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
    late: LateEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileApplication:
    """File an application once: the same key and body give the first one, another body is refused."""

    filing: Filing
    casework: Casework
    noted: Details = field(default_factory=dict)  # what else its entry says: nothing personal

    @property
    def needs(self) -> Needs:
        """The filing under the same key, if there was one."""
        return Needs(filings=self.casework.keys.forms(*self.filing.key))

    def decide(self, draft: Draft) -> Filed:
        """Add the case and start the steps that come after none."""
        filing = self.filing
        if (known := draft.filing(self.needs.filings)) is not None:
            return repeated(known, filing.body_hmac)
        draft.add_case(_application(filing), _deliveries(filing, draft.now))
        parties = [self.casework.receipts.given(draft, party) for party in filing.parties]
        for party in parties:
            draft.insert(schema.party, party_row(party), case=filing.id)
        draft.put_payload(filing.id, FORM, 1, filing.form)
        row = {
            "caller": filing.key[0],
            "key": self.casework.keys.kept(draft, *filing.key),
            "body_hmac": filing.body_hmac[0],
            "application_id": filing.id,
            "revision": 1,
            "created_at": draft.now,
        }
        draft.insert(schema.idempotency, row, case=filing.id)
        disclosed = self.casework.release(draft, draft.case(filing.id), filing.service, filing.ctx)
        details: Details = {
            "number": filing.number,
            "service": filing.service.definition.code,
            "digest": filing.service.digest,
            "caller": filing.caller,
            "disclosed": disclosed,
            **self.noted,
        }
        if filing.late is not None:
            details |= _entered_late(draft, filing.id, filing.late)
        case = draft.settle(filing.id, "application_accepted", filing.actor, details)
        return Filed(application_id=filing.id, created=True, case=case, parties=parties)


def _entered_late(draft: Draft, application_id: str, late: LateEntry) -> Details:
    """Keep why it is filed only now, and give what the entry says of that. Raises Refused (409) while an older node may write."""
    if older := begin_ends(draft):
        raise conflict(texts.older_nodes(", ".join(older)))
    keep_late_entry(draft, late.reason, clerk=late.clerk, application_id=application_id)
    return {"result": MEMBER, "handed_in_at": late.handed_in_at, "clerk": late.clerk}


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
        handed_in_at=filing.late.handed_in_at if filing.late else None,
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
