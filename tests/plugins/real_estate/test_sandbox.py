"""The registry's sandbox holds to its contract: signatures, what it refuses, what it answers, and its callbacks."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema_rs
import orjson
import pytest
import yaml
from standardwebhooks.webhooks import Webhook as Reference

from gateway.sdk.sandbox import Decision
from plugins.real_estate.sandbox import RealEstateSandbox
from tests.patience import within
from tests.plugins.conftest import Serve, a_fault
from tests.plugins.real_estate.cases import CALLBACK_SECRET, OPTIONS, SECRETS, Inbox

CONTRACT = yaml.safe_load((Path(__file__).parents[3] / "plugins/real_estate/contract/openapi.yaml").read_text("utf-8"))
CO_OWNER = {
    "deliveryKey": "k-1",
    "notifyUrl": "http://127.0.0.1:9/callbacks",
    "bdcqzh": "渝(2018)潼南区不动产权第000000001号",
    "bdcdyh": "500152001001GB00001F00010001",
    "qlrmc": "测试甲",
    "qlrzjh": "500152199001010018",
    "gyrmc": "测试乙",
    "gyrzjh": "500152198512310026",
    "jhzzh": "J500152-2026-000001",
}
QUESTION = {"qlrmc": "测试甲", "qlrzjh": "500152199001010018", "cxfw": "购房资格核查", "clientusername": "窗口一"}


@pytest.fixture
async def sandbox(serve: Serve) -> RealEstateSandbox:
    started, _ = await serve(RealEstateSandbox, secrets=SECRETS, options=OPTIONS, settings={"decide_after_seconds": 3600})
    return started


def signature(method: str, path: str, raw: bytes, params: dict[str, str], **instead: str) -> dict[str, str]:
    """As the contract writes it; ``instead`` takes the place of a header after signing, ``secret`` and ``at`` before."""
    at = instead.pop("at", str(int(time.time() * 1000)))
    secret = instead.pop("secret", SECRETS["app_secret"])
    digest = hashlib.sha256(raw).hexdigest()
    pairs = {"appKey": "onestop", "requestTime": at, "method": method, "path": path, "bodySha256": digest, **params}
    text = "&".join("=".join(pair) for pair in sorted(pairs.items()))
    sign = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
    return {"appKey": "onestop", "requestTime": at, "sign": sign, **instead}


async def ask(
    sandbox: RealEstateSandbox, path: str, body: object = None, params: dict[str, str] | None = None, **instead: str
) -> tuple[int, Any]:
    method, raw = ("GET", b"") if path in {"/registrations", "/status"} else ("POST", orjson.dumps(body) if body else b"")
    headers = {**signature(method, path, raw, params or {}, **instead), "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, sandbox.url + path, data=raw, params=params, headers=headers) as reply,
    ):
        return reply.status, orjson.loads(await reply.read())


def fits(schemas: str | Iterable[str], value: object) -> bool:
    names = [schemas] if isinstance(schemas, str) else schemas
    one_of = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    whole = {"oneOf": one_of, "components": CONTRACT["components"]}
    return bool(jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid(value))


async def test_every_operation_answers_as_the_contract_says(sandbox: RealEstateSandbox) -> None:
    assert await ask(sandbox, "/status") == (200, {"code": "0"})
    status, receipt = await ask(sandbox, "/registrations/co-owners", CO_OWNER)
    assert (status, fits("Receipt", receipt)) == (200, True)
    names = {"qlrmc": "ywrmc", "qlrzjh": "ywrzjh", "gyrmc": "qlrmc", "gyrzjh": "qlrzjh", "jhzzh": "htbh"}
    transfer = {names.get(name, name): value for name, value in CO_OWNER.items()}
    status, receipt = await ask(sandbox, "/registrations/transfers", {**transfer, "wspzh": "SW-1"})
    assert (status, fits("Receipt", receipt)) == (200, True)
    status, answer = await ask(sandbox, "/housing-holdings", QUESTION)
    assert (status, fits("Holdings", answer), len(answer["list"])) == (200, True, 1)
    status, answer = await ask(sandbox, f"/registrations/{receipt['reference']}/withdrawal")
    assert (status, fits("Withdrawal", answer), answer["result"]) == (200, True, "withdrawn")
    assert [effect.operation for effect in sandbox.ledger.effects] == ["add_co_owner", "register_transfer"]


@pytest.mark.parametrize("outcome", ["approved", "rejected", "returned", "withdrawn", None])
async def test_find_tells_where_a_registration_stands(sandbox: RealEstateSandbox, outcome: Any) -> None:
    await ask(sandbox, "/registrations/co-owners", CO_OWNER)
    if outcome is not None:
        await sandbox.decide(sandbox.undecided()[0], Decision(outcome=outcome))
    status, answer = await ask(sandbox, "/registrations", params={"deliveryKey": "k-1"})
    assert (status, fits("Finding", answer)) == (200, True)
    assert answer["registration"]["state"] == outcome or "processing"
    status, answer = await ask(sandbox, "/registrations", params={"deliveryKey": "k-2"})
    assert (status, fits("Finding", answer), answer["registration"]) == (200, True, None)


@pytest.mark.parametrize(
    "instead",
    [
        {"secret": "another"},
        {"appKey": "another"},
        {"sign": ""},
        {"sign": "0" * 64},
        {"requestTime": "1"},
        {"at": "soon"},
        {"at": "9" * 40},
        {"at": "400 seconds ago"},
    ],
)
async def test_refuses_what_is_not_signed_right(sandbox: RealEstateSandbox, instead: dict[str, str]) -> None:
    if instead.get("at") == "400 seconds ago":
        instead = {"at": str(int((time.time() - 400) * 1000))}
    status, answer = await ask(sandbox, "/registrations/co-owners", CO_OWNER, None, **instead)
    assert (status, fits("Problem", answer)) == (401, True)
    assert sandbox.ledger.effects == []


async def test_the_signature_covers_path_parameters_and_body(sandbox: RealEstateSandbox) -> None:
    raw = orjson.dumps(CO_OWNER)
    headers = {**signature("POST", "/registrations/co-owners", raw, {}), "Content-Type": "application/json"}
    changed = raw.replace("测试乙".encode(), "测试丁".encode())
    async with aiohttp.ClientSession(sandbox.url, headers=headers) as session:
        for path, content, status in [
            ("/registrations/co-owners", changed, 401),
            ("/registrations/transfers", raw, 401),
            ("/registrations/co-owners?x=1", raw, 401),
            ("/registrations/co-owners", raw, 200),
        ]:
            async with session.post(path, data=content) as reply:
                assert reply.status == status


async def test_names_everything_that_breaks_the_contract_and_no_value(sandbox: RealEstateSandbox) -> None:
    wrong = {**CO_OWNER, "notifyUrl": "ftp://x", "bdcdyh": "500152199001010018", "more": 1}
    status, answer = await ask(sandbox, "/registrations/co-owners", wrong)
    assert (status, fits("Problem", answer)) == (400, True)
    assert {error["pointer"] for error in answer["errors"]} == {"/notifyUrl", "/bdcdyh", ""}
    assert "500152199001010018" not in str(answer)
    assert (await ask(sandbox, "/housing-holdings", {**QUESTION, "bdcdyh": "x"}))[0] == 400
    assert (await ask(sandbox, "/registrations", params={"deliveryKey": "a b"}))[0] == 400
    assert (await ask(sandbox, "/registrations/BDC20261123-000001/withdrawal"))[0] == 404
    assert sandbox.ledger.effects == []


async def test_faults_answer_in_the_contracts_words(sandbox: RealEstateSandbox) -> None:
    sandbox.faults.switch(a_fault("business_error", times=1))
    assert fits("Refused", (await ask(sandbox, "/registrations/co-owners", CO_OWNER))[1])
    sandbox.faults.switch(a_fault("returned", times=1))
    assert fits("SentBack", (await ask(sandbox, "/registrations/co-owners", CO_OWNER))[1])
    sandbox.faults.switch(a_fault("business_error", times=1, code="3001"))
    assert fits("Busy", (await ask(sandbox, "/registrations/co-owners", CO_OWNER))[1])


@pytest.mark.parametrize("outcome", ["approved", "rejected", "returned"])
async def test_the_callback_is_signed_and_fits(sandbox: RealEstateSandbox, inbox: Inbox, outcome: Any) -> None:
    """The reference implementation of the standard accepts it."""
    await ask(sandbox, "/registrations/co-owners", {**CO_OWNER, "notifyUrl": inbox.url})
    await sandbox.decide(sandbox.undecided()[0], Decision(outcome=outcome))
    headers, body = await inbox.take()
    message = Reference(CALLBACK_SECRET).verify(body, headers)
    assert fits("Decided", message)
    assert (message["data"]["deliveryKey"], message["data"]["state"]) == ("k-1", outcome)


async def test_decides_by_itself_after_its_time(sandbox: RealEstateSandbox, inbox: Inbox) -> None:
    sandbox.change(sandbox.settings.model_copy(update={"decide_after_seconds": 0}))
    await ask(sandbox, "/registrations/co-owners", {**CO_OWNER, "notifyUrl": inbox.url})
    assert orjson.loads((await inbox.take())[1])["data"]["state"] == "approved"


async def test_a_callback_is_repeated_until_acknowledged_and_no_more(sandbox: RealEstateSandbox, inbox: Inbox) -> None:
    inbox.statuses = [500, 302]
    await ask(sandbox, "/registrations/co-owners", {**CO_OWNER, "notifyUrl": inbox.url})
    effect = sandbox.undecided()[0]
    await sandbox.decide(effect, Decision())
    arrived = [await inbox.take() for _ in range(3)]
    assert len({headers["webhook-id"] for headers, _ in arrived}) == 1
    assert len({body for _, body in arrived}) == 1
    async with within():
        while not effect.told:  # noqa: ASYNC110  # a sandbox tells nobody that it was acknowledged
            await asyncio.sleep(0)
    await sandbox.stop()
    await sandbox.start()  # remembers that it was acknowledged
    await ask(sandbox, "/registrations/co-owners", {**CO_OWNER, "deliveryKey": "k-2", "notifyUrl": inbox.url})
    await sandbox.decide(sandbox.undecided()[0], Decision())
    assert orjson.loads((await inbox.take())[1])["data"]["deliveryKey"] == "k-2"


async def test_a_callback_survives_a_restart_of_the_registry_and_of_the_caller(sandbox: RealEstateSandbox, inbox: Inbox) -> None:
    await inbox.__aexit__()
    await ask(sandbox, "/registrations/co-owners", {**CO_OWNER, "notifyUrl": inbox.url})
    await sandbox.decide(sandbox.undecided()[0], Decision(outcome="rejected", code="1007"))
    await sandbox.stop()
    await sandbox.start()
    async with inbox:
        headers, body = await inbox.take()
    assert headers["webhook-id"] == "msg_" + sandbox.ledger.effects[0].reference
    assert orjson.loads(body)["data"]["code"] == "1007"


async def test_a_withdrawn_registration_is_never_told(sandbox: RealEstateSandbox, inbox: Inbox) -> None:
    for key in ("k-1", "k-2"):
        await ask(sandbox, "/registrations/co-owners", {**CO_OWNER, "deliveryKey": key, "notifyUrl": inbox.url})
    first, second = sandbox.undecided()
    await ask(sandbox, f"/registrations/{first.reference}/withdrawal")
    await sandbox.decide(second, Decision())
    assert orjson.loads((await inbox.take())[1])["data"]["deliveryKey"] == "k-2"
    assert inbox.arrived.empty()
