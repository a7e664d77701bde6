"""The read side gives what it should, page by page, and reads along indexes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from gateway.journal.audit.hash_chain import Entry, append
from gateway.journal.read import lists
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.journal.store.records import party_row
from gateway.journal.store.views import ApplicationFilter, AuditEntry, AuditFilter, DeliveryFilter
from gateway.model.application import Application, ApplicationState, Marks, Reach
from gateway.model.case import Party
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import DIGEST, FORM, NOON, Journal, a_delivery, an_application


async def test_an_application_comes_with_its_deliveries_in_order_and_the_outcomes_of_their_rounds(
    journal: Journal, insights: Insights
) -> None:
    case = an_application(revision=2)
    tax = a_delivery(case, "tax", position=1, after=("marriage",), round=2, state=DeliveryState.SENDING)
    marriage = a_delivery(case, "marriage", position=0, state=DeliveryState.APPROVED)
    journal.add(case, [tax, marriage])
    journal.payload(case.id, "outcome:marriage", 1, {"kind": "approved", "output": {"certificate_number": "J500152-2026-000001"}})
    journal.payload(case.id, "outcome:tax", 1, {"kind": "returned", "code": "31", "reason": "姓名", "fields": []})

    found = await insights.application(case.id)

    assert found is not None
    assert found.application == case
    assert list(found.deliveries.values()) == [marriage, tax]
    assert set(found.outcomes) == {"marriage"}  # the answer of tax belongs to the round before
    assert found == await insights.application_by_number(case.number)
    assert await insights.application(new_id()) is None


async def test_the_form_of_a_revision_or_the_latest(journal: Journal, insights: Insights) -> None:
    case = an_application(revision=2)
    journal.add(case, [])
    corrected = {**FORM, "data": {"married_on": "2026-11-24"}}
    journal.payload(case.id, "form", 1, corrected)

    assert await insights.form(case.id) == FORM
    assert await insights.form(case.id, 1) == corrected
    assert await insights.form(new_id()) is None


async def test_applications_are_listed_by_page_newest_first_and_filtered(journal: Journal, insights: Insights) -> None:
    caller = new_id()
    cases = [an_application(caller=caller, received_at=NOON + n) for n in range(5)]
    other = an_application(state=ApplicationState.APPROVED, needs_attention=True, service="passport")
    for case in (*cases, other):
        journal.add(case, [])

    seen: list[Application] = []
    cursor = None
    while True:
        page = await insights.applications(ApplicationFilter(reach=Reach(callers=frozenset((caller,)))), cursor, 2)
        seen += [one.application for one in page.items]
        cursor = page.next
        if cursor is None:
            break

    assert seen == list(reversed(cases))
    for wanted in (
        ApplicationFilter(state=ApplicationState.APPROVED),
        ApplicationFilter(needs_attention=True),
        ApplicationFilter(service="passport"),
    ):
        assert await _listed(insights, wanted) == [other]
    assert other not in await _listed(insights, ApplicationFilter(needs_attention=False))
    assert await _listed(insights, ApplicationFilter(person_index=("b" * 64,))) == []


async def test_somebodys_cases_come_newest_first_whichever_role_they_have_and_none_comes_twice(
    journal: Journal, insights: Insights
) -> None:
    """Every third case has the person as applicant, every third as another party, every third as both, by either secret's index."""
    mine, theirs = ("m" * 64, "n" * 64), "t" * 64
    caller, cases = new_id(), []
    for number in range(18):
        handed_in, named = number % 3 != 1, number % 3 != 0
        own = mine[number % 2]
        case = an_application(caller=caller if number % 2 else new_id(), applicant_index=own if handed_in else theirs)
        journal.add(case, [])
        roles = (("applicant", "seller") if handed_in else ("seller",)) if named else ("applicant",)
        rows = [Party(id=new_id(), application_id=case.id, roles=roles, kind="person", person_index=own)]
        if not handed_in:
            rows.append(Party(id=new_id(), application_id=case.id, roles=("applicant",), kind="person", person_index=theirs))
        journal.insert(schema.party, *(party_row(row) for row in rows))
        cases.append((case, roles, number))
    journal.add(an_application(applicant_index=theirs), [])
    wanted = [(case.id, roles) for case, roles, _ in reversed(cases)]

    assert await _paged(insights, ApplicationFilter(person_index=mine)) == wanted
    filed = [(case.id, roles) for case, roles, number in reversed(cases) if number % 2]
    assert await _paged(insights, ApplicationFilter(person_index=mine, reach=Reach(callers=frozenset((caller,))))) == filed
    sold = [(id_, roles) for id_, roles in wanted if "seller" in roles]
    assert await _paged(insights, ApplicationFilter(person_index=mine, role="seller")) == sold
    handed = [(id_, roles) for id_, roles in wanted if "applicant" in roles]
    assert await _paged(insights, ApplicationFilter(person_index=mine, role="applicant")) == handed
    assert await _paged(insights, ApplicationFilter(person_index=mine, role="seller", reach=Reach(callers=frozenset((caller,))))) == [
        one for one in filed if one in sold
    ]
    assert await _paged(insights, ApplicationFilter(person_index=("o" * 64,))) == []


