"""The metrics, in one object that ``app.py`` makes over its own registries and hands to every observer.

Labels are names from the configuration and words of ours, never an id, a number or anything personal. One more label, ``scope``, tells
whether a sample is of this node or of the whole journal (:mod:`gateway.telemetry.measures`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from gateway.telemetry.measures import MEASURES, Scope

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_BATCH = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)

SCOPE: Final = "scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """All metrics of the gateway, in registries of its own, so that nothing global is touched.

    Those of the journal are read from it at each scrape, except ``stuck_deliveries``, which holds the watchdog's last findings.
    """

    registry: CollectorRegistry  # of this node
    of_journal: CollectorRegistry
    http_requests: Counter  # route (template), method, status
    http_request_seconds: Histogram  # route (template)
    credentials_failed: Counter
    applications_accepted: Counter  # service
    attempts: Counter  # department, result (an outcome's kind or an error's code)
    attempt_seconds: Histogram  # department
    journal_commit_seconds: Histogram
    journal_batch_size: Histogram  # changes in one commit
    journal_up: Gauge
    audit_broken: Gauge  # 1: the audit differs from what was signed, and nothing is written
    log_lines_dropped: Counter
    stuck_deliveries: Gauge  # kind
    deliveries: Gauge  # department, state
    deliveries_ended: Gauge  # department, state
    oldest_open_delivery_seconds: Gauge  # department
    applications: Gauge  # state
    applications_needing_attention: Gauge
    applications_past_due: Gauge  # state
    oldest_open_application_seconds: Gauge  # state
    department_breaker: Gauge  # department, state
    department_down: Gauge  # department
    department_paused: Gauge  # department
    department_closed: Gauge  # department: by its hours and its planned maintenance
    department_quota_left: Gauge  # department, where it has a quota
    certificate_seconds_left: Gauge  # department, part (certificate, ca): of our connection to the department
    key_seconds_left: Gauge  # role
    expired_keys_refused: Counter
    callbacks_by_previous_secret: Counter  # department
    sign_ins: Counter  # result
    sessions_open: Gauge
    nodes_alive: Gauge
    deliveries_left_by_dead_nodes: Gauge


def create_metrics(registry: CollectorRegistry) -> Metrics:
    """Register every metric on ``registry`` or on the journal's own. Raises ValueError if ``registry`` has one of them already."""
    registries: dict[Scope, CollectorRegistry] = {"node": registry, "journal": CollectorRegistry()}
    made: dict[str, Counter | Gauge | Histogram] = {}
    for name, measure in MEASURES.items():
        said = (name, measure.en, measure.labels)
        field = name.removeprefix("gateway_").removesuffix("_total")
        into = registries[measure.scope]
        if measure.kind == "counter":
            made[field] = Counter(*said, registry=into)
        elif measure.kind == "gauge":
            made[field] = Gauge(*said, registry=into)
        else:
            made[field] = Histogram(*said, registry=into, buckets=_BATCH if field == "journal_batch_size" else _FAST)
    return Metrics(registry=registry, of_journal=registries["journal"], **made)  # type: ignore[arg-type]  # each by its name, and a test checks the kinds


def exposition(metrics: Metrics, *, journal: bool) -> bytes:
    """Write all metrics in Prometheus' text format, those of the journal only if it could be read.

    The start times of series (``_created``) are left out, because Prometheus takes them for metrics of their own.
    """
    text = generate_latest(_Scoped(metrics.registry, "node"))
    return text + generate_latest(_Scoped(metrics.of_journal, "journal")) if journal else text


class _Scoped(Collector):
    """A registry whose samples each carry their scope."""

    def __init__(self, registry: CollectorRegistry, scope: Scope) -> None:
        self._registry = registry
        self._scope = scope

    def collect(self) -> Iterator[Metric]:
        """Give every family."""
        for family in self._registry.collect():
            created = f"{family.name}_created"
            family.samples = [
                sample._replace(labels={**sample.labels, SCOPE: self._scope}) for sample in family.samples if sample.name != created
            ]
            yield family
