"""The metrics and their labels. Every sample tells whether it is this node's or the whole journal's."""

from __future__ import annotations

import dataclasses

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from gateway.telemetry.measures import MEASURES
from gateway.telemetry.metrics import Metrics, create_metrics, exposition


@pytest.fixture
def metrics() -> Metrics:
    return create_metrics(CollectorRegistry())


def by_name(metrics: Metrics) -> dict[str, MetricWrapperBase]:
    values = {field.name: getattr(metrics, field.name) for field in dataclasses.fields(metrics)}
    return {name: value for name, value in values.items() if not isinstance(value, CollectorRegistry)}


def touched(metrics: Metrics) -> Metrics:
    """Touch every series that has labels once."""
    for metric in by_name(metrics).values():
        child = metric.labels(*("x" for _ in metric._labelnames)) if metric._labelnames else metric
        if isinstance(child, Counter):
            child.inc()
        elif isinstance(child, Histogram):
            child.observe(1)
        elif isinstance(child, Gauge):
            child.set(1)
    return metrics


def test_every_metric_of_the_table_is_there_under_its_name_and_the_registries_are_its_own(metrics: Metrics) -> None:
    kinds = {"counter": Counter, "gauge": Gauge, "histogram": Histogram}
    made = by_name(metrics)
    assert {f"gateway_{name}": type(metric) for name, metric in made.items()} == {
        name.removesuffix("_total"): kinds[measure.kind] for name, measure in MEASURES.items()
    }
    assert all(metric._labelnames == MEASURES[_full(name)].labels for name, metric in made.items())
    with pytest.raises(ValueError, match="Duplicated"):
        create_metrics(metrics.registry)


def _full(field: str) -> str:
    return next(name for name in MEASURES if name.removeprefix("gateway_").removesuffix("_total") == field)


def test_every_sample_says_of_what_it_is_and_none_when_it_was_made(metrics: Metrics) -> None:
    text = exposition(touched(metrics), journal=True).decode()
    assert "_created" not in text
    families = list(text_string_to_metric_families(text))
    assert len(families) == len(MEASURES)
    for family in families:
        measure = MEASURES.get(family.name) or MEASURES[f"{family.name}_total"]
        assert family.documentation == measure.en
        assert {sample.labels["scope"] for sample in family.samples} == {measure.scope}, family.name
        assert {label for sample in family.samples for label in sample.labels} - {"scope", "le"} == set(measure.labels)


def test_without_the_journal_nothing_of_it_is_told(metrics: Metrics) -> None:
    text = exposition(touched(metrics), journal=False).decode()
    assert 'scope="journal"' not in text
    assert 'gateway_attempts_total{department="x",result="x",scope="node"} 1.0' in text
