"""Single fields saved as they change: the answer is a line of words, and nothing but the draft's own fields is kept."""

from __future__ import annotations

from gateway.cases.caller import Caller
from gateway.cases.drafts.view import DraftView
from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import begun, clerk, hidden


async def test_a_field_is_saved_once_it_changes(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await begun(browser, "passport")
    await browser.get(f"{draft}/form")
    fields = {**hidden(browser), "/data/receive": "post", "/notes/window": "none", "/late_entry/reason": "none", "service": "newlywed"}
    answer = await browser.post(f"{draft}/save", fields)
    assert answer.status == 200
    assert browser.page.startswith("Draft saved ")
    view = await _view(hall, draft)
    assert answer.headers["X-Draft-Version"] == str(view.version)
    assert (view.texts, view.notes) == ({"/data/receive": "post"}, {})
    again = await browser.post(f"{draft}/save", {**fields, "/data/receive": ""})
    assert again.status == 409  # of a page that has not seen its own save


async def test_the_second_window_is_told(hall: Hall) -> None:
    liu, zhou = await clerk(hall), await clerk(hall, "zhou")
    draft = await begun(liu, "passport")
    await zhou.get(f"{draft}/form")
    old = hidden(zhou)
    await liu.get(f"{draft}/form")
    assert (await liu.post(f"{draft}/save", {**hidden(liu), "/data/receive": "post"})).status == 200
    answer = await zhou.post(f"{draft}/save", {**old, "/data/receive": "counter"})
    assert answer.status == 409
    assert zhou.page.startswith("Liu changed the same at ")
    other = await zhou.post(f"{draft}/save", {**old, "/data/address": "示例路1号"})
    assert other.status == 200
    assert (await _view(hall, draft)).texts == {"/data/receive": "post", "/data/address": "示例路1号"}


async def _view(hall: Hall, draft: str) -> DraftView:
    caller = Caller(id="test", name="test", role="clerk", group="hall")
    return await hall.gateway.parts.drafts.read(draft.rpartition("/")[2], caller)
