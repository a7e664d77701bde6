"""The configuration of one department (``config/departments/<name>.yaml``), and its breaker as the journal keeps it.

Times of day are China's (Asia/Shanghai).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, ValidationInfo, field_validator, model_validator

from gateway.model.service import Strict, Text

#: Days of the week by the place that ``date.weekday`` gives them.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Days by the calendar instead of the week: ``config/calendar/<year>.yaml``.
WORKING = "working"
MINUTES_A_DAY = 24 * 60

_DAILY = "daily"
_WANTED = "days of the week are wanted, such as mon-fri or sat,sun, or daily"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME_OF_DAY = re.compile(f"{_TIME}|24:00", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def weekdays(days: str) -> frozenset[int]:
    """Give the days of the week that ``days`` names, Monday being 0. Raises ValueError, for ``working`` too."""
    if days == _DAILY:
        return frozenset(range(7))
    found: set[int] = set()
    for part in days.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise ValueError(_WANTED)
        begins, ends = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found |= {(begins + offset) % 7 for offset in range((ends - begins) % 7 + 1)}
    return frozenset(found)


def _days(days: str) -> str:
    weekdays(days)
    return days


def _days_or_working(days: str) -> str:
    if days == WORKING:
        return days
    try:
        return _days(days)
    except ValueError as error:
        raise ValueError(f"{_WANTED}, or {WORKING} (by the calendar)") from error


def _clock(text: str) -> str:
    if _TIME_OF_DAY.fullmatch(text) is None:
        raise ValueError("a time of day is wanted, such as 09:00")
    return text


def _moment(value: object) -> datetime:
    """Take a time as RFC 3339 with its offset, and nothing looser."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or _RFC3339.fullmatch(value) is None:
        raise ValueError("a time with its offset is wanted, such as 2026-12-05T22:00:00+08:00")
    return datetime.fromisoformat(value)


