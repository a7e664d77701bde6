"""A change and its view of the batch: nothing that it writes counts until its ``decide`` has returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar, Unpack

from sqlalchemy import Connection, Executable, Table, text

from gateway.journal.audit import row_digests
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.payload import Content, erased, inserted
from gateway.journal.store import schema
from gateway.journal.store.records import Row, attempt_row
from gateway.journal.writer.ends import Ends
from gateway.model import Details, JsonView
from gateway.model.application import (
    APPLICATION_ENDED,
    Application,
    ApplicationState,
    Columns,
    EndReason,
    application_state,
    end_reason_of,
    needs_attention,
)
from gateway.model.case import NOBODY, Case, Payload, Work
from gateway.model.delivery import Action, Delivery, Facts
from gateway.model.errors import GatewayError
from gateway.model.moves import Delta, leased, moved, sending

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

#: Seconds that a lease goes on beyond the time its call may take: to write down what came of it.
_LEASE_MARGIN = 5.0

_LATE_ATTEMPT = text(
    "INSERT INTO attempt (delivery_id, epoch, round, number, action, node, started_at, ended_at, result, detail) "
    "VALUES (:delivery_id, :epoch, :round, :number, :action, :node, :started_at, :ended_at, :result, :detail) "
    "ON CONFLICT (delivery_id, epoch) DO UPDATE SET round = excluded.round, number = excluded.number, action = excluded.action, "
    "node = excluded.node, started_at = excluded.started_at, "
    "ended_at = excluded.ended_at, result = excluded.result, detail = excluded.detail"
)


class NoSuchCase(GatewayError):
    """A change names an application that the journal does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Rows that a change wants loaded before it decides: everything a batch needs is read together."""

    cases: tuple[str, ...] = ()  # application ids
    delivery: str | None = None  # a delivery's id, whose case is wanted as well
    payload: bool = False  # of those cases
    releases: bool = False  # the payload of those cases in which a delivery waits for others (who makes one wait asks for it as well)
    inbox: bool = False  # callbacks that wait for one of those cases
    reference: tuple[str, str] | None = None  # a department and its reference: of callbacks about the case; without a case: whose is it
    filings: tuple[tuple[str, str], ...] = ()  # a caller with an Idempotency-Key, in each form in which it may be kept


class Change(Protocol[T_co]):
    """Base of the journal's changes. ``decide`` runs on the writer's thread, possibly more than once (a batch that failed is split)."""

    @property
    def needs(self) -> Needs:
        """The rows to be loaded first: none, unless the change says so."""
        return Needs()

    def decide(self, draft: Draft) -> T_co:
        """Write into ``draft``, and give the caller's answer. Raise, and nothing of it is written."""
        ...


class Write(Protocol):
    """Commits a change (:meth:`gateway.journal.writer.journal.Journal.write`)."""

    async def __call__(self, change: Change[T], /) -> T:
        """Give what it decided, once it is on the disk."""
        ...


@dataclass(slots=True)
class Loaded:
    """Rows read for a batch, as its changes have left them so far."""

    cases: dict[str, Case] = field(default_factory=dict)
    payloads: dict[str, Payload] = field(default_factory=dict)
    inbox: dict[str, list[Row]] = field(default_factory=dict)  # by application
    filings: dict[tuple[str, str], Row] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)  # cases of which ``payloads`` has everything
    owners: dict[str | tuple[str, str], str] = field(
        default_factory=dict
    )  # application of a delivery by id, or by department and reference
    as_read: dict[str, Case] = field(default_factory=dict)  # cases as the batch found them, read or remembered
    read: dict[str, int] = field(default_factory=dict)  # cases that were read from the database, with the version they had
    found: dict[str, Case] = field(default_factory=dict)  # those of them, as they were, of which no entry has said yet how they were found
    arrived: dict[tuple[str, str], Row] = field(default_factory=dict)  # callbacks that the batch adds, by department and message
    taken: set[tuple[str, str]] = field(default_factory=set)  # callbacks that the batch has settled


