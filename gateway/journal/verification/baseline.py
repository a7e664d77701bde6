"""The baseline: entries that vouch for everything as it stands, so that it can be held against them later.

A journal of an older version holds much that no entry tells of. Its baseline is taken once: by itself where no older node can be running
beside (in a new journal, or in a file, which a single process owns), else by somebody who knows that none is. It names what it vouched for,
and the keys it did not: those that no entry says were made with the role they have. They have no proof (:func:`mac_by`) and never work.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog
from sqlalchemy import Connection, Engine, select, text, update

from gateway.journal.audit.entries import BASELINE, CASES_VOUCHED, ROWS_VOUCHED, VOUCHING, RowLedger, details_of, handed_over
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.audit.row_digests import ROWS, digest_of_all, image_of, plain, vouch_rows
from gateway.journal.keys.hmac_keys import KeyMac
from gateway.journal.payload import names
from gateway.journal.read.reading import patiently
from gateway.journal.store import schema
from gateway.journal.store.statements import Among, streamed
from gateway.journal.writer.draft import Change, Draft, Needs, Write
from gateway.model import Details
from gateway.model.case import NOBODY

log = structlog.get_logger()

#: Tables that are read whole, for their rows are no case's.
SMALL = (
    "service_definition", "department_control", "service_control", "api_key", "job", "number_block", "account", "session", "draft",
)  # fmt: skip
#: Cases of one commit.
_CASES = 500
#: Rows that one entry names.
_ROWS = 500

_ENTRIES = Among(select(schema.audit.c.application_id, schema.audit.c.details), schema.audit.c.application_id)
_ATTEMPTS = Among(
    select(schema.attempt, schema.delivery.c.application_id.label("owner"), schema.delivery.c.step).join(
        schema.delivery, schema.delivery.c.id == schema.attempt.c.delivery_id
    ),
    schema.delivery.c.application_id,
)
_FILINGS = Among(select(schema.idempotency), schema.idempotency.c.application_id)
_PARTIES = Among(select(schema.party), schema.party.c.application_id)
_INBOX = Among(
    select(schema.inbox, schema.delivery.c.application_id.label("owner")).join(
        schema.delivery, schema.delivery.c.id == schema.inbox.c.delivery_id
    ),
    schema.delivery.c.application_id,
)


def vouched(connection: Connection) -> bool:
    """Tell whether the journal has a baseline."""
    audit = schema.audit.c
    return connection.execute(select(audit.seq).where(VOUCHING, audit.event == BASELINE).limit(1)).first() is not None


def wanted(connection: Connection) -> bool:
    """Tell whether a starting node takes the baseline by itself: where there is none, and no older node can be running beside."""
    if vouched(connection):
        return False
    return connection.dialect.name == "sqlite" or connection.execute(select(schema.audit.c.seq).limit(1)).first() is None


async def take_alone(write: Write, reader: Engine, mac: KeyMac, *, since: int) -> None:
    """Take the baseline at a start that wants it (:func:`wanted`). Raises JournalUnavailable, and what :func:`take` does."""
    if await asyncio.to_thread(patiently, reader, wanted):
        await take(write, reader, mac, since=since)


async def take_missing(write: Write, reader: Engine, mac: KeyMac, *, since: int) -> None:
    """Take the baseline where there is none, on somebody's word that no older node is left. Raises what :func:`take` does."""
    if not await asyncio.to_thread(patiently, reader, vouched):
        await take(write, reader, mac, since=since)


async def take(write: Write, reader: Engine, mac: KeyMac, *, since: int) -> None:
    """Take the baseline: rows first, then case by case, then the entry that says it is whole.

    ``since`` is where this node's chain stands now. One that dies under way is begun anew, since entries without the last one vouch for
    nothing. Raises what writing raises.
    """
    refused = await write(_Rows(mac=mac))
    cases = 0
    for chunk in _cases(reader):
        await write(_Cases(cases=chunk))
        cases += len(chunk)
    await write(_End(since=since + 1, cases=cases, refused=refused))


