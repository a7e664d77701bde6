"""A job's row is found by its key, and changed one version after the other."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import jobs
from gateway.journal.writer.draft import Draft
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.small import Does

ROW = jobs.JobRow(id="j", caller="c", key="k", body_hmac="h", filter="{}", state="running", selected=1, last="d", created_at=1)


async def test_a_job_is_added_found_and_changed_within_one_commit(vouched: Journal, writer: Engine) -> None:
    def begins(draft: Draft) -> jobs.JobRow | None:
        jobs.add(draft, ROW)
        assert jobs.change(draft, ROW, cursor="d", lease_owner="node-1", lease_until=9) == 2
        draft.audit(Entry(event="job_begun", actor="test"))
        return jobs.job(draft, "j")

    assert await vouched.write(Does(begins)) == replace(ROW, cursor="d", lease_owner="node-1", lease_until=9, version=2)
    with writer.connect() as connection:
        assert jobs.find_begun(connection, [("c", "other"), ("c", "k")]) == jobs.Begun(id="j", body_hmac="h", created=False)
        assert jobs.find_begun(connection, [("d", "k")]) is None
    assert await vouched.write(Does(lambda draft: jobs.job(draft, "none"))) is None
