"""People sign in on a form, as its answers and cookies have it, and out again."""

from __future__ import annotations

import pytest

from gateway.people import one_time_codes
from gateway.people.accounts import Told
from tests.gateway.web.conftest import WORD, Browser, Hall


@pytest.mark.usefixtures("li")
async def test_who_signs_in_is_led_on_and_out_again(browser: Browser) -> None:
    answer = await browser.sign_in()
    assert (answer.status, answer.headers["Location"]) == (303, "/console")
    assert browser.cookies.keys() == {"__Host-session", "__Host-known"}
    assert (await browser.get("/account")).status == 200
    assert "Li Wei" in browser.text
    assert (await browser.get("/sign-in")).headers["Location"] == "/console"
    old = browser.cookies["__Host-session"]
    await browser.get("/account")
    out = await browser.post("/sign-out", browser.proof())
    assert (out.status, out.headers["Location"]) == (303, "/sign-in?said=out")
    assert "__Host-session" not in browser.cookies
    await browser.get("/sign-in?said=out")
    assert "You are signed out." in browser.text
    browser.cookies["__Host-session"] = old
    assert (await browser.get("/account")).headers["Location"] == "/sign-in?next=/account"


@pytest.mark.usefixtures("li")
async def test_each_sign_in_has_a_new_token_whatever_was_there_before(browser: Browser) -> None:
    browser.cookies["__Host-session"] = planted = "x" * 43
    await browser.sign_in()
    assert browser.cookies["__Host-session"] != planted


@pytest.mark.usefixtures("li")
async def test_a_wrong_one_keeps_the_login_and_nothing_else(browser: Browser) -> None:
    await browser.get("/sign-in")
    assert "Operators and auditors need" not in browser.text
    answer = await browser.sign_in(word="one that is wrong", code="123456")
    assert "Operators and auditors need" in browser.text
    assert answer.status == 401
    assert "WWW-Authenticate" not in answer.headers
    assert 'role="alert"' in browser.page
    assert "is wrong" in browser.text
    assert 'value="li"' in browser.page
    assert "one that is wrong" not in browser.page
    assert "123456" not in browser.page
    assert "__Host-session" not in browser.cookies


async def test_what_a_browser_has_for_a_form_and_is_not_ours_counts_as_nothing(browser: Browser) -> None:
    for planted in ("x" * 65, "x" * 42, "é" * 43):
        browser.cookies["__Host-form"] = planted
        assert (await browser.get("/sign-in")).status == 200, planted
        assert browser.cookies["__Host-form"] != planted


async def test_an_operator_needs_the_code(browser: Browser, hall: Hall) -> None:
    people = hall.gateway.parts.people
    told = await people.accounts.create("op", "Op", "operator", password=WORD, actor="test")
    assert told.secret is not None
    assert (await browser.sign_in("op")).status == 401
    code = one_time_codes.code_at(told.secret, one_time_codes.step_at(hall.gateway.journal.now()))
    assert (await browser.sign_in("op", code=code)).status == 303
    other = Browser(hall)
    assert (await other.sign_in("op", code=code)).status == 401


@pytest.mark.usefixtures("li")
@pytest.mark.parametrize(
    ("onward", "led"),
    [
        ("/services/passport?x=1", "/services/passport?x=1"),
        ("//evil.example/", "/console"),
        ("/\\evil.example", "/console"),
        ("https://evil.example/", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/\r\nSet-Cookie: x=1", "/console"),
        ("/" + "x" * 2000, "/console"),
        ("", "/console"),
    ],
)
async def test_it_leads_on_to_pages_of_ours_alone(browser: Browser, onward: str, led: str) -> None:
    assert (await browser.sign_in(next=onward)).headers["Location"] == led


@pytest.mark.usefixtures("li")
async def test_a_form_of_another_browser_or_another_site_signs_nobody_in(browser: Browser, hall: Hall) -> None:
    other = Browser(hall)
    await other.get("/sign-in")
    await browser.get("/sign-in")
    fields = {"login": "li", "password": WORD}
    assert (await browser.post("/sign-in", {**fields, **other.proof()})).status == 409
    assert "sign in once more" in browser.text
    assert (await browser.post("/sign-in", fields)).status == 409
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}):
        assert (await browser.post("/sign-in", {**fields, **browser.proof()}, **headers)).status == 403
        await browser.get("/sign-in")
    assert browser.cookies.keys() == {"__Host-form"}


@pytest.mark.usefixtures("li")
async def test_too_many_failures_are_said_on_the_form(browser: Browser) -> None:
    for _ in range(10):
        assert (await browser.sign_in(word="another password")).status == 401
    assert (await browser.sign_in()).status == 429
    assert "Too many attempts" in browser.text


async def test_hostile_text_is_shown_as_text(browser: Browser) -> None:
    await browser.sign_in(login='"><script>alert(1)</script>', next='/"><script>')
    assert "<script>alert" not in browser.page
    assert "&lt;script&gt;" in browser.page


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%ff", b"&".join(b"a=1" for _ in range(1000))])
async def test_a_form_that_cannot_be_read_is_refused(hall: Hall, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    assert (await hall.http.post("/sign-in", data=body, headers=headers)).status == 400


async def test_what_is_no_form_or_too_large_is_refused(hall: Hall) -> None:
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    assert (await hall.http.post("/sign-in", json={}, headers=headers)).status == 415
    assert (await hall.http.post("/sign-in", data={"login": "x" * 70_000}, headers=headers)).status == 413


async def test_the_api_never_takes_the_cookie(browser: Browser, li: Told) -> None:
    await browser.sign_in()
    cookie = {"Cookie": f"__Host-session={browser.cookies['__Host-session']}"}
    for path in ("/v1/services", "/v1/users", f"/v1/users/{li.account.id}/sessions"):
        answer = await browser.hall.http.get(path, headers=cookie)
        assert answer.status == 401, path
