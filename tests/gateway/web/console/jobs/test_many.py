"""Many sent again: three numbers before anything is done, one job a form, and nothing that was not counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.web.console.jobs import many
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.signed import filed, held, signed_in

PAGE = "/console/jobs"


def _hidden(browser: Browser) -> dict[str, str]:
    """Give the hidden fields of the form that begins a job, with the proof."""
    form = browser.page.partition('<form method="post" action="/console/jobs">')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form))


@pytest.fixture
async def operator(hall: Hall, tmp_path: Path) -> Browser:
    """An operator, with three cases of a tax office that a person has to see to and two that are in doubt and never to be repeated."""
    await filed(hall, "company-start", 3)
    await filed(hall, "passport", 2)
    held(tmp_path, "tax", "http_400")
    held(tmp_path, "exit_entry", "timeout", state="in_doubt")
    return await signed_in(hall, "operator", "zhou")


async def test_what_would_happen_is_told_in_three_numbers_and_done_once_however_often_it_is_sent(hall: Hall, operator: Browser) -> None:
    await operator.get(PAGE)
    assert "What would happen" not in operator.text
    await operator.get(f"{PAGE}?state=&department=tax&service=company-start&problem=http_400&since=2020-01-01T08%3A00&look=1")
    assert re.findall(r"<b[^>]*>(\d+)</b>", operator.page) == ["3", "0", "0"]
    assert "Tax · needs a person: 3" in operator.text
    assert "Send 3 again" in operator.text
    fields = {**_hidden(operator), "reason": "they mended it"}
    first, second = await operator.post(PAGE, fields), await operator.post(PAGE, fields)
    assert (first.status, first.headers["Location"]) == (303, second.headers["Location"])
    [job] = (await hall.gateway.parts.jobs.several(None, 10)).items
    assert first.headers["Location"] == f"{PAGE}/{job.id}"
    assert (job.selected, job.actor, job.selection.department, job.selection.problem) == (3, "user:zhou", "tax", "http_400")
    report = await hall.gateway.parts.jobs.report(job.id)
    assert report is not None
    assert report.reason == "they mended it"
    await operator.get(PAGE)
    assert "0 of 3 looked at" in operator.text


async def test_what_is_never_repeated_is_not_touched_and_has_no_button(operator: Browser) -> None:
    await operator.get(f"{PAGE}?department=exit_entry")
    assert re.findall(r"<b[^>]*>(\d+)</b>", operator.page) == ["0", "0", "2"]
    assert "Exit-entry administration · passed over: in doubt and never to be repeated: 2" in operator.text
    assert "there is nothing to do" in operator.text
    assert _hidden(operator) == {}
    await operator.get(f"{PAGE}?department=marriage")
    assert "Nothing fits" in operator.text


async def test_a_form_that_was_counted_otherwise_does_nothing(hall: Hall, operator: Browser, tmp_path: Path) -> None:
    await operator.get(f"{PAGE}?department=tax")
    fields = {**_hidden(operator), "reason": "r"}
    for wrong in ({**fields, "count": "2"}, {**fields, "count": "x"}):
        assert (await operator.post(PAGE, wrong)).status == 409
        assert "Nothing was done yet" in operator.text
        assert _hidden(operator)["count"] == "3"
    assert (await operator.post(PAGE, {**fields, "reason": " "})).status == 422
    assert "Give the reason" in operator.text
    assert _hidden(operator)["key"] == fields["key"]
    assert (await hall.gateway.parts.jobs.several(None, 10)).items == ()


async def test_more_than_a_hundred_are_typed(hall: Hall, operator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_PRESSED", 2)
    await operator.get(f"{PAGE}?department=tax")
    assert 'id="typed"' in operator.page
    fields = {**_hidden(operator), "reason": "r"}
    for typed in ("", "2"):
        assert (await operator.post(PAGE, {**fields, "typed": typed})).status == 422
    assert (await hall.gateway.parts.jobs.several(None, 10)).items == ()
    assert (await operator.post(PAGE, {**fields, "typed": "3"})).status == 303


async def test_a_choice_that_is_none_is_said_at_its_field(operator: Browser) -> None:
    for query in ("problem=%3Cscript%3E", "state=approved", "since=yesterday", "department=a%20b", "service=%22%3E%3Cscript%3E"):
        assert (await operator.get(f"{PAGE}?{query}")).status == 422
        assert 'role="alert"' in operator.page
        assert f'href="#{query.partition("=")[0]}"' in operator.page
        assert "<script>" not in operator.page
        assert _hidden(operator) == {}


async def test_who_only_sees_jobs_chooses_none(hall: Hall, operator: Browser) -> None:
    for role in ("supervisor", "auditor"):
        browser = await signed_in(hall, role, role)
        assert (await browser.get(f"{PAGE}?look=1")).status == 200
        assert "<form" not in browser.page.partition("<main")[2]
        await operator.get(f"{PAGE}?department=tax")
        assert (await browser.post(PAGE, {**_hidden(operator), "reason": "r"})).status == 403
    assert (await (await signed_in(hall, "head:tax", "he")).get(PAGE)).status == 403