async def _paged(insights: Insights, wanted: ApplicationFilter, limit: int = 4) -> list[tuple[str, tuple[str, ...]]]:
    """Give all pages as one list."""
    found, cursor = [], None
    while True:
        page = await insights.applications(wanted, cursor, limit)
        found += [(one.application.id, one.roles) for one in page.items]
        cursor = page.next
        if cursor is None:
            return found
        assert len(page.items) == limit


async def _listed(insights: Insights, wanted: ApplicationFilter) -> list[Application]:
    return [one.application for one in (await insights.applications(wanted, None, 10)).items]


async def test_a_group_lists_its_own_and_what_its_callers_filed_before_and_nothing_else(journal: Journal, insights: Insights) -> None:
    early, late, stranger = new_id(), new_id(), new_id()
    filed = [
        an_application(caller=early),
        an_application(caller=early, owner_group="hall"),
        an_application(caller=early, owner_group="other"),  # before it moved on
        an_application(caller=late, owner_group="hall"),
        an_application(caller=stranger),
        an_application(caller=stranger, owner_group="other"),
        an_application(caller=early),
    ]
    for case in filed:
        journal.add(case, [])
    keys = [(early, None, "hall"), (late, None, "hall"), (new_id(), early, "hall"), (stranger, None, "other")]
    for number, (key, caller, group) in enumerate(keys):
        row = {
            "id": key,
            "name": "n",
            "role": "front-end",
            "hash": f"{number}" * 64,
            "created_at": 1,
            "caller": caller,
            "owner_group": group,
        }
        journal.insert(schema.api_key, row)

    assert await insights.fellows("hall") == {early}  # only who has cases from before
    hall = Reach(group="hall", callers=frozenset((early, late)))
    own = [case for case in reversed(filed) if hall.covers(case)]
    assert own == [filed[n] for n in (6, 3, 1, 0)]
    assert await _listed(insights, ApplicationFilter(reach=hall)) == own
    assert await _listed(insights, ApplicationFilter(reach=hall, person_index=("a" * 64,))) == own
    paged: list[Application] = []
    cursor: str | None = None
    while True:
        page = await insights.applications(ApplicationFilter(reach=hall), cursor, 1)
        paged += [one.application for one in page.items]
        if (cursor := page.next) is None:
            break
    assert paged == own
    assert await _listed(insights, ApplicationFilter(reach=Reach(callers=frozenset((early,))))) == [filed[6], filed[0]]
    assert await _listed(insights, ApplicationFilter(reach=Reach(callers=frozenset()))) == []


async def test_what_was_rejected_and_what_was_told_otherwise_is_told_in_lists_and_found(journal: Journal, insights: Insights) -> None:
    plain, marked = an_application(), an_application(state=ApplicationState.APPROVED)
    journal.add(plain, [a_delivery(plain)])
    told = a_delivery(marked, "tax", state=DeliveryState.APPROVED, due_at=None, told_otherwise="data.price,data.note")
    other = a_delivery(marked, "real_estate", position=1, state=DeliveryState.REJECTED, due_at=None, required=False)
    journal.add(marked, [told, other])

    listed = {one.application.id: one.marks for one in (await insights.applications(ApplicationFilter(), None, 10)).items}
    assert listed == {plain.id: Marks(), marked.id: Marks(told_otherwise=True, rejected_steps=("real_estate",))}
    assert await _listed(insights, ApplicationFilter(told_otherwise=True)) == [marked]
    assert await _listed(insights, ApplicationFilter(told_otherwise=False)) == [plain]
    assert await _listed(insights, ApplicationFilter(told_otherwise=True, state=ApplicationState.REJECTED)) == []
    for department in (None, "tax"):
        wanted = DeliveryFilter(department=department, told_otherwise=True)
        assert (await insights.deliveries(wanted, None, 10)).items == (told,)
    assert told not in (await insights.deliveries(DeliveryFilter(told_otherwise=False), None, 10)).items


