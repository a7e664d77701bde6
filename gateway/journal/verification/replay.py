"""The replay of the audit's entries, case by case, against the rows that the tables hold now.

Entries and every table with rows of cases are read side by side in order of the application, so that a journal of any size is compared in
the memory of one case. Rows of no case are compared by :mod:`gateway.journal.verification.replay_rows`.

A node of an older version says nothing of images and rows. Until a journal's baseline has vouched for what it wrote, a case that one may
have touched is held against states and rounds alone. From then on every case is held in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Row, Select, select

from gateway.journal.audit.entries import CASES_VOUCHED, Vouched, baselines, details_of
from gateway.journal.audit.row_digests import ROWS, flag, image, plain, vouch_rows
from gateway.journal.payload import OWNER, PROOFS
from gateway.journal.store import schema
from gateway.journal.store.statements import streamed
from gateway.journal.verification.findings import Mismatch, Mismatches
from gateway.journal.verification.replay_rows import Contents, Counted, compare_contents, compare_rows
from gateway.journal.verification.texts import Value
from gateway.model import JsonView
from gateway.model.case import NOBODY

_OF_A_CASE = 5  # members of a case in a baseline: id, version, image, rows, missing contents
_CHUNKS = 5  # entries of a baseline, each of hundreds of cases
_Row = Row[*tuple[Any, ...]]
#: Sort after every id there can be, and after whatever else somebody has put in the place of one.
_NO_ID, _END = "\U0010ffff", "\U0010ffff\U0010ffff"

_APPLICATION = [str(column.name) for column in schema.application.columns]
_DELIVERY = [str(column.name) for column in schema.delivery.columns]
_APPLICATION_FLAGS, _DELIVERY_FLAGS = (
    [place for place, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    for table in (schema.application, schema.delivery)
)
_ID, _STEP, _STATE, _ROUND = (_DELIVERY.index(name) for name in ("id", "step", "state", "round"))
_NUMBER, _DIGEST = _APPLICATION.index("number"), _APPLICATION.index("service_digest")


@dataclass(frozen=True, slots=True)
class CaseRange:
    """A range of cases by their ids: from ``first`` (None: the beginning) to before ``end`` (None: to the last)."""

    first: str | None = None
    end: str | None = None

    def of(self, statement: Select[Any], case: ColumnElement[str]) -> Select[Any]:
        """Narrow a statement to them."""
        wanted = [*([] if self.first is None else [case >= self.first]), *([] if self.end is None else [case < self.end])]
        return statement.where(*wanted).order_by(case)

    def has(self, case: object) -> bool:
        """Tell whether it is one of them. Whatever is no text sorts last."""
        if not isinstance(case, str):
            return self.end is None
        return (self.first is None or case >= self.first) and (self.end is None or case < self.end)


def replay(connection: Connection, hmac_keys: Sequence[bytes]) -> Mismatches:
    """Compare everything in one snapshot. Without ``hmac_keys`` payloads from before there were salts count as not checked."""
    return replay_rest(connection, hmac_keys, [replay_cases(connection, hmac_keys, CaseRange())])


def replay_cases(connection: Connection, hmac_keys: Sequence[bytes], cases: CaseRange) -> tuple[Mismatches, Counted]:
    """Compare some cases. Gives what differs, and what they add up to."""
    vouched = next(iter(baselines(connection)), None)
    found, counted = Mismatches(), Counted()
    comparison = _Comparison(found, hmac_keys, counted, strict=vouched is not None)
    with ExitStack() as results:
        streams = [_Groups(rows) for rows in _streams(connection, cases, vouched, results)]
        while (case := min(stream.key for stream in streams)) != _END:
            comparison.compare(case, [stream.take(case) for stream in streams])
    return found, counted


def replay_rest(connection: Connection, hmac_keys: Sequence[bytes], of_cases: Iterable[tuple[Mismatches, Counted]]) -> Mismatches:
    """Compare what is no case's, once all ``of_cases`` are read, and put together what was found."""
    found, counted = Mismatches(), Counted()
    vouched = baselines(connection)
    for again in vouched[1:]:
        found.add(Mismatch(what="baseline", id=f"{again.chain}:{again.seq}", application_id=NOBODY, field=None, table="again", audit=None))
    for mismatches, theirs in of_cases:
        found.take(mismatches)
        counted.add(theirs)
    compare_rows(connection, vouched[0] if vouched else None, counted, hmac_keys, found)
    return found


