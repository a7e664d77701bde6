"""The guides: every service in both languages, with all that a person asks before coming."""

from __future__ import annotations

import html
from itertools import product

import pytest

from gateway.cases.caller import LOCAL_CALLER
from gateway.cases.suspending.suspensions import NewSuspension
from gateway.texts.refusals import Language, in_language
from gateway.web.citizen.guides import guide
from gateway.web.citizen.samples import groups
from gateway.web.texts import FREE
from tests.gateway.web.conftest import Hall

CODES = ("company-start", "house-transfer", "housing-holdings", "newlywed", "passport", "retirement")


async def test_all_services_are_offered_and_a_guide_says_what_the_definition_says(hall: Hall) -> None:
    offered = await (await hall.get("/")).text()
    languages: tuple[Language, ...] = ("zh-CN", "en")
    for code, language in product(CODES, languages):
        assert f'href="/services/{code}"' in offered
        definition = hall.gateway.parts.catalogue.services[code].definition
        page = html.unescape(await (await hall.get(f"/services/{code}", Cookie=f"language={language}")).text())
        said = [definition.title, definition.guidance, *definition.materials]
        said += [text for step in definition.steps for text in (step.title, step.purpose)]
        said += [entry.value for group in groups(definition.form, definition.sample["data"]) for entry in group.entries]
        assert definition.fees is not None
        assert definition.afterwards is not None
        said += [FREE if definition.fees == "none" else definition.fees, definition.afterwards]
        assert [text for text in said if in_language(text, language) not in page] == [], (code, language)


async def test_a_department_that_is_not_there_is_told(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = hall.gateway.parts
    service = parts.catalogue.services["house-transfer"]
    assert guide(service, parts.departments).unavailable is None
    monkeypatch.setattr(service, "unavailable", {"tax": "cannot be imported"})
    lacking = guide(service, parts.departments).unavailable
    assert lacking is not None
    assert lacking.en == "Tax"
    assert "Tax cannot act now" in await (await hall.get("/services/house-transfer", Cookie="language=en")).text()


async def test_a_suspended_service_shows_the_notice_in_place_of_what_departments_take(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = hall.gateway.parts
    monkeypatch.setattr(parts.catalogue.services["passport"], "unavailable", {"entry": "cannot be imported"})
    new = NewSuspension(service="passport", notice_zh="系统升级 <b>", notice_en="Moving <b>")
    await parts.suspensions.suspend(new, reason="secret", caller=LOCAL_CALLER, language="en")
    for language, said in (("zh-CN", ["系统升级 &lt;b&gt;", "恢复时间另行通知"]), ("en", ["Moving &lt;b&gt;", "until further notice"])):
        answered = "kind=first&age=adult&delivery=posted"
        for path in ("/", "/services/passport", "/guide", f"/guide/passport?{answered}", f"/guide/passport/list?{answered}"):
            page = await (await hall.get(path, Cookie=f"language={language}")).text()
            assert [one for one in said if one not in page] == [], (language, path)
            assert [one for one in ("cannot act now", "secret") if one in page] == [], (language, path)


async def test_what_a_definition_does_not_say_a_guide_does_not_either(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    service = hall.gateway.parts.catalogue.services["passport"]
    monkeypatch.setattr(service, "definition", service.definition.model_copy(update={"fees": None, "afterwards": None}))
    page = await (await hall.get("/services/passport", Cookie="language=en")).text()
    assert [part for part in ("What it costs", "What comes afterwards") if part in page] == []
