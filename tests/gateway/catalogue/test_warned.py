"""Warnings at filing: characters that a department's system lacks, and codes with a wrong check character."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.catalogue.compiled import CompiledService, compile_service
from gateway.catalogue.warned import unwritable
from gateway.model.service import Service, Text
from tests.gateway.worlds.stand_ins import DEPARTMENTS, Insurance, Revenue, definition, sample

TITLE = Text(zh="登记", en="Registering")


def compiled(**form: Any) -> CompiledService:
    made = {**definition(), "sample": sample()}
    made["form"] = {**made["form"], "properties": {**made["form"]["properties"], **form}}
    found, problems = compile_service(Service.model_validate(made), DEPARTMENTS, {})
    assert found is not None
    assert problems == []
    return found


@pytest.fixture
def writes_gbk(monkeypatch: pytest.MonkeyPatch) -> None:
    for department in (Revenue, Insurance):
        monkeypatch.setattr(department, "operations", tuple(replace(one, charset="gbk") for one in department.operations))


@pytest.mark.usefixtures("writes_gbk")
def test_each_step_says_what_its_system_cannot_write_and_where() -> None:
    given = sample()
    given["applicant"]["name"] = "张䶮"
    given["data"]["people"][0]["name"] = "㛃"
    found = compiled().warnings(given, "en")
    assert [(one.step, one.pointer) for one in found] == [("tax", "/applicant/name"), ("insurance", "/data/people/0/name")]
    assert "GBK, which lacks character 2 (U+4DAE)" in found[0].detail
    assert "䶮" not in found[0].detail


@pytest.mark.usefixtures("writes_gbk")
def test_a_step_that_will_not_apply_says_nothing() -> None:
    given = sample()
    given["data"]["people"][0]["name"] = "㛃"
    found = compiled()
    assert found.warnings(given, "en")
    del given["data"]["people"]
    assert found.warnings(given, "en") == []


def test_a_department_that_writes_everything_says_nothing() -> None:
    given = sample()
    given["applicant"]["name"] = "张䶮"
    assert compiled().warnings(given, "en") == []


def test_gb18030_lacks_nothing() -> None:
    assert list(unwritable([("/x", "Zoe\u0308䶮\U00020bb7")], "gb18030", "s", TITLE, "zh-CN")) == []


@pytest.mark.parametrize(("text", "composed"), [("Ame\u0301lie", True), ("e\u0301䶮", False)])
def test_advice_to_compose_is_given_where_it_helps(text: str, composed: bool) -> None:  # noqa: FBT001  # a parameter of the test
    (one,) = unwritable([("/x", text)], "gbk", "s", TITLE, "en")
    assert ("NFC" in one.detail) is composed


def test_a_code_with_a_wrong_check_character_is_taken_where_the_form_says_so() -> None:
    found = compiled(old={"type": "string", "format": "cn-uscc-legacy"}, new={"type": "string", "format": "cn-uscc"})
    given = sample()
    given["data"]["old"] = given["data"]["new"] = "91500152MA0000007E"
    assert {one.pointer for one in found.check(given, "en")} == {"/data/new"}
    del given["data"]["new"]
    assert found.check(given, "en") == []
    assert [(one.step, one.pointer) for one in found.warnings(given, "en")] == [(None, "/data/old")]
    given["data"]["old"] = "91500152MA0000007D"
    assert found.warnings(given, "en") == []


@pytest.mark.parametrize(
    "document", [{}, {"applicant": 5, "data": {}}, {"applicant": {}, "data": {"people": [5, {"name": 7}], "seller": 1}}]
)
def test_a_document_that_is_wrong_is_no_trouble(document: dict[str, Any]) -> None:
    assert compiled().warnings(document, "en") == []
