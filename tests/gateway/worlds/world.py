"""A real journal with all parts that move a case, driven step by step on a clock of its own."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from prometheus_client import CollectorRegistry
from sqlalchemy import insert, select

from gateway.cases.callbacks import Callbacks
from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, mac_by
from gateway.cases.drafts.codes import DraftCodes
from gateway.cases.drafts.drafts import Drafts
from gateway.cases.filing import Filed, Numbers
from gateway.cases.intake import Intake
from gateway.cases.judgement import Recorded, Result, StillOpen
from gateway.cases.receipts.receipt import Receipts
from gateway.cases.results import Recover
from gateway.cases.revisions import Revisions
from gateway.cases.suspending.suspensions import Suspensions
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.working_days import Calendar
from gateway.departments.breaker import Breakers
from gateway.departments.hosted import Hosted
from gateway.departments.limits import Permits
from gateway.departments.openings import Openings
from gateway.dispatch.calls import Calls
from gateway.dispatch.claiming import JournalQueue
from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.housekeeping import Housekeeping
from gateway.dispatch.waits import Waits
from gateway.dispatch.work_item import Capacity, WorkItem
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.keys.filing_keys import DIGESTED, FilingKeys
from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.keys.said_by_nodes import KnowRevision
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader, open_writer
from gateway.journal.store.records import application_of, delivery_of
from gateway.journal.store.schema import JOURNAL_ID
from gateway.journal.verification import baseline
from gateway.journal.verification.verify import verify
from gateway.journal.writer.journal import Journal
from gateway.model.case import Case, Committed, Work
from gateway.model.delivery import ENDED, NEEDS_ATTENTION, Action, Delivery, DeliveryState
from gateway.model.department import DepartmentConfig
from gateway.model.identifiers import new_id
from gateway.operations.controls import Controls
from gateway.operations.repairs import Repairs
from gateway.questions.queries import Queries
from gateway.telemetry.measures import create_metrics
from tests.gateway.worlds.offices import ADAPTERS, MAN, Office, config, office

HMAC_KEY = b"k" * 32
KEY_MAC = key_mac(HMAC_KEY)
FRONT = Caller(id="0190a000-0000-7000-8000-00000000000f", name="hall", role="front-end")
OPERATOR = Caller(id="0190a000-0000-7000-8000-00000000000e", name="op", role="operator")
JOURNAL = "0190a000-0000-7000-8000-000000000001"
#: Events about the journal's own rows, not about a case, department or person.
OWN = ("audit_baseline", "rows_vouched", "cases_vouched", "numbers_reserved", "definitions_kept", "record_kept")
_ID_NUMBER = re.compile("500152199001010018|500152198512310026|999999199001010016|999999198802290025")


@dataclass
class World:
    """A journal with all that moves a case. ``now`` is its clock (microseconds). Nothing happens without :meth:`run` or a dispatcher."""

    folder: Path
    catalogue: Catalogue
    url: str  # of a journal that has just been migrated
    configs: dict[str, DepartmentConfig] = field(default_factory=dict)
    deadline: float | None = None
    remember: int = 2000
    ticking: bool = False
    begun: bool = False
    digested: bool = True  # keys are digests from the start, as in any journal that this version makes
    by_hand: tuple[str, ...] = ()  # changes a test made past the journal, as verifying names them
    clerks: dict[str, str] = field(default_factory=lambda: {"li.wei": "hall", "zhao": "elsewhere"})  # the groups of active ones, by login
    calendar: Calendar = field(default_factory=lambda: Calendar({}))  # for the departments' hours

    async def open(self) -> None:
        """Open the journal, or open it again after :meth:`crash` as another incarnation."""
        self.writer, self.reader = open_writer(self.url), open_reader(self.url)
        new = not self.begun
        if new:
            self._begin()
        self.journal = Journal(self.writer, node=new_id(), chain=JOURNAL, remember=self.remember, clock=self._clock)
        await self.journal.open()
        if not self.journal.alone:
            await self.journal.write(KnowRevision())
        self.keys = FilingKeys.of(HMAC_KEY)
        await self.keys.begin(self.journal.write, self.reader)
        self.receipts = Receipts(self.keys.secrets)
        if new:
            await baseline.take(self.journal.write, self.reader, KEY_MAC, since=self.journal.head.seq)
        self.journal.listen(self._committed)
        self.works: deque[Work] = deque()
        self.commits: list[Committed] = []
        configs = {name: self.configs.get(name, config(name)) for name in ADAPTERS}
        self.offices: dict[str, Office] = {name: office(name, configs[name], deadline=self.deadline) for name in ADAPTERS}
        self.permits = Permits({name: one.limits for name, one in configs.items()})
        self.permits.open()
        self.breakers = Breakers({name: one.breaker for name, one in configs.items()}, self.permits)
        departments = {name: Hosted(config=configs[name], department=self.offices[name]) for name in ADAPTERS}
        self.openings = Openings(departments, self.calendar)
        self.casework = Casework(
            catalogue=self.catalogue,
            departments=departments,
            permits=self.permits,
            mac=mac_by(HMAC_KEY),
            keys=self.keys,
            receipts=self.receipts,
            down=self.breakers.down,
            openings=self.openings,
        )
        self.queue = JournalQueue(self.journal, self.casework)
        self.calls = Calls("http://gateway")
        self.metrics = create_metrics(CollectorRegistry())
        self.suspensions = Suspensions(self.journal, self.catalogue)
        await self.suspensions.read(self.reader)
        self.intake = Intake(
            journal=self.journal,
            casework=self.casework,
            numbers=Numbers(self.journal.write),
            calendar=Calendar({}),
            metrics=self.metrics,
            reader=self.reader,
            clerk_group=self._clerk_group,
            suspensions=self.suspensions,
        )
        self.insights = Insights(self.reader)
        self.drafts = Drafts(
            journal=self.journal,
            insights=self.insights,
            casework=self.casework,
            intake=self.intake,
            codes=DraftCodes(self.keys.secrets),
            colleague=self._colleague,
        )
        self.revisions = Revisions(journal=self.journal, casework=self.casework)
        self.callbacks = Callbacks(journal=self.journal, casework=self.casework)
        self.queries = Queries(journal=self.journal, casework=self.casework)
        self.repairs = Repairs(journal=self.journal, casework=self.casework)
        self.controls = Controls(self.permits, self.journal, departments.keys())
        await self.controls.read(self.reader)

    async def _clerk_group(self, login: str) -> str | None:
        return self.clerks.get(login)

    async def _colleague(self, login: str) -> tuple[str, str] | None:
        group = self.clerks.get(login)
        return None if group is None else (login, group)

    def _clock(self) -> int:
        return time.time_ns() // 1000 if self.ticking else self.now

    def _begin(self) -> None:
        self.begun = True
        self.now = 1_795_397_400_000_000
        self.key = Ed25519PrivateKey.generate()
        self.filed = 0
        services = self.catalogue.services.values()
        rows = [{"digest": s.digest, "code": s.definition.code, "definition": s.canonical, "stored_at": 1} for s in services]
        with self.writer.begin() as connection:
            connection.execute(insert(schema.meta), {"key": JOURNAL_ID, "value": JOURNAL})
            if self.digested:
                connection.execute(insert(schema.meta), {"key": DIGESTED, "value": "1"})
            connection.execute(insert(schema.service_definition), rows)

    def _committed(self, committed: Committed) -> None:
        self.works.extend(committed.work)
        self.commits.append(committed)

    async def crash(self) -> list[Work]:
        """Forget all work under way, start anew without recovering, and give that work."""
        lost = list(self.works)
        await self.close()
        await self.open()
        return lost

    async def recover(self) -> None:
        statement = select(schema.delivery.c.application_id).where(schema.delivery.c.lease_owner.is_not(None)).distinct()
        for case in self.rows(statement):
            await self.journal.write(Recover(application_id=case[0], casework=self.casework, expired=False))

    async def close(self) -> None:
        await self.journal.close()
        self.insights.close()
        self.writer.dispose()
        self.reader.dispose()

    def dispatcher(self) -> Dispatcher:
        """Make a dispatcher in place of :meth:`run`."""
        self.journal._listeners.clear()
        self.permits.close()
        self.waits = Waits(self.casework, self.breakers, self.reader, self.journal.now)
        return Dispatcher(
            self.queue,
            self.calls,
            departments=self.casework.departments,
            permits=self.permits,
            breakers=self.breakers,
            metrics=self.metrics,
            went_down=self.waits.went_down,
        )

    def housekeeping(self, look_again: Callable[[], None]) -> Housekeeping:
        """Make a node's duties."""
        return Housekeeping(journal=self.journal, reader=self.reader, casework=self.casework, breakers=self.breakers, look_again=look_again)

    async def start(self, dispatcher: Dispatcher) -> None:
        """Start a dispatcher with its duties."""
        self.journal.listen(self.waits.committed)
        duties = self.housekeeping(dispatcher.look_again)
        await dispatcher.start(duties.take_over, duties.forever)

    # -- doing
    async def file(self, service: str, data: Mapping[str, Any] | None = None, **more: Any) -> str:
        return (await self.post(service, data, **more)).application_id

    async def post(self, service: str, data: Mapping[str, Any] | None = None, *, key: str | None = None, **more: Any) -> Filed:
        self.filed += 1
        document = {"service": service, "channel": "counter", "applicant": MAN, "data": data or {}, **more}
        return await self.intake.file(
            orjson.dumps(document), caller=FRONT, idempotency_key=key or f"key-{self.filed}", language="en", traceparent=None
        )

    async def revise(
        self, case: str, data: Mapping[str, Any], *, key: str = "rev-1", applicant: Mapping[str, Any] = MAN, **more: Any
    ) -> Filed:
        body = orjson.dumps({"applicant": applicant, "data": data, **more})
        return await self.revisions.revise(case, body, caller=FRONT, idempotency_key=key, language="en")

    async def call_back(self, department: str = "office", *, signature: str = "good", **said: Any) -> int:
        reply = await self.callbacks.receive(department, {"signature": signature}, orjson.dumps({"kind": "approved", **said}))
        return reply.status

    def later(self, seconds: float) -> None:
        self.now += round(seconds * 1_000_000)  # int would lose a microsecond of many a due time

    async def claim(self) -> int:
        """Claim what is due now, and give the count."""
        wanted = dict.fromkeys(ADAPTERS, Capacity(permits=32, polls=100))
        before = len(self.works)
        await self.queue.claim(wanted)
        return len(self.works) - before

    async def do(self, work: Work) -> Recorded:
        """Make one call and record its result."""
        delivery, item = work.delivery, self.queue.prepare(work)
        result: Result | StillOpen
        try:
            if not isinstance(item, WorkItem):
                result = item
            elif delivery.action is Action.POLL:
                result = (await self.calls.poll([item]))[delivery.id]
            else:
                result = await self.calls.make(item)
        finally:
            self.permits.give(delivery.department)
        return await self.queue.complete(delivery, result)

    async def run(self) -> None:
        """Do everything that is due now, and everything that follows."""
        while self.works or await self.claim():
            await self.do(self.works.popleft())

    # -- looking
    def rows(self, statement: Any) -> list[Any]:
        with self.reader.connect() as connection:
            return list(connection.execute(statement))

    def case(self, application_id: str) -> Case:
        application, delivery = schema.application, schema.delivery
        with self.reader.connect() as connection:
            row = connection.execute(select(application).where(application.c.id == application_id)).mappings().one()
            statement = select(delivery).where(delivery.c.application_id == application_id).order_by(delivery.c.position)
            deliveries = [delivery_of(dict(d)) for d in connection.execute(statement).mappings()]
        return Case(application=application_of(dict(row)), deliveries={d.step: d for d in deliveries})

    def one(self, application_id: str, step: str = "do") -> Delivery:
        return self.case(application_id).deliveries[step]

    def states(self, application_id: str) -> list[str]:
        return [d.state.value for d in self.case(application_id).deliveries.values()]

    def events(self, application_id: str | None = None) -> list[str]:
        """Give the audit's events, except those about the journal's own rows."""
        table = schema.audit
        statement = select(table.c.event).where(table.c.event.not_in(OWN)).order_by(table.c.seq)
        return [
            row[0] for row in self.rows(statement if application_id is None else statement.where(table.c.application_id == application_id))
        ]

    def details(self, event: str) -> dict[str, Any]:
        """Give the details of the last entry of that event, without its rows."""
        table = schema.audit
        found = self.rows(select(table.c.details).where(table.c.event == event).order_by(table.c.seq.desc()).limit(1))
        details: dict[str, Any] = orjson.loads(found[0][0])
        return {name: value for name, value in details.items() if name not in ("image", "found", "rows", "rows_found")}

    # -- invariants
    def prove(self) -> None:
        """Check that the audit verifies, nothing personal lies outside the payload, and no open delivery is silent."""
        heads = self.folder / "logs" / "heads.jsonl"
        HeadSigner(self.key, heads).write(JOURNAL, [self.journal.head], self.now)
        report = verify(self.reader, heads, self.key.public_key(), HMAC_KEY)
        unexplained = [mismatch for mismatch in report.mismatches if mismatch.what not in self.by_hand]
        assert (report.problems, unexplained) == ((), []), (report.problems, unexplained)
        for name, table in schema.metadata.tables.items():
            public = {("payload", "blob"), ("service_definition", "definition")}  # the latter has the sample that everybody is shown
            for row in self.rows(select(*(c for c in table.c if (name, c.name) not in public))):
                assert not _ID_NUMBER.search(repr(tuple(row))), name
        for row in self.rows(select(schema.delivery)):
            delivery = delivery_of(dict(row._mapping))
            waits = delivery.state in (DeliveryState.WAITING, DeliveryState.RETURNED) or delivery.state in NEEDS_ATTENTION | ENDED
            assert waits or delivery.due_at is not None or delivery.lease_owner is not None, delivery
            assert delivery.due_at is None or (delivery.lease_owner is None and delivery.state not in ENDED), delivery
