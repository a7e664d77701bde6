"""People who are signed in to the console, and cases for them to look after."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.cases.caller import Caller
from gateway.people import one_time_codes
from tests.faults.installation import ROOT
from tests.gateway.web.conftest import WORD, Browser, Hall

FRONT = Caller(id="0190a000-0000-7000-8000-00000000000f", name="hall", role="front-end")


async def signed_in(hall: Hall, role: str, login: str) -> Browser:
    """Give a browser in which somebody with that role is signed in."""
    parts = hall.gateway.parts
    told = await parts.people.accounts.create(login, login.title(), role, password=WORD, actor="test")
    code = "" if told.secret is None else one_time_codes.code_at(told.secret, one_time_codes.step_at(hall.gateway.journal.now()))
    browser = Browser(hall)
    assert (await browser.sign_in(login, code=code)).status == 303
    return browser


async def filed(hall: Hall, service: str, count: int) -> list[str]:
    """File so many cases of a service, which nobody sends, and give their ids."""
    body = (ROOT / "config" / "services" / f"{service}.sample.json").read_bytes()
    intake = hall.gateway.parts.intake
    return [
        (await intake.file(body, caller=FRONT, idempotency_key=f"{service}-{n}", language="en", traceparent=None)).application_id
        for n in range(count)
    ]


def held(tmp_path: Path, department: str, problem: str, state: str = "held") -> int:
    """Have what waits to be sent to a department wait for a person instead, and give the number."""
    with closing(sqlite3.connect(tmp_path / "var" / "gateway.db")) as journal, journal:
        doubt = 1 if state == "in_doubt" else None  # since when
        changed = "UPDATE delivery SET state = ?, due_at = NULL, problem = ?, doubt_since = ? WHERE department = ? AND state = 'ready'"
        return journal.execute(changed, (state, problem, doubt, department)).rowcount
