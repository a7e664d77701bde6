"""A screen in the hall: fives of a kind by last digits, no private life, departments as they stand, and a part that is bounded."""

from __future__ import annotations

import gc
import html
import re
import time
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest

from gateway.cases.caller import Caller
from gateway.cases.suspending.suspensions import NewSuspension
from gateway.journal.read.totals import TodaysCase
from gateway.journal.store.views import DepartmentStanding
from gateway.model.application import ApplicationState
from gateway.model.centre import Board
from gateway.model.identifiers import new_id
from gateway.operations.controls import WantedControls
from gateway.texts.sentences import name
from gateway.web.board import board as boards
from tests.faults.installation import personal
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import file, kept
from tests.patience import within


async def shown(hall: Hall, screen: str = "hall") -> str:
    answer = await hall.get(f"/board/{screen}", Cookie="language=en")
    assert answer.status == 200
    return html.unescape(re.sub(r"<[^>]+>", " ", await answer.text()))


def screens(hall: Hall, monkeypatch: pytest.MonkeyPatch, several: dict[str, Board]) -> None:
    monkeypatch.setitem(hall.gateway.parts.centre.__dict__, "boards", several)  # a record that refuses to be changed


async def test_cases_are_shown_by_their_last_digits_once_there_are_five_of_a_kind(hall: Hall) -> None:
    numbers = [(await file(hall, "passport")).application.number for _ in range(4)]
    page = await shown(hall)
    assert "普通护照" not in page
    assert "收件 不足 5 件" in page
    numbers.append((await file(hall, "passport")).application.number)
    async with within():
        while "收件 5，其中已办结 不足 5 件" not in (page := await shown(hall)):
            pass  # what took long to count is shown again for a while
    assert [number for number in numbers if f"…{number[-4:]}" not in page] == []
    assert [number for number in numbers if number[-6:] in page] == []
    assert page.count("办理中") == 5
    assert personal(page) == []


async def test_marriage_is_shown_where_the_screen_names_it_alone(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        await file(hall, "newlywed")
    wedding = Board(services=("newlywed", "no-such-service"), language="en")
    screens(hall, monkeypatch, {"hall": Board(), "wedding": wedding})
    assert "婚育" not in await shown(hall)
    assert "收件 5" in await shown(hall), "it is counted"
    assert (await shown(hall, "wedding")).count("Getting married") == 5


async def test_a_screen_speaks_its_own_language_and_knows_its_name(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "今日办件公示" in await shown(hall), "whatever the browser asks for"
    screens(hall, monkeypatch, {"north": Board(language="en")})
    assert "Today’s cases" in await shown(hall, "north")
    for path in ("/board/hall", "/board/north?x=1", "/board/%3Cb%3E"):
        answer = await hall.get(path)
        assert (answer.status, answer.headers["Refresh"]) == (404, "60"), "nobody is there to reload it"


async def test_departments_say_whether_they_take_work(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = hall.gateway.parts
    assert (await shown(hall)).count("正常办理") == 5
    await parts.controls.change("tax", WantedControls(paused=True), reason="test", caller=Caller(id=new_id(), name="op", role="operator"))
    standings = parts.insights.standings

    async def down(names: Any) -> dict[str, DepartmentStanding]:
        found = await standings(names)
        return {**found, "marriage": replace(found["marriage"], breaker="open")}

    monkeypatch.setattr(type(parts.insights), "standings", lambda _, names: down(names))
    page = await shown(hall)
    assert (page.count("正常办理"), "暂停办理" in page, "系统暂时中断" in page, "照常收件" in page) == (3, True, True, True)


async def test_services_that_are_suspended_or_cannot_be_had_are_notices(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "通知" not in await shown(hall)
    parts = hall.gateway.parts
    wanted = NewSuspension(service="retirement", notice_zh="系统升级", notice_en="Upgrade")
    clerk = Caller(id=new_id(), name="op", role="operator")
    await parts.suspensions.suspend(wanted, reason="test", caller=clerk, language="en")
    assert re.search("退休[^ ]*暂停受理，恢复时间另行通知。系统升级", await shown(hall))
    service = parts.catalogue.services["passport"]
    monkeypatch.setattr(service, "unavailable", {service.definition.steps[0].name: "cannot be imported"})
    assert "现在不收件：出入境管理暂时不能办理" in await shown(hall)


async def test_a_refusal_and_what_needs_the_centre_are_told_to_nobody(hall: Hall) -> None:
    rejected = boards._case(TodaysCase(number="1" * 40, service="passport", state=ApplicationState.REJECTED), {"passport": name("-")})
    assert (rejected.glyph, rejected.word.en) == ("ok", "done")
    for _ in range(5):
        await kept(hall, "retirement")
    assert (await shown(hall)).count("办理中") == 5, "held by us is under way"


async def test_looks_follow_each_other_and_are_bounded(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(25):
        await file(hall, "passport")
    seen: set[str] = set()
    now = time.time_ns()
    for tens in range(3):
        monkeypatch.setattr(boards, "_now", lambda tens=tens: now // 1000 + tens * 10_000_000)
        page = await shown(hall)
        rows = re.findall(r"…\d{4}", page)
        assert len(rows) <= boards.ROWS
        seen.update(rows)
    assert len(seen) == 25


async def test_a_watched_screen_follows_the_cases_and_nothing_is_left_of_it(hall: Hall) -> None:
    async with hall.http.get("/board/hall", headers={"Accept": "text/event-stream"}) as stream:
        async with within():
            first = (await stream.content.readuntil(b"event: alive")).decode()
        assert "不足 5 件" in first
        assert '<svg class="qr"' not in first, "the address of a code is of whoever asked, and this part is everybody's"
        for _ in range(5):
            await file(hall, "passport")
        async with within():
            while "普通护照" not in (await stream.content.readuntil(b"event: alive")).decode():
                pass


@pytest.mark.slow("draws a screen 400 times under a trace of its memory; test_looks_follow_each_other_and_are_bounded stays")
async def test_a_screen_that_is_drawn_again_and_again_keeps_nothing(hall: Hall) -> None:
    for _ in range(12):
        await file(hall, "passport")
    held = []
    tracemalloc.start()
    try:
        for _ in range(4):
            for _ in range(100):
                await shown(hall)
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held[3] - held[1] < 200 * 256, f"more than 256 bytes a drawing: {held}"
