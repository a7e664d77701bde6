"""The configuration of one department (``config/departments/<name>.yaml``), and its breaker as the journal keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from gateway.model.hours import Hours, Maintenance, never_opens
from gateway.model.service import Strict, Text

Seconds = Annotated[float, Field(gt=0)]
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"


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
