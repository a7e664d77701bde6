"""Callbacks that came: kept once each, applied when their delivery is there to be decided."""

from __future__ import annotations

import structlog
from pydantic import ValidationError

from gateway.journal.payload import message_part
from gateway.journal.queues import inbox
from gateway.journal.store import schema
from gateway.journal.store.records import Row
from gateway.journal.writer.draft import Draft
from gateway.model.case import NOBODY
from gateway.model.delivery import ENDED, Delivery, DeliveryState
from gateway.model.outcome import Outcome, from_blob, to_blob
from gateway.sdk.department import Callback, Operation

log = structlog.get_logger()


def may_apply(delivery: Delivery) -> bool:
    """Tell whether a later decision moves the delivery now: the department has it, or may have it."""
    if delivery.state in (DeliveryState.DECIDING, DeliveryState.IN_DOUBT):
        return True
    return delivery.doubt_since is not None and delivery.state in (DeliveryState.READY, DeliveryState.HELD)


def keep(draft: Draft, department: str, callback: Callback, delivery: Delivery | None, standing: str) -> None:
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
