"""The marriage adapter against its sandbox: documents within strings, GBK, and the five errors for everything that goes wrong."""

from __future__ import annotations

import dataclasses

import pytest
from pydantic import SecretStr

from gateway.sdk import (
    Absent,
    Approved,
    AuthFailed,
    FieldProblem,
    Found,
    InDoubt,
    Invalid,
    Rejected,
    Returned,
    Unknown,
)
from gateway.sdk.sandbox import Decision
from plugins.marriage.adapter import Couple, Marriage, Registered, Single
from plugins.marriage.sandbox import MarriageSandbox
from tests.plugins.conftest import Open, a_call, a_fault
from tests.plugins.marriage.conftest import COUPLE, REGISTER, SINGLE

Both = tuple[MarriageSandbox, Marriage]


async def test_a_marriage_is_registered_and_found(both: Both) -> None:
    sandbox, department = both
    outcome = await department.submit(a_call("register", "k-1"), REGISTER)
    assert isinstance(outcome, Approved)
    assert isinstance(outcome.output, Registered)
    assert outcome.output.certificate_number == outcome.reference == sandbox.ledger.effects[0].reference
    assert outcome.output.registered_on == REGISTER.registered_on
    assert await department.find(a_call("register", "k-1"), REGISTER) == Found(outcome=outcome)
    assert await department.find(a_call("register", "k-2"), REGISTER) == Absent()
    assert len(sandbox.ledger.effects) == 1


async def test_the_same_key_again_is_a_second_registration(both: Both) -> None:
    """Why the registry is asked and nothing is sent again: it recognises no key."""
    sandbox, department = both
    first = await department.submit(a_call("register", "k-1"), REGISTER)
    second = await department.submit(a_call("register", "k-1"), REGISTER)
    assert first.reference != second.reference
    assert [effect.key for effect in sandbox.ledger.effects] == ["k-1", "k-1"]
    assert await department.find(a_call("register", "k-1"), REGISTER) == Found(outcome=first)


async def test_queries_are_answered_in_gbk_with_and_without_a_declaration(both: Both) -> None:
    _, department = both
    assert await department.query(a_call("couple_status"), COUPLE) == Approved(output=Couple(married=False))
    assert await department.query(a_call("marital_status"), SINGLE) == Approved(output=Single(marital_status="10"))
    registered = await department.submit(a_call("register", "k-1"), REGISTER)
    married = Couple(married=True, certificate_number=registered.reference)
    assert await department.query(a_call("couple_status"), COUPLE) == Approved(output=married)
    single = Single(marital_status="20", certificate_number=registered.reference)
    assert await department.query(a_call("marital_status"), SINGLE) == Approved(output=single)


async def test_business_codes_are_outcomes(both: Both) -> None:
    sandbox, department = both
    sandbox.faults.switch(a_fault("business_error", times=1, reason="不符合"))
    assert await department.submit(a_call("register"), REGISTER) == Rejected(code="3001", reason="不符合")
    sandbox.faults.switch(a_fault("returned", times=1, fields=["cert_num_woman", "op_date", "unheard_of"], reason="请更正"))
    problems = (FieldProblem("id_number_woman", "请更正"), FieldProblem("registered_on", "请更正"), FieldProblem("", "请更正"))
    assert await department.submit(a_call("register"), REGISTER) == Returned(code="2001", reason="请更正", fields=problems)
    sandbox.faults.switch(a_fault("returned", times=1, operation="marital_status"))
    outcome = await department.query(a_call("marital_status"), SINGLE)
    assert isinstance(outcome, Returned)
    assert outcome.fields[0].field == "name"
    sandbox.change(sandbox.settings.model_copy(update={"decision": Decision(outcome="rejected")}))
    assert isinstance(await department.submit(a_call("register"), REGISTER), Rejected)
    assert sandbox.ledger.effects == []


async def test_a_refused_question_is_no_answer_about_the_registration(both: Both) -> None:
    sandbox, department = both
    await department.submit(a_call("register", "k-1"), REGISTER)
    for fault in (a_fault("business_error", times=1), a_fault("business_error", times=1, code="0503")):
        sandbox.faults.switch(fault)
        assert isinstance(await department.find(a_call("register", "k-1"), REGISTER), Unknown)


async def test_a_code_that_proves_nothing_is_a_doubt(both: Both) -> None:
    sandbox, department = both
    sandbox.faults.switch(a_fault("business_error", times=1, code="9001"))
    with pytest.raises(InDoubt, match="registry_9001"):
        await department.submit(a_call("register"), REGISTER)
    sandbox.faults.switch(a_fault("business_error", times=1, code="1002"))
    with pytest.raises(Invalid, match="registry_1002"):
        await department.submit(a_call("register"), REGISTER)


async def test_a_fault_that_blames_the_client_is_invalid(both: Both) -> None:
    sandbox, department = both
    sandbox.faults.switch(a_fault("soap_fault", times=1, code="Client"))
    with pytest.raises(Invalid, match="soap_fault"):
        await department.submit(a_call("register"), REGISTER)


@pytest.mark.parametrize("wrong", ["username", "password", "appmark"])
async def test_wrong_credentials_stop_the_department(both: Both, opened: Open, wrong: str) -> None:
    sandbox, department = both
    secrets = {**department.connection.secrets, wrong: SecretStr("other")}
    other = await opened(Marriage, dataclasses.replace(department.connection, secrets=secrets))
    with pytest.raises(AuthFailed, match="1001"):
        await other.submit(a_call("register"), REGISTER)
    with pytest.raises(AuthFailed):
        await other.probe()
    await department.probe()
    assert sandbox.ledger.effects == []


async def test_a_name_that_gbk_lacks_is_not_sent_as_another(both: Both) -> None:
    sandbox, department = both
    rare = REGISTER.model_copy(update={"name_man": "测试𬱖"})
    with pytest.raises(Invalid, match="name_man") as raised:
        await department.submit(a_call("register"), rare)
    assert raised.value.code == "request_charset"
    assert sandbox.ledger.effects == []


async def test_a_name_that_xml_cannot_hold_never_leaves(both: Both) -> None:
    sandbox, department = both
    with pytest.raises(Invalid, match="name_man, name_woman") as raised:
        await department.submit(a_call("register"), REGISTER.model_copy(update={"name_man": "测试\x0b", "name_woman": "\ud800"}))
    assert raised.value.code == "request_contract"
    assert sandbox.ledger.effects == []


async def test_a_request_that_breaks_the_contract_never_leaves(both: Both) -> None:
    _, department = both
    with pytest.raises(Invalid, match="cert_num_man") as raised:
        await department.submit(a_call("register"), REGISTER.model_copy(update={"id_number_man": "12345"}))
    assert raised.value.code == "request_contract"
    assert "12345" not in str(raised.value)
