"""Drafts of applications, which belong to a group of clerks: what anybody does with one begins here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import orjson
import structlog

from gateway.cases.drafts import texts
from gateway.cases.drafts.changes import (
    Begin,
    Discard,
    Expire,
    HandOverDrafts,
    Save,
    SavedMeanwhile,
    SeeForm,
    identity_text,
    no_draft,
)
from gateway.cases.drafts.document import FormChange, changed_form, document_of
from gateway.cases.drafts.filing import FileDraft
from gateway.cases.drafts.merging import Changes, require_fit
from gateway.cases.drafts.view import DraftView, fields_of, later, view_of
from gateway.cases.filing import FileApplication, Filed
from gateway.cases.intake import unavailable_journal
from gateway.cases.rights import Act, may
from gateway.journal.queues import drafts
from gateway.journal.queues.drafts import DraftRow
from gateway.model.errors import JournalUnavailable
from gateway.model.identifiers import new_id
from gateway.texts.refusals import Refused, conflict

if TYPE_CHECKING:
    from gateway.cases.caller import Caller
    from gateway.cases.casework import Casework
    from gateway.cases.drafts.codes import DraftCodes
    from gateway.cases.intake import Intake
    from gateway.catalogue.compiled import CompiledService
    from gateway.journal.payload import Content
    from gateway.journal.read.insights import Insights
    from gateway.journal.store.database import Connection
    from gateway.journal.writer.draft import Change
    from gateway.journal.writer.journal import Journal
    from gateway.model import Details, JsonObject, JsonView
    from gateway.texts.refusals import Language

log = structlog.get_logger()
T = TypeVar("T")

_DAY: Final = 24 * 60 * 60 * 1_000_000
#: The Idempotency-Key of a draft, whose owner is the draft itself.
_KEY: Final = "draft"
#: Drafts of one list at most, the newest.
_MOST: Final = 200

#: Gives the account id of the active clerk with that login, and its group, None where there is none.
Colleague = Callable[[str], Awaitable[tuple[str, str] | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """Begins, saves, finds, hands over, discards and files drafts.

    Each method raises Refused: 404 for a draft of another group as for one that there is not, 409 for one that is filed (AlreadyFiled),
    503 while the journal cannot be written.
    """

    journal: Journal
    insights: Insights
    casework: Casework
    intake: Intake
    codes: DraftCodes
    colleague: Colleague
    days: int = field(default=15)

    async def begin(self, service: str, caller: Caller, changes: Changes | None = None) -> DraftView:
        """Begin a draft of a service at a clerk's counter, with what is known already."""
        compiled = self._service(service)
        begin = Begin(
            id=new_id(),
            group=_group(caller),
            caller=caller,
            service=service,
            digest=compiled.digest,
            lasts=self._lasts,
            codes=self.codes,
        )
        require_fit(changes or {}, self.intake.bounds.values)
        row = await self._write(begin)
        log.info("draft_begun", draft=row.id, service=service, actor=caller.actor)
        return await self.save(row.id, caller, row.version, changes) if changes else self._view(row, ())

    async def read(self, draft_id: str, caller: Caller) -> DraftView:
        """Give a draft. One that is filed says which case it became, and has no fields any more."""
        group, now = _group(caller), self.journal.now()
        row, contents = await self.insights.read(lambda c: (drafts.by_id(c, draft_id), drafts.contents(c, draft_id)))
        if row is None or row.owner_group != group or row.expires_at <= now:
            raise no_draft()
        return self._view(row, contents)

    async def save(self, draft_id: str, caller: Caller, version: int, changes: Changes) -> DraftView:
        """Save some fields of a draft, by the version that the caller has seen. Fields that others saved meanwhile stay beside them.

        Raises SavedMeanwhile where the same field was saved otherwise, and saves nothing then.
        """
        _group(caller)
        require_fit(changes, self.intake.bounds.values)
        save = Save(id=draft_id, caller=caller, seen=version, changes=changes, lasts=self._lasts, casework=self.casework)
        await self._write(save)
        return await self.read(draft_id, caller)

    async def form_change(self, draft: DraftView) -> FormChange | None:
        """Give what has changed in the form since somebody last looked at a draft in it, None where nothing has for what is typed.

        It is filed once :meth:`see_form` has kept that the change was seen.
        """
        service = self._service(draft.service)
        if draft.digest == service.digest:
            return None
        return changed_form(await self.insights.service_definition(draft.digest), service, draft.texts)

    async def see_form(self, draft_id: str, caller: Caller, digest: str) -> None:
        """Keep that the caller has looked at a draft in the form of that definition, so that it may be filed."""
        _group(caller)
        await self._write(SeeForm(id=draft_id, caller=caller, digest=digest))

    async def discard(self, draft_id: str, caller: Caller) -> None:
        """Take a draft away, with all that was typed."""
        _group(caller)
        await self._write(Discard(id=draft_id, caller=caller))
        log.info("draft_discarded", draft=draft_id, actor=caller.actor)

    # -- finding
    async def of_clerk(self, caller: Caller) -> list[DraftView]:
        """Give the open drafts at the caller's counter, the newest first, each with its applicant's fields."""
        group, now = _group(caller), self.journal.now()
        return await self._list(lambda c: drafts.of_clerk(c, group, caller.id, now, _MOST))

    async def of_group(self, caller: Caller) -> list[DraftView]:
        """Give those of the caller's group in the same way."""
        group, now = _group(caller), self.journal.now()
        return await self._list(lambda c: drafts.of_group(c, group, now, _MOST))

    async def of_person(self, id_type: str, id_number: str, caller: Caller) -> list[DraftView]:
        """Give those of the caller's group whose applicant has this ID."""
        group, now = _group(caller), self.journal.now()
        indexes = self.casework.applicant_indexes(identity_text(id_type), identity_text(id_number))
        return await self._list(lambda c: drafts.of_person(c, group, indexes, now, _MOST))

    async def of_code(self, code: str, caller: Caller) -> DraftView:
        """Give the draft that a code brings back. Raises Refused, 422 for what can be no draft's code."""
        group, now, macs = _group(caller), self.journal.now(), self.codes.macs(code)
        row = await self.insights.read(lambda c: drafts.by_code_macs(c, macs))
        if row is None or row.owner_group != group or row.expires_at <= now:
            raise no_draft()
        return await self.read(row.id, caller)

    # -- handing over
    async def hand_over(self, draft_id: str, to: str, caller: Caller) -> None:
        """Give a draft to the colleague of that login. Raises Refused, 422 unless that is an active clerk of the same group."""
        group, found = _group(caller), await self.colleague(to)
        if found is None or found[1] != group:
            raise Refused("validation", 422, texts.NO_COLLEAGUE)
        await self._hand_over(HandOverDrafts(id=draft_id, group=group, to=found[0], actor=caller.actor))

    async def of_account(self, account: str) -> list[DraftView]:
        """Give the open drafts at an account's counter, in whichever group, the newest first, without a field."""
        now = self.journal.now()
        return [self._view(row, ()) for row in await self.insights.read(lambda c: drafts.of_account(c, account, now))]

    async def hand_over_all(self, account: str, to: str, *, actor: str) -> int:
        """Give all open drafts at an account's counter that are of the colleague's group to that login, and tell how many."""
        found = await self.colleague(to)
        if found is None:
            raise Refused("validation", 422, texts.NO_COLLEAGUE)
        return await self._hand_over(HandOverDrafts(clerk=account, group=found[1], to=found[0], actor=actor))

    # -- filing
    def document(self, draft: DraftView) -> JsonObject:
        """Give the application as a draft says it now."""
        return document_of(self._service(draft.service), draft.texts)

    async def check(self, draft: DraftView, caller: Caller, language: Language) -> JsonView:
        """Report how filing a draft would end (:meth:`Intake.check`)."""
        return await self.intake.check(self._body(draft), caller=caller, language=language)

    async def file(
        self, draft_id: str, caller: Caller, language: Language, *, version: int | None = None, noted: Details | None = None
    ) -> Filed:
        """File a draft, as the caller has seen it in ``version``. It becomes one case, whoever presses, however often.

        The entry of the filing says what is ``noted``, such as the window: nothing personal.

        Who comes second gets the first one's case. Raises SavedMeanwhile where somebody has saved something since, Refused, 409 where the
        form has changed since it was looked at, and what filing raises.
        """
        draft = await self.read(draft_id, caller)
        if draft.application_id is not None:
            return Filed(application_id=draft.application_id, created=False)
        if version not in (None, draft.version):
            raise SavedMeanwhile(later(draft.fields, version or 0))
        if await self.form_change(draft) is not None:
            raise conflict(texts.FORM_CHANGED)

        def ending(filing: FileApplication) -> Change[Filed]:
            return FileDraft(id=draft.id, caller=caller, version=draft.version, filing=replace(filing, noted=noted or {}))

        body, key = self._body(draft), (draft.id, _KEY)
        try:
            filed = await self.intake.file_within(ending, body, caller=caller, key=key, language=language, traceparent=None)
        except Refused:
            first = (await self.read(draft_id, caller)).application_id  # somebody else may have filed it while this was checked
            if first is None:
                raise
            filed = Filed(application_id=first, created=False)
        log.info("draft_filed", draft=draft.id, application=filed.application_id, created=filed.created, actor=caller.actor)
        return filed

    # -- ending
    async def expire(self) -> int:
        """Take away the drafts that have expired, and tell how many."""
        count = 0
        while await self.insights.read(partial(drafts.are_over, now=self.journal.now())):
            gone = await self.journal.write(Expire())
            if not gone:
                break  # another node is at them
            count += len(gone)
            log.info("drafts_expired", drafts=len(gone))
        return count

    @property
    def _lasts(self) -> int:
        return self.days * _DAY

    def _service(self, code: str) -> CompiledService:
        service = self.casework.catalogue.services.get(code)
        if service is None:
            raise Refused("unknown-service", 422, texts.NO_SERVICE)
        return service

    def _body(self, draft: DraftView) -> bytes:
        return orjson.dumps(self.document(draft))

    def _view(self, row: DraftRow, contents: Sequence[Content]) -> DraftView:
        return view_of(row, self.codes.of(row), fields_of(contents))

    async def _list(self, find: Callable[[Connection], list[DraftRow]]) -> list[DraftView]:
        found = await self.insights.read(lambda c: drafts.applicants(c, find(c)))
        return [self._view(row, contents) for row, contents in found]

    async def _hand_over(self, change: HandOverDrafts) -> int:
        count = await self._write(change)
        log.info("drafts_handed_over", drafts=count, account=change.to, actor=change.actor)
        return count

    async def _write(self, change: Change[T]) -> T:
        try:
            return await self.journal.write(change)
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error


def _group(caller: Caller) -> str:
    """Give the group whose drafts the caller may have. Raises Refused (403) for one that may have none."""
    if may(caller, Act.DRAFT) is None or caller.group is None:
        raise Refused("forbidden", 403, texts.NO_GROUP)
    return caller.group
