"""One application with its deliveries and its people, from its filing to the page that shows it, and what a commit says of such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.model.application import Application
from gateway.model.delivery import Delivery, Record

#: The application of what belongs to none: payload while nobody waits for it, rows that are no case's.
NOBODY = "-"
#: The blobs of one application by part and revision.
Payload = dict[tuple[str, int], bytes]
PartyKind = Literal["person", "organization"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One application with its deliveries by step, in the order of the service."""

    application: Application
    deliveries: Mapping[str, Delivery]

    def by_id(self, delivery_id: str) -> Delivery:
        """Give the delivery of that id. Raises KeyError when the case has none."""
        for delivery in self.deliveries.values():
            if delivery.id == delivery_id:
                return delivery
        raise KeyError(delivery_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A leased delivery with all that its action needs."""

    delivery: Delivery
    payload: Payload
    case: Case  # as it stood when this was leased


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The news of one commit: the work it leased, the deliveries it changed, the cases it touched."""

    work: Sequence[Work]
    deliveries: Sequence[Delivery]
    cases: Mapping[str, Case]


@dataclass(frozen=True, kw_only=True)
class Party(Record):
    """A party as the journal holds it: no personal data.

    One who has left the case has neither role nor index, and keeps its id, by which others may name it.
    """

    id: str
    application_id: str
    roles: tuple[str, ...]  # in order of their names
    kind: PartyKind
    acts_for: str | None = None  # the party for whom the applicant acts
    person_index: str | None = None  # HMAC of ID type and number, or of "uscc" and the code; none where the form gave none
    version: int = 1
    code_mac: int | None = None  # keyed digest of the query code; none: it has no receipt
    receipt_at: int | None = None  # when it was given: another time is another code and link
