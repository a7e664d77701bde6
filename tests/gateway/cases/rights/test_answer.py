"""The answers to who may do what."""

from __future__ import annotations

import pytest

from gateway.cases.caller import AUDITOR, FRONT_END, LOCAL_CALLER, OPERATOR, PARTY, Caller
from gateway.cases.rights import Act, Sight, may, reach
from tests.gateway.api.sample_cases import an_application

MINE = Caller(id="me", name="", role=FRONT_END)
OTHER = Caller(id="other", name="", role=FRONT_END)
TAX = Caller(id="tax", name="", role="department:tax")
RUNS = Caller(id="op", name="", role=OPERATOR)
LOOKS = Caller(id="au", name="", role=AUDITOR)


def test_who_filed_it_sees_the_whole_of_it() -> None:
    case = an_application(caller="me")
    assert may(MINE, Act.READ_FORM, case) is Sight.WHOLE
    assert may(OTHER, Act.READ_FORM, case) is None
    assert may(RUNS, Act.READ_FORM, case) is Sight.MASKED
    assert may(LOOKS, Act.READ_FORM, case) is None
    assert may(LOCAL_CALLER, Act.READ_FORM, case) is Sight.MASKED
    assert may(LOCAL_CALLER, Act.READ_FORM, an_application(caller="local")) is Sight.WHOLE


def test_a_department_sees_what_it_was_told_and_no_case() -> None:
    case = an_application(caller="me")
    assert may(TAX, Act.SEE_OUTCOMES, case, department="tax") is Sight.WHOLE
    assert may(TAX, Act.SEE_OUTCOMES, case, department="marriage") is None
    assert may(TAX, Act.READ, case) is None
    assert may(TAX, Act.SEE_DEPARTMENTS, department="tax") is Sight.NONE
    assert may(TAX, Act.SEE_DEPARTMENTS, department="marriage") is None


@pytest.mark.parametrize("act", [Act.REVISE, Act.WITHDRAW])
def test_only_who_filed_it_and_the_machine_change_it(act: Act) -> None:
    case = an_application(caller="me")
    assert [may(one, act, case) for one in (MINE, OTHER, RUNS, LOOKS, TAX)] == [Sight.WHOLE, None, None, None, None]
    assert may(LOCAL_CALLER, act, case) is Sight.MASKED


def test_without_a_case_the_answer_is_for_some_case() -> None:
    assert may(MINE, Act.LIST) is Sight.NONE
    assert may(TAX, Act.LIST) is None
    assert may(Caller(id="-", name="-", role="none"), Act.LIST) is None


def test_lists_reach_as_far_as_cases_are_read() -> None:
    mine, another = an_application(caller="me"), an_application(caller="other")
    own = reach(MINE)
    assert own is not None
    assert (own.covers(mine), own.covers(another)) == (True, False)
    assert (reach(RUNS), reach(LOOKS), reach(LOCAL_CALLER)) == (None, None, None)
    nothing = reach(TAX)
    assert nothing is not None
    assert not nothing.covers(mine)


def test_a_party_follows_and_answers_its_own_case_and_does_nothing_else() -> None:
    case, another = an_application(), an_application()
    party = Caller(id="party", name="", role=PARTY, party_to=case.id)
    assert may(party, Act.FOLLOW_PROGRESS, case) is Sight.MASKED
    assert may(party, Act.FOLLOW_PROGRESS, another) is None
    assert may(Caller(id="nobody", name="", role=PARTY), Act.FOLLOW_PROGRESS, case) is None
    assert [act for act in Act if may(party, act, case) is not None] == [Act.FOLLOW_PROGRESS, Act.ANSWER]
    nothing = reach(party)
    assert nothing is not None
    assert not nothing.covers(case)
