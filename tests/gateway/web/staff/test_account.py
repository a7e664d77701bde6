"""A person's own account: another password, sessions, and forms of a session that has ended."""

from __future__ import annotations

import pytest

from gateway.model.identifiers import new_id
from gateway.people.accounts import Told
from tests.gateway.web.conftest import WORD, Browser, Hall

NEW = "quite another password"


async def test_it_says_who_one_is(browser: Browser, hall: Hall) -> None:
    accounts = hall.gateway.parts.people.accounts
    await accounts.create("zhao", "赵", "officer:tax", password=WORD, actor="test")
    await accounts.create("qian", "钱", "clerk", group="hall", password=WORD, actor="test")
    await browser.sign_in("zhao")
    await browser.get("/account")
    assert "Officer (" in browser.text
    other = Browser(hall)
    await other.sign_in("qian")
    await other.get("/account")
    assert "Clerk" in other.text
    assert "hall" in other.text
    assert 'href="/console/cases"' in other.page, "the console's menu stays"


@pytest.mark.usefixtures("li")
async def test_another_password_ends_every_session(browser: Browser, hall: Hall) -> None:
    other = Browser(hall)
    await other.sign_in()
    await browser.sign_in()
    await browser.get("/account")
    fields = {"password-now": WORD, "password-new": NEW, "password-again": NEW, **browser.proof()}
    changed = await browser.post("/account/password", fields)
    assert (changed.status, changed.headers["Location"]) == (303, "/sign-in?said=password")
    assert (await other.get("/account")).status == 303
    assert (await browser.sign_in()).status == 401
    assert (await browser.sign_in(word=NEW)).status == 303


@pytest.mark.usefixtures("li")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password-now": "wrong password"}, "password-now"),
        ({"password-again": "something else"}, "password-again"),
        ({"password-new": "short", "password-again": "short"}, "password-new"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_changes_nothing(browser: Browser, change: dict[str, str], field: str) -> None:
    await browser.sign_in()
    await browser.get("/account")
    fields = {"password-now": WORD, "password-new": NEW, "password-again": NEW, **change, **browser.proof()}
    assert (await browser.post("/account/password", fields)).status == 422
    assert f'href="#{field}"' in browser.page
    assert f'id="{field}-e"' in browser.page
    assert 'href="/account?language=zh-CN"' in browser.page
    assert all(word not in browser.page for word in fields.values() if word not in browser.proof().values())
    assert (await browser.sign_in()).status == 303


@pytest.mark.usefixtures("li")
async def test_a_guessed_present_password_is_counted_as_a_sign_in_is(browser: Browser, hall: Hall) -> None:
    await browser.sign_in()
    for _ in range(10):
        await browser.get("/account")
        fields = {"password-now": "wrong password", "password-new": NEW, "password-again": NEW, **browser.proof()}
        assert (await browser.post("/account/password", fields)).status == 422
    await browser.get("/account")
    assert (await browser.post("/account/password", {**fields, "password-now": WORD, **browser.proof()})).status == 429


@pytest.mark.usefixtures("li")
async def test_ones_own_sessions_are_ended_and_nobody_elses(browser: Browser, hall: Hall) -> None:
    people = hall.gateway.parts.people
    other = Browser(hall)
    await other.sign_in()
    await browser.sign_in()
    wang = await people.accounts.create("wang", "Wang", "supervisor", password=WORD, actor="test")
    stranger = Browser(hall)
    await stranger.sign_in("wang")
    [theirs] = await people.sessions.of(wang.account.id)
    await browser.get("/account")
    [mine] = [part.split("/end")[0] for part in browser.page.split("/account/sessions/")[1:]]
    assert (await browser.post(f"/account/sessions/{mine}/end", browser.proof())).status == 303
    assert (await other.get("/account")).status == 303
    for gone in (theirs.id, new_id(), mine):
        await browser.get("/account")
        assert (await browser.post(f"/account/sessions/{gone}/end", browser.proof())).status == 404
    assert (await stranger.get("/account")).status == 200


@pytest.mark.usefixtures("li")
async def test_a_form_of_an_old_session_changes_nothing_keeps_what_was_typed_and_can_be_sent_again(browser: Browser) -> None:
    await browser.sign_in()
    await browser.get("/account")
    old = browser.proof()
    await browser.sign_in()
    await browser.get("/account")
    await browser.post("/sign-out", browser.proof())
    typed = {"password-now": WORD, "note": "一段 <b>文字</b>", **old}
    assert (await browser.post("/account/password", typed)).status == 401
    assert "session has ended" in browser.text
    assert "一段 &lt;b&gt;文字&lt;/b&gt;" in browser.page
    assert WORD not in browser.page
    await browser.sign_in()
    assert (await browser.post("/account/password", typed)).status == 409
    assert "of an earlier session" in browser.text
    assert 'name="note"' in browser.page
    assert browser.proof() != old
    assert (await browser.sign_in()).status == 303


async def test_a_role_taken_away_while_signed_in_ends_the_session_at_once(browser: Browser, hall: Hall, li: Told) -> None:
    await browser.sign_in()
    await browser.get("/account")
    proof = browser.proof()
    await hall.gateway.parts.people.accounts.change(li.account.id, "administrator", actor="test")
    assert (await browser.get("/account")).status == 303
    assert (await browser.post("/account/password", {"note": "typed", **proof})).status == 401
    assert "typed" in browser.text
