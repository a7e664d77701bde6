"""The audit chain: every entry's hash covers the one before it.

An entry is written in the transaction of the change it describes and holds no personal data: names of
fields, states, counts, and for contents only a keyed commitment (HMAC-SHA-256 with the installation's
key), which still verifies as a chain when the content has been erased.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.model import JsonView

#: The hash before the first entry of a chain.
GENESIS = "0" * 64

#: The columns that an entry's hash covers, in order. ``details`` is the text that is stored.
HASHED = ("chain", "seq", "at", "event", "actor", "application_id", "event_no", "delivery_id", "details")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event that has no place in a chain yet. ``details`` is JSON-serialisable and never personal."""

    event: str
    actor: str
    application_id: str | None = None
    event_no: int | None = None
    delivery_id: str | None = None
    details: JsonView = field(default_factory=dict)


@dataclass(slots=True)
class ChainHead:
    """The last entry of one chain."""

    chain: str
    seq: int = 0
    hash: str = GENESIS


def canonical_details(details: JsonView) -> str:
    """Give the details as the text that is stored and hashed: JSON, sorted keys, no spaces."""
    return orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode()


def entry_hash(previous: str, row: JsonView) -> str:
    """Give the SHA-256 (hex) of an entry: of the previous hash, then the row's columns as a JSON list.

    ``row`` has the columns of :data:`HASHED`.
    """
    return values_hash(previous, [row[name] for name in HASHED])


def values_hash(previous: str, values: Sequence[Any]) -> str:
    """Give the same hash, from the columns' values in their order."""
    return hashlib.sha256(previous.encode() + b"\n" + orjson.dumps(values)).hexdigest()


def append(head: ChainHead, entry: Entry, at: int) -> dict[str, Any]:
    """Chain an entry to ``head``, which moves on, and give the row to insert. ``at`` is microseconds since the epoch."""
    head.seq += 1
    row = {
        "chain": head.chain,
        "seq": head.seq,
        "at": at,
        "event": entry.event,
        "actor": entry.actor,
        "application_id": entry.application_id,
        "event_no": entry.event_no,
        "delivery_id": entry.delivery_id,
        "details": canonical_details(entry.details),
    }
    head.hash = row["hash"] = entry_hash(head.hash, row)
    return row
