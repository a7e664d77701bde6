"""One application with its deliveries and its people, from its filing to the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.model.application import Application
from gateway.model.delivery import Delivery, Record

#: The application of what belongs to none: payload while nobody waits for it, rows that are no case's.
NOBODY = "-"
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