Clock = Annotated[str, AfterValidator(_clock)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Weekly(Strict):
    """A part of certain days of the week. It ends on the next day where its end is not after its begin."""

    days: Annotated[str, AfterValidator(_days)]
    begins: Annotated[Clock, Field(alias="from")]
    ends: Annotated[Clock, Field(alias="to")]

    @property
    def span(self) -> tuple[int, int]:
        """Begin and end, in minutes from the midnight at which its day begins."""
        begins, ends = _minutes(self.begins), _minutes(self.ends)
        return begins, ends if ends > begins else ends + MINUTES_A_DAY


class Hours(Weekly):
    """A part of the days on which a department takes work. ``days`` may be working days by the calendar."""

    days: Annotated[str, AfterValidator(_days_or_working)]


class Planned(Strict):
    """One planned time of maintenance."""

    begins: Annotated[Moment, Field(alias="from")]
    ends: Annotated[Moment, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> Planned:
        if self.ends <= self.begins:
            raise ValueError("`to` must be later than `from`")
        return self


def _kind(value: object) -> str:
    weekly = "days" in value if isinstance(value, dict) else isinstance(value, Weekly)
    return "weekly" if weekly else "planned"


Maintenance = Annotated[Annotated[Weekly, Tag("weekly")] | Annotated[Planned, Tag("planned")], Discriminator(_kind)]


def never_opens(hours: Iterable[Hours], maintenance: Iterable[Weekly | Planned]) -> bool:
    """Tell whether no minute of an ordinary week is left for work."""
    given = list(hours)
    week = 7 * MINUTES_A_DAY
    open_ = {minute for one in given for minute in _minutes_of(one)} if given else set(range(week))
    shut = {minute for one in maintenance if isinstance(one, Weekly) for minute in _minutes_of(one)}
    return not open_ - shut


def _minutes_of(one: Weekly) -> Iterable[int]:
    begins, ends = one.span
    for day in weekdays("mon-fri" if one.days == WORKING else one.days):
        for minute in range(day * MINUTES_A_DAY + begins, day * MINUTES_A_DAY + ends):
            yield minute % (7 * MINUTES_A_DAY)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


Seconds = Annotated[float, Field(gt=0)]


class Limits(Strict):
    """Limits on what one department takes of us, and we of it."""

    concurrency: Annotated[int, Field(ge=1, le=1000)] = 32  # calls under way at once, a node
    rate_per_second: Annotated[float, Field(gt=0)] | None = None  # calls begun a second, a node
    deadline_seconds: Seconds = 10  # one total deadline a call
    max_reply_bytes: Annotated[int, Field(ge=1024)] = 2 * 1024 * 1024  # of the decoded reply


class RetryPolicy(Strict):
    """The rule by which an attempt that was not processed is made again: exponential with full jitter, bounded."""

    first_seconds: Seconds = 1
    longest_seconds: Seconds = 300
    attempts: Annotated[int, Field(ge=1)] = 10  # failed ones of a round, outages and "busy" not counted; then held
    give_up_seconds: Seconds = 7 * 86400  # after the first attempt of a round it is held, whatever failed
    retry_after_longest_seconds: Seconds = 3600  # a longer Retry-After is capped to this
    share: Annotated[float, Field(ge=0, le=1)] = 0.2  # retries for each delivery sent for the first time; those beyond it wait
    least_per_second: Seconds = 1  # retries a second, a node, that are made whatever the share is


class PollPolicy(Strict):
    """The way in which a later decision is fetched."""

    every_seconds: Seconds = 30
    batch: Annotated[int, Field(ge=1, le=1000)] = 100  # references asked about in one call
    callback_patience_seconds: Seconds = 3600  # a callback later than this is asked about


class BreakerPolicy(Strict):
    """The rule by which a department counts as down: after so many failures in a row. It is probed again after so long."""

    failures: Annotated[int, Field(ge=1)] = 5
    open_seconds: Seconds = 10


class SandboxSettings(Strict):
    """The behaviour of the department's sandbox at its start. Its control paths change it live."""

    port_offset: Annotated[int, Field(ge=1, le=500)] | None = None  # its port: the base (GATEWAY_SANDBOX_PORT) and this
    decide_after_seconds: Annotated[float, Field(ge=0)] = 1
    office_hours: Annotated[str, Field(pattern=rf"^{_TIME}-{_TIME}$")] | None = None  # Asia/Shanghai; none is around the clock
    daily_quota: Annotated[int, Field(ge=0)] | None = None


SecretName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class TlsSettings(Strict):
    """Certificate, key and CAs of connections to a department: names of secrets, each with PEM text."""

    certificate: SecretName | None = None  # ours, with those between it and its CA
    key: SecretName | None = None  # its private key
    ca: SecretName | None = None  # the department's own CAs: these alone are trusted then, no public one

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together: name both secrets")
        if self.certificate is None and self.ca is None:
            raise ValueError("names nothing: give certificate and key, or ca, or all three")
        return self


class DepartmentConfig(Strict):
    """One department as installed. ``endpoint: sandbox`` means its own sandbox on the local port."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    adapter: str | None = None  # the entry point's name; none: the same as ``name``
    title: Text
    endpoint: str
    enabled: bool = True
    tls: TlsSettings | None = None  # none: the machine's own trust, and no certificate of ours
    limits: Limits = Limits()
    retry: RetryPolicy = RetryPolicy()
    poll: PollPolicy = PollPolicy()
    breaker: BreakerPolicy = BreakerPolicy()
    hours: list[Hours] = Field(default_factory=list)  # when it takes work; none is around the clock
    maintenance: list[Maintenance] = Field(default_factory=list)  # when no call of any kind is begun
    quota: Annotated[int, Field(ge=1)] | None = None  # deliveries handed over for the first time a day (Asia/Shanghai), by all nodes
    options: dict[str, Any] = Field(default_factory=dict)  # the adapter's own, checked by its options model
    sandbox: SandboxSettings = SandboxSettings()

    @field_validator("maintenance")
    @classmethod
    def _opens(cls, maintenance: list[Maintenance], info: ValidationInfo) -> list[Maintenance]:
        if maintenance and never_opens(info.data.get("hours", ()), maintenance):
            raise ValueError("leaves no minute of a week in which the department takes work")
        return maintenance


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRow:
    """A breaker as it is kept. Times are microseconds since the epoch."""

    name: str
    breaker: str  # closed | open | half_open | stopped
    failures: int
    problem: str | None
    since: int
    probe_at: int | None
    version: int
