"""Definitions of services in the journal, stored by digest before anything can be filed under them.

A node refuses a definition with a member that it does not know, and a case under such a one stands still there. So each node says which of
the younger members it reads.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gateway.catalogue.catalogue import Catalogue
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.said_by_nodes import READS, said, say
from gateway.journal.queues import definitions
from gateway.journal.read import nodes
from gateway.journal.writer.draft import Change, Draft
from gateway.model.service import YOUNGER
from gateway.texts.yaml_lines import ConfigError, ConfigProblem

#: Microseconds after its last sign of life in which a node may still write: one of an older version gives one a minute.
_SILENT: Final = 150 * 1_000_000


def store_definitions(draft: Draft, catalogue: Catalogue) -> None:
    """Store the definition of every service that can be filed, unless it is stored already.

    Raises ConfigError where one has a member that a node of a version before, which lives, cannot read.
    """
    known = definitions.digests(draft.connection)
    new = [service for service in catalogue.services.values() if service.digest not in known]
    used = {service.definition.code: [name for name in YOUNGER if getattr(service.definition, name)] for service in new}
    if unable := _unable(draft, {name for names in used.values() for name in names}):
        who = f"nodes of an older version that run: {', '.join(unable)} (one that was killed counts for three minutes)"
        detail = f"cannot be read by {who}. Keep the definition as it was until every node is new"
        raise ConfigError(ConfigProblem(f"services/{code}.yaml", 0, name, detail) for code, names in used.items() for name in names)
    for service in new:
        definitions.keep(draft, service.digest, service.definition.code, service.canonical)
    if new:
        draft.audit(Entry(event="definitions_kept", actor="gateway", details={"services": [service.definition.code for service in new]}))


def _unable(draft: Draft, members: Collection[str]) -> list[str]:
    """Name the other nodes that may live and have not said that they read all of these members. In a file there is no other."""
    if not members or draft.connection.dialect.name == "sqlite":
        return []
    reads, (rows, now) = said(draft.connection, READS), nodes.look(draft.connection, draft.now)
    living = [row.id for row in rows if row.left_at is None and now - row.seen_at <= _SILENT and row.id != draft.node]
    return sorted(node for node in living if not {*members} <= {*reads.get(node, "").split(",")})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDefinitions(Change[None]):
    """The change that stores new definitions, and says what this node reads."""

    catalogue: Catalogue

    def decide(self, draft: Draft) -> None:
        """Store the new definitions. Raises ConfigError, as said."""
        say(draft, READS, ",".join(YOUNGER))
        store_definitions(draft, self.catalogue)
