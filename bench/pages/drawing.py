"""The time to draw a form of 60 fields: filled in, with the sample beside, and all that every page has around it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from bench.adapters import RestStub
from bench.contest import percentile
from bench.node import HERE
from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.drawing.fields import DrawnField, drawn
from gateway.catalogue.drawing.posted import flat
from gateway.web.forms.shown import FormView
from tests.gateway.web.forms.drawing import drawn_page

#: The service whose form it is, the times that it is drawn, and those before that are not measured.
SIXTY: Final = "sixty"
FIELDS: Final = 60
_TIMES, _WARM = 200, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Milliseconds of CPU for one drawing."""

    median_ms: float
    p95_ms: float


def draw() -> Drawn:
    """Draw it so often. Its schema is read once, as the gateway does at its start. Raises RuntimeError if it has other than 60 fields."""
    definition = load_catalogue(HERE / "config/services", {f"stub_{number}": RestStub for number in range(1, 6)}).services[SIXTY].definition
    tree, values = drawn(definition.form), flat(definition.sample["data"], "/data")
    if (fields := fields_of(tree)) != FIELDS:
        raise RuntimeError(f"{SIXTY} has {fields} fields")
    took = []
    for _ in range(_WARM + _TIMES):
        began = time.thread_time()
        drawn_page(FormView(tree=tree, values=values, sample=values))
        took.append(time.thread_time() - began)
    measured = tuple(took[_WARM:])
    return Drawn(median_ms=percentile(measured, 50), p95_ms=percentile(measured, 95))


def fields_of(tree: DrawnField) -> int:
    """Count the fields that somebody fills in."""
    return sum(fields_of(child) for child in tree.children) if tree.kind == "group" else 1
