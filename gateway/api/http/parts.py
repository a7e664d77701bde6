# ruff: noqa: D102  # each protocol's docstring is about its methods
"""The parts that the interface stands on, handed in by the assembly: protocols stand for those that live above it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import Field

from gateway.api.http.address import Network
from gateway.api.shapes.shape import Shape
from gateway.cases.answering.door import Door
from gateway.cases.callbacks import Callbacks
from gateway.cases.caller import Caller
from gateway.cases.drafts.drafts import Drafts
from gateway.cases.intake import Intake
from gateway.cases.receipts.issuing import Issuing
from gateway.cases.receipts.progress import Progress
from gateway.cases.receipts.receipt import Receipts
from gateway.cases.revisions import Revisions
from gateway.cases.suspending.suspensions import Suspensions
from gateway.catalogue.catalogue import Catalogue
from gateway.departments.hosted import Departments
from gateway.departments.openings import Openings
from gateway.journal.read.insights import Insights
from gateway.journal.verification.guard import ChainProblem
from gateway.journal.writer.commits import Commits
from gateway.model import JsonView
from gateway.model.centre import UNNAMED, Centre
from gateway.operations.book import Book
from gateway.operations.controls import Controls
from gateway.operations.definition_moves import DefinitionMoves
from gateway.operations.jobs.jobs import Jobs
from gateway.operations.keys.keys import Keys
from gateway.operations.repairs import Repairs
from gateway.operations.watch.presence import Presence
from gateway.operations.watch.watchdog import Watchdog
from gateway.people.people import People
from gateway.questions.queries import Queries
from gateway.telemetry.measures import Metrics
from gateway.texts.bounds import BOUNDS, Bounds

if TYPE_CHECKING:
    from gateway.journal.verification.findings import VerifyReport


class AuditPart(Protocol):
    """A person's acts on the audit: verify it, take it as it was found, have all of it signed, let another key sign."""

    async def verify(self, *, most: int) -> VerifyReport | None: ...
    async def accept(self, *, reason: str, caller: Caller) -> Sequence[ChainProblem]: ...
    async def upgrade(self, *, caller: Caller) -> int: ...
    async def hand_over(self, *, caller: Caller) -> Mapping[str, str]: ...


class Difference(Shape):
    """What a reload changed: digests of what was added or changed, by name."""

    added: dict[str, str]
    changed: dict[str, str]
    removed: list[str]


class DepartmentsDifference(Difference):
    """The same for departments; `reopened`: those whose adapter was replaced by a new one."""

    reopened: list[str]


class Reloaded(Shape):
    """What a reload changed. `restart_needed` names settings of `gateway.yaml` that take effect at the next start only."""

    services: Difference
    departments: DepartmentsDifference
    calendar: Annotated[list[int], Field(description="Years whose days have changed.")]
    restart_needed: list[str]


class ConfigurationPart(Protocol):
    """Reads the files again and gives what changed, or refuses with all that is wrong."""

    async def reload(self, *, actor: str) -> Reloaded: ...


class RotationResult(Protocol):
    """The result of asking for another key of commitments."""

    @property
    def file(self) -> str: ...
    @property
    def rotated(self) -> bool: ...
    @property
    def keys(self) -> int: ...
    @property
    def lacking(self) -> Sequence[str]: ...


class RotationPart(Protocol):
    """Puts another key of commitments to use."""

    async def rotate(self, *, actor: str) -> RotationResult:
        """Make a key, and use it once every node has it. Raises ConfigError, JournalUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLimits:
    """The limits on what one request may take of the gateway."""

    body_bytes: int = 1024 * 1024
    callback_bytes: int = 256 * 1024  # of a department's callback, which is read before anybody has vouched for it
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
    trusted_proxies: tuple[Network, ...] = ()  # believed about the address that a request comes from
    forwarded_header: str = "X-Forwarded-For"  # the one that they write
    heartbeat_seconds: float = 15  # between comments on a silent event stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """All the interface needs.

    ``applicant_index`` gives the blind indexes of (ID type, ID number). ``checkpoint`` gives the signed head of the audit.
    ``readiness`` tells, by part (``journal``, ``audit``, ``departments``, ``catalogue``, ``configuration``, ``certificates``, ``keys``),
    why it is not ready, or none when it is. In an installation for ``training`` every case is invented.
    """

    insights: Insights
    intake: Intake
    drafts: Drafts
    revisions: Revisions
    receipts: Receipts
    issuing: Issuing
    progress: Progress
    door: Door
    callbacks: Callbacks
    queries: Queries
    repairs: Repairs
    jobs: Jobs
    book: Book
    watchdog: Watchdog
    nodes: Presence
    definitions: DefinitionMoves
    controls: Controls
    suspensions: Suspensions
    configuration: ConfigurationPart
    keys: Keys
    people: People
    rotation: RotationPart
    commits: Commits
    catalogue: Catalogue
    departments: Departments
    applicant_index: Callable[[str, str], tuple[str, ...]]
    audit: AuditPart
    checkpoint: Callable[[], Awaitable[JsonView]]
    readiness: Callable[[], Mapping[str, str | None]]
    metrics: Metrics
    scraping: asyncio.Lock = field(default_factory=asyncio.Lock)  # no scrape clears the gauges of another that is being written
    openings: Openings = field(default_factory=Openings)
    centre: Centre = UNNAMED
    training: bool = False
    limits: ApiLimits = field(default_factory=ApiLimits)
