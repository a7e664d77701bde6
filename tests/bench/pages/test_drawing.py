"""The form whose drawing is measured has the sixty fields of its name, and its time is told."""

from __future__ import annotations

import pytest

from bench.pages import drawing
from bench.pages.drawing import draw, fields_of
from gateway.catalogue.drawing.fields import drawn


def test_sixty_fields_are_drawn_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_TIMES", 3)
    monkeypatch.setattr(drawing, "_WARM", 1)
    took = draw()
    assert 0 < took.median_ms <= took.p95_ms


def test_a_form_that_has_others_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SIXTY", "one")
    with pytest.raises(RuntimeError, match="one has 1 fields"):
        draw()


def test_fields_within_groups_are_counted_and_groups_are_none() -> None:
    text = {"type": "string", "title": "项"}
    group = {"type": "object", "title": "组", "properties": {"a": text, "b": text}}
    assert fields_of(drawn({"type": "object", "title": "表", "properties": {"group": group, "c": text}})) == 3
