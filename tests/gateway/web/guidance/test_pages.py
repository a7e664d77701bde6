"""The pages of guidance: from the services over their questions to a list that can be printed, in both languages, by links alone."""

from __future__ import annotations

import html
import re
from itertools import product

import pytest

from gateway.cases.caller import Caller
from gateway.catalogue.guidance import ends
from gateway.model.identifiers import new_id
from gateway.operations.controls import WantedControls
from gateway.texts.refusals import Language, in_language
from tests.gateway.web.citizen.test_guides import CODES
from tests.gateway.web.conftest import Hall

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


async def read(hall: Hall, path: str, language: Language = "en") -> str:
    page = await hall.get(path, Cookie=f"language={language}")
    assert page.status == 200, path
    return html.unescape(await page.text())


def headline(page: str) -> str:
    [found] = re.findall(r"<h1>(.*?)</h1>", page)
    return str(found)


async def test_every_way_through_the_questions_is_walked_by_links_and_leads_somewhere(hall: Hall) -> None:
    services = hall.gateway.parts.catalogue.services
    for code in CODES:
        assert f'href="/guide/{code}"' in await read(hall, "/guide")
        to_go, ended = [f"/guide/{code}"], 0
        while to_go:
            path = to_go.pop()
            page = await read(hall, path)
            answers = re.search(r'<ul class="answers">(.*?)</ul>', page)
            if answers:
                to_go += re.findall(r'href="([^"]+)"', answers[1])
                continue
            ended += 1
            assert f'href="/guide/{code}/list' in page or 'class="offer"' in page or "This is not dealt with as" in page, path
        assert ended == len(list(ends(services[code].definition))), code


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_person_is_told_what_she_must_bring_and_nothing_else(hall: Hall, language: Language) -> None:
    definition = hall.gateway.parts.catalogue.services["passport"].definition
    card, photo, old, account, guardian = (in_language(one, language) for one in definition.materials)
    for kind, age in product(("first", "renewal", "lost"), ("adult", "minor")):
        query = f"kind={kind}&age={age}&delivery=posted"
        wanted = [card, photo, *([old] if kind == "renewal" else []), *([account] if kind == "lost" else [])]
        wanted += [guardian] if age == "minor" else []
        for path in (f"/guide/passport?{query}", f"/guide/passport/list?{query}"):
            page = await read(hall, path, language)
            assert [one for one in (card, photo, old, account, guardian) if one in page] == wanted, path
        assert str(len(wanted)) in headline(await read(hall, f"/guide/passport?{query}", language))


async def test_what_is_answered_is_shown_with_the_way_back(hall: Hall) -> None:
    page = await read(hall, "/guide/house-transfer?how=sale&owners=several&nonsense=1")
    assert headline(page) == "Is there a mortgage on the home?"
    assert 'href="/guide/house-transfer?how=sale"' in page, "back to the question before"
    assert 'href="/guide/house-transfer"' in page, "and to the first"
    assert "nonsense" not in page.partition("<main")[2]
    page = await read(hall, "/guide/house-transfer?how=stolen")
    assert headline(page) == "How does the home pass to its new owner?", "an answer that is not offered is none"


async def test_answers_lead_to_another_service_or_elsewhere(hall: Hall) -> None:
    page = await read(hall, "/guide/house-transfer?how=spouse")
    assert headline(page) == "What you need: Getting married"
    assert 'href="/guide/newlywed"' in page
    page = await read(hall, "/guide/company-start?licence=wanted")
    assert headline(page) == "This is not dealt with as “Starting a company”"
    assert "Register the company first, with market regulation" in page
    assert "/list" not in page
    page = await read(hall, "/guide/newlywed?residents=both&home=leave&travel=passport")
    assert headline(page) == "Getting married: bring 2 things"
    assert 'href="/guide/passport"' in page
    assert headline(await read(hall, "/guide/housing-holdings?whose=own&purpose=other")) == "Housing holdings: bring one thing"
    answer = await hall.get("/guide/house-transfer/list?how=spouse")
    assert (answer.status, answer.headers["Location"]) == (303, "/guide/house-transfer?how=spouse")


async def test_a_service_without_questions_is_there_at_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    service = hall.gateway.parts.catalogue.services["passport"]
    monkeypatch.setattr(service, "definition", service.definition.model_copy(update={"guide": [], "materials": []}))
    page = await read(hall, "/guide/passport")
    assert headline(page) == "Passport: there is nothing to bring"
    assert "What must I bring?" not in await read(hall, "/services/passport")


async def test_departments_that_take_nothing_now_are_told(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/guide/retirement?who=employer&time=at_age"
    assert "takes nothing" not in await read(hall, path)
    caller = Caller(id=new_id(), name="li", role="operator")
    await hall.gateway.parts.controls.change("tax", WantedControls(paused=True), reason="works", caller=caller)
    assert "At the moment Tax takes nothing" in await read(hall, path)
    monkeypatch.setattr(hall.gateway.parts.catalogue.services["retirement"], "unavailable", {"tax": "cannot be imported"})
    assert "Tax cannot act now" in await read(hall, path)


async def test_the_guide_of_a_service_says_for_whom_a_thing_is_and_leads_to_the_questions(hall: Hall) -> None:
    page = await read(hall, "/services/passport")
    assert "For whom: What do you need? – Another one: it is lost, or was stolen" in page
    assert 'href="/guide/passport"' in page
    assert 'href="/guide"' in await read(hall, "/")


async def test_an_unknown_service_is_not_there(hall: Hall) -> None:
    assert [(await hall.get(path)).status for path in ("/guide/nothing", "/guide/nothing/list")] == [404, 404]
