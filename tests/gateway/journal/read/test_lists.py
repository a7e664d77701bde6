"""Every list goes along an index, on both stores."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, Select

from gateway.journal.read import lists
from gateway.journal.store.views import ApplicationFilter, AuditFilter, DeliveryFilter
from gateway.model.application import ApplicationState, Reach
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import NOON

#: A group of thirty front ends, all of which filed something before they came into it.
_GROUP = Reach(group="hall", callers=frozenset(new_id() for _ in range(30)))

_ALONE = Reach(callers=frozenset((new_id(),)))

_STATEMENTS: dict[str, Select[Any]] = {
    "all": lists.applications(ApplicationFilter(), new_id(), 50),
    "own": lists.applications(ApplicationFilter(reach=_ALONE, service="newlywed"), new_id(), 50),
    "group": lists.applications(ApplicationFilter(reach=_GROUP), new_id(), 50),
    "group alone": lists.applications(ApplicationFilter(reach=Reach(group="hall", callers=frozenset()), service="newlywed"), None, 50),
    "group and state": lists.applications(ApplicationFilter(reach=_GROUP, state=ApplicationState.RETURNED), new_id(), 50),
    "person of a group": lists.applications(ApplicationFilter(reach=_GROUP, person_index=("a" * 64,)), None, 50),
    "state": lists.applications(ApplicationFilter(state=ApplicationState.RETURNED), new_id(), 50),
    "states": lists.applications(ApplicationFilter(states=(ApplicationState.RETURNED, ApplicationState.IN_PROGRESS)), new_id(), 50),
    "group and states": lists.applications(ApplicationFilter(reach=_GROUP, states=tuple(ApplicationState)), None, 50),
    "with a part of a department": lists.applications(ApplicationFilter(department="tax", state=ApplicationState.RETURNED), None, 50),
    "attention": lists.applications(ApplicationFilter(needs_attention=True), None, 50),
    "times": lists.applications(ApplicationFilter(received_after=NOON, received_before=NOON), None, 50),
    "book": lists.applications(ApplicationFilter(filer=new_id(), late_at=NOON, received_after=NOON, received_before=NOON), None, 50),
    "book of a department": lists.applications(
        ApplicationFilter(handed_to="tax", handed_states=(DeliveryState.READY,), received_after=NOON, received_before=NOON), new_id(), 50
    ),
    "person": lists.applications(ApplicationFilter(person_index=("a" * 64,)), None, 50),
    "own person": lists.applications(
        ApplicationFilter(person_index=("a" * 64, "b" * 64), reach=Reach(callers=frozenset((new_id(),)))), new_id(), 50
    ),
    "person in a role": lists.applications(ApplicationFilter(person_index=("a" * 64,), role="seller"), new_id(), 50),
    "department": lists.deliveries(DeliveryFilter(department="tax"), new_id(), 50),
    "department and state": lists.deliveries(DeliveryFilter(department="tax", state=DeliveryState.HELD), None, 50),
    "delivery state": lists.deliveries(DeliveryFilter(state=DeliveryState.HELD), None, 50),
    "told otherwise": lists.deliveries(DeliveryFilter(told_otherwise=True), new_id(), 50),
    "department and told otherwise": lists.deliveries(DeliveryFilter(department="tax", told_otherwise=True), None, 50),
    "state and told otherwise": lists.deliveries(DeliveryFilter(state=DeliveryState.APPROVED, told_otherwise=True), None, 50),
    "applications told otherwise": lists.applications(ApplicationFilter(told_otherwise=True), new_id(), 50),
    "marked": lists.marked([new_id(), new_id()]),
    "audit": lists.audit_entries(AuditFilter(), f"{new_id()}:9", 50),
    "audit event": lists.audit_entries(AuditFilter(event="key_created"), None, 50),
    "audit department": lists.audit_entries(AuditFilter(department="tax", actor="gateway", since=NOON, before=NOON), None, 50),
    "audit application and department": lists.audit_entries(AuditFilter(application_id=new_id(), department="tax"), None, 50),
    "audit application": lists.audit_entries(AuditFilter(application_id=new_id()), None, 50),
}


#: What is merged, looked through or of one application is bounded; anything else must come sorted from its index.
_SORTED = (
    "department",
    "group",
    "states",
    "group and states",
    "group and state",
    "person",
    "person of a group",
    "own person",
    "person in a role",
    "applications told otherwise",
    "marked",
    "audit application",
    "audit event",
    "audit department",
    "audit application and department",
)


@pytest.mark.parametrize("name", _STATEMENTS)
def test_every_list_goes_along_an_index(name: str, reader: Engine) -> None:
    compiled = str(_STATEMENTS[name].compile(dialect=reader.dialect, compile_kwargs={"literal_binds": True}))
    plan = _plan(reader, compiled)
    if reader.dialect.name == "sqlite":
        for step in plan:
            if "SCAN application" in step or "SCAN party" in step or "SCAN delivery" in step or "SCAN audit" in step:
                assert "USING INDEX" in step, plan
            assert "TEMP B-TREE" not in step or name in _SORTED, plan
    else:
        assert any("Index" in step for step in plan), plan
        for step in plan:
            assert "Seq Scan" not in step, plan
            assert "Sort" not in step or name in _SORTED, plan
    if name.endswith("told otherwise") and not (name.startswith("applications") and reader.dialect.name != "sqlite"):
        # PostgreSQL joins applications with few of them by its statistics, of which there are none here.
        assert any("ix_delivery_told_otherwise" in step for step in plan), plan
    if name in ("own", "group"):
        assert any("ix_application_own" in step for step in plan), plan
    if name in ("group", "group alone"):
        assert any("ix_application_group" in step for step in plan), plan
    if name == "attention":
        assert any("ix_application_attention" in step for step in plan), plan


def test_callers_with_cases_from_before_are_found_along_the_index_of_those(reader: Engine) -> None:
    compiled = str(lists.fellows("hall").compile(dialect=reader.dialect, compile_kwargs={"literal_binds": True}))
    plan = _plan(reader, compiled)
    assert any("ix_application_own" in step for step in plan), plan
    assert not any("Seq Scan on application" in step or "SCAN application" in step for step in plan), plan


def _plan(reader: Engine, statement: str) -> list[str]:
    """Give the store's plan. On tables as small as these PostgreSQL has one only when it may not read them whole."""
    with reader.connect() as connection:
        if reader.dialect.name == "sqlite":
            return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
        for way in ("seqscan", "bitmapscan", "sort"):
            connection.exec_driver_sql(f"SET enable_{way} = off")
        return [str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}".replace("%", "%%"))]
