"""The real-estate adapter against its sandbox: what it says, asks and is told, and the five errors."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
import time_machine
from pydantic import SecretStr

from gateway.sdk import (
    Absent,
    Accepted,
    Approved,
    AuthFailed,
    CallbackRefused,
    CallbackUnfit,
    FieldProblem,
    FindResult,
    Found,
    InDoubt,
    Invalid,
    Kept,
    Outcome,
    Rejected,
    Returned,
    Unavailable,
    Unknown,
    Withdrawn,
)
from gateway.sdk.sandbox import CHINA, Decision
from gateway.sdk.webhooks import Webhook
from plugins.real_estate.adapter import RealEstate
from plugins.real_estate.outputs import Holding, Holdings, Registered
from plugins.real_estate.sandbox import RealEstateSandbox
from tests.patience import within
from tests.plugins.conftest import Open, Serve, a_call, a_fault
from tests.plugins.real_estate.cases import CALLBACK_SECRET, CO_OWNER, HOLDINGS, OPTIONS, SECRETS, TRANSFER, Inbox

Both = tuple[RealEstateSandbox, RealEstate]
KEY = a_call("").key


async def submit(registry: RealEstate, url: str = "http://127.0.0.1:9/callbacks", **more: Any) -> Outcome:
    return await registry.submit(a_call("add_co_owner", callback_url=url, **more), CO_OWNER)


async def find(registry: RealEstate, key: str = KEY) -> FindResult:
    return await registry.find(a_call("add_co_owner", key), CO_OWNER)


async def decide(sandbox: RealEstateSandbox, **decision: Any) -> None:
    assert await sandbox.decide(sandbox.undecided()[0], Decision(**decision))


def decided(**data: Any) -> bytes:
    """A callback's body; approved unless something else is said."""
    case = {"deliveryKey": "k", "reference": "BDC20261123-000001", "djlx": "add_co_owner", "state": "approved"}
    rest = {"bdcqzh": "渝(2026)潼南区不动产权第000000001号", "djrq": "2026-11-23"}
    return orjson.dumps({"type": "registration.decided", "timestamp": "2026-11-23T10:00:00+08:00", "data": {**case, **rest, **data}})


def signed(body: bytes) -> dict[str, str]:
    return Webhook(SecretStr(CALLBACK_SECRET)).sign("msg_1", body)


async def test_accepted_with_a_reference_then_approved_by_callback(both: Both, inbox: Inbox) -> None:
    sandbox, registry = both
    accepted = await submit(registry, inbox.url)
    assert accepted == Accepted(reference=sandbox.ledger.effects[0].reference)
    assert (sandbox.ledger.effects[0].key, sandbox.ledger.effects[0].operation) == (KEY, "add_co_owner")
    await decide(sandbox)
    callback = registry.parse_callback(*await inbox.take())
    assert (callback.key, callback.reference) == (KEY, accepted.reference)
    assert isinstance(callback.outcome, Approved)
    assert isinstance(callback.outcome.output, Registered)
    assert callback.outcome.output.certificate_number.endswith("不动产权第000000001号")
    assert callback.outcome.output.registered_on == datetime.now(CHINA).date()
    assert (callback.reply.status, orjson.loads(callback.reply.body)) == (200, {"code": "0"})
    assert await find(registry) == Found(outcome=callback.outcome)


async def test_rejected_and_returned_by_callback(both: Both, inbox: Inbox) -> None:
    sandbox, registry = both
    await submit(registry, inbox.url)
    await decide(sandbox, outcome="rejected", code="1007", reason="已查封")
    told = registry.parse_callback(*await inbox.take())
    assert told.outcome == Rejected(code="1007", reason="已查封", reference=told.reference)
    await registry.submit(a_call("register_transfer", "k-2", callback_url=inbox.url), TRANSFER)
    await decide(sandbox, outcome="returned", reason="请更正", fields=("qlrmc", "ywrzjh", "unheardOf"))
    told = registry.parse_callback(*await inbox.take())
    fields = (FieldProblem("buyer_name", "请更正"), FieldProblem("seller_id_number", "请更正"), FieldProblem("", "请更正"))
    assert told.outcome == Returned(code="2001", reason="请更正", fields=fields, reference=told.reference)
    assert await find(registry, "k-2") == Found(outcome=told.outcome)


