"""Entries read back: their details, the rows they hold, what has been vouched for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, literal_column, select

from gateway.journal.audit.head_lines import is_head
from gateway.journal.store import schema
from gateway.journal.store.statements import streamed
from gateway.model import JsonView
from gateway.model.identifiers import day_of

#: Events of a baseline, against which later tables are held: the baseline itself, its rows, its cases.
BASELINE, ROWS_VOUCHED, CASES_VOUCHED = "audit_baseline", "rows_vouched", "cases_vouched"

#: Events that say where another chain than their own stood.
CLOSED, RESTORED = "chain_closed", "journal_restored"

#: The condition of such an entry, written as the index has it.
VOUCHING: ColumnElement[bool] = literal_column(f"({schema.VOUCHES})")

#: A time later than any (microseconds).
_LATEST = 2**52

#: Members of details that are replayed and are JSON objects or arrays, with their types.
_SHAPES: Mapping[str, type] = {"moves": dict, "commitments": dict, "rows": dict, "rows_found": dict, "counted": list, "erased": list}


def details_of(text: object) -> JsonView | None:
    """Give an entry's details, or None when they are no JSON object of the shape that is replayed."""
    try:
        details = orjson.loads(text)  # type: ignore[arg-type]  # what is no text is refused, whatever it is
    except (orjson.JSONDecodeError, TypeError):
        return None
    if not isinstance(details, dict):
        return None
    for name, value in details.items():
        if name in _SHAPES and not _shaped(name, value):
            return None
    return details


def _shaped(name: str, value: object) -> bool:
    if not isinstance(value, _SHAPES[name]):
        return False
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return name != "moves" or (isinstance(value, dict) and all(isinstance(move, list) and len(move) == 3 for move in value.values()))


@dataclass(slots=True)
class RowLedger:
    """The rows that entries name, each with the digests it has had: every change takes one away and puts another there."""

    _rows: dict[str, Counter[str]] = field(default_factory=dict)

    def say(self, details: JsonView) -> None:
        """Take what one entry says. Any order will do: of two nodes' entries neither is known to be the later."""
        for name, digest in details.get("rows", {}).items():
            self._rows.setdefault(name, Counter())[str(digest)] += 1
        for name, digest in details.get("rows_found", {}).items():
            self._rows.setdefault(name, Counter())[str(digest)] -= 1

    def amends(self, name: str, digest: str) -> Iterator[tuple[str, str, int]]:
        """Work out how each digest of a row must be counted for the row to stand at this one."""
        had = self._rows.get(name, Counter())
        for other, count in {digest: 0, **had}.items():
            wanted = 1 if other == digest else 0
            for _ in range(abs(wanted - count)):
                yield name, other, 1 if wanted > count else -1

    def standing(self) -> Iterator[tuple[str, str | None, str | None]]:
        """Give each row's name with its digest by the entries, and one that a change has found and no entry has left."""
        for name, digests in self._rows.items():
            left = [digest for digest, count in digests.items() if count > 0]
            unknown = [digest for digest, count in digests.items() if count < 0]
            yield name, left[-1] if left else None, unknown[0] if unknown else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A baseline: entry ``seq`` of ``chain``, which vouches for what lies in the entries since ``since``.

    ``quota`` is what had been used by then, by department and day, beyond what entries told.
    """

    chain: str
    seq: int
    since: int
    quota: Mapping[tuple[str, str], int]

    def entries(self, event: str) -> Select[Any]:
        """Select the details of its entries of one kind, in order."""
        audit = schema.audit.c
        here = select(audit.details).where(VOUCHING, audit.event == event, audit.chain == self.chain)
        return here.where(audit.seq >= self.since, audit.seq <= self.seq).order_by(audit.seq)


def baselines(connection: Connection) -> list[Vouched]:
    """Give every baseline there is, the oldest first. There should be only one."""
    audit = schema.audit.c
    wanted = select(audit.chain, audit.seq, audit.details).where(VOUCHING, audit.event == BASELINE)
    found = []
    for row in connection.execute(wanted.order_by(audit.at, audit.chain, audit.seq)):
        said = details_of(row.details) or {}
        since = said.get("since")
        found.append(Vouched(chain=row.chain, seq=row.seq, since=since if isinstance(since, int) else 0, quota=_quota(said)))
    return found


def _quota(said: JsonView) -> dict[tuple[str, str], int]:
    rows = said.get("quota")
    fit = [row for row in rows if isinstance(row, list) and [*map(type, row)] == [str, str, int]] if isinstance(rows, list) else []
    return {(department, day): used for department, day, used in fit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The journal's own entry of a restore: the heads of the backup, the times when it was taken and put back."""

    at: int
    taken_at: int
    kept: Mapping[str, int]


def told(connection: Connection, event: str) -> list[tuple[str, str]]:
    """Give the entries of one event: (event, details)."""
    table = schema.audit
    return [(row.event, row.details) for row in connection.execute(select(table.c.event, table.c.details).where(table.c.event == event))]


def restores(entries: Iterable[tuple[str, str]]) -> list[Restored]:
    """Read what entries (event, details) say of restores."""
    found = []
    for event, text in entries:
        details = (details_of(text) or {}) if event == RESTORED else {}
        chains, taken_at, at = (details.get(name) for name in ("chains", "taken_at", "restored_at"))
        if isinstance(chains, list) and all(map(is_head, chains)) and isinstance(taken_at, int) and isinstance(at, int):
            found.append(Restored(at=at, taken_at=taken_at, kept={head["chain"]: head["seq"] for head in chains}))
    return found


def handed_over(connection: Connection) -> Counter[tuple[str, str]]:
    """Count the deliveries that entries say were handed over for the first time, by department and day, as quotas count."""
    counted: Counter[tuple[str, str]] = Counter()
    audit = schema.audit.c
    with connection.execute(streamed(select(audit.at, audit.details).where(audit.details.contains('"counted":')))) as rows:
        for at, text in rows:
            if isinstance(at, int) and 0 <= at < _LATEST:
                counted.update((department, day_of(at)) for department in (details_of(text) or {}).get("counted", ()))
    return counted
