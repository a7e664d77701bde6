"""Revisions, which answer what was returned or is held for its data, and withdrawals: only what is affected is sent again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import orjson
import structlog

from gateway.cases import texts
from gateway.cases.answering import texts as answering
from gateway.cases.answering.asked import CaseAsk, ask_of
from gateway.cases.answering.merging import merged
from gateway.cases.caller import PARTY, Caller
from gateway.cases.casework import Casework, Forms, NoAdapter
from gateway.cases.corrections import Correction, asked_for
from gateway.cases.filing import Filed, own_case, repeated
from gateway.cases.intake import invalid, malformed, unavailable_journal
from gateway.cases.late_entry import MEMBER
from gateway.cases.rights import Act
from gateway.cases.voiding import Void
from gateway.cases.withdrawals import Withdraw
from gateway.catalogue.compiled import CompiledService
from gateway.catalogue.parties.sees import sees
from gateway.catalogue.share import Context, context
from gateway.journal.payload import FORM, outcome_part
from gateway.journal.queues import parties
from gateway.journal.queues.deliveries import since_restore
from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model import Details, JsonObject, JsonView
from gateway.model.case import Case, Payload
from gateway.model.delivery import Delivery, DeliveryState, Facts, SkipReason
from gateway.model.errors import JournalUnavailable, Located
from gateway.model.moves import overtaken
from gateway.model.moves import waiting as to_wait
from gateway.model.outcome import said_in
from gateway.texts.bounds import BOUNDS, Bounds
from gateway.texts.messages import say
from gateway.texts.refusals import Language, conflict
from gateway.texts.sentences import side_by_side
from gateway.texts.strict_json import Malformed, canonical, read_object

log = structlog.get_logger()

S = DeliveryState
#: Nothing is told to their departments any more.
_OVER = frozenset({S.REJECTED, S.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revise:
    application_id: str
    caller: Caller
    idempotency_key: str
    body_hmac: Forms
    document: JsonView
    language: Language
    casework: Casework
    mark: str | None = None  # of an answer to what was asked; none: any revision

    @property
    def needs(self) -> Needs:
        return Needs(cases=(self.application_id,), payload=True, filings=self.casework.keys.forms(self.caller.id, self.idempotency_key))

    def decide(self, draft: Draft) -> Filed:
        if (known := draft.filing(self.needs.filings)) is not None:
            return repeated(known, self.body_hmac)
        act = Act.ANSWER if self.mark is not None and self.caller.kind == PARTY else Act.REVISE
        before = own_case(draft, self.application_id, self.caller, act)
        application, payload = before.application, draft.payload(self.application_id)
        service = self.casework.service(draft, application)
        asked = None if self.mark is None else self._asked(draft, before, service, payload)
        waiting = _to_correct(before, asked)
        old = self.casework.context(before, payload)
        document = self._document(before, service, self.document if asked is None else self._answered(before, service, payload, asked))
        new = context(document["applicant"], document["data"], old["steps"])
        correction = self._correction(before, service, payload, waiting, (old, new))
        again = self._again(before, service, payload, waiting, correction)
        revision = application.revision + 1
        index = self.casework.applicant_index(new["applicant"]["id_type"], new["applicant"]["id_number"])
        draft.put_application(application.id, revision=revision, applicant_index=index)
        suspected = since_restore(draft.connection, application.id)
        for delivery in again:
            _next_round(draft, delivery, suspected)
        for delivery in before.deliveries.values():
            if delivery.skip_reason is SkipReason.NOT_APPLICABLE:  # whether it applies is asked anew
                draft.put(delivery, to_wait(), suspected)
        form = _form(document, draft.case(application.id))
        draft.put_payload(application.id, FORM, revision, form)
        told_otherwise = self.casework.compare_told(draft, draft.case(application.id), service, new)
        disclosed = self.casework.release(draft, draft.case(application.id), service, new)
        draft.insert(
            schema.idempotency,
            {
                "caller": self.caller.id,
                "key": self.casework.keys.kept(draft, self.caller.id, self.idempotency_key),
                "body_hmac": self.body_hmac[0],
                "application_id": application.id,
                "revision": revision,
                "created_at": draft.now,
            },
            case=application.id,
        )
        details: Details = {
            "revision": revision,
            "again": [delivery.step for delivery in again],
            "told_otherwise": told_otherwise,
            "disclosed": disclosed,
        }
        if (corrected := correction.corrected()) is not None:
            details["result"] = f"applicant_{corrected}_corrected"
        self.casework.change_parties(draft, application.id, (service, old), (service, new))
        settled = draft.settle(application.id, "revision_filed", self.caller.actor, details, before=before)
        return Filed(
            application_id=application.id,
            created=True,
            case=settled,
            warnings=tuple(service.warnings(document, self.language)),
        )

    def _asked(self, draft: Draft, before: Case, service: CompiledService, payload: Payload) -> CaseAsk:
        """Give what is asked of the caller. Raises Refused (409) where that is not what was answered."""
        seen = None
        if self.caller.kind == PARTY:
            rows = parties.of_case(draft.connection, self.application_id)
            seen = sees(service.definition, next((row.roles for row in rows if row.id == self.caller.id), ()))
        said = {step: payload.get((outcome_part(step), delivery.round)) for step, delivery in before.deliveries.items()}
        outcomes = {step: said_in(blob) for step, blob in said.items() if blob is not None}
        form = orjson.loads(payload[FORM, before.application.revision])
        asked = ask_of(before.application, before.deliveries, outcomes, definition=service.definition, form=form, seen=seen)
        if asked.mark != self.mark or not asked.fields:
            raise conflict(answering.MOVED_ON if asked.fields else answering.ANSWERED)
        return asked

    def _answered(self, before: Case, service: CompiledService, payload: Payload, asked: CaseAsk) -> JsonObject:
        """Give the application with the answer put in, where it was asked for or is tied to that. What else was posted is left out."""
        kept = orjson.loads(payload[FORM, before.application.revision])
        kept = {part: kept[part] for part in ("applicant", "agent", "data") if kept.get(part) is not None}
        alone = {**merged(kept, self.document, asked.places), "service": before.application.service, "channel": before.application.channel}
        return merged(kept, self.document, asked.places | asked.tied(service.check(alone, self.language, over=self._over(before))))

    def _document(self, before: Case, service: CompiledService, given: JsonView) -> JsonObject:
        """Make the revision an application of the case's own service and channel. Raises Refused with all that is wrong with it."""
        application = before.application
        errors = []
        if given.get("service", application.service) != application.service:
            errors.append(Located("/service", say("service_other", self.language, code=application.service)))
        if given.get("channel", application.channel) != application.channel:
            errors.append(Located("/channel", say("channel_other", self.language, channel=application.channel)))
        if MEMBER in given:
            errors.append(Located(f"/{MEMBER}", say("late_revision", self.language)))
        document = {**given, "service": application.service, "channel": application.channel}
        if errors := [*errors, *service.check(document, self.language, over=self._over(before))]:
            raise invalid(errors)
        return document

    def _over(self, case: Case) -> set[str]:
        """Name the steps that are told nothing any more: the data that they would take does not stand against an answer."""
        return {d.step for d in case.deliveries.values() if (d.told or d.state in _OVER) and not self._read_only(d)}

    def _correction(
        self, before: Case, service: CompiledService, payload: Payload, waiting: Collection[Delivery], change: tuple[Context, Context]
    ) -> Correction:
        asked = [asked_for(delivery, service.steps[delivery.step], payload) for delivery in waiting]
        correction = Correction(
            first=orjson.loads(payload[FORM, 1])["applicant"],
            before=change[0],
            after=change[1],
            asked=frozenset().union(*asked),
            language=self.language,
        )
        # What the service ties to it is asked for with it, but never more of the applicant.
        alone = {"service": before.application.service, "channel": before.application.channel, **correction.alone()}
        tied = {error.pointer for error in service.check(alone, self.language, over=self._over(before))}
        return replace(correction, asked=correction.asked | {pointer for pointer in tied if pointer.startswith("/data/")})

    def _again(
        self, case: Case, service: CompiledService, payload: Payload, waiting: Collection[Delivery], correction: Correction
    ) -> list[Delivery]:
        """Choose the deliveries that the revision sends again. Raises Refused when it changes what it may not."""
        again, errors = list(waiting), correction.person()
        for delivery in case.deliveries.values():
            step = service.steps[delivery.step]
            if delivery.told:
                told = self.casework.context(case, payload, delivery)
                if self._read_only(delivery):  # a question may be asked again at will
                    again += [delivery] if step.changed(told, correction.after) else []
                else:
                    errors += correction.unasked(delivery, step, told)
        if errors:
            raise invalid(list(dict.fromkeys(errors)))
        return again

    def _read_only(self, delivery: Delivery) -> bool:
        try:
            return self.casework.operation(delivery)[1].read_only
        except NoAdapter:
            return False


