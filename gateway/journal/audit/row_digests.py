"""Digests by which the audit holds each row, and the columns outside them, each with its reason.

A case has one digest, its ``image``: the application and its deliveries by step, over every column that changes by an entry alone. Every
other row has its own, named in the entry of the change that wrote it. A payload's is salted, so that it says nothing once its row is gone.
All are SHA-256 of JSON without spaces, in base64, so that anybody who is shown the rows can make them again. A later revision adds columns
at the end of a table, null in older rows, which so keep their digest.
"""

from __future__ import annotations

import binascii
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any

import orjson
from sqlalchemy import Boolean, ColumnElement, Float, Integer, Table, type_coerce

from gateway.journal.store import schema
from gateway.model import JsonView
from gateway.model.application import Application
from gateway.model.delivery import ENDED, Action, Delivery, Record

#: Columns that no digest covers, each with the reason. Those of a delivery are outside while it is open: an ended one is held whole.
OUTSIDE: Mapping[str, Mapping[str, str]] = {
    "delivery": {
        "due_at": "when it is next looked at moves with every retry, poll and opening hour",
        "checks": "how often it was asked about is counted without an entry when nothing new was heard",
        "lease_owner": "a lease is taken and given back without an entry",
        "lease_until": "a lease is taken and given back without an entry",
        "epoch": "counts leases",
        "version": "counts changes, leases among them",
        "updated_at": "is the time of the last change, a lease among them",
        "problem": "while it is asked about, each question that fails leaves its own",
        "doubt_since": "its moment is moved along when the host's clock jumps; that there is one is held",
        "first_sent_at": "its moment is moved along when the host's clock jumps; that there is one is held",
        "last_sent_at": "its moment is moved along when the host's clock jumps; that there is one is held",
    },
    "department": dict.fromkeys(
        ("name", "breaker", "failures", "problem", "since", "probe_at", "version"),
        "how a department fares is measured by the nodes, and by the next calls anew; its changes are entries, which its operators see",
    ),
    "node": dict.fromkeys(
        ("id", "host", "process", "address", "roles", "version", "started_at", "seen_at", "left_at"),
        "which nodes there are is said by the nodes, each few seconds (SQLite: each minute), without an entry; nothing is decided by it",
    ),
    "case_hour": dict.fromkeys(
        ("hour", "received", "approved", "rejected", "withdrawn", "promised", "on_time", "counted_at", "settled"),
        "is counted from rows that are held, by the hour, and nothing is decided by it",
    ),
    "department_hour": dict.fromkeys(
        ("hour", "department", "sent", "sent_again", "asked", "failed", "approved", "rejected", "returned", "latencies", "longest"),
        "is counted from rows that are held, by the hour, and nothing is decided by it",
    ),
    "answer_try": dict.fromkeys(
        ("party", "receipt_at", "wrong", "last_at"),
        "wrong tries are counted without an entry, a few a receipt; who may write here reads what they guard without them",
    ),
    "api_key": {"last_used_at": "is written without an entry, a minute or more late, and gives no right"},
    "session": {"seen_at": "is written without an entry, a minute late, and gives no right: an idle session ends by it"},
    "draft": {
        **dict.fromkeys(("version", "saved_at", "expires_at"), "a draft is saved at each field, without an entry, and lasts on from then"),
        "digest": "says which form whoever writes it has seen: it is filed by the one that holds then",
        "person_index": "follows what is typed, as which it is found by the draft's own group alone",
    },
    "job": {
        "lease_owner": "a lease is taken and given back without an entry",
        "lease_until": "a lease is taken and given back without an entry",
        "version": "counts changes, leases among them",
    },
}

#: Tables whose rows entries name, each with its digest, and the columns that name one: none of ``idempotency``, whose key may be personal.
NAMED: Mapping[str, tuple[str, ...]] = {
    "attempt": ("delivery_id", "epoch"),
    "idempotency": (),
    "inbox": ("department", "message_id"),
    "party": ("id",),
    "service_definition": ("digest",),
    "department_control": ("name",),
    "service_control": ("id",),
    "api_key": ("id",),
    "job": ("id",),
    "number_block": ("implementation", "day"),
    "account": ("id",),
    "session": ("id",),
    "draft": ("id",),
}

_SALT_BYTES, _SALTS_DRAWN = 16, 256
_SALTS: list[bytes] = []
os.register_at_fork(after_in_child=_SALTS.clear)  # no two processes draw the same
_MOMENTS = ("doubt_since", "first_sent_at", "last_sent_at")
#: Stands for the digest of a row that holds what no column of its kind can. No digest is equal to it.
UNREADABLE = "unreadable"


def digest(content: bytes) -> str:
    """Give the SHA-256, in base64 without padding."""
    return binascii.b2a_base64(hashlib.sha256(content).digest(), newline=False)[:43].decode()


def salt() -> bytes:
    """Make the salt of one payload's commitment, which goes when the payload does.

    Many are drawn at once: each draw hands the interpreter over to another thread, in the middle of a commit.
    """
    while True:
        try:
            return _SALTS.pop()
        except IndexError:
            drawn = secrets.token_bytes(_SALTS_DRAWN * _SALT_BYTES)
            _SALTS.extend(drawn[at : at + _SALT_BYTES] for at in range(0, len(drawn), _SALT_BYTES))


def commitment(salted: bytes, blob: bytes) -> str:
    """Commit to a payload: SHA-256 over its salt and its contents."""
    return digest(salted + blob)


