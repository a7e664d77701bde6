"""The administrator's pages: an account is made, changed and ended by forms, in the administrator's name, and no case is seen."""

from __future__ import annotations

import base64
import re
import time

import pytest

from gateway.journal.store.views import AuditEntry, AuditFilter
from gateway.model.identifiers import new_id
from gateway.people.accounts import Told
from gateway.people.one_time_codes import code_at, step_at
from tests.gateway.web.conftest import WORD, Browser, Hall

HOSTILE = "\"><script>alert(1)</script>\u202e'&"


@pytest.fixture
async def wu(hall: Hall) -> Told:
    """The administrator's account."""
    return await hall.gateway.parts.people.accounts.create("wu", "Wu", "administrator", password=WORD, actor="test")


async def _did(hall: Hall, who: str) -> list[AuditEntry]:
    page = await hall.gateway.parts.insights.audit(AuditFilter(actor=f"user:{who}"), None, 50)
    return list(page.items)


def _shown(browser: Browser) -> str:
    """Give the password that a page shows."""
    [word] = re.findall(r'class="mono big">([a-z0-9-]{20,})<', browser.page)
    return str(word)


@pytest.mark.usefixtures("wu")
async def test_an_officer_is_made_and_signs_in_and_all_that_is_wrong_is_said_at_once(hall: Hall, browser: Browser) -> None:
    await browser.sign_in("wu")
    await browser.get("/console/accounts")
    bad = {"login": "Li Wei", "name": " ", "role": "clerk", "group": "", **browser.proof()}
    assert (await browser.post("/console/accounts", bad)).status == 422
    assert [name for name in ("login", "name", "role", "group") if f'href="#{name}"' in browser.page] == ["login", "name", "group"]
    assert 'value="Li Wei"' in browser.page
    assert '<option value="clerk" selected>' in browser.page
    bad = {"login": "liwei", "name": "Li", "role": "officer:police", "group": "", **browser.proof()}
    assert (await browser.post("/console/accounts", bad)).status == 422
    assert 'id="role-e"' in browser.page

    good = {"login": "li.wei", "name": HOSTILE, "role": "officer:tax", "group": " ", **browser.proof()}
    made = await browser.post("/console/accounts", good)
    assert (made.status, made.headers["Cache-Control"]) == (200, "no-store")
    assert HOSTILE in browser.text
    assert "<script" not in browser.page
    assert "Officer (Tax)" in browser.text
    assert "otpauth" not in browser.page
    assert "nobody can see it again: what was not noted down is made anew" in browser.text
    word = _shown(browser)
    assert (await Browser(hall).sign_in("li.wei", word)).headers["Location"] == "/console/departments"
    await browser.get("/console/accounts")
    assert HOSTILE in browser.text
    assert word not in browser.page
    assert (await browser.post("/console/accounts", {**good, **browser.proof()})).status == 422
    assert "There is an account with this login already." in browser.text
    assert [entry.event for entry in await _did(hall, "wu")] == ["account_created", "signed_in"]
    assert all(word not in entry.details for entry in await _did(hall, "wu"))


