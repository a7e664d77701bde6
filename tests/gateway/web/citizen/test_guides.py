"""The guides: every service in both languages, with all that a person asks before coming."""

from __future__ import annotations

import html

import pytest

from gateway.texts.refusals import in_language
from gateway.web.citizen.guides import guide
from gateway.web.citizen.samples import groups
from tests.gateway.web.conftest import Hall

CODES = ("company-start", "house-transfer", "housing-holdings", "newlywed", "passport", "retirement")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("code", CODES)
async def test_a_guide_says_what_the_definition_says(hall: Hall, code: str, language: str) -> None:
    definition = hall.gateway.parts.catalogue.services[code].definition
    page = html.unescape(await (await hall.get(f"/services/{code}", Cookie=f"language={language}")).text())
    said = [definition.title, definition.guidance, *definition.materials, *(step.title for step in definition.steps)]
    said += [step.purpose for step in definition.steps]
    for text in said:
        assert in_language(text, "en" if language == "en" else "zh-CN") in page
    for group in groups(definition.form, definition.sample["data"]):
        assert all(in_language(entry.value, "en" if language == "en" else "zh-CN") in page for entry in group.entries)


async def test_all_services_are_offered(hall: Hall) -> None:
    page = await (await hall.get("/")).text()
    assert [code for code in CODES if f'href="/services/{code}"' in page] == list(CODES)


async def test_a_department_that_is_not_there_is_told(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = hall.gateway.parts
    service = parts.catalogue.services["house-transfer"]
    assert guide(service, parts.departments).unavailable is None
    monkeypatch.setattr(service, "unavailable", {"tax": "cannot be imported"})
    lacking = guide(service, parts.departments).unavailable
    assert lacking is not None
    assert lacking.en == "Tax"
    assert "Tax cannot act now" in await (await hall.get("/services/house-transfer", Cookie="language=en")).text()
