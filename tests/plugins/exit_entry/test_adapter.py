"""The exit-entry adapter against its sandbox: hours, quota, progress, and the five errors."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError

from gateway.sdk import (
    Absent,
    Accepted,
    Approved,
    AuthFailed,
    Busy,
    FieldProblem,
    InDoubt,
    Invalid,
    Kept,
    Never,
    Pending,
    Rejected,
    Returned,
    Withdrawn,
)
from gateway.sdk.sandbox import CHINA, Decision, json_response
from plugins.exit_entry.adapter import ExitEntry, ExitEntryOptions
from plugins.exit_entry.outputs import FamilyStatusUpdated, PassportGranted
from plugins.exit_entry.requests import ApplyPassport, UpdateFamilyStatus
from plugins.exit_entry.sandbox import ExitEntrySandbox
from tests.patience import within
from tests.plugins.conftest import Open, Serve, a_call, a_fault

OPTIONS = ExitEntryOptions(requester="C90-50015200001", service="S90-50015200001")
FAMILY = UpdateFamilyStatus(
    name="测试甲",
    id_type="111",
    id_number="500152199001010018",
    marital_status="20",
    spouse_name="测试乙",
    marriage_certificate_number="J500152-2026-000001",
)

PASSPORT = ApplyPassport(name="测试甲", id_type="111", id_number="500152199001010018", mobile="13800000000", delivery="pick_up")

Both = tuple[ExitEntrySandbox, ExitEntry]


@pytest.fixture
async def both(serve: Serve, opened: Open) -> Both:
    sandbox, connection = await serve(ExitEntrySandbox, secrets={"token": "t"}, options=OPTIONS, settings={"decide_after_seconds": 3600})
    return sandbox, await opened(ExitEntry, connection)


async def file(administration: ExitEntry, operation: str = "update_family_status", **more: Any) -> Pending:
    request = FAMILY if operation == "update_family_status" else PASSPORT
    outcome = await administration.submit(a_call(operation, fresh_connection=True, **more), request)
    assert isinstance(outcome, Accepted)
    return Pending(key=a_call("").key, reference=outcome.reference, operation=operation)


async def decide(sandbox: ExitEntrySandbox, pending: Pending, **decision: Any) -> None:
    effect = sandbox.case(pending.reference)
    assert effect is not None
    assert await sandbox.decide(effect, Decision(**decision))


async def test_progress_of_many_in_one_call(both: Both) -> None:
    sandbox, administration = both
    family, passport = await file(administration), await file(administration, "apply_passport")
    rejected, returned, open_still, withdrawn = [await file(administration, key=f"k-{n}") for n in range(4)]
    await decide(sandbox, family)
    await decide(sandbox, passport)
    await decide(sandbox, rejected, outcome="rejected", code="R007", reason="不准出境")
    await decide(sandbox, returned, outcome="returned", reason="请更正", fields=("spouseName", "unheardOf"))
    await decide(sandbox, withdrawn, outcome="withdrawn")
    unknown = Pending(key="k", reference="CRJ20261123-999999", operation="apply_passport")
    pending = [family, passport, rejected, returned, open_still, withdrawn, unknown]
    said = dict(await administration.poll(a_call("update_family_status"), pending))
    granted, gone = said.pop(passport.reference), said.pop(withdrawn.reference)
    assert isinstance(gone, Invalid)
    assert gone.code == "withdrawn_there"
    assert isinstance(granted, Approved)
    assert granted.output == PassportGranted(passport_number="EA0000002", ready_on=datetime.now(CHINA).date() + timedelta(days=7))
    fields = (FieldProblem("spouse_name", "请更正"), FieldProblem("", "请更正"))
    assert said == {
        family.reference: Approved(output=FamilyStatusUpdated(record_number="JT00000001"), reference=family.reference),
        rejected.reference: Rejected(code="R007", reason="不准出境", reference=rejected.reference),
        returned.reference: Returned(code="B001", reason="请更正", fields=fields, reference=returned.reference),
        unknown.reference: Absent(),
    }


async def test_a_repeat_is_done_again(both: Both) -> None:
    """Why every acting operation is ``Never``: nothing stops a second effect."""
    sandbox, administration = both
    first, second = await file(administration), await file(administration)
    assert first.reference != second.reference
    assert len(sandbox.ledger.effects) == 2
    assert all(isinstance(operation.resend, Never) for operation in ExitEntry.operations)
    assert not ExitEntry.can_find


async def test_closed_is_busy_until_it_opens(both: Both) -> None:
    sandbox, administration = both
    pending = await file(administration)
    now = datetime.now(CHINA)
    opens = now + timedelta(hours=3)
    hours = f"{opens:%H:%M}-{opens + timedelta(hours=1):%H:%M}"
    sandbox.change(sandbox.settings.model_copy(update={"office_hours": hours}))
    with pytest.raises(Busy, match="http_429") as raised:
        await file(administration)
    assert 3 * 3600 - 61 <= raised.value.retry_after <= 3 * 3600 + 1
    assert await administration.poll(a_call("update_family_status"), [pending]) == {}
    assert await administration.withdraw(a_call("update_family_status"), pending.reference) == Withdrawn()
    await administration.probe()
    assert len(sandbox.ledger.effects) == 1


async def test_a_used_quota_is_busy_until_the_next_day(both: Both) -> None:
    sandbox, administration = both
    sandbox.change(sandbox.settings.model_copy(update={"daily_quota": 1}))
    await file(administration)
    with pytest.raises(Busy, match="http_429") as raised:
        await file(administration)
    assert 0 < raised.value.retry_after <= 86_401
    assert len(sandbox.ledger.effects) == 1


async def test_withdraw_until_it_is_decided(both: Both) -> None:
    sandbox, administration = both
    one, two = await file(administration), await file(administration)
    call = a_call("update_family_status")
    assert await administration.withdraw(call, one.reference) == Withdrawn()
    assert await administration.withdraw(call, one.reference) == Withdrawn()
    await decide(sandbox, two)
    assert await administration.withdraw(call, two.reference) == Kept(code="already_decided")
    with pytest.raises(Invalid, match="http_404"):
        await administration.withdraw(call, "CRJ20261123-999999")


async def test_refused_and_sent_back_at_once(both: Both) -> None:
    sandbox, administration = both
    call = a_call("apply_passport")
    sandbox.faults.switch(a_fault("business_error", times=1, reason="不符合办理条件"))
    assert await administration.submit(call, PASSPORT) == Rejected(code="R001", reason="不符合办理条件")
    sandbox.faults.switch(a_fault("returned", times=1, fields=["oldPassportNumber"], reason="请补充"))
    back = Returned(code="B001", reason="请补充", fields=(FieldProblem("old_passport_number", "请补充"),))
    assert await administration.submit(call, PASSPORT) == back
    sandbox.faults.switch(a_fault("business_error", times=1, code="00"))
    with pytest.raises(InDoubt, match="exit_entry_code"):
        await administration.submit(call, PASSPORT)
    assert sandbox.ledger.effects == []


async def test_a_posted_passport_needs_an_address(both: Both) -> None:
    with pytest.raises(ValidationError, match="address"):
        ApplyPassport.model_validate({**PASSPORT.model_dump(), "delivery": "post"})
    posted = ApplyPassport(
        name="测试甲",
        id_type="111",
        id_number="500152199001010018",
        mobile="13800000000",
        delivery="post",
        address="潼南区兴潼大道100号",
        old_passport_number="E12345678",
    )
    assert isinstance(await both[1].submit(a_call("apply_passport"), posted), Accepted)


async def test_late_does_it_after_the_caller_gave_up(both: Both) -> None:
    sandbox, administration = both
    sandbox.faults.switch(a_fault("late", times=1, seconds=1))
    with pytest.raises(InDoubt, match="timeout"):
        await file(administration, deadline=0.5)
    assert sandbox.ledger.effects == []
    async with within():
        while not sandbox.ledger.effects:  # noqa: ASYNC110  # a sandbox tells nobody of its effects
            await asyncio.sleep(0.01)


async def test_a_request_that_breaks_the_contract_is_invalid_and_names_the_place(both: Both) -> None:
    sandbox, administration = both
    wrong = PASSPORT.model_copy(update={"mobile": "500152199001010018"})
    with pytest.raises(Invalid, match="/mobile") as raised:
        await administration.submit(a_call("apply_passport"), wrong)
    assert "500152199001010018" not in str(raised.value)
    assert sandbox.ledger.effects == []


APPROVED = {"state": "APPROVED", "recordNumber": "JT00000001"}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"state": "DONE"}, "reply_contract"),
        ({"state": "APPROVED"}, "reply_contract"),
        ({"state": "APPROVED", "passportNumber": "EA0000001", "readyOn": "2026-12-01"}, "reply_contract"),
        ({"state": "REJECTED"}, "reply_contract"),
        ({**APPROVED, "reference": "CRJ20261123-999999"}, "reply_mismatch"),
    ],
)
async def test_an_item_that_breaks_the_contract_holds_up_no_other(
    both: Both, monkeypatch: pytest.MonkeyPatch, item: Any, code: str
) -> None:
    sandbox, administration = both
    bad, good = await file(administration), await file(administration)
    broken = {"reference": bad.reference, **item}

    async def answer(request: web.Request, operation: str, body: Any) -> web.StreamResponse:
        items = [broken, {**APPROVED, "reference": good.reference}][: len(body["references"])]
        return json_response({"code": "0", "items": items})

    monkeypatch.setattr(sandbox, "answer", answer)
    assert set(await administration.poll(a_call("update_family_status"), [bad, good])) == {good.reference}
    with pytest.raises(InDoubt, match=code):
        await administration.poll(a_call("update_family_status"), [bad])


async def test_probe_finds_a_wrong_token_without_any_effect(both: Both) -> None:
    sandbox, administration = both
    await administration.probe()
    object.__setattr__(administration.connection, "secrets", {"token": SecretStr("wrong")})
    with pytest.raises(AuthFailed):
        await administration.probe()
    assert sandbox.ledger.effects == []