def _to_correct(case: Case, asked: CaseAsk | None) -> list[Delivery]:
    """Give the deliveries that the revision answers. Raises Refused where none waits for a correction."""
    if case.application.withdrawal_asked:
        raise conflict(texts.WITHDRAWAL_ASKED)
    found = [one for one in case.deliveries.values() if one.correctable and (asked is None or one.step in asked.steps)]
    if not found:
        raise conflict(texts.NOTHING_TO_CORRECT)
    return found


def _form(document: JsonView, case: Case) -> bytes:
    """Give what is kept of a revision: all that was handed in, and the round of each step, whose answers are told from then on."""
    rounds = {delivery.step: delivery.round for delivery in case.deliveries.values()}
    handed_in = {"applicant": document["applicant"], "data": document["data"], "agent": document.get("agent")}
    return orjson.dumps({**handed_in, "rounds": rounds})


def _next_round(draft: Draft, delivery: Delivery, suspected: Facts) -> None:
    """Begin anew, under the next key when this one was used. ``suspected`` says since when that key, too, may have been used."""
    used = delivery.attempts > 0 or delivery.state is not S.HELD
    fresh: Facts = {
        "round": delivery.round + used,
        "attempts": 0,
        "failures": 0,
        "checks": 0,
        "doubt_since": None,
        "first_sent_at": None,
        "last_sent_at": None,
        "sent_revision": None,
        "reference": None,
        "problem": None,
        "outcome_code": None,
    }
    draft.put(delivery, to_wait(), fresh, suspected, overtaken(delivery))  # what is being asked just now comes too late


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """Ways to change a filed case: its applicant's, and a supervisor's."""

    journal: Journal
    casework: Casework
    bounds: Bounds = BOUNDS

    async def revise(self, application_id: str, body: bytes, *, caller: Caller, idempotency_key: str, language: Language) -> Filed:
        """File a revision: ``{"applicant", "data"[, "agent"]}``, whole, not the difference. ``service`` and ``channel`` are as they were.

        Raises Refused.
        """
        try:
            document = read_object(body, language, self.bounds)
        except Malformed as error:
            raise malformed(error) from error
        change = _Revise(
            application_id=application_id,
            caller=caller,
            idempotency_key=idempotency_key,
            body_hmac=self.casework.mac.forms(application_id.encode() + canonical(document)),
            document=document,
            language=language,
            casework=self.casework,
        )
        return await self._filed(change)

    async def answer(
        self, application_id: str, document: JsonView, *, mark: str, said: Mapping[str, str], caller: Caller, language: Language
    ) -> Filed:
        """File an answer to what is asked (:func:`gateway.cases.answering.asked.ask_of`), under a key that the ``mark`` of that makes.

        Of ``document`` what was asked for is taken, whatever else it says. ``said`` are the fields as they were sent: the same ones again
        give the revision that they gave, others are refused (422). Raises Refused.
        """
        change = _Revise(
            application_id=application_id,
            caller=caller,
            idempotency_key=f"answer {mark}",
            body_hmac=self.casework.mac.forms(application_id.encode() + canonical(said)),
            document=document,
            language=language,
            casework=self.casework,
            mark=mark,
        )
        return await self._filed(change)

    async def _filed(self, change: _Revise) -> Filed:
        try:
            filed = await self.journal.write(change)
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        if filed.created and filed.case is not None:
            application = filed.case.application
            log.info("revision_filed", application=application.id, revision=application.revision, trace_id=application.trace_id)
        return filed

    async def withdraw(self, application_id: str, *, caller: Caller, reason: str | None) -> None:
        """Take a case back as far as its departments allow. A second call changes nothing. Raises Refused."""
        change = Withdraw(application_id=application_id, caller=caller, reason=reason, casework=self.casework)
        try:
            begun = await self.journal.write(change)
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        if begun:
            log.info("application_withdrawal_asked", application=application_id)

    async def void(self, application_id: str, *, caller: Caller, reason: str) -> None:
        """Void a case that was filed by mistake (作废), as long as no department has acted.

        A second call changes nothing. Raises Refused.
        """
        if not reason.strip():
            raise invalid([Located("/reason", side_by_side(texts.VOID_REASON))])
        try:
            voided = await self.journal.write(Void(application_id=application_id, caller=caller, reason=reason))
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        if voided:
            log.info("application_voided", application=application_id, actor=caller.actor)
