"""Metrics: the table, the page and the example alarms say the same."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from docs.metrics_page import PAGE, page
from gateway.journal.hours.counting import ANSWERS
from gateway.model.application import ApplicationState
from gateway.model.code_names import BREAKER_STATES
from gateway.model.delivery import DeliveryState
from gateway.telemetry.measures import MEASURES, Metrics, create_metrics, exposition
from tests.docs.test_docs import ROOT

ALERTS = ROOT / "docs" / "examples" / "prometheus" / "alerts.yml"
OPERATIONS = ROOT / "docs" / "operations.md"
#: The values that a label has, by the start of the metric's name.
STATES = {
    "gateway_deliveries": {state.value for state in DeliveryState},
    "gateway_applications": {state.value for state in ApplicationState},
    "gateway_oldest_open_application": {state.value for state in ApplicationState},
    "gateway_department_breaker": set(BREAKER_STATES),
}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def selectors(expression: str) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each metric in an expression with what is asked of its labels: (label, operator, value)."""
    for name, asked in re.findall(r"(gateway_\w+)(?:\{([^}]*)\})?", expression):
        yield name, re.findall(r'(\w+)(=~|!~|!=|=)"([^"]*)"', asked)


def test_the_table_is_well_formed() -> None:
    for name, measure in MEASURES.items():
        assert re.fullmatch(r"gateway(_[a-z]+)+", name)
        assert name.endswith("_total") is (measure.kind == "counter"), name
        assert re.search(r"[\u4e00-\u9fff]", measure.zh), name
        assert measure.en.isascii(), name
        assert measure.en.endswith("."), name


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alarm_asks_for_metrics_that_are_there_with_labels_that_they_have(rule: dict[str, Any]) -> None:
    found = list(selectors(rule["expr"]))
    assert found
    assert re.search(r"[\u4e00-\u9fff]", rule["annotations"]["summary"])
    assert rule["labels"] in ({"severity": "critical"}, {"severity": "warning"})
    for name, asked in found:
        known = MEASURES.get(name) or MEASURES[re.sub("_(bucket|sum|count)$", "", name)]
        assert (known.kind == "histogram") is (name not in MEASURES)
        for label, operator, value in asked:
            assert label in {*known.labels, "scope"}, (name, label)
            if label == "scope":
                assert value == known.scope, name
            if label == "state":
                of = max((start for start in STATES if name.startswith(start)), key=len)
                assert set(value.split("|")) <= STATES[of], (name, value)
            assert operator in ("=", "=~", "!~")
            if label == "result" and operator == "!~" and name == "gateway_attempts_total":
                assert set(value.split("|")) == ANSWERS, "all else is a failure, as it is counted by the hour"


def test_what_is_of_the_journal_is_never_summed_over_the_nodes() -> None:
    for rule in rules():
        for name, _ in selectors(rule["expr"]):
            if name in MEASURES and MEASURES[name].scope == "journal":
                assert "sum" not in rule["expr"], rule["alert"]


def asked_for(page: str) -> set[str]:
    """The metrics in those paragraphs and items of a page that speak of an alarm."""
    parts = [part for part in re.split(r"\n\n|\n *- ", page) if "alarm" in part.lower()]
    return {name for part in parts for name in re.findall(r"`(gateway_\w+)", part)}


def test_every_alarm_that_the_page_on_operations_asks_for_has_a_rule() -> None:
    asked = asked_for(OPERATIONS.read_text(encoding="utf-8"))
    assert asked >= {"gateway_certificate_seconds_left", "gateway_key_seconds_left", "gateway_expired_keys_refused_total"}
    assert asked <= {name for rule in rules() for name, _ in selectors(rule["expr"])}


def test_nodes_are_held_against_those_that_are_scraped() -> None:
    """A number would ring for ever where there is one node, as with SQLite."""
    [rule] = [rule for rule in rules() if rule["alert"] == "GatewayNodeMissing"]
    assert rule["expr"].endswith(' < count(up{job="onestop-gateway"})')
    assert "#   - job_name: onestop-gateway\n" in ALERTS.read_text(encoding="utf-8")


def test_an_alarm_on_what_is_not_there_would_be_found() -> None:
    """Control."""
    assert [name for name, _ in selectors('sum(gateway_unheard{state="x"}) > 1') if name not in MEASURES] == ["gateway_unheard"]


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
