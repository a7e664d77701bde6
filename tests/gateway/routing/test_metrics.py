"""What is counted, and by what."""

from __future__ import annotations

import dataclasses

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from gateway.routing.metrics import create_metrics


def test_names_and_labels_follow_the_convention_and_the_registry_is_its_own() -> None:
    registry = CollectorRegistry()
    metrics = create_metrics(registry)
    wrapped = [value for field in dataclasses.fields(metrics) if isinstance(value := getattr(metrics, field.name), MetricWrapperBase)]

    assert len(wrapped) == len(dataclasses.fields(metrics)) - 1
    assert {family.name for family in registry.collect()} == {metric._name for metric in wrapped}
    assert all(metric._name.startswith("gateway_") for metric in wrapped)
    assert {label for metric in wrapped for label in metric._labelnames} == {
        "route",
        "method",
        "status",
        "service",
        "kind",
        "department",
        "result",
        "state",
        "part",
        "role",
    }
    with pytest.raises(ValueError, match="Duplicated"):
        create_metrics(registry)
