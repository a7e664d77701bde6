"""The interface over real sockets, on a real journal, with every answer checked against the document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any, get_type_hints

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from gateway.api import ApiLimits, ApiParts, build_app
from gateway.api.http.state import DOCUMENT
from gateway.api.listen import Listening, listen
from gateway.cases.answering.door import Door
from gateway.cases.drafts.codes import DraftCodes
from gateway.cases.drafts.drafts import Drafts
from gateway.cases.receipts.issuing import Issuing
from gateway.cases.receipts.progress import Progress
from gateway.cases.receipts.receipt import Receipts
from gateway.cases.suspending.suspensions import Suspensions
from gateway.departments.openings import Openings
from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.read.insights import Insights
from gateway.journal.read.job_views import JobReport, JobView
from gateway.journal.read.selection import Selection
from gateway.journal.store.database import open_reader
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from gateway.operations.book import Book
from gateway.operations.keys.keys import Keys
from gateway.people.people import people_of
from gateway.telemetry.measures import create_metrics
from tests.gateway.api.audit_acts import StandInAuditActs, StandInRotation
from tests.gateway.api.catalogue_stand_ins import ServiceOne, StandInCatalogue, hosted, newlywed
from tests.gateway.api.contract import Contract, Reply
from tests.gateway.api.late_journal import LateJournal
from tests.gateway.api.sample_cases import NOON, Journal
from tests.gateway.api.stand_ins import (
    KeysWritten,
    StandInCallbacks,
    StandInCommits,
    StandInConfiguration,
    StandInControls,
    StandInDefinitions,
    StandInIntake,
    StandInJobs,
    StandInPresence,
    StandInQueries,
    StandInRepairs,
    StandInRevisions,
    StandInWatchdog,
)

DEPARTMENTS = ("marriage", "real_estate", "tax")


@dataclass
class World:
    """A served interface and everything behind it."""

    journal: Journal
    insights: Insights
    intake: StandInIntake
    revisions: StandInRevisions
    repairs: StandInRepairs
    jobs: StandInJobs
    watchdog: StandInWatchdog
    nodes: StandInPresence
    controls: StandInControls
    configuration: StandInConfiguration
    audit: StandInAuditActs
    definitions: StandInDefinitions
    queries: StandInQueries
    commits: StandInCommits
    writer: KeysWritten
    keys: Keys
    parts: ApiParts
    socket: Path
    listening: Listening
    http: aiohttp.ClientSession
    local_http: aiohttp.ClientSession
    contract: Contract
    readiness: dict[str, str | None] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.listening.port}"

    async def key(self, role: str) -> str:
        """Give a key of that role, made once."""
        if role not in self.tokens:
            made, self.tokens[role] = await self.keys.create(role, f"test {role}", actor="test")
            self.ids[role] = made.id
        return self.tokens[role]

    async def ask(self, method: str, path: str, role: str | None = "front-end", **options: Any) -> Reply:
        """Make one request as that role (``local``: over the unix socket, None: without a key), and check its answer by the document."""
        headers = {"Accept-Language": "en", **options.pop("headers", {})}
        if role not in (None, "local"):
            headers["Authorization"] = f"Bearer {await self.key(role)}"
        session = self.local_http if role == "local" else self.http
        base = "http://gateway" if role == "local" else self.base
        async with session.request(method, base + path, headers=headers, allow_redirects=False, **options) as answer:
            body = await answer.read()
            reply = Reply(answer.status, answer.headers.copy(), body)
        self.contract.prove(method, path.partition("?")[0], reply)
        return reply


def prove_signatures(stand_ins: Mapping[str, object]) -> None:
    """Hold every method of a stand-in against the part's own: mypy cannot, since the parts are classes."""
    parts = get_type_hints(ApiParts)
    for name, stand_in in stand_ins.items():
        for method, real in vars(parts[name]).items():
            if callable(real) and hasattr(type(stand_in), method) and not method.startswith("_"):
                assert parameters(getattr(type(stand_in), method)) == parameters(real), f"{name}.{method}"


def parameters(method: Callable[..., object]) -> list[tuple[str, object]]:
    """Give the names of a method's parameters, each with the way it is passed."""
    return [(one.name, one.kind) for one in signature(method).parameters.values()]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.engine.dispose()


@pytest.fixture
def limits() -> ApiLimits:
    return ApiLimits(body_seconds=30, idle_seconds=30, heartbeat_seconds=0.2, streams=2)