@dataclass(slots=True)
class Draft:
    """One change's view of the batch. ``now`` is microseconds since the epoch, ``node`` the process incarnation."""

    loaded: Loaded
    connection: Connection
    now: int
    node: str
    lease_microseconds: int
    ends: Ends = field(default_factory=Ends)  # the writer's
    cases: dict[str, Case] = field(default_factory=dict)
    payloads: dict[str, Payload] = field(default_factory=dict)
    filings: dict[tuple[str, str], Row] = field(default_factory=dict)
    inserts: list[tuple[Table, Row]] = field(default_factory=list)
    statements: list[tuple[Executable, Row]] = field(default_factory=list)
    attempts: dict[tuple[str, int], Row] = field(default_factory=dict)  # that have ended, by delivery and epoch
    entries: list[Entry] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    undo: list[Callable[[], None]] = field(default_factory=list)  # run when this change is not committed after all
    along: list[Callable[[], None]] = field(default_factory=list)  # run on the event loop once it is, before anything else is decided
    new: set[str] = field(default_factory=set)  # ids of applications that this change adds
    changed: set[str] = field(default_factory=set)  # ids of deliveries that it changes
    arrived: dict[tuple[str, str], Row] = field(default_factory=dict)
    taken: set[tuple[str, str]] = field(default_factory=set)
    said: dict[str, Details] = field(default_factory=dict)  # the details of each case's last entry
    rows: dict[str, dict[str, str]] = field(default_factory=dict)  # digests of rows it writes by name, by application (or NOBODY)
    rows_found: dict[str, dict[str, str]] = field(default_factory=dict)  # of those it changes, as they were
    commitments: dict[str, dict[str, str]] = field(default_factory=dict)  # to payloads by part and revision, by application
    erased: dict[str, set[tuple[str, int]]] = field(default_factory=dict)  # payloads that this change takes away, by application

    # -- one change within another
    def apart(self) -> Draft:
        """Give a draft over this one, of which nothing counts until :meth:`join` takes it."""
        return replace(
            self,
            cases=dict(self.cases), payloads={}, filings={}, inserts=[], statements=[], attempts={}, entries=[], work=[], undo=[],
            new=set(), changed=set(), arrived={}, taken=set(), said={}, rows={}, rows_found={}, commitments={}, erased={},
        )  # fmt: skip

    def join(self, other: Draft) -> None:
        """Take what a draft apart has written."""
        self.inserts += other.inserts
        self.statements += other.statements
        self.entries += other.entries
        self.work += other.work
        self.undo += other.undo
        self.attempts |= other.attempts
        self.filings |= other.filings
        self.arrived |= other.arrived
        self.cases |= other.cases
        self.said |= other.said
        self.new |= other.new
        self.changed |= other.changed
        self.taken |= other.taken
        for owner, parts in other.erased.items():
            self.erased.setdefault(owner, set()).update(parts)
        _add(self.payloads, other.payloads)
        _add(self.rows, other.rows)
        _add(self.rows_found, other.rows_found)
        _add(self.commitments, other.commitments)

    # -- reading
    def case(self, application_id: str) -> Case:
        """Give the case as this change has it so far. Raises NoSuchCase."""
        found = self.cases.get(application_id) or self.loaded.cases.get(application_id)
        if found is None:
            raise NoSuchCase(application_id)
        return found

    def payload(self, application_id: str) -> Payload:
        """Give all blobs of one application that are loaded or that this change wrote."""
        return {**self.loaded.payloads.get(application_id, {}), **self.payloads.get(application_id, {})}

    def filing(self, forms: Iterable[tuple[str, str]]) -> Row | None:
        """Find the filing under a caller's key, in any of its forms."""
        found = (self.filings.get(form) or self.loaded.filings.get(form) for form in forms)
        return next((row for row in found if row is not None), None)

    def waiting_callbacks(self, application_id: str) -> list[Row]:
        """Give the waiting callbacks that may name a delivery of this application, the oldest first, with those that this batch adds."""
        if not (self.loaded.arrived or self.arrived or application_id in self.loaded.inbox):
            return []
        added = [row for row in {**self.loaded.arrived, **self.arrived}.values() if row["standing"] == "waiting"]
        rows = {(row["department"], row["message_id"]): row for row in [*self.loaded.inbox.get(application_id, []), *added]}
        left = [row for message, row in rows.items() if message not in self.loaded.taken and message not in self.taken]
        return sorted(left, key=lambda row: (row["received_at"], row["message_id"]))

    def has_arrived(self, department: str, message_id: str) -> bool:
        """Tell whether this batch adds that callback already."""
        return (department, message_id) in self.loaded.arrived or (department, message_id) in self.arrived

    # -- writing
    def add_case(self, application: Application, deliveries: Iterable[Delivery]) -> None:
        """Add a new application with its deliveries."""
        self.new.add(application.id)
        self.cases[application.id] = Case(application=application, deliveries={d.step: d for d in deliveries})

    def put(self, delivery: Delivery, *deltas: Delta, **facts: Unpack[Facts]) -> Delivery:
        """Apply deltas to a delivery, and give it as it is now. Raises IllegalMove for a move that no delivery makes."""
        changed = moved(delivery, (*deltas, facts), self.now)
        if delivery.being_sent and not changed.being_sent:
            self.end_attempt(delivery, "overtaken")  # unless its end was told before: no attempt is left behind unwritten
        case = self.case(delivery.application_id)
        self.cases[delivery.application_id] = Case(application=case.application, deliveries={**case.deliveries, changed.step: changed})
        self.changed.add(changed.id)
        return changed

    def put_application(self, application_id: str, **columns: Unpack[Columns]) -> None:
        """Change the application itself. Its state follows from its deliveries in :meth:`settle`."""
        case = self.case(application_id)
        self.cases[application_id] = Case(application=case.application.changed(**columns), deliveries=case.deliveries)

    def lease(self, delivery: Delivery, action: Action | None = None, *, at_least: float = 0) -> Delivery:
        """Lease a delivery for its action (or for that one) on this node. A submit becomes ``sending``, and says which attempt it is.

        ``at_least`` is how many seconds its call may take, which the lease outlasts. The work is handed out after the commit.
        """
        action = action or delivery.action
        until = self.now + max(self.lease_microseconds, int((at_least + _LEASE_MARGIN) * 1_000_000) if at_least else 0)
        case = self.case(delivery.application_id)
        if action is Action.SUBMIT:
            now = self.put(
                delivery,
                sending(delivery, self.node, until),
                attempts=delivery.attempts + 1,
                # What may have been processed is told the same again, until that is known.
                sent_revision=(delivery.sent_revision if delivery.told else None) or case.application.revision,
                first_sent_at=delivery.first_sent_at or self.now,
                last_sent_at=self.now,
            )
        else:
            now = self.put(delivery, leased(delivery, action, self.node, until))
        self.work.append(Work(delivery=now, payload=self.payload(delivery.application_id), case=case))
        return now

    def end_attempt(self, leased: Delivery, result: str, detail: str | None = None) -> None:
        """Keep the end of the call under a delivery's lease. The first word on it in this change stands."""
        if (leased.id, leased.epoch) not in self.attempts:
            self.attempts[leased.id, leased.epoch] = self._attempt(leased, result, detail)

    def end_attempt_late(self, leased: Delivery, result: str, detail: str | None = None) -> None:
        """Keep the end of a call whose lease had gone before, over what was kept of it then."""
        self.execute(_LATE_ATTEMPT, self._attempt(leased, result, detail))

    def _attempt(self, leased: Delivery, result: str, detail: str | None) -> Row:
        row = attempt_row(leased.attempt())
        row |= {"ended_at": self.now, "result": result[:100], "detail": detail[:500] if detail else detail}
        self._hold(leased.application_id, *row_digests.ROWS["attempt"].named_values(tuple(row.values()), f"{leased.step}.{leased.epoch}"))
        return row

    def put_payload(self, application_id: str, part: str, revision: int, blob: bytes) -> None:
        """Keep personal data, in the only place there is for it. The case's entry (or this change's own) will commit to it."""
        content, salt = Content(part, revision, blob), row_digests.salt()
        self.payloads.setdefault(application_id, {})[part, revision] = blob
        self.commitments.setdefault(application_id, {})[content.name] = row_digests.commitment(salt, blob)
        self.inserts.append(inserted(application_id, content, salt))

    def erase_payload(self, application_id: str, part: str, revision: int) -> None:
        """Take personal data away, as the case's entry says: at once, so that a later change of the batch may keep another there.

        Nothing of a change may be refused after this.
        """
        here = erased(application_id, part, revision)
        if not self.connection.execute(here).rowcount:
            if (part, revision) not in self.loaded.payloads.get(application_id, {}):
                return  # it was never kept, or is gone
            self.execute(here, {})  # another change of this batch keeps it, which is yet to be written
        self.erased.setdefault(application_id, set()).add((part, revision))

    def hold(self, table: Table, row: Row, *, case: str | None = None, was: Row | None = None) -> None:
        """Have an entry hold a row that this change writes: that of its case, or one of this change. ``was``: as it was read."""
        rows = row_digests.ROWS[table.name]
        name, digest = rows.named(row)
        if was is not None:
            found = rows.named(was)[1]
            if found == digest:
                return
            self.rows_found.setdefault(case or NOBODY, {}).setdefault(name, found)
        self._hold(case or NOBODY, name, digest)

    def hold_all(self, table: Table, name: str, rows: Iterable[Row]) -> None:
        """Have an entry hold rows that are written together, as one."""
        self._hold(NOBODY, f"{table.name} {name}", row_digests.digest_of_all(table, [tuple(row.values()) for row in rows]))

    def _hold(self, case: str, name: str, digest: str) -> None:
        self.rows.setdefault(case, {})[name] = digest

    def insert(self, table: Table, row: Row, *, case: str | None = None) -> None:
        """Insert a row of a table that is no case. ``case`` is the application it belongs to."""
        self.inserts.append((table, row))
        # A filing whose key is not yet a digest is another row once it is: the baseline, which comes after, vouches for it.
        if table.name in row_digests.NAMED and not (table is schema.idempotency and row["key"].isascii()):
            self.hold(table, row, case=case)
        if table is schema.idempotency:
            self.filings[row["caller"], row["key"]] = row
        elif table is schema.inbox:
            self.arrived[row["department"], row["message_id"]] = row

    def execute(self, statement: Executable, row: Row) -> None:
        """Run a statement of its own when the batch is written."""
        self.statements.append((statement, row))

    def audit(self, entry: Entry) -> None:
        """Write an entry that belongs to no case."""
        self.entries.append(replace(entry, details=dict(entry.details)))

    def settle(
        self,
        application_id: str,
        event: str,
        actor: str,
        details: JsonView,
        *,
        delivery_id: str | None = None,
        before: Case | None = None,
    ) -> Case:
        """Compute the application's state, number the event and write its audit entry with every move since ``before``."""
        case = self.case(application_id)
        deliveries = case.deliveries.values()
        state = application_state(deliveries, withdrawal_asked=case.application.withdrawal_asked)
        attention = needs_attention(deliveries)
        version = case.application.version + 1
        application = case.application.changed(
            state=state,
            needs_attention=attention,
            version=version,
            ended_at=(case.application.ended_at or self.now) if state in APPLICATION_ENDED else None,
            end_reason=self._end_reason(case.application, state),
        )
        settled = self.cases[application_id] = Case(application=application, deliveries=case.deliveries)
        moves = {
            d.id: [d.step, d.state._value_, d.round]
            for d in deliveries
            if before is None or (old := before.deliveries[d.step]).state is not d.state or old.round != d.round
        }
        said = self.said[application_id] = {**details, "moves": moves, "application": state._value_, "attention": attention}
        self.entries.append(
            Entry(event=event, actor=actor, application_id=application_id, event_no=version, delivery_id=delivery_id, details=said)
        )
        return settled

    def _end_reason(self, application: Application, state: ApplicationState) -> EndReason | None:
        """Give the reason for which it has ended: the one it has, none where it ended before there were reasons."""
        if state not in APPLICATION_ENDED or not self.ends.begun(self.connection, self.undo):
            return None
        known = application.end_reason is not None or application.ended_at is not None
        return application.end_reason if known else end_reason_of(state)


def _add(own: dict[str, dict[K, V]], more: Mapping[str, Mapping[K, V]]) -> None:
    for case_id, values in more.items():
        own.setdefault(case_id, {}).update(values)