def _streams(connection: Connection, cases: CaseRange, vouched: Vouched | None, results: ExitStack) -> Iterator[Iterable[Any]]:
    """Give the rows that are read side by side, each stream in order of the application."""
    audit, delivery, idempotency, party = schema.audit.c, schema.delivery.c, schema.idempotency.c, schema.party.c
    owner = delivery.application_id
    attempts = select(owner, delivery.step, schema.attempt.c.epoch, *plain("attempt"))
    inbox = select(owner, *plain("inbox")).join(schema.delivery, delivery.id == schema.inbox.c.delivery_id)
    entries = select(audit.application_id, audit.event_no, audit.details).where(audit.application_id.is_not(None))
    statements = (
        cases.of(entries, audit.application_id).order_by(audit.event_no),
        cases.of(select(schema.application.c.id, *plain("application")), schema.application.c.id),
        cases.of(select(owner, *plain("delivery")), owner).order_by(delivery.step),
        cases.of(attempts.join(schema.delivery, delivery.id == schema.attempt.c.delivery_id), owner),
        cases.of(select(idempotency.application_id, *plain("idempotency")), idempotency.application_id),
        cases.of(inbox, owner),
        cases.of(select(party.application_id, *plain("party")), party.application_id),
        cases.of(PROOFS.where(OWNER != NOBODY), OWNER),
    )
    for statement in statements:
        yield chain.from_iterable(results.enter_context(connection.execute(streamed(statement))).partitions())
    yield (case for case in _vouched_cases(connection, vouched, results) if cases.has(case[0])) if vouched is not None else ()


def _vouched_cases(connection: Connection, vouched: Vouched, results: ExitStack) -> Iterator[Sequence[Any]]:
    statement = vouched.entries(CASES_VOUCHED).execution_options(yield_per=_CHUNKS)
    for (text,) in results.enter_context(connection.execute(statement)):
        cases = (details_of(text) or {}).get("cases")
        for case in cases if isinstance(cases, list) else ():
            if isinstance(case, list) and len(case) == _OF_A_CASE and isinstance(case[4], list):
                yield case


@dataclass(slots=True)
class _Said:
    """The sum of what the entries of one case say."""

    events: int = 0
    state: Any = None
    attention: Any = None
    moves: dict[str, Any] = field(default_factory=dict)
    contents: Contents = field(default_factory=Contents)
    rows: dict[str, Any] = field(default_factory=dict)
    image: Any = None
    bare: bool = False  # an entry is without an image: of a node of an older version
    vouched: Sequence[Any] | None = None