async def test_a_repeat_is_done_again_and_find_tells_of_the_first(both: Both) -> None:
    """Why ``find`` comes before any repeat."""
    sandbox, registry = both
    first, second = await submit(registry), await submit(registry, attempt=2)
    assert isinstance(first, Accepted)
    assert first != second
    assert [effect.key for effect in sandbox.ledger.effects] == [KEY, KEY]
    assert await find(registry) == Found(outcome=first)


async def test_done_late_is_absent_at_first(both: Both) -> None:
    """Why absent counts only after the settle time."""
    sandbox, registry = both
    sandbox.faults.switch(a_fault("late", times=1, seconds=1))
    with pytest.raises(InDoubt, match="timeout"):
        await submit(registry, deadline=0.5)
    assert await find(registry) == Absent()
    async with within():
        while not sandbox.ledger.effects:  # noqa: ASYNC110  # a sandbox tells nobody of its effects
            await asyncio.sleep(0.01)
    assert isinstance(await find(registry), Found)


async def test_busy_inside_200(both: Both) -> None:
    sandbox, registry = both
    sandbox.faults.switch(a_fault("business_error", code="3001"))
    assert isinstance(await find(registry), Unknown)
    with pytest.raises(Unavailable, match="registry_busy"):
        await submit(registry)
    with pytest.raises(Unavailable, match="registry_busy"):
        await registry.withdraw(a_call("add_co_owner"), "BDC20261123-000001")
    with pytest.raises(Unavailable, match="registry_busy"):
        await registry.probe()
    assert sandbox.ledger.effects == []


async def test_refused_and_sent_back_at_once(both: Both) -> None:
    sandbox, registry = both
    sandbox.faults.switch(a_fault("business_error", times=1, reason="不符合登记条件"))
    assert await submit(registry) == Rejected(code="1001", reason="不符合登记条件")
    sandbox.faults.switch(a_fault("returned", times=1, fields=["gyrmc"], reason="请更正"))
    assert await submit(registry) == Returned(code="2001", reason="请更正", fields=(FieldProblem("co_owner_name", "请更正"),))
    for code in ("1", "10001", "4001", "00", "١٠٠١"):
        sandbox.faults.switch(a_fault("business_error", times=2, code=code))
        with pytest.raises(InDoubt, match="registry_code"):
            await submit(registry)
        with pytest.raises(InDoubt, match="registry_code"):
            await find(registry)


async def test_without_an_address_for_the_callback_nothing_is_sent(both: Both) -> None:
    sandbox, registry = both
    with pytest.raises(Invalid, match="no_callback_url"):
        await registry.submit(a_call("add_co_owner"), CO_OWNER)
    assert sandbox.ledger.effects == []


async def test_withdraw_until_it_is_decided(both: Both) -> None:
    sandbox, registry = both
    one, two = await submit(registry), await submit(registry, key="k-2")
    assert isinstance(one, Accepted)
    assert isinstance(two, Accepted)
    call = a_call("add_co_owner")
    assert await registry.withdraw(call, one.reference) == Withdrawn()
    assert await registry.withdraw(call, one.reference) == Withdrawn()
    assert await find(registry) == Found(outcome=one)
    await decide(sandbox)
    assert await registry.withdraw(call, two.reference) == Kept(code="already_decided")
    with pytest.raises(Invalid, match="http_404"):
        await registry.withdraw(call, "BDC20261123-999999")


