"""The auditor's filters: each finds its entries, all that is wrong is said, and a rare entry is found behind many others."""

from __future__ import annotations

import time

import pytest

from gateway.cases.caller import LOCAL_CALLER
from gateway.journal.read import lists
from gateway.operations.controls import WantedControls
from gateway.people.one_time_codes import code_at, step_at
from gateway.web.console.words import short_number
from tests.faults.installation import sample
from tests.gateway.web.conftest import WORD, Browser, Hall


@pytest.fixture
async def auditor(hall: Hall, browser: Browser) -> Browser:
    told = await hall.gateway.parts.people.accounts.create("audrey", "Audrey", "auditor", password=WORD, actor="test")
    assert told.secret is not None
    await browser.sign_in("audrey", WORD, code_at(told.secret, step_at(time.time_ns() // 1000)))
    return browser


async def _found(browser: Browser, query: str) -> int:
    assert (await browser.get(f"/console/audit?{query}")).status == 200
    return browser.page.count("<time ")


async def test_each_filter_finds_its_entries_and_what_is_wrong_is_all_said(
    hall: Hall, auditor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = await hall.gateway.parts.keys.create("front-end", "hall", actor="test")
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
    async with hall.http.post("/v1/applications", json=sample("passport"), headers=headers) as answer:
        filed = await answer.json()
    every = await _found(auditor, "")
    assert f'href="/console/cases/{filed["id"]}">{filed["number"]}<' in auditor.page
    assert "hall" in auditor.text, "a key is named"
    assert await _found(auditor, f"case={filed['number']}") == await _found(auditor, f"case={filed['id'].upper()}") == 1
    assert await _found(auditor, f"case={filed['number']}&event=signed_in") == 0
    short = short_number(filed["number"])
    assert await _found(auditor, f"case={filed['number'][31:]}") == await _found(auditor, f"case={short}") == 1
    await auditor.get(f"/console/audit/entries.csv?case={short}")
    assert auditor.page.count("\n") == 2, "its heads and the entry"
    other = {**headers, "Idempotency-Key": "two"}
    async with hall.http.post("/v1/applications", json=sample("newlywed"), headers=other) as answer:
        alike = (await answer.json())["number"]
    assert (await auditor.get(f"/console/audit?case={short}")).status == 422
    assert all(f'href="/console/audit?case={number}"' in auditor.page for number in (filed["number"], alike)), "one is to be chosen"
    every = await _found(auditor, "")
    assert (
        await _found(auditor, "actor=audrey") == await _found(auditor, "actor=user:audrey") == await _found(auditor, "event=signed_in") == 1
    )
    assert await _found(auditor, "from=2020-01-01") == every
    assert await _found(auditor, "to=2020-01-01") == await _found(auditor, "from=2099-01-01") == 0
    await hall.gateway.parts.controls.change("tax", WantedControls(paused=True), reason="", caller=LOCAL_CALLER)
    assert await _found(auditor, "department=tax") == 1
    assert await _found(auditor, "department=marriage") == 0

    wrong = "event=nonsense&case=1&department=police&from=2026-02-30&to=x"
    assert (await auditor.get(f"/console/audit?{wrong}")).status == 422
    assert [name for name in ("event", "case", "department", "from", "to") if f'href="#{name}"' in auditor.page] == [
        "event", "case", "department", "from", "to",
    ]  # fmt: skip
    assert (await auditor.get("/console/audit?from=2026-02-02&to=2026-02-01")).status == 422
    assert (await auditor.get("/console/audit?cursor=here")).status == 422

    monkeypatch.setattr(lists, "AUDIT_REACH", 1)
    assert await _found(auditor, "event=definitions_kept") == 1, "the look goes on for a while"
    monkeypatch.setattr("gateway.web.console.audit.audit._LOOKS", 1)
    assert await _found(auditor, "event=definitions_kept") == 0
    assert "None so far" in auditor.text
    assert "&amp;cursor=" in auditor.page
