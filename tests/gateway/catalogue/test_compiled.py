"""A compiled service: its judgement of an application, and its steps' treatment of it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.catalogue.compiled import CompiledService, compile_service
from gateway.catalogue.share import ShareFailed, context
from gateway.model.service import Service
from tests.gateway.worlds.stand_ins import DEPARTMENTS, Assess, definition, sample, service


def compiled(changed: dict[str, Any] | None = None, **unavailable: str) -> CompiledService:
    one = service() if changed is None else Service.model_validate({**changed, "sample": sample()})
    known = {name: offers for name, offers in DEPARTMENTS.items() if name not in unavailable}
    found, problems = compile_service(one, known, unavailable)
    assert found is not None
    assert problems == []
    return found


SERVICE = compiled()


def without_people() -> dict[str, Any]:
    one = sample()
    del one["data"]["people"]
    return one


def test_it_is_what_the_journal_keeps() -> None:
    assert SERVICE.digest == SERVICE.definition.digest()
    assert Service.model_validate_json(SERVICE.canonical).digest() == SERVICE.digest
    assert list(SERVICE.steps) == ["tax", "insurance"]
    assert [step.position for step in SERVICE.steps.values()] == [0, 1]
    assert SERVICE.steps["insurance"].after == ("tax",)


def test_the_sample_can_be_taken() -> None:
    assert SERVICE.check(sample(), "en") == []
    assert SERVICE.check(without_people(), "en") == []


def test_envelope_and_form_are_told_together() -> None:
    wrong = {**sample(), "service": "other", "channel": "courier", "data": {}}
    assert [problem.pointer for problem in SERVICE.check(wrong, "en")] == [
        "/channel",
        "/service",
        "/data/buyer",
        "/data/price",
        "/data/signed_on",
        "/data/kind",
    ]


def test_what_a_department_would_refuse_is_told_at_filing() -> None:
    wrong = sample()
    wrong["data"]["buyer"]["name"] = "一二三四五六"
    wrong["data"]["people"][1]["name"] = "一二三四五六"
    wrong["data"]["price"] = "0"
    assert [(problem.pointer, problem.detail) for problem in SERVICE.check(wrong, "zh-CN")] == [
        ("/data/buyer/name", "最多 5 个字符"),
        ("/data/price", "必须大于 0"),
        ("/data/people/1/name", "最多 5 个字符"),
    ]


def test_a_step_that_will_not_apply_is_not_asked() -> None:
    changed = definition()
    changed["form"]["properties"]["people"]["items"] = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "id_number": {"type": "string"}},
    }
    changed["steps"][1]["when"] = "data.note == 'insure'"
    one = compiled(changed)
    wrong = sample()
    wrong["data"]["people"] = [{}]
    assert one.check(wrong, "en") == []
    wrong["data"]["note"] = "insure"
    assert [problem.pointer for problem in one.check(wrong, "en")] == ["/data/people/0/name", "/data/people/0/id_number"]


def test_a_when_that_fails_is_told_at_filing_and_not_accepted() -> None:
    changed = definition()
    changed["form"]["properties"]["note"] = {"type": ["string", "integer"]}
    changed["steps"][0]["share"].pop("note")
    changed["steps"][1]["when"] = "data.note && length(data.note) > `0`"
    wrong = sample()
    wrong["data"]["note"] = 5
    assert [(problem.pointer, problem.detail) for problem in compiled(changed).check(wrong, "en")] == [
        ("/data", "leaves open whether “Insurance” applies")
    ]


def test_a_step_applies_and_makes_its_request() -> None:
    one = sample()
    before = context(one["applicant"], one["data"], {})
    after = context(one["applicant"], one["data"], {"tax": {"receipt_number": "R1", "amount": "1.00"}})
    tax, insurance = SERVICE.steps.values()
    assert isinstance(tax.request(before), Assess)
    assert insurance.applies_at_filing(before) is True
    assert insurance.applies(after)
    assert insurance.request(after).model_dump()["receipt_number"] == "R1"
    assert insurance.pointer("people.0.name") == "/data/people/0/name"
    assert "steps.tax.receipt_number" in insurance.disclosed(after)
    assert insurance.changed(before, after) == ("steps.tax.receipt_number",)
    assert insurance.operation is not None


def test_an_unavailable_department_marks_its_steps_and_leaves_the_others() -> None:
    one = compiled(insurance="disabled")
    step = one.steps["insurance"]
    assert one.unavailable == {"insurance": "disabled"}
    assert step.operation is None
    assert step.sources == SERVICE.steps["insurance"].sources
    assert one.check(sample(), "en") == []
    assert step.applies_at_filing(context({}, sample()["data"], {})) is True
    assert step.applies_at_filing(context({}, without_people()["data"], {})) is False
    with pytest.raises(ShareFailed, match="disabled"):
        step.request(context({}, {}, {}))
    assert step.check(context({}, {}, {}), "en") == []
    assert step.pointer("people") == ""


def test_a_department_that_is_known_but_disabled_is_checked_and_marked() -> None:
    one, problems = compile_service(service(), DEPARTMENTS, {"insurance": "disabled"})
    assert problems == []
    assert one is not None
    assert one.unavailable == {"insurance": "disabled"}
    assert one.steps["insurance"].operation is not None


def test_a_form_that_cannot_be_used_gives_no_service() -> None:
    changed = definition()
    changed["form"] = {"type": "array", "items": {"type": "objekt"}}
    changed["codes"]["channels"] = []
    one, problems = compile_service(Service.model_validate({**changed, "sample": {}}), DEPARTMENTS, {})
    assert one is None
    assert [".".join(map(str, problem.place)) for problem in problems][:3] == ["codes.channels", "form.items.type", "form"]


def test_a_step_that_no_longer_fits_is_marked_and_the_others_run() -> None:
    changed = definition()
    changed["steps"][1]["operation"] = "gone"
    one, problems = compile_service(Service.model_validate({**changed, "sample": sample()}), DEPARTMENTS, {})
    assert one is not None
    assert len(problems) == 1
    assert "no operation gone" in one.unavailable["insurance"]
    assert isinstance(one.steps["tax"].request(context(sample()["applicant"], sample()["data"], {})), Assess)