async def test_times_of_receipt_bound_the_ids_that_are_looked_at(journal: Journal, insights: Insights) -> None:
    case = an_application()
    made = lists.id_time(case.id)
    case = dataclasses.replace(case, received_at=made + 2000)
    journal.add(case, [])

    inside = ApplicationFilter(received_after=made, received_before=made + 2000)
    assert await _listed(insights, inside) == [case]
    assert await _listed(insights, ApplicationFilter(received_after=made + 2001)) == []
    assert await _listed(insights, ApplicationFilter(received_before=made + 1999)) == []


async def test_a_delivery_comes_with_all_that_explains_it(journal: Journal, insights: Insights) -> None:
    case = an_application()
    sending = {"state": DeliveryState.SENDING, "attempts": 2, "epoch": 2, "lease_owner": new_id(), "last_sent_at": NOON}
    marriage, tax = a_delivery(case, "marriage", **sending), a_delivery(case, "tax", position=1, after=("marriage",))
    journal.add(case, [marriage, tax])
    journal.attempt(marriage, 1, "timeout")
    journal.payload(case.id, "outcome:marriage", 1, {"kind": "rejected", "code": "7"})

    found = await insights.delivery(marriage.id)

    assert found is not None
    assert [(a.number, a.result) for a in found.attempts] == [(1, "timeout"), (2, None)], "the second is under way"
    assert found.outcome == {"kind": "rejected", "code": "7"}
    assert (found.application, found.siblings) == (case, (marriage, tax))
    assert await insights.delivery(new_id()) is None


async def test_deliveries_of_one_department_are_merged_over_its_states(journal: Journal, insights: Insights) -> None:
    case = an_application()
    states = (DeliveryState.READY, DeliveryState.APPROVED, DeliveryState.HELD, DeliveryState.READY)
    made = [a_delivery(case, f"s{n}", department="tax", state=state, problem="timeout") for n, state in enumerate(states)]
    other = a_delivery(case, "marriage")
    journal.add(case, [*made, other])

    first = await insights.deliveries(DeliveryFilter(department="tax"), None, 3)
    second = await insights.deliveries(DeliveryFilter(department="tax"), first.next, 3)

    assert [*first.items, *second.items] == list(reversed(made))
    assert second.next is None
    held = DeliveryFilter(department="tax", state=DeliveryState.HELD)
    assert (await insights.deliveries(held, None, 3)).items == (made[2],)
    assert set((await insights.deliveries(DeliveryFilter(application_id=case.id), None, 9)).items) == {*made, other}
    assert (await insights.deliveries(DeliveryFilter(problem="http_502"), None, 3)).items == ()


async def test_events_of_one_change_are_never_parted(journal: Journal, insights: Insights) -> None:
    case = an_application()
    journal.add(case, [])
    for version, event in ((2, "outcome_recorded"), (2, "attempt_started"), (3, "outcome_recorded")):
        journal.event(dataclasses.replace(case, version=version), event)

    first, more = await insights.events(case.id, 0, 2)
    rest, end = await insights.events(case.id, first[-1].no, 2)

    assert [e.no for e in first] == [1]
    assert more
    assert [(e.no, e.event) for e in rest] == [(2, "outcome_recorded"), (2, "attempt_started")]
    assert end
    assert [e.no for e in (await insights.events(case.id, 2))[0]] == [3]


async def test_departments_count_what_is_open_and_how_long(journal: Journal, insights: Insights) -> None:
    case = an_application()
    waiting = a_delivery(case, "w", department="tax", state=DeliveryState.WAITING)
    held = a_delivery(case, "h", department="tax", state=DeliveryState.HELD)
    done = a_delivery(case, "d", department="tax", state=DeliveryState.APPROVED)
    journal.add(case, [waiting, held, done])
    row = {"name": "tax", "breaker": "open", "failures": 5, "problem": "timeout", "since": NOON, "probe_at": NOON + 1, "version": 2}
    journal.insert(schema.department, row)

    found = await insights.departments(["tax", "marriage"])

    assert found["tax"].standing.breaker == "open"
    assert found["tax"].open == {DeliveryState.WAITING: 1, DeliveryState.HELD: 1}
    assert found["tax"].oldest_open_at == lists.id_time(held.id)  # a delivery that waits for others is not the department's turn
    assert found["marriage"].standing.breaker == "closed"
    assert found["marriage"].oldest_open_at is None


