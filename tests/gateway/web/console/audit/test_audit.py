"""The auditor's pages: entries in words, verified from the page, as files, and never what people wrote."""

from __future__ import annotations

import base64
import csv
import io
import json
import time

import pytest
from sqlalchemy import update

from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.people.one_time_codes import code_at, step_at
from gateway.web.console.audit import audit
from tests.gateway.web.conftest import WORD, Browser, Hall

HOSTILE = '=1+1"><script>alert(1)</script>'


@pytest.fixture
async def auditor(hall: Hall, browser: Browser) -> Browser:
    """An auditor who is signed in, after somebody whose name is hostile has done something."""
    accounts = hall.gateway.parts.people.accounts
    await accounts.create("mallory", HOSTILE, "supervisor", password=WORD, actor="test")
    told = await accounts.create("audrey", "Audrey", "auditor", password=WORD, actor="user:mallory")
    assert told.secret is not None
    await browser.sign_in("audrey", WORD, code_at(told.secret, step_at(time.time_ns() // 1000)))
    return browser


async def test_entries_are_in_words_with_the_names_of_people_and_come_as_files(auditor: Browser) -> None:
    assert (await auditor.get("/console/audit")).status == 200
    assert "an account was created" in auditor.text
    assert HOSTILE in auditor.text
    assert "<script" not in auditor.page
    assert "in their own words" in auditor.text
    await auditor.get("/console/audit?actor=mallory&event=account_created&from=2020-01-01&to=2099-12-31")
    assert auditor.page.count("<time ") == 1
    await auditor.get("/console/audit?actor=nobody")
    assert "No entry fits." in auditor.text

    table = await auditor.get("/console/audit/entries.csv?actor=mallory")
    assert table.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    heads, row = csv.reader(io.StringIO((await table.read()).decode("utf-8-sig")))
    assert dict(zip(heads, row, strict=True))["name"] == f"'{HOSTILE}", "no spreadsheet takes it for a formula"
    head = await auditor.get("/console/audit/head.json")
    assert head.headers["Content-Disposition"] == 'attachment; filename="audit-head.json"'
    signed = json.loads(await head.read())
    assert base64.b64decode(signed["signature"])
    assert f"chains: {len(signed['heads'])}" in (await _page(auditor, "/console/audit"))


async def test_the_whole_audit_is_verified_from_the_page_and_what_is_wrong_is_found(
    hall: Hall, auditor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await auditor.get("/console/audit")
    assert (await auditor.post("/console/audit/verification", auditor.proof())).status == 200
    assert "The audit is whole" in auditor.text
    assert auditor.page.count("</tr>") == 2
    writer = open_writer(hall.gateway.reload.settings.database_url)
    with writer.begin() as connection:
        connection.execute(update(schema.account).where(schema.account.c.login == "mallory").values(role="auditor"))
    writer.dispose()
    await auditor.get("/console/audit")
    assert (await auditor.post("/console/audit/verification", auditor.proof())).status == 200
    assert "Something is wrong with the audit" in auditor.text
    assert "rows that differ: 1" in auditor.text
    monkeypatch.setattr(audit, "VERIFIED", 3)
    await auditor.get("/console/audit")
    assert (await auditor.post("/console/audit/verification", auditor.proof())).status == 200
    assert "Too long to be verified here" in auditor.text
    assert "gateway audit verify" in auditor.text


async def test_who_is_no_auditor_sees_none_of_it(hall: Hall, browser: Browser) -> None:
    await hall.gateway.parts.people.accounts.create("chen", "Chen", "supervisor", password=WORD, actor="test")
    await browser.sign_in("chen")
    for path in ("/console/audit", "/console/audit/entries.csv", "/console/audit/head.json"):
        assert (await browser.get(path)).status == 403, path
    await browser.get("/account")
    assert (await browser.post("/console/audit/verification", browser.proof())).status == 403


async def _page(browser: Browser, path: str) -> str:
    await browser.get(path)
    return browser.text
