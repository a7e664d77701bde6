"""One case: as much of it as each role may see, in words, and hostile text as text."""

from __future__ import annotations

import re

from gateway.model.moves import decided, ready
from tests.faults.installation import personal, sample
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import doubted, file, put, seen, signed_in

HOSTILE = "<script>alert(1)</script>\"'张" + "长" * 12
#: Codes that stand nowhere without their words.
_BARE = re.compile(r"\b(in_progress|in_doubt|not_applicable|attempt_failed|application_accepted|delivery_\w+)\b")


async def test_each_role_sees_as_much_as_it_may(hall: Hall) -> None:
    one = await doubted(hall)
    path = f"/console/cases/{one.application_id}"
    names = [sample("passport")["applicant"][key] for key in ("name", "id_number")]

    operator = await signed_in(hall, "operator")
    assert (await operator.get(path)).status == 200
    assert personal(operator.page) == []
    assert names[0][0] + "*" in operator.text
    assert "Personal data is masked" in operator.text
    assert f"/console/deliveries/{one.id}/resolve" in operator.page
    assert "Nothing is sent again by itself" in operator.text
    assert "Nobody has done anything with it." in operator.text
    assert not _BARE.search(operator.text)
    assert 'fill="url(#hatch)"' in operator.page
    assert "Exit-entry administration: a call is under way" not in operator.page
    assert "outcome unknown" in operator.page

    clerk = await signed_in(hall, "clerk", group="hall")
    await clerk.get(path)
    assert all(name in clerk.text for name in names)
    assert "What people did" not in clerk.text

    auditor = await signed_in(hall, "auditor")
    await auditor.get(path)
    assert personal(auditor.page) == []
    assert "does not see what was handed in" in auditor.text
    assert names[0][0] + "*" not in auditor.text
    said = {"/outcome/kind": "accepted", "/outcome/reference": "EE-7", "/reason": "by phone", **operator.proof()}
    assert (await operator.post(f"/console/deliveries/{one.id}/resolve", said)).status == 303
    await auditor.get(path)
    assert "your role does not see reasons" in auditor.text
    assert "no reason given" not in auditor.text

    other = await signed_in(hall, "clerk", "elsewhere", group="other")
    assert (await other.get(path)).status == 404
    assert (await other.get(f"/console/deliveries/{one.id}")).status == 404
    officer = await signed_in(hall, "officer:exit_entry")
    assert (await officer.get(path)).status == 403
    assert (await officer.get(f"/console/deliveries/{one.id}")).status == 200


async def test_what_others_wrote_is_shown_as_text(hall: Hall) -> None:
    def hostile(body: dict[str, dict[str, str]]) -> None:
        body["applicant"]["name"] = HOSTILE[:50]

    case = await file(hall, "house-transfer", hostile)
    first = next(iter(case.deliveries.values()))
    await put(hall, first, ready(0), problem="<img/src=x>", attempts=1)
    clerk = await signed_in(hall, "clerk", group="hall")
    await clerk.get(f"/console/cases/{case.application.id}")
    assert "<script>alert" not in clerk.page
    assert "<img/src" not in clerk.page
    assert HOSTILE[:50] in clerk.text
    assert "It waits for" in clerk.text


async def test_failures_alone_and_what_was_done(hall: Hall) -> None:
    one = await doubted(hall)
    browser = await signed_in(hall, "operator")
    path = f"/console/cases/{one.application_id}"
    await browser.get(path)
    assert "the application was received" in browser.text
    await browser.get(f"{path}?only=failures")
    assert "the application was received" not in browser.text
    assert "a call to a department gave no outcome" in browser.text
    assert "the connection ended without a reply" in browser.text
    await put(hall, (await seen(hall, one.application_id)).by_id(one.id), decided(one.state.REJECTED), outcome_code="R9")
    await browser.get(f"{path}?said=nonsense")
    assert "rejected" in browser.text
    assert "Ended" in browser.text
    assert "nonsense" not in browser.text.split("hx-sse:connect")[0]
