"""Parties are written with their case, and read by the next change of the same batch."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from gateway.journal.queues import parties
from gateway.journal.store import schema
from gateway.journal.store.records import application_row, party_row
from gateway.journal.writer.draft import Draft
from gateway.journal.writer.journal import Journal
from gateway.model.application import Application
from gateway.model.case import Party
from gateway.model.identifiers import new_id
from tests.gateway.journal.small import Does, application, delivery


def one(case: Application, *roles: str, index: str | None = "a" * 64) -> Party:
    return Party(id=new_id(), application_id=case.id, roles=roles, kind="person", person_index=index)


def files(case: Application, *those: Party) -> Does:
    def filing(draft: Draft) -> None:
        draft.add_case(case, [delivery(case)])
        for party in those:
            draft.insert(schema.party, party_row(party), case=case.id)
        draft.settle(case.id, "application_accepted", "test", {})

    return Does(filing)


def changes(case: Application, was: Party | None, now: Party) -> Does:
    """Make a change that gives the rows as they stood before it."""

    def changing(draft: Draft) -> list[Party]:
        before = parties.of_case(draft.connection, case.id)
        parties.change(draft, [(was, now)])
        return before

    return Does(changing)


async def test_rows_are_filed_changed_and_added(vouched: Journal, writer: Engine) -> None:
    case = application("1")
    li, wang = one(case, "applicant", "seller"), one(case, "buyer", index="b" * 64)
    await vouched.write(files(case, li))
    changed = li.with_values({"roles": ("applicant",), "version": 2})
    first, second = await asyncio.gather(vouched.write(changes(case, li, changed)), vouched.write(changes(case, None, wang)))
    assert (first, second) == ([li], [changed])
    with writer.connect() as connection:
        assert parties.of_case(connection, case.id) == sorted([changed, wang], key=lambda party: party.id)
        assert parties.of_case(connection, new_id()) == []


def test_a_person_is_one_row_of_a_case_and_any_number_may_be_unknown(writer: Engine) -> None:
    cases = [application(number) for number in ("1", "2")]
    with writer.begin() as connection:
        for case in cases:
            connection.execute(insert(schema.application), application_row(case))
            for party in (one(case, "applicant"), one(case, "seller", index=None), one(case, "buyer", index=None)):
                connection.execute(insert(schema.party), party_row(party))
    with pytest.raises(IntegrityError), writer.begin() as connection:
        connection.execute(insert(schema.party), party_row(one(cases[0], "buyer")))
