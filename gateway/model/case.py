"""One application with its deliveries, from its filing to the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.model.application import Application
from gateway.model.delivery import Delivery

#: The application of what belongs to none: payload while nobody waits for it, rows that are no case's.
NOBODY = "-"


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
