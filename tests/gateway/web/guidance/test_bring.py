"""The list of what to bring, as it is taken home."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from gateway.model.service import Text
from gateway.texts.refusals import Language, in_language
from gateway.web.guidance.bring import bring_list
from gateway.web.guidance.texts import DRAFT_CODE_MEANS
from gateway.web.qr import qr_code
from gateway.web.rendering import Pages, own_files
from tests.gateway.web.conftest import Hall

SITE = "https://hall.example"
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


async def test_the_code_on_it_leads_to_the_same_answers(hall: Hall) -> None:
    parts = hall.gateway.parts
    made = bring_list(parts.catalogue.services["passport"], parts.departments, {"age": "adult", "kind": "lost", "x": "y"}, site=SITE)
    assert made.qr == qr_code(f"{SITE}/guide/passport?kind=lost&age=adult")
    assert [one.answer.en for one in made.said] == ["Another one: it is lost, or was stolen", "Yes"]


async def test_what_depends_on_an_open_question_is_on_it_with_its_condition(hall: Hall) -> None:
    parts = hall.gateway.parts
    made = bring_list(parts.catalogue.services["passport"], parts.departments, {"kind": "first"}, site=SITE)
    assert [(one.en.split(",")[0], len(one.only)) for one in made.guide.materials] == [
        ("ID card", 0),
        ("Photo to the standard", 0),
        ("The guardian's ID card", 1),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_counter_adds_what_is_missing_and_the_code_of_the_draft(hall: Hall, language: Language) -> None:
    parts, missing = hall.gateway.parts, Text(zh="卖方姓名", en="Name of the seller")
    site = hall.gateway.parts.centre
    made = bring_list(parts.catalogue.services["newlywed"], parts.departments, {}, site=SITE, missing=[missing], code="K7M29QXW43")
    request = make_mocked_request("GET", "/counter/list", headers={"Cookie": f"language={language}"})
    page = Pages(centre=site, files=own_files()).page(request, "guidance/list.html", bring=made, back="/guide").text
    assert page is not None
    assert [
        part for part in (in_language(missing, language), "K7M29QXW43", in_language(DRAFT_CODE_MEANS, language)) if part not in page
    ] == []
