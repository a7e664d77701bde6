"""What is measured: one object, made by ``app.py`` over its own registry and handed to whoever observes.

Labels are names from the configuration and words of ours, never an id, a number or anything personal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_BATCH = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """All the gateway counts itself. ``registry`` is its own: nothing global is touched."""

    registry: CollectorRegistry
    http_requests: Counter  # route (template), method, status
    http_request_seconds: Histogram  # route (template)
    credentials_failed: Counter
    applications_accepted: Counter  # service
    attempts: Counter  # department, result (an outcome's kind or an error's code)
    attempt_seconds: Histogram  # department
    journal_commit_seconds: Histogram
    journal_batch_size: Histogram  # changes in one commit
    audit_broken: Gauge  # 1: the audit is not what was signed, nothing is written
    log_lines_dropped: Counter
    stuck_deliveries: Gauge  # kind: what the watchdog found last
    deliveries: Gauge  # department, state: read from the journal when scraped
    department_paused: Gauge  # department: the same
    department_closed: Gauge  # department: by its hours and its planned maintenance
    quota_left: Gauge  # department, where it has a quota: read from the journal when scraped
    certificate_seconds_left: Gauge  # department, part (certificate, ca): of what we connect to it with
    key_seconds_left: Gauge  # role: of the first of its API keys that ends
    keys_expired: Counter  # requests with an API key that has ended
    callbacks_by_previous: Counter  # department: callbacks that are good by the secret before


def create_metrics(registry: CollectorRegistry) -> Metrics:
    """Register every metric on ``registry``, which must not hold them yet (prometheus-client raises ValueError)."""
    return Metrics(
        registry=registry,
        http_requests=Counter("gateway_http_requests_total", "HTTP requests answered.", ("route", "method", "status"), registry=registry),
        http_request_seconds=Histogram(
            "gateway_http_request_seconds",
            "Seconds from a request's head to its answer's end.",
            ("route",),
            registry=registry,
            buckets=_FAST,
        ),
        credentials_failed=Counter(
            "gateway_credentials_failed_total",
            "Requests with a key, and callbacks with a signature, that were not good.",
            registry=registry,
        ),
        applications_accepted=Counter("gateway_applications_accepted_total", "Applications accepted.", ("service",), registry=registry),
        attempts=Counter("gateway_attempts_total", "Calls to departments that ended.", ("department", "result"), registry=registry),
        attempt_seconds=Histogram(
            "gateway_attempt_seconds", "Seconds that a call to a department took.", ("department",), registry=registry, buckets=_FAST
        ),
        journal_commit_seconds=Histogram(
            "gateway_journal_commit_seconds", "Seconds that a commit of the journal took, fsync included.", registry=registry, buckets=_FAST
        ),
        journal_batch_size=Histogram(
            "gateway_journal_batch_size", "Changes that one commit of the journal held.", registry=registry, buckets=_BATCH
        ),
        audit_broken=Gauge(
            "gateway_audit_broken", "1 when the audit is not what was signed: nothing is written until it is accepted.", registry=registry
        ),
        log_lines_dropped=Counter(
            "gateway_log_lines_dropped_total", "Log lines dropped since the sink did not keep up.", registry=registry
        ),
        stuck_deliveries=Gauge(
            "gateway_stuck_deliveries",
            "Open deliveries that nothing will ever happen to; there should be none.",
            ("kind",),
            registry=registry,
        ),
        deliveries=Gauge("gateway_deliveries", "Deliveries by department and state.", ("department", "state"), registry=registry),
        department_paused=Gauge(
            "gateway_department_paused", "1 while an operator has paused the department, else 0.", ("department",), registry=registry
        ),
        department_closed=Gauge(
            "gateway_department_closed",
            "1 while the department takes no work by its hours or its planned maintenance, else 0.",
            ("department",),
            registry=registry,
        ),
        quota_left=Gauge(
            "gateway_department_quota_left",
            "Deliveries that may still be handed over to the department for the first time today.",
            ("department",),
            registry=registry,
        ),
        certificate_seconds_left=Gauge(
            "gateway_certificate_seconds_left",
            "Seconds until what a department is connected to with ends: our certificate, or its own CA.",
            ("department", "part"),
            registry=registry,
        ),
        key_seconds_left=Gauge("gateway_key_seconds_left", "Seconds until the first API key of a role ends.", ("role",), registry=registry),
        keys_expired=Counter(
            "gateway_expired_keys_refused_total", "Requests with an API key that has ended: they are refused.", registry=registry
        ),
        callbacks_by_previous=Counter(
            "gateway_callbacks_by_previous_secret_total",
            "Callbacks that are good by the secret before: the department has not changed over yet.",
            ("department",),
            registry=registry,
        ),
    )