def _cases(reader: Engine) -> Iterator[list[str]]:
    table, last = schema.application, ""
    while True:
        with reader.connect() as connection:
            found = list(connection.execute(select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(_CASES)).scalars())
        if not found:
            return
        yield found
        last = found[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cases:
    """A change that vouches for cases as they stand in this transaction: image, rows that no entry names, contents that are missing."""

    cases: Sequence[str]

    @property
    def needs(self) -> Needs:
        return Needs(cases=tuple(self.cases))

    def decide(self, draft: Draft) -> None:
        connection = draft.connection
        named, committed = self._said(connection)
        rows: dict[str, list[str]] = defaultdict(list)
        for owner, name, digest in _rows_of(connection, self.cases):
            if name not in named[owner]:
                rows[owner].append(digest)
        there = defaultdict(set)
        for owner, name in names(connection, self.cases):
            there[owner].add(name)
        said = []
        for case_id in self.cases:
            case = draft.case(case_id)
            image = image_of(case.application, case.deliveries)
            missing = sorted(committed[case_id] - there[case_id])
            said.append([case_id, case.application.version, image, vouch_rows(rows[case_id]), missing])
        draft.audit(Entry(event=CASES_VOUCHED, actor="gateway", details={"cases": said}))

    def _said(self, connection: Connection) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        named: dict[str, set[str]] = defaultdict(set)
        committed: dict[str, set[str]] = defaultdict(set)
        for row in _ENTRIES.execute(connection, self.cases):
            details = details_of(row["details"]) or {}
            named[row["application_id"]].update(details.get("rows", ()))
            committed[row["application_id"]].update(details.get("commitments", ()))
            committed[row["application_id"]].difference_update(details.get("erased", ()))
        return named, committed


def _rows_of(connection: Connection, cases: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Give owner, name and digest of each row that belongs to one of the cases."""
    for row in _ATTEMPTS.execute(connection, cases):
        values = [row[column.name] for column in ROWS["attempt"].columns]
        yield row["owner"], *ROWS["attempt"].named_values(values, f"{row['step']}.{row['epoch']}")
    for row in _FILINGS.execute(connection, cases):
        yield row["application_id"], *ROWS["idempotency"].named(row)
    for row in _PARTIES.execute(connection, cases):
        yield row["application_id"], *ROWS["party"].named(row)
    for row in _INBOX.execute(connection, cases):
        yield row["owner"], *ROWS["inbox"].named(row)


def held_rows(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give name and digest of every row that is no case's."""
    for name in SMALL:
        with connection.execute(streamed(select(*plain(name)))) as rows:
            for row in rows:
                yield ROWS[name].named_values(row)
    inbox, delivery = schema.inbox.c, schema.delivery.c
    waiting = select(*plain("inbox")).outerjoin(schema.delivery, delivery.id == inbox.delivery_id).where(delivery.id.is_(None))
    with connection.execute(streamed(waiting)) as rows:
        for row in rows:
            yield ROWS["inbox"].named_values(row)
    yield from _job_deliveries(connection)


def _job_deliveries(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give name and digest of each chunk of what jobs did."""
    table = schema.job_delivery
    with connection.execute(streamed(select(table).order_by(table.c.job_id, table.c.at))) as rows:
        for (job, at), chunk in groupby(rows, key=lambda row: (row.job_id, row.at)):
            yield f"{table.name} {job} {at}", digest_of_all(table, chunk)


def _alone(connection: Connection, *tables: str) -> None:
    """Keep everybody else from writing these tables until this commit, so that entries and rows are of one moment."""
    if connection.dialect.name != "sqlite":  # on SQLite nobody else writes
        connection.execute(text(f"LOCK TABLE {', '.join(sorted(tables))} IN SHARE ROW EXCLUSIVE MODE"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows(Change[list[str]]):
    """A change that vouches for every row of no case, and gives keys their proof."""

    mac: KeyMac

    def decide(self, draft: Draft) -> list[str]:
        _alone(draft.connection, "inbox", "job_delivery", *SMALL)
        ledger, made, committed = _said(draft.connection)
        refused = self._prove_keys(draft.connection, made)
        amends = [
            amend
            for name, digest in held_rows(draft.connection)
            if name not in {f"api_key {key_id}" for key_id in refused}
            for amend in ledger.amends(name, digest)
        ]
        for place in range(0, len(amends), _ROWS):
            for details in _told(amends[place : place + _ROWS]):
                draft.audit(Entry(event=ROWS_VOUCHED, actor="gateway", details=details))
        if missing := committed - {name for _, name in names(draft.connection, [NOBODY])}:
            draft.audit(Entry(event=ROWS_VOUCHED, actor="gateway", details={"erased": sorted(missing)}))
        return refused

    def _prove_keys(self, connection: Connection, made: Mapping[str, tuple[str, str]]) -> list[str]:
        """Prove the keys that an entry says were made as they stand. Gives the ids of the others that have no proof."""
        table = schema.api_key
        refused = []
        for row in connection.execute(select(table).where(table.c.mac.is_(None), table.c.revoked_at.is_(None))).mappings().all():
            if made.get(row["id"]) == (row["name"], row["role"]):
                connection.execute(update(table).where(table.c.id == row["id"]).values(mac=self.mac(dict(row))))
            else:
                refused.append(str(row["id"]))
                log.error("key_forged", key=row["id"], role=row["role"])
        return refused


def _said(connection: Connection) -> tuple[RowLedger, dict[str, tuple[str, str]], set[str]]:
    """Read what entries of no case say: the rows, the name and role of each key, the contents that should be there."""
    audit, ledger = schema.audit.c, RowLedger()
    made: dict[str, tuple[str, str]] = {}
    committed: set[str] = set()
    for event, text_ in connection.execute(select(audit.event, audit.details).where(audit.application_id.is_(None))):
        details = details_of(text_) or {}
        if event not in (ROWS_VOUCHED, CASES_VOUCHED):  # a baseline that was not finished vouches for nothing
            ledger.say(details)
            committed |= details.get("commitments", {}).keys()
        if event == "key_created":
            made[details["key"]] = details["name"], details["role"]
    return ledger, made, committed


def _told(amends: Sequence[tuple[str, str, int]]) -> list[Details]:
    """Write the details that say how rows are to be counted: one entry's, or more where a row is told of more than once."""
    details: list[Details] = []
    for name, digest, count in amends:
        kind = "rows" if count > 0 else "rows_found"
        place = next((one for one in details if name not in one[kind]), None)
        if place is None:
            details.append(place := {"rows": {}, "rows_found": {}})
        place[kind][name] = digest
    return details


@dataclass(frozen=True, slots=True, kw_only=True)
class _End(Change[None]):
    """A change that writes the baseline itself, unless another node has taken one meanwhile."""

    since: int
    cases: int
    refused: Sequence[str]

    def decide(self, draft: Draft) -> None:
        _alone(draft.connection, "meta", "quota_use")  # two nodes may begin at once
        if vouched(draft.connection):
            return
        counted = handed_over(draft.connection)
        rows = draft.connection.execute(select(schema.quota_use)).all()
        quota = [[row.department, row.day, row.used - counted[row.department, row.day]] for row in rows]
        details = {"since": self.since, "count": self.cases, "quota": quota, "keys_refused": list(self.refused)}
        draft.audit(Entry(event=BASELINE, actor="gateway", details=details))