async def test_a_rare_event_is_found_behind_short_pages(journal: Journal, insights: Insights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "AUDIT_REACH", 3)
    entries = [append(journal.head, Entry(event="key_created" if n == 0 else "other", actor="local"), NOON + n) for n in range(8)]
    journal.insert(schema.audit, *entries)

    found: list[AuditEntry] = []
    cursor, pages = None, 0
    while True:
        page = await insights.audit(AuditFilter(event="key_created"), cursor, 10)
        found += page.items
        cursor = page.next
        pages += 1
        if cursor is None:
            break

    assert [entry.seq for entry in found] == [1]
    assert pages == 3


async def test_the_audit_is_listed_newest_first_and_by_application(journal: Journal, insights: Insights) -> None:
    case = an_application()
    journal.add(case, [])
    journal.insert(schema.audit, *(append(journal.head, Entry(event="key_created", actor="local"), NOON) for _ in range(3)))

    first = await insights.audit(AuditFilter(), None, 3)
    second = await insights.audit(AuditFilter(), first.next, 3)

    assert [entry.seq for entry in (*first.items, *second.items)] == [4, 3, 2, 1]
    of_case = await insights.audit(AuditFilter(application_id=case.id, event="application_accepted"), None, 3)
    assert [entry.seq for entry in of_case.items] == [1]


async def test_audit_entries_are_found_by_who_when_and_the_department_and_named(journal: Journal, insights: Insights) -> None:
    case = an_application()
    tax, marriage = a_delivery(case, "tax"), a_delivery(case, "marriage", position=1)
    journal.add(case, [tax, marriage])
    key = {"id": new_id(), "name": "hall", "role": "front-end", "hash": "e" * 64, "created_at": NOON, "revoked_at": None, "mac": None}
    journal.insert(schema.api_key, key)
    said = [
        Entry(event="attempt_started", actor="gateway", application_id=case.id, event_no=2, delivery_id=tax.id),
        Entry(event="attempt_started", actor="gateway", application_id=case.id, event_no=3, delivery_id=marriage.id),
        Entry(event="department_standing", actor="gateway", details={"department": "tax", "breaker": "open"}),
        Entry(event="callback_kept", actor="department:tax", details={"message": "1"}),
        Entry(event="callback_kept", actor="department:tax_office", details={"message": "1"}),
        Entry(event="key_created", actor=f"caller:{key['id']}", details={"department": "tax_office"}),
    ]
    journal.insert(schema.audit, *(append(journal.head, entry, NOON + n) for n, entry in enumerate(said)))

    async def found(**wanted: Any) -> list[int]:
        page = await insights.audit(AuditFilter(**wanted), None, 10)
        return [entry.at - NOON for entry in page.items if entry.event != "application_accepted"]

    assert await found(department="tax") == [3, 2, 0]
    assert await found(department="tax", application_id=case.id) == [0]
    assert await found(actor="gateway", since=NOON + 1, before=NOON + 3) == [2, 1]
    assert await found(actor="gateway", event="department_standing") == [2]
    page = await insights.audit(AuditFilter(), None, 10)
    subjects = await insights.subjects(page.items)
    assert subjects.actors == {f"caller:{key['id']}": "hall"}
    assert subjects.numbers == {case.id: case.number}
    assert subjects.departments == {tax.id: "tax", marriage.id: "marriage"}


async def test_keys_and_definitions(journal: Journal, insights: Insights) -> None:
    row = {"id": new_id(), "name": "hall", "role": "front-end", "hash": "e" * 64, "created_at": NOON, "revoked_at": None, "mac": None}
    journal.insert(schema.api_key, row)

    found = await insights.key_by_hash("e" * 64)

    assert found is not None
    assert dataclasses.asdict(found) == {**row, "expires_at": None, "caller": None, "last_used_at": None, "owner_group": None}
    assert await insights.keys() == [found]
    assert await insights.key_by_hash("f" * 64) is None
    assert await insights.key(found.id) == found
    assert await insights.key(new_id()) is None
    assert await insights.service_definition(DIGEST) == "{}"
    assert await insights.service_definition("0" * 64) is None


def test_the_reader_cannot_write(reader: Engine, journal: Journal) -> None:
    with reader.connect() as connection, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        connection.execute(schema.meta.insert(), {"key": "k", "value": "v"})
