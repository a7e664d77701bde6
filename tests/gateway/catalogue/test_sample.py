"""The sample as a contract: it passes its own form and makes every step's request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.catalogue.compiled import CompiledService, compile_service
from gateway.catalogue.sample import rehearse, sample_problems
from gateway.model.service import Service
from tests.gateway.worlds.stand_ins import DEPARTMENTS, definition, sample


def compiled(change: Callable[[dict[str, Any], dict[str, Any]], object], **unavailable: str) -> CompiledService:
    changed, changed_sample = definition(), sample()
    change(changed, changed_sample)
    known = {name: offers for name, offers in DEPARTMENTS.items() if name not in unavailable}
    found, problems = compile_service(Service.model_validate({**changed, "sample": changed_sample}), known, unavailable)
    assert found is not None
    assert problems == []
    return found


def rehearsed(change: Callable[[dict[str, Any], dict[str, Any]], object], **unavailable: str) -> list[tuple[str, str]]:
    return [(".".join(map(str, problem.place)), problem.detail) for problem in rehearse(compiled(change, **unavailable))]


def test_the_stand_in_is_fine() -> None:
    one = compiled(lambda _, __: None)
    assert sample_problems(one) == []
    assert list(rehearse(one)) == []


def test_a_sample_that_does_not_pass_its_form_is_located() -> None:
    one = compiled(lambda _, wrong: wrong["data"].update(price="cheap"))
    assert [(problem.pointer, problem.detail) for problem in sample_problems(one)] == [("/data/price", "must have this form: two decimals")]


@pytest.mark.parametrize(
    ("change", "place", "detail"),
    [
        (lambda d, _: d["sample_outputs"].pop("tax"), "steps.1.share", "steps.tax.receipt_number"),
        (lambda d, _: d["sample_outputs"]["tax"].pop("amount"), "sample_outputs.tax.amount", "required"),
        (lambda d, _: d["sample_outputs"]["tax"].update(more=1), "sample_outputs.tax.more", "not permitted"),
        (lambda d, _: d["sample_outputs"].update(nobody={}), "sample_outputs.nobody", "no step"),
        (lambda _, s: s["data"].update(price="0"), "steps.0.share", "/data/price must be more than 0"),
    ],
)
def test_what_would_fail_later_fails_now(change: Callable[[dict[str, Any], dict[str, Any]], object], place: str, detail: str) -> None:
    found = rehearsed(change)
    assert [text for where, text in found if where == place and detail in text], found


def test_a_step_that_does_not_apply_to_the_sample_needs_no_output() -> None:
    def change(changed: dict[str, Any], changed_sample: dict[str, Any]) -> None:
        changed["sample_outputs"] = {}
        del changed_sample["data"]["people"]

    assert rehearsed(change) == []


def test_what_depends_on_a_department_that_is_not_there_is_left_out() -> None:
    assert rehearsed(lambda _, __: None, revenue="disabled") == []
    assert rehearsed(lambda d, _: d["sample_outputs"].pop("tax"), revenue="disabled") == []
