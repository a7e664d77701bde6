"""Callbacks of departments: verified by the adapter, kept once, applied when the delivery is there for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from gateway.cases import texts
from gateway.cases.casework import Casework, NoAdapter
from gateway.cases.intake import unavailable_journal
from gateway.cases.judgement import Judge
from gateway.departments.containment import blame
from gateway.departments.hosted import Hosted
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.payload import message_part
from gateway.journal.queues import inbox
from gateway.journal.store import schema
from gateway.journal.store.records import Row
from gateway.journal.writer.batch import load_cases
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.case import NOBODY
from gateway.model.delivery import ENDED, Delivery, DeliveryState
from gateway.model.errors import CallbackRefused, CallbackUnfit, JournalUnavailable
from gateway.model.moves import overtaken
from gateway.model.outcome import Outcome, from_blob, to_blob
from gateway.sdk.department import Callback, CallbackReply, Department, Operation
from gateway.sdk.outcomes import OUTCOMES, fits, unfit
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from prometheus_client import Counter

log = structlog.get_logger()

_LONGEST_KEY = 100
_KEY = re.compile(r"([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})-\d+")


def may_apply(delivery: Delivery) -> bool:
    """Tell whether a later decision moves the delivery now: the department has it, or may have it."""
    if delivery.state in (DeliveryState.DECIDING, DeliveryState.IN_DOUBT):
        return True
    return delivery.doubt_since is not None and delivery.state in (DeliveryState.READY, DeliveryState.HELD)


def _keep(draft: Draft, department: str, callback: Callback, delivery: Delivery | None, standing: str) -> None:
    """Keep a message as one row, ``waiting``, ``applied`` or ``kept`` (evidence that moved nothing), and its content as payload."""
    row = {
        "department": department,
        "message_id": callback.id,
        "received_at": draft.now,
        "key": callback.key,
        "reference": callback.reference,
        "outcome": callback.outcome.kind,
        "delivery_id": delivery.id if delivery else None,
        "standing": standing,
    }
    owner = delivery.application_id if delivery else NOBODY
    draft.insert(schema.inbox, row, case=owner)
    draft.put_payload(owner, message_part(department, callback.id), 1, to_blob(callback.outcome))


def take_waiting(draft: Draft, delivery: Delivery, operation: Operation) -> Outcome | None:
    """Settle the oldest callback that waits for this delivery, if it is ready for one, and give its outcome.

    What comes too late for the delivery, or does not fit its operation, is settled as evidence.
    """
    over = delivery.state in ENDED or delivery.state is DeliveryState.RETURNED
    if not over and not may_apply(delivery):
        return None
    for row in draft.waiting_callbacks(delivery.application_id):
        by_key = row["key"] == delivery.key
        by_reference = row["key"] is None and row["reference"] is not None and row["reference"] == delivery.reference
        if row["department"] != delivery.department or not (by_key or by_reference):
            continue
        outcome = None if over else _kept(draft, delivery, row, operation)
        inbox.settle(draft, row, "kept" if outcome is None else "applied", delivery.id, case=delivery.application_id)
        if outcome is not None:
            return outcome
    return None


def _kept(draft: Draft, delivery: Delivery, row: Row, operation: Operation) -> Outcome | None:
    """Read the outcome that was kept of a callback: none when it does not fit this operation."""
    blob = inbox.content(draft, row, case=delivery.application_id)
    if blob is None:
        return None
    try:
        return from_blob(blob, operation.output)
    except ValidationError:
        log.error("adapter_failed", department=delivery.department, operation="parse_callback", error="ValidationError")  # noqa: TRY400  # its text may be personal
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One callback, in one commit with what it moves. Gives what became of it: ``applied``, ``waiting``, ``kept``, ``repeated``."""

    department: str
    callback: Callback
    casework: Casework

    @property
    def needs(self) -> Needs:
        """The case it is about, by the delivery's key or the department's reference."""
        callback = self.callback
        by_reference = (self.department, callback.reference) if callback.key is None and callback.reference is not None else None
        return Needs(delivery=_delivery_id(callback.key), reference=by_reference, payload=True)

    def decide(self, draft: Draft) -> str:
        """Apply it, keep it, or let it wait."""
        if draft.has_arrived(self.department, self.callback.id) or inbox.came_before(draft.connection, self.department, self.callback.id):
            return "repeated"
        delivery = self._delivery(draft)
        if delivery is None:
            _keep(draft, self.department, self.callback, None, "waiting")
            draft.audit(Entry(event="callback_kept", actor=f"department:{self.department}", details={"message": self.callback.id}))
            return "waiting"
        before = draft.case(delivery.application_id)
        current = self.callback.key is None or self.callback.key == delivery.key
        judge = self._judge(delivery, draft.now)
        if judge is not None and current and may_apply(delivery):
            _keep(draft, self.department, self.callback, delivery, "applied")
            judgement = judge.outcome(delivery, self.callback.outcome, result="callback")
            # A find or poll under way comes too late.
            judgement = replace(judgement, facts={**judgement.facts, **overtaken(delivery)})
            details = self.casework.apply(draft, delivery, judgement)
            standing, event = "applied", "callback_applied"
        else:
            standing = "waiting" if judge is not None and current and delivery.lease_owner is not None else "kept"
            _keep(draft, self.department, self.callback, delivery, standing)
            details, event = {"result": self.callback.outcome.kind}, "callback_kept"
        details["message"] = self.callback.id
        draft.settle(delivery.application_id, event, f"department:{self.department}", details, delivery_id=delivery.id, before=before)
        return standing

    def _judge(self, delivery: Delivery, now: int) -> Judge | None:
        """Give the delivery's judge: none when the callback is evidence at most, since it does not fit the operation."""
        try:
            judge = self.casework.judge(delivery, now)
        except NoAdapter:
            return None
        problem = unfit(self.callback.outcome, judge.operation)
        if isinstance(judge.department, Department) and problem is not None:
            blame(judge.department, "parse_callback", TypeError(problem))
        return judge if problem is None else None

    def _delivery(self, draft: Draft) -> Delivery | None:
        delivery_id, reference = _delivery_id(self.callback.key), self.callback.reference
        if delivery_id is not None:
            owner = draft.loaded.owners.get(delivery_id)
            delivery = None if owner is None else draft.case(owner).by_id(delivery_id)
            return delivery if delivery is not None and delivery.department == self.department else None
        if self.callback.key is not None or reference is None:
            return None
        owner = draft.loaded.owners.get((self.department, reference))
        named = () if owner is None else draft.case(owner).deliveries.values()
        found = [d for d in named if d.department == self.department and d.reference == reference]
        return found[0] if found else self._just_referred(draft)

    def _just_referred(self, draft: Draft) -> Delivery | None:
        """Give the delivery whose reference this very batch has learnt."""
        for case in list(draft.loaded.cases.values()):
            for delivery in case.deliveries.values():
                if delivery.department == self.department and delivery.reference == self.callback.reference:
                    if case.application.id not in draft.loaded.whole:
                        load_cases(draft.connection, draft.loaded, [], [case.application.id])
                    return delivery
        return None


