"""Definitions of services in the journal, stored by digest before anything can be filed under them."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.catalogue.catalogue import Catalogue
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import definitions
from gateway.journal.writer.draft import Change, Draft


def store_definitions(draft: Draft, catalogue: Catalogue) -> None:
    """Store the definition of every service that can be filed, unless it is stored already."""
    known = definitions.digests(draft.connection)
    new = [service for service in catalogue.services.values() if service.digest not in known]
    for service in new:
        definitions.keep(draft, service.digest, service.definition.code, service.canonical)
    if new:
        draft.audit(Entry(event="definitions_kept", actor="gateway", details={"services": [service.definition.code for service in new]}))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDefinitions(Change[None]):
    """The change that stores new definitions."""

    catalogue: Catalogue

    def decide(self, draft: Draft) -> None:
        """Store the new definitions."""
        store_definitions(draft, self.catalogue)
