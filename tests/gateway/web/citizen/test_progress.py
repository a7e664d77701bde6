"""Progress by code and by link: what is shown to whom, what is not, and what becomes of a code or link that leads nowhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from gateway.model.identifiers import new_id
from gateway.model.moves import later
from gateway.web import live
from tests.faults.installation import personal, sample
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.filed import put
from tests.patience import within

CASE = "__Host-case"


async def _file(hall: Hall, service: str = "house-transfer") -> dict[str, Any]:
    _, key = await hall.gateway.parts.keys.create("front-end", "window", actor="test")
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": new_id(), "Accept-Encoding": "identity"}
    async with hall.http.post("/v1/applications", json=sample(service), headers=headers) as answer:
        filed: dict[str, Any] = await answer.json()
        assert answer.status == 202, filed
    return filed | {"key": headers["Authorization"]}


def _receipt(filed: Mapping[str, Any], role: str) -> dict[str, str]:
    found: dict[str, str] = next(one for one in filed["receipts"] if role in one["roles"])
    return found


async def _again(hall: Hall, filed: Mapping[str, Any], role: str) -> None:
    headers = {"Authorization": filed["key"], "Accept-Encoding": "identity"}
    async with hall.http.post(f"/v1/applications/{filed['id']}/receipt", json={"role": role}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


async def test_a_code_typed_in_any_way_and_the_link_lead_to_the_same_page(
    hall: Hall, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = await _file(hall)
    receipt = _receipt(filed, "buyer")
    code, secret = receipt["query_code"], receipt["link"].removeprefix("/t/")
    for typed in (code, f" {code[:5].lower()}-{code[5:]} "):
        answer = await browser.post("/t", {"code": typed})
        assert (answer.status, answer.headers["Location"]) == (303, "/t/case")
        assert browser.cookies.pop(CASE) == secret
    answer = await browser.get(receipt["link"])
    assert (answer.status, answer.headers["Location"]) == (303, "/t/case")
    answer = await browser.get("/t/case")
    assert (answer.status, answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == (200, "no-store", "no-referrer")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [hidden for hidden in (filed["id"], secret, code) if hidden in browser.page] == []
    assert personal(browser.page) == []
    assert "王*" in browser.page
    assert secret not in capsys.readouterr().out


async def test_each_party_reads_its_own_steps_on_the_page_and_in_the_stream(hall: Hall, browser: Browser) -> None:
    filed = await _file(hall)
    for role, sees_tax in (("seller", True), ("buyer", False)):
        link = _receipt(filed, role)["link"]
        await browser.get(link)
        await browser.get("/t/case")
        assert ("Tax on the transfer" in browser.text) is sees_tax, role
        assert "Registration of the transfer" in browser.text
        cookie = {"Cookie": f"{CASE}={link.removeprefix('/t/')}; language=en"}
        async with hall.http.get("/t/case", headers={**cookie, "Accept": "text/html, text/event-stream"}) as stream:
            assert stream.headers["Content-Type"] == "text/event-stream"
            async with within():
                first = await stream.content.readuntil(b"event: alive")
            assert (b"Tax on the transfer" in first) is sees_tax
            await _again(hall, filed, role)
            async with within():
                rest = await stream.content.read()
        assert b"event: over" in rest, "a receipt that was issued again ends the page of the one before"


async def test_a_stream_says_nothing_at_a_commit_of_what_is_out_of_sight(
    hall: Hall, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK", 1.0)
    filed = await _file(hall)
    await browser.get(_receipt(filed, "buyer")["link"])
    async with hall.http.get("/t/case", headers={**browser.cookie(), "Accept": "text/event-stream"}) as stream:
        async with within():
            await stream.content.readuntil(b"event: alive")
        since = time.monotonic()
        view = await hall.gateway.parts.insights.application(filed["id"])
        assert view is not None
        first = view.deliveries["marital_status"]
        await put(hall, first, later(first.due_at or 0), reference="M-1")
        async with within():
            await stream.content.readuntil(b"event: alive")
        assert time.monotonic() - since > 0.5, "it came when it would have come"


async def test_a_code_that_is_mistyped_or_nobodys_is_said_at_the_field_and_kept(hall: Hall, browser: Browser) -> None:
    code = _receipt(await _file(hall, "passport"), "applicant")["query_code"]
    swapped = code[:-1] + ("2" if code[-1] != "2" else "3")
    for typed, status, said in (
        (swapped, 422, "mistyped"),
        ("<script>", 422, "no query code"),
        ("", 422, "no query code"),
        ("2222222222", 404, "no such query code"),
    ):
        answer = await browser.post("/t", {"code": typed})
        assert (answer.status, said in browser.text) == (status, True), typed
        assert 'aria-invalid="true"' in browser.page
        assert "<script>alert" not in browser.page
        assert f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in browser.page
    assert CASE not in browser.cookies


async def test_a_link_that_leads_nowhere_says_what_to_do(hall: Hall, browser: Browser) -> None:
    filed = await _file(hall, "passport")
    receipt = _receipt(filed, "applicant")
    assert (await browser.get("/t/case")).headers["Location"] == "/t"
    await browser.get(receipt["link"])
    assert (await browser.get("/t/case")).status == 200
    await _again(hall, filed, "applicant")
    for path in ("/t/case", receipt["link"], "/t/" + "A" * 43, "/t/%3Cscript%3E"):
        answer = await browser.get(path)
        assert (answer.status, answer.headers["X-Robots-Tag"]) == (404, "noindex"), path
        assert "This link shows no case" in browser.text
        assert 'id="code"' in browser.page
    assert CASE not in browser.cookies, "the dead one is taken away"


async def test_a_case_is_taken_from_the_browser_by_its_own_forms_alone(hall: Hall, browser: Browser) -> None:
    receipt = _receipt(await _file(hall, "passport"), "applicant")
    await browser.get(receipt["link"])
    for path in ("/t", "/t/stop"):
        answer = await browser.post(path, {"code": receipt["query_code"]}, **{"Sec-Fetch-Site": "cross-site"})
        assert answer.status == 403
    assert CASE in browser.cookies
    assert (await browser.post("/t/stop", {})).headers["Location"] == "/t"
    assert CASE not in browser.cookies
