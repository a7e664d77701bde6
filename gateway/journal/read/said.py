"""Departments' own words where calls failed: in the payload of the case, the last few a delivery, erased with it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from gateway.journal.payload import kept, said_part
from gateway.journal.writer.draft import Draft
from gateway.model.delivery import Delivery

#: Texts that are kept of one delivery, since a department that fails all night says the same again and again.
LAST = 10


def keep_said(draft: Draft, leased: Delivery, text: str) -> None:
    """Keep the answer to the call under a delivery's lease. The oldest of more than :data:`LAST` is erased for it."""
    owner, part = leased.application_id, said_part(leased.step)
    before = [one.revision for one in kept(draft.connection, owner, [part])]
    if leased.epoch in before:
        return
    draft.put_payload(owner, part, leased.epoch, text.encode())
    for epoch in before[LAST - 1 :]:
        draft.erase_payload(owner, part, epoch)


def said_of(connection: Connection, delivery: Delivery) -> Mapping[int, str]:
    """Give the answers that are kept of a delivery, by the lease under which the call was made. Personal."""
    found = kept(connection, delivery.application_id, [said_part(delivery.step)])
    return {one.revision: one.blob.decode() for one in found}
