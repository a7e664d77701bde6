"""The social security adapter against its sandbox: cases and their ends, and the five errors for everything that goes wrong."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from pydantic import SecretStr

from gateway.sdk import (
    Absent,
    Accepted,
    Approved,
    AuthFailed,
    FieldProblem,
    InDoubt,
    Invalid,
    Kept,
    Outcome,
    Pending,
    Rejected,
    Returned,
    Withdrawn,
)
from gateway.sdk.sandbox import Decision
from plugins.social_security.adapter import EmployeesEnrolled, FamilyUpdated, Retired, SocialSecurity, SocialSecurityOptions
from plugins.social_security.sandbox import SocialSecuritySandbox
from tests.plugins.conftest import Open, Serve, a_call, a_fault
from tests.plugins.social_security.conftest import REQUESTS, SECRETS

Both = tuple[SocialSecuritySandbox, SocialSecurity]


async def accepted(department: SocialSecurity, operation: str, key: str) -> Pending:
    """File a request and give what is then waited for."""
    outcome = await department.submit(a_call(operation, key), REQUESTS[operation])
    assert isinstance(outcome, Accepted)
    return Pending(key=key, reference=outcome.reference, operation=operation)


async def decided(both: Both, pending: Pending, decision: Decision) -> Outcome:
    """Decide a case at the bureau and poll it."""
    sandbox, department = both
    effect = sandbox.case(pending.reference)
    assert effect is not None
    assert await sandbox.decide(effect, decision)
    outcome = (await department.poll(a_call("poll"), [pending]))[pending.reference]
    assert not isinstance(outcome, Absent | Invalid)
    return outcome


async def test_many_are_polled_in_one_call_and_each_gives_its_own_output(both: Both) -> None:
    sandbox, department = both
    pending = [await accepted(department, operation, f"k-{n}-{operation}") for n in range(40) for operation in REQUESTS]
    assert await department.poll(a_call("poll"), pending) == {}
    for effect in sandbox.undecided()[:-1]:
        await sandbox.decide(effect, Decision())
    served = len(sandbox._nonces)
    outcomes = dict(await department.poll(a_call("poll"), [*pending, Pending(key="x", reference="SB20260101999999", operation="retire")]))
    assert outcomes.pop("SB20260101999999") == Absent()
    assert len(sandbox._nonces) == served + 1  # one call for all
    assert set(outcomes) == {one.reference for one in pending[:-1]}  # not what is open
    family, retirement, enrolment = (outcomes[one.reference] for one in pending[:3])
    assert isinstance(family, Approved)
    assert isinstance(family.output, FamilyUpdated)
    assert isinstance(retirement, Approved)
    assert isinstance(retirement.output, Retired)
    assert retirement.output.retirement_date == date(2026, 12, 31)
    assert retirement.reference == pending[1].reference
    assert isinstance(enrolment, Approved)
    assert isinstance(enrolment.output, EmployeesEnrolled)
    assert enrolment.output.enrolled == 2


async def test_a_rejected_case_says_why(both: Both) -> None:
    pending = await accepted(both[1], "retire", "k-1")
    outcome = await decided(both, pending, Decision(outcome="rejected", code="E302", reason="未满年限"))
    assert outcome == Rejected(code="E302", reason="未满年限", reference=pending.reference)


async def test_a_returned_case_names_the_fields_of_our_request(both: Both) -> None:
    pending = await accepted(both[1], "enroll_employees", "k-1")
    fields = ("AAB998", "ROW[2]/AAC147", "AAC017")
    outcome = await decided(both, pending, Decision(outcome="returned", reason="请更正", fields=fields))
    problems = (FieldProblem("employer_uscc", "请更正"), FieldProblem("employees.1.id_number", "请更正"), FieldProblem("", "请更正"))
    assert outcome == Returned(code="E401", reason="请更正", fields=problems, reference=pending.reference)


async def test_a_repeated_key_gives_the_first_case_as_it_stands(both: Both) -> None:
    sandbox, department = both
    sandbox.faults.switch(a_fault("drop_reply", times=1))
    with pytest.raises(InDoubt, match="connection_lost"):
        await department.submit(a_call("retire", "k-1"), REQUESTS["retire"])
    pending = await accepted(department, "retire", "k-1")
    await decided(both, pending, Decision())
    again = await department.submit(a_call("retire", "k-1"), REQUESTS["retire"])
    assert isinstance(again, Approved)
    assert [effect.reference for effect in sandbox.ledger.effects] == [pending.reference]


async def test_a_bureau_that_forgets_keys_has_two_cases(both: Both) -> None:
    """The control of the test above: it can fail."""
    sandbox, department = both
    sandbox.change(sandbox.settings.model_copy(update={"recognise_keys": False}))
    await accepted(department, "retire", "k-1")
    await accepted(department, "retire", "k-1")
    assert len(sandbox.ledger.effects) == 2


async def test_withdrawing(both: Both) -> None:
    sandbox, department = both
    pending = await accepted(department, "retire", "k-1")
    sandbox.faults.switch(a_fault("drop_reply", times=1, operation="withdraw_case"))
    with pytest.raises(InDoubt):
        await department.withdraw(a_call("retire", "k-1"), pending.reference)
    assert await department.withdraw(a_call("retire", "k-1"), pending.reference) == Withdrawn()
    assert (await department.poll(a_call("poll"), [pending]))[pending.reference] == Rejected(
        code="withdrawn", reason="申请人已撤回", reference=pending.reference
    )
    other = await accepted(department, "update_family", "k-2")
    await decided(both, other, Decision())
    assert await department.withdraw(a_call("update_family", "k-2"), other.reference) == Kept(code="already_decided")
    assert await department.withdraw(a_call("update_family", "k-2"), "SB20260101999999") == Kept(code="not_allowed")


async def test_business_errors_at_once(both: Both) -> None:
    sandbox, department = both
    sandbox.faults.switch(a_fault("business_error", times=1, reason="不符合"))
    outcome = await department.submit(a_call("retire"), REQUESTS["retire"])
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.reason) == ("E301", "不符合")
    sandbox.faults.switch(a_fault("returned", times=1, fields=["AAE010"]))
    outcome = await department.submit(a_call("retire"), REQUESTS["retire"])
    assert isinstance(outcome, Returned)
    assert outcome.fields[0].field == "bank_account"
    assert sandbox.ledger.effects == []


@pytest.mark.parametrize("status", [500, 200])
async def test_a_fault_that_blames_the_client_is_invalid(both: Both, status: int) -> None:
    sandbox, department = both
    sandbox.faults.switch(a_fault("soap_fault", times=1, code="Client", status=status))
    with pytest.raises(Invalid, match="soap_fault"):
        await department.submit(a_call("retire"), REQUESTS["retire"])


async def test_a_faults_text_is_in_no_error(both: Both) -> None:
    sandbox, department = both
    sandbox.faults.switch(a_fault("soap_fault", reason="java.lang.X: 测试甲 500152199001010018 at com.example.Y(Y.java:12)" * 9))
    with pytest.raises(InDoubt) as raised:
        await department.submit(a_call("retire"), REQUESTS["retire"])
    assert "5001521990" not in str(raised.value)
    assert "测试甲" not in str(raised.value)
    assert raised.value.detail == "Server"


async def test_wrong_credentials_stop_the_department(opened: Open, both: Both) -> None:
    sandbox, department = both
    secrets = {**department.connection.secrets, "password": SecretStr("other")}
    other = await opened(SocialSecurity, dataclasses.replace(department.connection, secrets=secrets))
    with pytest.raises(AuthFailed):
        await other.submit(a_call("retire"), REQUESTS["retire"])
    with pytest.raises(AuthFailed):
        await other.probe()
    assert sandbox.ledger.effects == []
    await department.probe()
    assert sandbox.ledger.effects == []


async def test_the_password_may_be_sent_as_text(serve: Serve, opened: Open) -> None:
    options = SocialSecurityOptions(password_digest=False)
    _, connection = await serve(SocialSecuritySandbox, secrets=SECRETS, options=options)
    department = await opened(SocialSecurity, connection)
    await department.probe()


async def test_a_request_that_breaks_the_contract_never_leaves(both: Both) -> None:
    sandbox, department = both
    broken = REQUESTS["retire"].model_copy(update={"bank_account": "no number"})
    with pytest.raises(Invalid, match="AAE010") as raised:
        await department.submit(a_call("retire"), broken)
    assert raised.value.code == "request_contract"
    assert "no number" not in str(raised.value)
    assert len(sandbox._nonces) == 0


async def test_an_approval_without_its_output_is_a_doubt(both: Both) -> None:
    sandbox, department = both
    pending = await accepted(department, "retire", "k-1")
    effect = sandbox.case(pending.reference)
    assert effect is not None
    effect.operation = "update_family"  # so that the retirement date is missing
    await sandbox.decide(effect, Decision())
    other = await accepted(department, "retire", "k-2")
    good = sandbox.case(other.reference)
    assert good is not None
    await sandbox.decide(good, Decision())
    assert set(await department.poll(a_call("poll"), [pending, other])) == {other.reference}  # a bad one holds up no other
    with pytest.raises(InDoubt, match="retirement_date"):
        await department.poll(a_call("poll"), [pending])