async def test_housing_holdings_are_answered_at_once(both: Both) -> None:
    sandbox, registry = both
    answer = await registry.query(a_call("housing_holdings"), HOLDINGS)
    assert isinstance(answer, Approved)
    assert isinstance(answer.output, Holdings)
    assert answer.output.count == 2
    assert answer.output.holdings[0] == Holding(
        unit_number="500152001001GB00001F00010002", address="潼南区梓潼街道兴潼大道100号1幢1-2", area=Decimal("102.36")
    )
    none = await registry.query(a_call("housing_holdings"), HOLDINGS.model_copy(update={"id_number": "500152198512310026"}))
    assert none == Approved(output=Holdings(count=0, holdings=[]))
    sandbox.faults.switch(a_fault("returned", times=1, fields=["qlrzjh", "cxfw"], reason="请更正"))
    back = await registry.query(a_call("housing_holdings"), HOLDINGS)
    assert isinstance(back, Returned)
    assert [problem.field for problem in back.fields] == ["id_number", "purpose"]
    assert sandbox.ledger.effects == []


async def test_a_request_that_breaks_the_contract_is_invalid_and_names_the_place(both: Both) -> None:
    sandbox, registry = both
    wrong = CO_OWNER.model_copy(update={"unit_number": "500152199001010018"})
    with pytest.raises(Invalid, match="/bdcdyh") as raised:
        await registry.submit(a_call("add_co_owner", callback_url="http://127.0.0.1:9/"), wrong)
    assert "500152199001010018" not in str(raised.value)
    assert sandbox.ledger.effects == []


async def test_another_registration_than_asked_about_is_no_answer(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox, registry = both
    await submit(registry, key="k-2")
    monkeypatch.setattr(sandbox, "find", lambda _: sandbox.ledger.effects[0])
    with pytest.raises(InDoubt, match="reply_mismatch"):
        await find(registry)


async def test_probe_finds_wrong_credentials_without_any_effect(both: Both, serve: Serve, opened: Open) -> None:
    _, registry = both
    await registry.probe()
    object.__setattr__(registry.connection, "secrets", {**registry.connection.secrets, "app_secret": SecretStr("wrong")})
    with pytest.raises(AuthFailed):
        await registry.probe()


async def test_a_bad_callback_secret_is_refused_at_once(both: Both) -> None:
    connection = both[1].connection
    object.__setattr__(connection, "secrets", {**connection.secrets, "callback_secret": SecretStr("plain")})
    with pytest.raises(ValueError, match="whsec_"):
        RealEstate(connection)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        decided(state="processing"),
        decided(state="withdrawn"),
        decided(djrq="soon"),
        decided(bdcqzh=""),
        decided(djlx="another"),
        decided(reference="../x"),
        decided(state="rejected"),
        decided(state="returned", code="2001", message="请更正"),
        decided().replace(b"registration.decided", b"registration.other"),
    ],
)
def test_an_authentic_callback_that_does_not_fit_is_refused(both: Both, body: bytes) -> None:
    with pytest.raises(CallbackUnfit) as refused:
        both[1].parse_callback(signed(body), body)
    assert refused.value.code == "unreadable_body"
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_a_callback_that_is_not_authentic_is_refused(both: Both) -> None:
    registry = both[1]
    body = decided()
    headers = signed(body)
    assert registry.parse_callback(headers, body).id == "msg_1"
    refusals = {
        "missing_headers": ({}, body),
        "wrong_signature": (headers, decided(djrq="2026-11-24")),
        "unreadable_headers": ({**headers, "webhook-timestamp": "now"}, body),
    }
    for code, (given, content) in refusals.items():
        with pytest.raises(CallbackRefused) as refused:
            registry.parse_callback(given, content)
        assert refused.value.code == code
    with time_machine.travel(int(headers["webhook-timestamp"]) + 301, tick=False), pytest.raises(CallbackRefused) as refused:
        registry.parse_callback(headers, body)
    assert refused.value.code == "stale_timestamp"


def test_what_it_declares() -> None:
    assert set(RealEstate.secret_names) == set(SECRETS)
    assert RealEstate.options_model is type(OPTIONS)
    assert [operation.name for operation in RealEstate.operations if operation.read_only] == ["housing_holdings"]
