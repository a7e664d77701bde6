"""The tax adapter against its sandbox: outcomes, and the five errors for everything that goes wrong."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest
from pydantic import SecretStr

from gateway.sdk import Approved, AuthFailed, FieldProblem, InDoubt, Invalid, Rejected, Request, Returned, Unavailable
from plugins.tax.adapter import Tax, TaxOptions
from plugins.tax.outputs import DeductionsUpdated, InvoicingActivated, RetirementRegistered, TransferAssessed
from plugins.tax.requests import ActivateInvoicing, AssessTransfer, RegisterRetirement, UpdateDeductions
from plugins.tax.sandbox import TaxSandbox
from tests.patience import within
from tests.plugins.conftest import Open, Serve, a_call, a_fault

OPTIONS = TaxOptions(paasid="onestop")
RETIREMENT = RegisterRetirement(name="测试甲", id_type="111", id_number="500152199001010018", retirement_date=date(2026, 11, 30))
TRANSFER = AssessTransfer(
    seller_name="测试甲",
    seller_id_number="500152199001010018",
    seller_marital_status="20",
    buyer_name="测试乙",
    buyer_id_number="500152198512310026",
    unit_number="5001520010010000010010001001"[:28],
    certificate_number="渝(2018)潼南区不动产权第000000001号",
    area=Decimal("89.50"),
    price=Decimal("650000.00"),
    contract_number="HT-1",
    contract_date=date(2026, 11, 20),
)

REQUESTS: dict[str, Request] = {
    "update_deductions": UpdateDeductions(
        name="测试甲",
        id_type="111",
        id_number="500152199001010018",
        spouse_name="测试乙",
        spouse_id_number="500152198512310026",
        marriage_certificate_number="J500152-2026-000001",
    ),
    "assess_transfer": TRANSFER,
    "register_retirement": RETIREMENT,
    "activate_invoicing": ActivateInvoicing(
        company_name="测试公司",
        uscc="91500152MA0000007D",
        representative_name="测试甲",
        representative_id_number="500152199001010018",
        taxpayer_kind="small",
    ),
}


@pytest.fixture
async def both(serve: Serve, opened: Open) -> tuple[TaxSandbox, Tax]:
    sandbox, connection = await serve(TaxSandbox, secrets={"token": "t"}, options=OPTIONS)
    return sandbox, await opened(Tax, connection)


async def test_each_operation_is_approved_with_its_output(both: tuple[TaxSandbox, Tax]) -> None:
    sandbox, tax = both
    outputs = []
    for number, operation in enumerate(Tax.operations):
        outcome = await tax.submit(a_call(operation.name, f"k-{number}"), REQUESTS[operation.name])
        assert isinstance(outcome, Approved)
        assert isinstance(outcome.output, operation.output)
        outputs.append(outcome.output)
        assert outcome.reference == sandbox.ledger.effects[-1].reference
    deductions, transfer, retirement, invoicing = outputs
    assert isinstance(deductions, DeductionsUpdated)
    assert deductions.effective_year >= 2026
    assert isinstance(transfer, TransferAssessed)
    assert transfer.amount == Decimal("6500.00")
    assert isinstance(retirement, RetirementRegistered)
    assert isinstance(invoicing, InvoicingActivated)
    assert invoicing.taxpayer_number == "91500152MA0000007D"
    assert [(e.key, e.operation) for e in sandbox.ledger.effects] == [(f"k-{n}", o.name) for n, o in enumerate(Tax.operations)]


async def test_a_department_that_forgets_keys_does_it_twice(both: tuple[TaxSandbox, Tax]) -> None:
    """What the suite's test of one effect would see: that test can fail."""
    sandbox, tax = both
    sandbox.change(sandbox.settings.model_copy(update={"recognise_keys": False}))
    sandbox.faults.switch(a_fault("drop_reply", times=1))
    with pytest.raises(InDoubt):
        await tax.submit(a_call("register_retirement"), RETIREMENT)
    await tax.submit(a_call("register_retirement"), RETIREMENT)
    assert len(sandbox.ledger.effects) == 2


async def test_business_codes_are_outcomes(both: tuple[TaxSandbox, Tax]) -> None:
    sandbox, tax = both
    sandbox.faults.switch(a_fault("business_error", times=1, reason="不符合办理条件"))
    assert await tax.submit(a_call("assess_transfer"), TRANSFER) == Rejected(code="41", reason="不符合办理条件")
    sandbox.faults.switch(a_fault("returned", times=1, fields=["price", "sellerIdNumber", "unheardOf"], reason="请更正"))
    outcome = await tax.submit(a_call("assess_transfer"), TRANSFER)
    assert isinstance(outcome, Returned)
    assert outcome.fields == (FieldProblem("price", "请更正"), FieldProblem("seller_id_number", "请更正"), FieldProblem("", "请更正"))
    sandbox.faults.switch(a_fault("business_error", times=1, code="77"))
    with pytest.raises(InDoubt, match="tax_code"):
        await tax.submit(a_call("assess_transfer"), TRANSFER)
    assert sandbox.ledger.effects == []


async def test_late_does_it_after_the_caller_gave_up(both: tuple[TaxSandbox, Tax]) -> None:
    sandbox, tax = both
    sandbox.faults.switch(a_fault("late", times=1, seconds=1))
    with pytest.raises(InDoubt, match="timeout"):
        await tax.submit(a_call("register_retirement", deadline=0.5), RETIREMENT)
    assert sandbox.ledger.effects == []
    async with within():
        while not sandbox.ledger.effects:  # noqa: ASYNC110  # a sandbox tells nobody of its effects
            await asyncio.sleep(0.01)
    assert sandbox.ledger.effects[0].key == a_call("").key


async def test_a_closed_port_is_unavailable(both: tuple[TaxSandbox, Tax]) -> None:
    sandbox, tax = both
    await tax.probe()  # leaves a connection in the pool, which must not be taken for the department being there
    await sandbox.refuse(30)
    for _ in range(10):  # the client's side sees the cut in the next turns of the loop they share
        await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="not_connected"):
        await tax.submit(a_call("register_retirement"), RETIREMENT)


async def test_a_request_that_breaks_the_contract_is_invalid_and_names_the_place(both: tuple[TaxSandbox, Tax]) -> None:
    sandbox, tax = both
    wrong = RETIREMENT.model_copy(update={"id_type": "identity card 500152199001010018"})
    with pytest.raises(Invalid, match="/idType") as raised:
        await tax.submit(a_call("register_retirement"), wrong)
    assert "500152199001010018" not in str(raised.value)
    assert sandbox.ledger.effects == []


async def test_probe_finds_a_wrong_token_without_any_effect(serve: Serve, opened: Open) -> None:
    sandbox, connection = await serve(TaxSandbox, secrets={"token": "right"}, options=OPTIONS)
    await (await opened(Tax, connection)).probe()
    object.__setattr__(connection, "secrets", {"token": SecretStr("wrong")})
    with pytest.raises(AuthFailed):
        await (await opened(Tax, connection)).probe()
    assert sandbox.ledger.effects == []
