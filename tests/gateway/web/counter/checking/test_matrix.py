"""The matrix of who is told what, by the samples of the catalogue: it says what filing will hand over, neither more nor less."""

from __future__ import annotations

import pytest

from gateway.catalogue.share import context
from gateway.web.counter.checking.matrix import DEPENDS, NOT_TOLD, TOLD, Matrix, matrix
from tests.faults.installation import sample
from tests.gateway.web.conftest import Hall

SERVICES = ("newlywed", "house-transfer", "company-start", "passport", "retirement", "housing-holdings")


def _of(hall: Hall, service: str, body: dict[str, object] | None = None) -> Matrix:
    return matrix(hall.gateway.parts.catalogue.services[service], body or sample(service), {})


async def test_each_department_is_told_what_its_steps_share(hall: Hall) -> None:
    for service in SERVICES:
        compiled, body = hall.gateway.parts.catalogue.services[service], sample(service)
        ctx = context(body["applicant"], body["data"], {})
        table = _of(hall, service)
        for at, department in enumerate(table.departments):
            steps = [step for step in compiled.steps.values() if step.definition.department == department]
            sources = {source for step in steps for source in step.disclosed(ctx) if not source.startswith("steps.")}
            told = [row for group in table.groups for row in group.rows if row.cells[at] != NOT_TOLD]
            assert len(told) >= len(sources), (service, department)
            assert {row.cells[at] for row in told} <= {TOLD, DEPENDS}


async def test_a_field_that_no_step_shares_is_told_to_nobody(hall: Hall) -> None:
    table = _of(hall, "house-transfer")
    [mobile] = [row for group in table.groups for row in group.rows if row.title.en == "Mobile"]
    assert set(mobile.cells) == {NOT_TOLD}
    [price] = [row for group in table.groups for row in group.rows if row.title.en == "Price (yuan)"]
    assert [title for title, cell in zip(table.departments, price.cells, strict=True) if cell == TOLD] == ["tax"]
    assert "陆拾贰万元整" in price.value.zh


async def test_a_step_that_does_not_apply_is_no_column(hall: Hall) -> None:
    body = sample("newlywed")
    del body["data"]["real_estate"]
    assert "real_estate" not in _of(hall, "newlywed", body).departments
    assert "real_estate" in _of(hall, "newlywed").departments


async def test_a_long_list_is_a_row_a_field_and_stands_whole_beneath(hall: Hall) -> None:
    body = sample("company-start")
    body["data"]["employees"] *= 30
    [group] = [one for one in _of(hall, "company-start", body).groups if one.long]
    assert len(group.long) == 30 * len(sample("company-start")["data"]["employees"])
    assert {row.value.en for row in group.rows} == {f"{len(group.long)} of them"}
    short = _of(hall, "company-start")
    assert not any(one.long for one in short.groups)


@pytest.mark.parametrize("document", [{}, {"applicant": {}, "data": {}}, {"applicant": "x", "data": []}])
async def test_what_is_not_filled_in_has_no_row(hall: Hall, document: dict[str, object]) -> None:
    assert _of(hall, "passport", {"service": "passport", **document}).groups == []