def _delivery_id(key: str | None) -> str | None:
    """Read the id of the delivery out of its key: none for what is no key of ours."""
    named = _KEY.fullmatch(key) if key is not None else None
    return "-".join(named.groups()) if named else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Receives callbacks for all departments."""

    journal: Journal
    casework: Casework
    by_previous: Counter | None = None  # department: those that are good by the secret before

    async def receive(self, department: str, headers: Mapping[str, str], body: bytes) -> CallbackReply:
        """Take one callback, and acknowledge it after the commit. Raises Refused."""
        hosted = self.casework.departments.get(department)
        if hosted is None or hosted.department is None or not hosted.department.calls_back:
            raise Refused("not-found", 404, texts.NO_CALLBACKS)
        try:
            callback = self._heard(hosted, hosted.department, headers, body)
        except CallbackUnfit as error:
            log.error("callback_refused", department=department, code=error.code)  # noqa: TRY400  # theirs, not ours: no trace
            raise Refused("malformed", 400, texts.CALLBACK_UNFIT) from error
        except CallbackRefused as error:
            log.warning("callback_refused", department=department, code=error.code)
            raise Refused("unauthorized", 401, texts.CALLBACK_NOT_AUTHENTIC) from error
        except (Exception, SystemExit) as error:
            blame(hosted.department, "parse_callback", error)  # its text may be personal
            raise Refused("malformed", 400, texts.CALLBACK_UNREADABLE) from error
        try:
            standing = await self.journal.write(Arrived(department=department, callback=callback, casework=self.casework))
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        log.info("callback_received", department=department, standing=standing, outcome=callback.outcome.kind)
        return callback.reply

    def _heard(self, hosted: Hosted, department: Department, headers: Mapping[str, str], body: bytes) -> Callback:
        """Read a callback by the secrets in place or, while they are changed over, by those before. Raises as :func:`_read`."""
        try:
            return _read(department, headers, body)
        except CallbackUnfit:
            raise
        except CallbackRefused as refused:
            if hosted.previous is None:
                raise
            try:
                callback = _read(hosted.previous, headers, body)
            except CallbackUnfit:
                raise
            except (Exception, SystemExit):  # noqa: BLE001  # whatever it is: by the secrets in place it is not authentic
                raise refused from None
        if self.by_previous is not None:
            self.by_previous.labels(hosted.config.name).inc()
        log.info("callback_by_previous_secret", department=hosted.config.name)
        return callback


def _read(department: Department, headers: Mapping[str, str], body: bytes) -> Callback:
    """Have the adapter read a callback. Raises CallbackRefused, TypeError for what is none, and whatever an adapter in error raises."""
    callback: object = department.parse_callback(headers, body)
    if not isinstance(callback, Callback) or not isinstance(callback.outcome, OUTCOMES):
        raise TypeError("parse_callback gave something that is no callback")
    named: tuple[object, ...] = (callback.id, callback.key, callback.reference)
    if not callback.id or not all(isinstance(name, str | None) for name in named):
        raise TypeError("parse_callback gave an id, key or reference that is no text")
    if not all(fits(name) for name in (callback.id, callback.reference) if name is not None) or len(callback.key or "") > _LONGEST_KEY:
        raise TypeError("parse_callback gave an id, key or reference that is too long, or holds a NUL")
    return callback