@pytest.mark.usefixtures("wu")
async def test_an_account_is_changed_gets_a_new_password_and_codes_and_is_ended(hall: Hall, browser: Browser, li: Told) -> None:
    at = f"/console/accounts/{li.account.id}"
    theirs = Browser(hall)
    await theirs.sign_in()
    await browser.sign_in("wu")
    await browser.get(at)
    proof = browser.proof()

    [session] = re.findall(rf"{at}/sessions/([0-9a-f-]+)/end", browser.page)
    assert (await browser.post(f"{at}/sessions/{session}/end", proof)).headers["Location"] == f"{at}?said=ended"
    assert (await theirs.get("/account")).status == 303
    await browser.get(f"{at}?said=ended")
    assert "The session has ended." in browser.text
    assert (await browser.post(f"{at}/sessions/{session}/end", proof)).status == 404

    assert (await browser.post(at, {"name": "", "role": "supervisor", "group": "hall", **proof})).status == 422
    assert [name for name in ("name", "role", "group") if f'href="#{name}"' in browser.page] == ["name", "group"]
    assert (await browser.post(at, {"name": "李伟", "role": "head:tax", "group": "", **proof})).headers["Location"] == f"{at}?said=changed"
    assert (await browser.post(f"{at}/password", proof)).status == 200
    assert "A reload makes another" in browser.text
    assert (await theirs.sign_in("li", _shown(browser))).status == 303

    assert (await browser.post(at, {"name": "李伟", "role": "operator", "group": "", **proof})).status == 200
    [address] = re.findall(r"otpauth://[^<]+", browser.page)
    [secret] = re.findall(r"secret=([A-Z2-7]+)", address)
    assert 'class="qr"' in browser.page
    assert (await browser.post(f"{at}/code", {"wanted": "no", **proof})).status == 409, "an operator signs in with codes"
    assert (await browser.post(f"{at}/code", proof)).status == 200
    [newer] = re.findall(r"secret=([A-Z2-7]+)", browser.page.replace("&amp;", "&"))
    assert newer != secret
    await browser.post(f"{at}/password", proof)
    code = code_at(base64.b32decode(newer), step_at(time.time_ns() // 1000))
    assert (await theirs.sign_in("li", _shown(browser), code)).status == 303

    assert (await browser.post(f"{at}/disable", proof)).headers["Location"] == f"{at}?said=disabled"
    assert (await theirs.get("/account")).status == 303
    await browser.get("/console/accounts")
    assert "Accounts: 2, of which disabled: 1" in browser.text
    assert (await browser.post(f"{at}/enable", proof)).headers["Location"] == f"{at}?said=enabled"
    assert (await browser.post(at, {"name": "李伟", "role": "supervisor", "group": "", **proof})).status == 303
    assert (await browser.post(f"{at}/code", {"wanted": "no", **proof})).headers["Location"] == f"{at}?said=no-code"
    done = [entry.event for entry in await _did(hall, "wu")]
    assert {"session_ended", "account_changed", "password_set", "one_time_code_set", "account_disabled", "account_enabled"} <= set(done)
    for path in (f"/console/accounts/{new_id()}", "/console/accounts/unknown"):
        assert (await browser.get(path)).status == 404


async def test_ones_own_account_is_only_shown_so_that_nobody_shuts_everybody_out(hall: Hall, browser: Browser, wu: Told) -> None:
    at = f"/console/accounts/{wu.account.id}"
    await browser.sign_in("wu")
    await browser.get(at)
    assert "This is your own account" in browser.text
    assert f'action="{at}' not in browser.page
    [mine] = await hall.gateway.parts.people.sessions.of(wu.account.id)
    forms = {
        "": {"name": "Wu", "role": "auditor", "group": ""},
        "/disable": {},
        "/password": {},
        "/code": {},
        f"/sessions/{mine.id}/end": {},
    }
    for path, fields in forms.items():
        assert (await browser.post(f"{at}{path}", {**fields, **browser.proof()})).status == 409, path
        await browser.get("/console/accounts")
    assert [entry.event for entry in await _did(hall, "wu")] == ["signed_in"]


async def test_who_is_no_administrator_any_more_changes_nothing_and_keeps_what_was_typed(hall: Hall, browser: Browser, wu: Told) -> None:
    await browser.sign_in("wu")
    await browser.get("/console/accounts")
    for path in ("/console", "/console/cases", f"/console/cases/{new_id()}", "/console/audit", "/console/configuration", "/console/keys"):
        assert (await browser.get(path)).status in {403, 404}, path
        assert "/console/accounts" not in browser.page, "a problem has no menu"
    await browser.get("/console/accounts")
    typed = {"login": "late", "name": "一个 <b>人</b>", "role": "supervisor", "group": "", **browser.proof()}
    await hall.gateway.parts.people.accounts.change(wu.account.id, "supervisor", actor="test")
    assert (await browser.post("/console/accounts", typed)).status == 401
    assert "一个 &lt;b&gt;人&lt;/b&gt;" in browser.page
    await browser.sign_in("wu")
    await browser.get("/account")
    assert (await browser.post("/console/accounts", {**typed, **browser.proof()})).status == 403
    assert "一个 &lt;b&gt;人&lt;/b&gt;" in browser.page
    assert [one.login for one in await hall.gateway.parts.people.accounts.all()] == ["wu"]
