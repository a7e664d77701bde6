# ruff: noqa: D102  # each protocol says in its docstring what its methods do
"""What the interface stands on: handed in by ``app.py``, described here by what is used of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.api.http.address import Network
from gateway.cases.caller import Caller
from gateway.catalogue.warned import Warned
from gateway.departments.openings import Openings
from gateway.journal.queues.jobs import Begun
from gateway.journal.read.insights import Insights
from gateway.journal.read.job_views import JobDelivery, JobReport, JobView
from gateway.journal.read.selection import Selection
from gateway.journal.read.stuck import Stuck
from gateway.journal.store.views import CaseView, Page
from gateway.journal.verification.findings import ChainProblem
from gateway.model.application import Application
from gateway.model.delivery import Delivery
from gateway.model.department import DepartmentConfig
from gateway.model.service import Service
from gateway.operations.controls import WantedControls
from gateway.operations.jobs.jobs import Prospect
from gateway.operations.keys.keys import Keys
from gateway.operations.watch.presence import Nodes
from gateway.sdk.department import CallbackReply, Department
from gateway.sdk.quality import Quality
from gateway.telemetry.metrics import Metrics
from gateway.texts.bounds import BOUNDS, Bounds
from gateway.texts.refusals import Language


class FiledCase(Protocol):
    """An application or a revision that is in the journal.

    ``created`` is false when the same key and body had been filed before. ``case`` is the application and its deliveries as
    committed, so that the answer needs no read; none when they are not at hand (a repeat). ``warnings`` keep nothing from being filed.
    """

    @property
    def application_id(self) -> str: ...
    @property
    def created(self) -> bool: ...
    @property
    def case(self) -> tuple[Application, tuple[Delivery, ...]] | None: ...
    @property
    def warnings(self) -> tuple[Warned, ...]: ...


class IntakePart(Protocol):
    """Files applications. Refuses by :class:`gateway.texts.refusals.Refused`."""

    async def file(
        self, body: bytes, *, caller: Caller, idempotency_key: str, language: Language, traceparent: str | None
    ) -> FiledCase: ...
    async def check(self, body: bytes, *, caller: Caller, language: Language) -> Mapping[str, Any]: ...


class RevisionsPart(Protocol):
    """Answers what was returned, takes back what was filed."""

    async def revise(self, application_id: str, body: bytes, *, caller: Caller, idempotency_key: str, language: Language) -> FiledCase: ...
    async def withdraw(self, application_id: str, *, caller: Caller, reason: str | None) -> None: ...


class CallbacksPart(Protocol):
    """Takes a department's later decision; header names are lower-case."""

    async def receive(self, department: str, headers: Mapping[str, str], body: bytes) -> CallbackReply: ...


class QueriesPart(Protocol):
    """Asks a department a read-only question."""

    async def ask(self, department: str, query: str, body: bytes, *, caller: Caller, language: Language) -> Mapping[str, Any]: ...


class RepairsPart(Protocol):
    """An operator's ways to move a delivery that cannot move itself, and back."""

    async def retry(self, delivery_id: str, *, caller: Caller, reason: str | None) -> None: ...
    async def unresolve(self, delivery_id: str, *, caller: Caller, reason: str) -> None: ...
    async def resolve(self, delivery_id: str, *, caller: Caller, happened: bool, outcome: dict[str, Any] | None, reason: str) -> None: ...


class JobsPart(Protocol):
    """Repairs of many deliveries at once."""

    async def prospects(self, wanted: Selection) -> Sequence[Prospect]: ...
    async def begin(self, wanted: Selection, *, caller: Caller, key: str, said: Mapping[str, Any], reason: str | None) -> Begun: ...
    async def stop(self, job_id: str, *, caller: Caller) -> None: ...
    async def several(self, cursor: str | None, limit: int) -> Page[JobView]: ...
    async def report(self, job_id: str) -> JobReport | None: ...
    async def deliveries(self, job_id: str, result: str | None, cursor: str | None, limit: int) -> Page[JobDelivery]: ...


class PresencePart(Protocol):
    """Tells which nodes live, and what the dead have left."""

    async def look(self) -> Nodes: ...


class WatchdogPart(Protocol):
    """Finds what is stuck."""

    async def look(self) -> Sequence[Stuck]: ...


class DefinitionsPart(Protocol):
    """Moves an application to its service's current definition."""

    async def move(self, application_id: str, *, caller: Caller, reason: str, language: Language) -> None: ...


class ControlsPart(Protocol):
    """What an operator says of a department over its configuration: paused or not, other limits."""

    async def change(self, name: str, wanted: WantedControls, *, reason: str, caller: Caller) -> None: ...


