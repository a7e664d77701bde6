"""The page of a job: how far it is, what it did to each delivery, and its end by a person."""

from __future__ import annotations

from pathlib import Path

from gateway.journal.writer.commits import ANY
from gateway.model.identifiers import new_id
from gateway.operations.jobs.runner import JobRunner
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.jobs.test_many import PAGE, _hidden
from tests.gateway.web.console.signed import filed, held, signed_in
from tests.patience import within


async def _worked(hall: Hall, job_id: str) -> None:
    """Have a job worked to its end."""
    gateway = hall.gateway
    gateway.journal.forget()  # of the case that was changed past it
    runner = JobRunner(gateway.journal, gateway.casework, gateway.parts.insights)
    runner.start()
    async with gateway.parts.commits.watching(ANY) as changed, within():
        while (report := await gateway.parts.jobs.report(job_id)) is None or report.job.state == "running":
            await changed.wait(0.2)
    await runner.stop()


async def test_a_job_is_followed_and_stopped_once(hall: Hall, tmp_path: Path) -> None:
    cases = await filed(hall, "company-start", 3)
    held(tmp_path, "tax", "http_400")
    operator, auditor = await signed_in(hall, "operator", "zhou"), await signed_in(hall, "auditor", "shen")
    await operator.get(f"{PAGE}?department=tax")
    job = (await operator.post(PAGE, {**_hidden(operator), "reason": "<b>mended</b>"})).headers["Location"]
    await operator.get(job)
    assert "0 of 3 looked at" in operator.text
    assert 'aria-label="Of 3: released 0, passed over 0, to come 3"' in operator.page
    assert "Begun by zhou" in operator.text
    assert "&lt;b&gt;mended&lt;/b&gt;" in operator.page
    proof = operator.proof()
    for _ in range(2):  # pressed twice
        assert (await operator.post(f"{job}/stop", proof)).headers["Location"] == job
    await operator.get(job)
    assert "Stopped by user:zhou" in operator.text
    assert f"{job}/stop" not in operator.page
    await auditor.get(job)
    assert "mended" not in auditor.text
    assert len(cases) == 3


async def test_what_it_did_to_each_is_listed_with_its_case(hall: Hall, tmp_path: Path) -> None:
    [case] = await filed(hall, "company-start", 1)
    held(tmp_path, "tax", "http_400")
    operator = await signed_in(hall, "operator", "zhou")
    await operator.get(f"{PAGE}?department=tax")
    job = (await operator.post(PAGE, {**_hidden(operator), "reason": "r"})).headers["Location"]
    await operator.get(job)
    proof = operator.proof()
    await _worked(hall, job.rpartition("/")[2])
    assert (await operator.post(f"{job}/stop", proof)).status == 409
    assert "there is nothing to stop" in operator.text
    await operator.get(job)
    assert f'href="/console/cases/{case}"' in operator.page
    assert "released" in operator.text
    assert (await operator.get(f"{job}?result=never")).status == 200
    assert "It has not come to any yet" in operator.text
    assert (await operator.get(f"{job}?colour=red")).status == 400


async def test_a_job_that_is_not_there(hall: Hall) -> None:
    operator = await signed_in(hall, "operator", "zhou")
    for job in (new_id(), "7"):
        assert (await operator.get(f"{PAGE}/{job}")).status == 404
