"""Results of the read side: records joined as readers need them, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway.model import JsonView
from gateway.model.application import Application, ApplicationState, Marks, Reach
from gateway.model.case import Case
from gateway.model.delivery import Attempt, Delivery, DeliveryState
from gateway.model.service import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A time during which a service takes no new application, as its row has it. ``until`` None: until somebody ends it."""

    id: str
    service: str
    since: int
    until: int | None
    notice_zh: str
    notice_en: str | None
    version: int

    @property
    def notice(self) -> Text:
        """The public notice. Where there is none in English it is the Chinese one."""
        return Text(zh=self.notice_zh, en=self.notice_en or self.notice_zh)

    def covers(self, moment: int) -> bool:
        """Tell whether it holds at that time (microseconds)."""
        return self.since <= moment and not self.is_over(moment)

    def is_over(self, moment: int) -> bool:
        """Tell whether it has ended by then. One that was called off before it began is over, too."""
        return self.until is not None and self.until <= moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView(Case):
    """A case with the outcome of each delivery's present round, by step (:class:`gateway.model.outcome.SaidOutcome`)."""

    outcomes: Mapping[str, JsonView] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedApplication:
    """An application in a list, with marks in place of its deliveries, and the roles of the person who was looked for."""

    application: Application
    marks: Marks
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """A delivery with its attempts (oldest first), what was said in its round, its application and that one's deliveries.

    ``said`` has what the department said in its own words where a call failed, by the attempt's epoch. Personal.
    """

    delivery: Delivery
    attempts: tuple[Attempt, ...]
    outcome: JsonView | None
    application: Application
    siblings: tuple[Delivery, ...]
    said: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to an application: an audit entry. ``no`` counts the application's changes from 1."""

    no: int
    chain: str
    seq: int
    at: int
    event: str
    actor: str
    delivery_id: str | None
    details: JsonView


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry of the audit, as stored: ``details`` is the text that is hashed."""

    chain: str
    seq: int
    at: int
    event: str
    actor: str
    application_id: str | None
    event_no: int | None
    delivery_id: str | None
    details: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Names behind the audit's entries: of keys and accounts by actor, cases' numbers and deliveries' departments by id."""

    actors: Mapping[str, str]
    numbers: Mapping[str, str]
    departments: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentStanding:
    """The standing of a department: the breaker's row, ``closed`` since 0 where nothing ever happened."""

    name: str
    breaker: str = "closed"  # closed | open | half_open | stopped
    failures: int = 0
    problem: str | None = None
    since: int = 0
    probe_at: int | None = None
    paused_since: int | None = None  # when an operator paused it; none while it is not
    quota_used: int = 0  # of today's (Asia/Shanghai), where it has a quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Operators' word on a department over its configuration, empty where they never gave one.

    ``changed_at`` is since when it is paused, or else the time of the last word. Limits that are None are as configured.
    """

    name: str
    paused: bool = False
    concurrency: int | None = None
    rate_per_second: float | None = None
    changed_at: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentView:
    """A department's standing and queue: open deliveries by state, as they were counted at ``counted_at``.

    ``oldest_open_at`` is the time when the oldest that is its turn was filed.
    """

    standing: DepartmentStanding
    control: Control
    open: Mapping[DeliveryState, int]
    oldest_open_at: int | None
    counted_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """An API key without the key."""

    id: str
    name: str
    role: str
    hash: str
    created_at: int
    revoked_at: int | None
    mac: str | None
    expires_at: int | None = None
    caller: str | None = None  # the first key of those that succeeded one another, as which it calls; none: as itself
    last_used_at: int | None = None
    owner_group: str | None = None  # none: a group of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account. Its ``password`` is kept as Argon2id, the secret of its codes (``totp``) encrypted, if it has one."""

    id: str
    login: str
    name: str
    role: str
    owner_group: str | None
    password: str = field(repr=False)
    totp: str | None = field(repr=False)
    created_at: int
    changed_at: int
    disabled_at: int | None
    mac: str
    totp_step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session of an account, by the digest of its ``token``."""

    id: str
    account: str
    token: str = field(repr=False)
    began_at: int
    ends_at: int
    ended_at: int | None
    mac: str
    seen_at: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, newest first. ``next`` continues it and is None at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFilter:
    """The applications that are listed. A field that is None is not asked about.

    Times are microseconds since the epoch (UTC), both ends inclusive.
    """

    reach: Reach | None = None
    state: ApplicationState | None = None
    states: tuple[ApplicationState, ...] = ()  # any of these, in place of the one above
    voided: bool | None = None  # of the withdrawn: those that were voided alone, or all but them
    department: str | None = None  # which has a part in it
    service: str | None = None
    needs_attention: bool | None = None
    told_otherwise: bool | None = None
    received_after: int | None = None
    received_before: int | None = None
    person_index: tuple[str, ...] | None = None  # of somebody who has a role in it, by each of the installation's secrets
    role: str | None = None  # which that is
    filer: str | None = None  # the caller that filed it
    late_at: int | None = None  # open then, past the promised day
    handed_to: str | None = None  # a department that was handed its part of it
    handed_states: tuple[DeliveryState, ...] = ()  # that part in any of these


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """The deliveries that are listed. A field that is None is not asked about."""

    department: str | None = None
    state: DeliveryState | None = None
    application_id: str | None = None
    operation: str | None = None
    service: str | None = None
    problem: str | None = None
    told_otherwise: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """The audit entries that are listed. A field that is None is not asked about.

    ``department`` has the entries about its deliveries, about itself, and those that it made. Times are microseconds since the epoch (UTC),
    the later end excluded.
    """

    application_id: str | None = None
    event: str | None = None
    actor: str | None = None
    department: str | None = None
    since: int | None = None
    before: int | None = None

    @property
    def is_looked_for(self) -> bool:
        """Tell whether entries that fit are looked for among all, since no index leads to them."""
        return self.application_id is None and self != AuditFilter()