class RowDigests:
    """A maker of digests of one table's rows, from what a driver takes or what it gives back."""

    def __init__(self, table: Table) -> None:
        columns = [column for column in table.columns if column.name not in OUTSIDE.get(table.name, ())]
        self.table = table
        self.columns = tuple(columns)
        self._head = str(table.name)
        self._name = NAMED.get(table.name, ())
        self._flags = [place for place, column in enumerate(columns) if isinstance(column.type, Boolean)]
        self._fractions = [place for place, column in enumerate(columns) if isinstance(column.type, Float)]

    def named(self, row: JsonView) -> tuple[str, str]:
        """Give a row's name within its table, and its digest."""
        return self.named_values([row.get(column.name) for column in self.columns])

    def named_values(self, values: Sequence[Any], name: str | None = None) -> tuple[str, str]:
        """Give the same for a row's held columns in the table's order, named ``name`` where they do not say a name."""
        made = self.of(values)
        if name is None:
            columns = [column.name for column in self.columns]
            name = " ".join(str(values[columns.index(part)]) for part in self._name) or made[:8]
        return f"{self._head} {name}", made

    def of(self, values: Sequence[Any]) -> str:
        """Give the digest of a row's held columns in the table's order."""
        plain = [self._head, *values]
        for place in self._flags:
            plain[place + 1] = flag(plain[place + 1])
        for place in self._fractions:
            plain[place + 1] = float(plain[place + 1]) if isinstance(plain[place + 1], int) else plain[place + 1]
        return _digest_of(plain)


def _digest_of(values: list[Any]) -> str:
    while values[-1] is None:
        values.pop()
    try:
        return digest(orjson.dumps(values))
    except orjson.JSONEncodeError:  # bytes, or text that is none: SQLite keeps whatever somebody wrote
        return UNREADABLE


def digest_of_all(table: Table, rows: Iterable[Sequence[Any]]) -> str:
    """Give one digest of whole rows that were written together, whatever their order."""
    return digest("".join([str(table.name), *sorted(_digest_of(list(row)) for row in rows)]).encode())


def vouch_rows(digests: Iterable[str]) -> str | None:
    """Give one digest of rows' digests, whatever their order, or None when there are none."""
    these = sorted(digests)
    return digest("".join(these).encode()) if these else None


def plain(name: str) -> list[ColumnElement[Any]]:
    """Give the held columns of a table (all of an application or delivery) as its store keeps them, in their order."""
    table = schema.metadata.tables[name]
    held = ROWS[name].columns if name in ROWS else tuple(table.columns)
    return [type_coerce(column, Integer) if isinstance(column.type, Boolean) else column for column in held]


def flag(value: object) -> object:
    """Give a truth value as both stores have it: SQLite's is a number, and only two numbers are one."""
    return value == 1 if value in (0, 1) else value


#: The digests of rows, for each table whose rows entries name.
ROWS: Mapping[str, RowDigests] = {name: RowDigests(schema.metadata.tables[name]) for name in NAMED}

_NAMES = [str(column.name) for column in schema.delivery.columns]
_AFTER, _STATE, _ACTION = (_NAMES.index(name) for name in ("after", "state", "action"))
_PROBLEM, _DOUBT, _FIRST, _LAST = (_NAMES.index(name) for name in ("problem", *_MOMENTS))
_OPEN = itemgetter(*(place for place, name in enumerate(_NAMES) if name not in OUTSIDE["delivery"]))
_SUBMIT = Action.SUBMIT.value


def _reader(kind: type[Record], table: Table) -> Callable[[Any], Iterable[Any]]:
    """Make a reader of a record's values in the order of the columns. Where its fields have that order, they lie there ready."""
    columns = [str(column.name) for column in table.columns]
    if [field.name for field in fields(kind)] == columns:  # type: ignore[arg-type]  # every record is a dataclass
        return lambda record: record.__dict__.values()
    return attrgetter(*columns)


_APPLICATION, _DELIVERY = _reader(Application, schema.application), _reader(Delivery, schema.delivery)


def image_of(application: Application, deliveries: Mapping[str, Delivery]) -> str:
    """Give the image of a case as the writer has it."""
    return image(_APPLICATION(application), [_values(deliveries[step]) for step in sorted(deliveries)])


def image(application: Iterable[Any], deliveries: Iterable[Sequence[Any]]) -> str:
    """Give the image of a case from all its columns in their tables' order, deliveries in order of their step."""
    plain = list(application)
    while plain[-1] is None:
        plain.pop()
    try:
        return digest(orjson.dumps([plain, *map(_standing, deliveries)]))
    except (orjson.JSONEncodeError, TypeError):  # as for any row
        return UNREADABLE


def same_standing(one: Delivery, other: Delivery) -> bool:
    """Tell whether an image shows nothing of the change between the two."""
    return _standing(_values(one)) == _standing(_values(other))


def _values(delivery: Delivery) -> list[Any]:
    values = list(_DELIVERY(delivery))
    values[_AFTER] = ",".join(values[_AFTER])
    return values


def _standing(values: Sequence[Any]) -> list[Any]:
    """Give what is held of a delivery: all of one that has ended."""
    if values[_STATE] in ENDED:
        held = list(values)
    else:
        problem = values[_PROBLEM] if values[_ACTION] == _SUBMIT else None
        held = [values[_DOUBT] is None, values[_FIRST] is None, values[_LAST] is None, problem, *_OPEN(values)]
    while held[-1] is None:
        held.pop()
    return held
