"""The table of rights."""

from __future__ import annotations

from docs.rights_page import PAGE, page
from gateway.cases.caller import LOCAL, PARTY, PROGRAMS
from gateway.cases.rights.table import RIGHTS, Act, Whose, roles_of
from gateway.model.code_names import ROLES
from gateway.people.roles import ALONE, OF_A_DEPARTMENT


def test_a_role_of_the_table_is_one_that_callers_have() -> None:
    assert set(RIGHTS) == {*PROGRAMS, *ALONE, *OF_A_DEPARTMENT, PARTY} == set(ROLES)


def test_a_cell_begins_with_the_nearest_tie() -> None:
    order = list(Whose)
    for row in RIGHTS.values():
        for act, cell in row.items():
            assert cell, act
            assert [order.index(whose) for whose in cell] == sorted(order.index(whose) for whose in cell), act


def test_every_act_is_somebodys() -> None:
    assert [act for act in Act if not roles_of(act)] == []
    assert set(RIGHTS[LOCAL]) == set(Act)


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"
