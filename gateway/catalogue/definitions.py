"""Definitions of services in the journal, stored by digest before anything can be filed under them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from gateway.catalogue.catalogue import Catalogue
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft


def store_definitions(draft: Draft, catalogue: Catalogue) -> None:
    """Store the definition of every service that can be filed, unless it is stored already."""
    table = schema.service_definition
    known = set(draft.connection.execute(select(table.c.digest)).scalars())
    new = [service for service in catalogue.services.values() if service.digest not in known]
    for service in new:
        row = {"digest": service.digest, "code": service.definition.code, "definition": service.canonical, "stored_at": draft.now}
        draft.insert(table, row)
    if new:
        draft.audit(Entry(event="definitions_kept", actor="gateway", details={"services": [service.definition.code for service in new]}))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDefinitions(Change[None]):
    """The change that stores new definitions."""

    catalogue: Catalogue

    def decide(self, draft: Draft) -> None:
        """Store the new definitions."""
        store_definitions(draft, self.catalogue)