class _Comparison:
    """A comparison of case after case. With ``strict`` the journal has a baseline, so that what no entry explains is a finding."""

    def __init__(self, found: Mismatches, hmac_keys: Sequence[bytes], counted: Counted, *, strict: bool) -> None:
        self._found = found
        self._keys = hmac_keys
        self._counted = counted
        self._strict = strict

    def compare(self, case: str, rows: Sequence[list[Any]]) -> None:
        """Compare one case: its rows of each stream against what its entries (and the baseline) say."""
        entries, applications, deliveries, attempts, filings, inbox, parties, payloads, vouched = rows
        before = self._found.count
        said = self._said(case, entries, vouched[0] if vouched else None)
        application = [*applications[0][1:]] if applications else None
        steps = [[*row[1:]] for row in deliveries]
        self._application(case, said, application)
        self._deliveries(case, said, steps)
        if self._strict or not said.bare:
            if self._found.count == before:
                self._image(case, said, application, steps)
            whole = {"idempotency": filings, "inbox": inbox, "party": parties}
            self._rows(case, said, attempts, whole)
        compare_contents(case, said.contents, payloads, self._keys, self._found)

    def _said(self, case: str, entries: Iterable[_Row], vouched: Sequence[Any] | None) -> _Said:
        said = _Said(vouched=vouched)
        if vouched is not None:
            said.contents.gone.update(map(str, vouched[4]))
        for _, event_no, text in entries:
            details = details_of(text)
            if details is None:
                self._add(case, ("entry", str(event_no)), "details", "unreadable", "JSON")
                continue
            if event_no is None:
                said.rows = {**details.get("rows", {}), **said.rows}
            else:
                self._next(case, said, event_no)
                self._images(case, said, details)
                if "rows" in details:
                    said.rows.update(details["rows"])
            if "moves" in details:
                said.moves.update(details["moves"])
            said.contents.say(details, in_order=event_no is not None)
            if "application" in details:
                said.state, said.attention = details["application"], details.get("attention")
        if vouched is not None and said.events == vouched[1]:
            said.image = vouched[2]
        return said

    def _next(self, case: str, said: _Said, event_no: object) -> None:
        if said.vouched is not None and said.events == said.vouched[1]:
            said.image = said.vouched[2]
        said.events += 1
        if event_no != said.events:
            self._add(case, ("entry", str(said.events)), "event_no", str(event_no), said.events)
            said.events = event_no if isinstance(event_no, int) else said.events

    def _images(self, case: str, said: _Said, details: JsonView) -> None:
        """Find a case that something else has changed: a change found it otherwise than the entry before had left it."""
        found = details.get("found")
        if None not in (found, said.image) and found != said.image:
            self._add(case, ("application", case), f"image before entry {said.events}", str(found)[:12], str(said.image)[:12])
        for name, digest_found in details["rows_found"].items() if "rows_found" in details else ():
            if said.rows.get(name, digest_found) != digest_found:
                self._add(case, _named(name), f"contents before entry {said.events}", str(digest_found)[:12], str(said.rows[name])[:12])
        said.image = details.get("image")
        said.bare |= said.image is None

    def _application(self, case: str, said: _Said, values: list[Any] | None) -> None:
        if values is None or said.state is None:
            if values is not None or said.state is not None:
                table = None if values is None else str(values[_APPLICATION.index("state")])
                self._add(case, ("application", case), None, table, said.state)
            return
        for place in _APPLICATION_FLAGS:
            values[place] = flag(values[place])
        for name, recorded in (("state", said.state), ("needs_attention", said.attention), ("version", said.events)):
            held = values[_APPLICATION.index(name)]
            if held != recorded:
                self._add(case, ("application", case), name, held, recorded)
        self._counted.filed(values[_NUMBER], values[_DIGEST])

    def _deliveries(self, case: str, said: _Said, rows: Iterable[list[Any]]) -> None:
        for values in rows:
            for place in _DELIVERY_FLAGS:
                values[place] = flag(values[place])
            recorded = said.moves.pop(values[_ID], None)
            if recorded is None:
                self._add(case, ("delivery", str(values[_ID])), None, str(values[_STATE]), None)
                continue
            for name, place, audit in zip(("step", "state", "round"), (_STEP, _STATE, _ROUND), recorded, strict=True):
                if values[place] != audit:
                    self._add(case, ("delivery", str(values[_ID])), name, values[place], audit)
        for delivery, move in said.moves.items():
            self._add(case, ("delivery", delivery), None, None, str(move[1]))

    def _image(self, case: str, said: _Said, application: list[Any] | None, deliveries: list[list[Any]]) -> None:
        if application is not None and (made := image(application, deliveries)) != said.image:
            self._add(case, ("application", case), "image", made[:12], said.image and str(said.image)[:12])

    def _rows(self, case: str, said: _Said, attempts: Iterable[_Row], whole: Mapping[str, Iterable[_Row]]) -> None:
        """Compare the rows that entries name, ``whole`` by table. Those from before the baseline are vouched for together."""
        unnamed: dict[str, str] = {}
        held = [ROWS["attempt"].named_values(row[3:], f"{row[1]}.{row[2]}") for row in attempts]
        self._counted.attempts += len(held)
        held += [ROWS[table].named_values(row[1:]) for table, rows in whole.items() for row in rows]
        for name, made in held:
            recorded = said.rows.pop(name, None)
            if recorded is None:
                unnamed[name] = made
            elif recorded != made:
                self._add(case, _named(name), "contents", made[:12], str(recorded)[:12])
        for name, recorded in said.rows.items():
            self._add(case, _named(name), None, None, str(recorded)[:12])
        if not self._strict:
            return
        if said.vouched is not None:
            if (together := vouch_rows(unnamed.values())) != said.vouched[3]:
                self._add(case, ("rows", "baseline"), "contents", together and together[:12], said.vouched[3] and str(said.vouched[3])[:12])
            return
        for name, made in unnamed.items():
            self._add(case, _named(name), None, made[:12], None)

    def _add(self, case: str, place: tuple[str, str], column: str | None, table: Value, audit: Value) -> None:
        what, name = place
        self._found.add(Mismatch(what=what, id=name, application_id=case, field=column, table=table, audit=audit))


def _named(name: str) -> tuple[str, str]:
    table, _, row = name.partition(" ")
    return table, row


class _Groups:
    """Rows in order of their first column, handed out a case at a time. ``key`` is the next case."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._rows: list[Any] = []
        self.key = ""
        self._advance()

    def take(self, case: str) -> list[Any]:
        """Give the rows of ``case`` when it is this stream's next one, else none."""
        if self.key != case:
            return []
        taken = self._rows
        self._advance()
        return taken

    def _advance(self) -> None:
        case, rows = next(self._groups, (_END, ()))
        self._rows = list(rows)
        # SQLite keeps bytes where somebody wrote bytes, and sorts them last.
        self.key = case if isinstance(case, str) else f"{_NO_ID}{case!r}"
