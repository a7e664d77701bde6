"""Alarms and dashboard of the examples ask for metrics that are there, by labels that those have, and can be loaded as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from gateway.journal.hours.counting import ANSWERS
from gateway.telemetry.measures import MEASURES, Measure
from tests.docs.promql import NotPromQL, read
from tests.docs.test_docs import ROOT

EXAMPLES = ROOT / "docs" / "examples"
ALERTS = yaml.safe_load((EXAMPLES / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
DASHBOARD: dict[str, Any] = json.loads((EXAMPLES / "grafana" / "onestop-gateway.json").read_text(encoding="utf-8"))
#: What Prometheus itself knows of each target.
TARGET = {"instance", "job"}
VARIABLES = {"$department", "$__rate_interval", "$datasource", "${datasource}"}


def rules() -> list[dict[str, Any]]:
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def known(metric: str) -> Measure | None:
    """The measure that a metric is a sample of, None for Prometheus' own."""
    if metric == "up":
        return None
    if metric in MEASURES:
        assert MEASURES[metric].kind != "histogram", f"{metric} is asked for by its buckets, its sum or its count"
        return MEASURES[metric]
    of = re.sub("_(bucket|sum|count)$", "", metric)
    assert of in MEASURES, f"there is no metric {metric}"
    assert MEASURES[of].kind == "histogram", metric
    return MEASURES[of]


def prove(expression: str) -> None:
    """Hold an expression against the table of metrics."""
    found = read(expression)
    labels = set()
    for selector in found.selectors:
        measure = known(selector.metric)
        if measure is None:
            continue
        bucket = {"le"} if selector.metric.endswith("_bucket") else set()
        labels |= {*measure.labels, *bucket}
        for label, operator, value in selector.asked:
            assert label in {*measure.labels, "scope"}, (selector.metric, label)
            if label == "scope":
                assert (operator, value) == ("=", measure.scope), selector.metric
            if label == "result" and operator == "!~":
                assert set(value.split("|")) == ANSWERS
            re.compile(value)
    assert found.grouped <= labels, f"it groups by {found.grouped - labels}, which no metric in it has"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alarm_is_promql_and_says_only_what_is_left_of_the_labels(rule: dict[str, Any]) -> None:
    prove(rule["expr"])
    told = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    found = read(rule["expr"])
    aggregated = re.match(r"\s*(sum|max|min|count|histogram_quantile)\b", rule["expr"]) is not None
    measured = {label for one in found.selectors if (measure := known(one.metric)) for label in measure.labels}
    assert told <= (found.grouped if aggregated else measured | TARGET)


def test_alarms_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"Gateway[A-Za-z]+", name) for name in names)


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_panel_asks_for_what_is_there_of_the_chosen_source(panel: dict[str, Any]) -> None:
    assert panel["type"] in ("stat", "timeseries")
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert [target["refId"] for target in panel["targets"]] == [chr(ord("A") + place) for place in range(len(panel["targets"]))]
    for target in panel["targets"]:
        assert target["datasource"] == panel["datasource"]
        prove(target["expr"].replace('"$department"', '".*"'))
        shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        assert shown <= read(target["expr"]).grouped
        assert shown or panel["type"] == "stat" or target["legendFormat"]


def test_panels_have_ids_and_places_of_their_own_and_titles_in_both_languages() -> None:
    every = DASHBOARD["panels"]
    assert len({panel["id"] for panel in every}) == len(every)
    taken: set[tuple[int, int]] = set()
    for panel in every:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert place["x"] + place["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells
        assert re.search(r"[\u4e00-\u9fff].* · [a-z]", panel["title"]) or panel["title"].endswith("call seconds"), panel["title"]


def test_the_dashboard_can_be_loaded_anywhere() -> None:
    whole = json.dumps(DASHBOARD)
    assert set(re.findall(r"\$\{?\w+\}?", whole)) - {"$__all"} <= VARIABLES
    assert {one["name"]: one["type"] for one in DASHBOARD["templating"]["list"]} == {"datasource": "datasource", "department": "query"}
    uids = set(re.findall(r'"uid": "([^"]+)"', whole))
    assert uids == {"${datasource}", DASHBOARD["uid"]}, "a data source is chosen, never named"
    [choice] = [one for one in DASHBOARD["templating"]["list"] if one["name"] == "department"]
    metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", choice["definition"]).groups()  # type: ignore[union-attr]  # it is one
    assert label in MEASURES[metric].labels
    assert {"title", "uid", "schemaVersion", "panels", "templating", "time"} <= DASHBOARD.keys()


def journals(expression: str) -> Iterator[str]:
    """The metrics of the journal that are added up over nodes, each of which tells all of it."""
    for selector in read(expression).selectors:
        measure = known(selector.metric)
        if measure is not None and measure.scope == "journal":
            before = expression[: expression.index(selector.metric)]
            if re.search(r"(max|min)( by \([^)]*\))?\s*\(\s*$", before) is None:
                yield selector.metric


@pytest.mark.parametrize("expression", [target["expr"] for panel in panels() for target in panel["targets"]])
def test_what_is_of_the_journal_is_taken_from_one_node(expression: str) -> None:
    assert list(journals(expression)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "sum(gateway_unheard_total)",
        "sum by (service) (gateway_attempts_total)",
        'gateway_attempts_total{node="1"}',
        'gateway_attempts_total{scope="journal"}',
        "sum(rate(gateway_attempt_seconds[5m]))",
        "sum(gateway_attempts_total",
        "sum(gateway_attempts_total))",
        "rate gateway_attempts_total",
        "rate(gateway_attempts_total[5 minutes])",
        "gateway_attempts_total{department}",
        "gateway_attempts_total; drop",
        "1 + 1",
    ],
)
def test_what_prometheus_or_the_table_does_not_know_is_found(wrong: str) -> None:
    """Control."""
    with pytest.raises((NotPromQL, AssertionError)):
        prove(wrong)
    assert list(journals('sum(gateway_nodes_alive{scope="journal"})')) == ["gateway_nodes_alive"]
