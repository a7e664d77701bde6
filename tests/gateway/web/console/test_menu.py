"""The menu: each role has the pages of its rights, finds each of them, and is refused every other."""

from __future__ import annotations

import time

from gateway.cases.rights import may
from gateway.people.one_time_codes import code_at, step_at
from gateway.web.console.menu import ENTRIES
from gateway.web.site import PAGES
from tests.gateway.web.conftest import WORD, Browser, Hall

ROLES = {"clerk": "hall", **dict.fromkeys(("officer:tax", "head:tax", "supervisor", "operator", "auditor", "administrator"))}


async def test_every_cell_holds_at_every_page(hall: Hall) -> None:
    pages = {page.path: page.act for page in PAGES if page.method == "GET" and page.path.startswith("/console") and "{" not in page.path}
    wrong = []
    for role, group in ROLES.items():
        login = role.replace(":", ".")
        told = await hall.gateway.parts.people.accounts.create(login, role, role, group=group, password=WORD, actor="test")
        browser = Browser(hall)
        await browser.sign_in(login, WORD, "" if told.secret is None else code_at(told.secret, step_at(time.time_ns() // 1000)))
        signed = await hall.gateway.parts.people.sessions.recognise(browser.cookies["__Host-session"])
        assert signed is not None
        listed = {entry.path for entry in ENTRIES if may(signed.caller, entry.act) is not None}
        for path, act in pages.items():
            assert act is not None, path
            status = (await browser.get(path)).status
            if (status == 403) != (may(signed.caller, act) is None) or status >= 500:
                wrong.append(f"{role} {path}: {status}")
            if status == 200 and "<nav" in browser.page:
                rail = browser.page.split('class="rail"')[1].split("</nav>")[0]
                assert {path for path in listed if f'href="{path}"' in rail} == listed, path
                assert rail.count("<a ") == len(listed), path
    assert wrong == []