class AuditPart(Protocol):
    """What a person does to the audit: take it as it was found, have all of it signed, let another key sign."""

    async def accept(self, *, reason: str, caller: Caller) -> Sequence[ChainProblem]: ...
    async def upgrade(self, *, caller: Caller) -> int: ...
    async def hand_over(self, *, caller: Caller) -> Mapping[str, str]: ...


class ConfigurationPart(Protocol):
    """Reads the files again; gives what changed, or refuses with all that is wrong."""

    async def reload(self, *, actor: str) -> Mapping[str, Any]: ...


class CaseWatch(Protocol):
    """Tells of commits that touched one application."""

    async def wait(self, seconds: float, /) -> bool:
        """True as soon as one was committed since the last call (or since watching began); false when ``seconds`` have passed."""
        ...

    def tell(self) -> None:
        """End the wait."""
        ...


class CommitsPart(Protocol):
    """The journal's commits, to be watched."""

    def latest(self, application_id: str, /) -> CaseView | None:
        """The case as last committed, when that is at hand without a read."""
        ...

    def watching(self, application_id: str, /, *, halt: bool = False) -> AbstractAsyncContextManager[CaseWatch]:
        """Watch one application; with ``halt`` only for commits that end it or leave it to a person."""
        ...


class RotationResult(Protocol):
    """What asking for another key of commitments came to."""

    @property
    def file(self) -> str: ...
    @property
    def rotated(self) -> bool: ...
    @property
    def keys(self) -> int: ...
    @property
    def lacking(self) -> Sequence[str]: ...


class RotationPart(Protocol):
    """Lets another key of commitments make."""

    async def rotate(self, *, actor: str) -> RotationResult:
        """Make one and let it make once every node has it. Raises ConfigError, JournalUnavailable."""
        ...


class CatalogueService(Protocol):
    """A service as the catalogue holds it."""

    @property
    def definition(self) -> Service: ...
    @property
    def digest(self) -> str: ...
    @property
    def unavailable(self) -> Mapping[str, str]: ...


class CataloguePart(Protocol):
    """The services that can be filed now, by code."""

    @property
    def services(self) -> Mapping[str, CatalogueService]: ...


class InstalledDepartment(Protocol):
    """One department as installed: its adapter, or why there is none."""

    @property
    def config(self) -> DepartmentConfig: ...
    @property
    def department(self) -> Department | None: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def quality(self) -> Quality | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLimits:
    """How much of us one request may take."""

    body_bytes: int = 1024 * 1024
    callback_bytes: int = 256 * 1024  # of a department's callback, which nobody has vouched for yet when it is read
    bounds: Bounds = BOUNDS  # of what is in a body
    body_seconds: float = 10  # for a whole body to arrive
    idle_seconds: float = 30  # for a request's head to arrive, from the connection's start or the answer before
    wait_seconds: int = 60  # the most that Prefer: wait is granted
    streams: int = 1000  # event streams open at once
    key_requests: int = 2000  # of one key, in key_seconds
    key_seconds: int = 10
    key_concurrency: int = 256  # requests of one key under way at once, event streams apart
    key_streams: int = 200  # event streams of one key open at once
    failures: int = 20  # credentials that may fail from one address, or with one revoked key, before it is slowed
    failure_seconds: int = 60  # without one, and it is forgotten
    trusted_proxies: tuple[Network, ...] = ()  # whose word on where a request comes from is taken
    forwarded_header: str = "X-Forwarded-For"  # the one that they write
    heartbeat_seconds: float = 15  # between comments on a silent event stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """All the interface needs.

    ``applicant_index`` gives the blind indexes of (ID type, ID number). ``checkpoint`` gives the signed head of the audit.
    ``readiness`` gives, by part (``journal``, ``audit``, ``departments``, ``catalogue``, ``configuration``, ``certificates``, ``keys``),
    why it is not ready, or none when it is.
    """

    insights: Insights
    intake: IntakePart
    revisions: RevisionsPart
    callbacks: CallbacksPart
    queries: QueriesPart
    repairs: RepairsPart
    jobs: JobsPart
    watchdog: WatchdogPart
    nodes: PresencePart
    definitions: DefinitionsPart
    controls: ControlsPart
    configuration: ConfigurationPart
    keys: Keys
    rotation: RotationPart
    commits: CommitsPart
    catalogue: CataloguePart
    departments: Mapping[str, InstalledDepartment]
    applicant_index: Callable[[str, str], tuple[str, ...]]
    audit: AuditPart
    checkpoint: Callable[[], Awaitable[Mapping[str, Any]]]
    readiness: Callable[[], Mapping[str, str | None]]
    metrics: Metrics
    openings: Openings = field(default_factory=Openings)
    limits: ApiLimits = field(default_factory=ApiLimits)