@pytest.fixture
async def world(journal: Journal, tmp_path: Path, limits: ApiLimits) -> AsyncIterator[World]:
    engine = open_reader(journal.url)
    insights = Insights(engine)
    intake, repairs, commits = StandInIntake(journal), StandInRepairs(), StandInCommits()
    jobs, watchdog, nodes = StandInJobs(), StandInWatchdog(), StandInPresence()
    revisions, controls = StandInRevisions(journal, intake), StandInControls(journal)
    definitions, queries = StandInDefinitions(), StandInQueries()
    writer, configuration = KeysWritten(journal.engine), StandInConfiguration()
    audit = StandInAuditActs()
    keys = Keys(insights, writer, DEPARTMENTS, mac := key_mac(b"k" * 32))
    late: Any = LateJournal(journal.url)
    metrics, receipts = create_metrics(CollectorRegistry()), Receipts(mac.secrets)
    readiness: dict[str, str | None] = {"journal": None, "departments": None, "catalogue": None}

    async def checkpoint() -> dict[str, Any]:
        return {"chain": journal.head.chain, "seq": journal.head.seq, "hash": journal.head.hash}

    departments = {name: hosted(name, "cannot be imported" if name == "real_estate" else None) for name in DEPARTMENTS}
    stand_ins: dict[str, Any] = {
        "intake": intake,
        "revisions": revisions,
        "callbacks": StandInCallbacks(),
        "queries": queries,
        "repairs": repairs,
        "jobs": jobs,
        "watchdog": watchdog,
        "nodes": nodes,
        "controls": controls,
        "definitions": definitions,
        "commits": commits,
        "catalogue": StandInCatalogue({"newlywed": ServiceOne(newlywed(), "d" * 64)}),
    }
    prove_signatures(stand_ins)
    people = people_of(late, insights, mac.secrets, DEPARTMENTS, metrics)
    nobody: Any = None  # no call begins a draft or files one
    colleague = people.accounts.colleague
    drafts = Drafts(journal=late, insights=insights, casework=nobody, intake=nobody, codes=DraftCodes(mac.secrets), colleague=colleague)
    parts = ApiParts(
        **stand_ins,
        suspensions=Suspensions(late, stand_ins["catalogue"]),
        drafts=drafts,
        insights=insights,
        book=Book(journal=late, insights=insights),
        configuration=configuration,
        keys=keys,
        receipts=receipts,
        issuing=Issuing(journal=late, receipts=receipts),
        progress=Progress(insights=insights, receipts=receipts, metrics=metrics),
        door=Door(write=late.write, keys=receipts.keys, clock=late.now),
        people=people,
        rotation=StandInRotation(),
        departments=departments,
        openings=Openings(departments),
        applicant_index=lambda kind, number: (f"{kind}:{number}"[:64].ljust(64, "0"),),
        audit=audit,
        checkpoint=checkpoint,
        readiness=lambda: readiness,
        metrics=metrics,
        limits=limits,
    )
    app = build_app(parts)
    socket = tmp_path / "gateway.sock"
    listening = await listen(app, host="127.0.0.1", port=0, socket_path=socket, limits=limits)
    async with aiohttp.ClientSession() as http, aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(socket))) as local_http:
        yield World(
            journal=journal,
            insights=insights,
            intake=intake,
            revisions=revisions,
            repairs=repairs,
            jobs=jobs,
            watchdog=watchdog,
            nodes=nodes,
            controls=controls,
            configuration=configuration,
            audit=audit,
            definitions=definitions,
            queries=queries,
            commits=commits,
            writer=writer,
            keys=keys,
            parts=parts,
            socket=socket,
            listening=listening,
            http=http,
            local_http=local_http,
            contract=Contract(await app[DOCUMENT].body("en")),
            readiness=readiness,
        )
        await http.close()
        await local_http.close()
    await listening.close()
    await late.close()
    await asyncio.to_thread(insights.close)
    engine.dispose()


@pytest.fixture
def job(world: World) -> JobView:
    """Give a job that has been stopped half-way."""
    made = JobView(
        id=new_id(), caller=new_id(), actor="operator:ops", departments={"tax": 9},
        selection=Selection(department="tax", received_after=NOON),
        state="stopped", selected=9, cursor=None, last=new_id(), created_at=NOON, ended_at=NOON, lease_owner=None, version=3,
    )  # fmt: skip
    world.jobs.found = JobReport(job=made, reason="对方已修复", results={"released": 5, "never": 1}, now={DeliveryState.APPROVED: 5})
    return made
