"""The tax sandbox holds to its contract: what it refuses, what it remembers, what it answers."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema_rs
import pytest
import yaml

from gateway.sdk import Options
from plugins.tax.sandbox import TaxSandbox
from tests.plugins.conftest import Serve

TOKEN = "sandbox-token"
BODY = {"name": "测试甲", "idType": "111", "idNumber": "500152199001010018", "retirementDate": "2026-11-30"}
CONTRACT = yaml.safe_load((Path(__file__).parents[3] / "plugins/tax/contract/openapi.yaml").read_text("utf-8"))


class Account(Options):
    """What the sandbox knows the caller by."""

    paasid: str = "onestop"


@pytest.fixture
async def sandbox(serve: Serve) -> TaxSandbox:
    started, _ = await serve(TaxSandbox, secrets={"token": TOKEN}, options=Account())
    return started


def signed(*, token: str = TOKEN, nonce: str = "", at: float | None = None, key: str = "k-1") -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    nonce = nonce or f"nonce{time.perf_counter_ns():020d}"
    signature = hashlib.sha256(f"{timestamp}{token}{nonce}{timestamp}".encode()).hexdigest().upper()
    return {
        "x-tif-paasid": "onestop",
        "x-tif-timestamp": timestamp,
        "x-tif-nonce": nonce,
        "x-tif-signature": signature,
        "Idempotency-Key": key,
    }


async def post(sandbox: TaxSandbox, headers: dict[str, str], body: object = BODY, path: str = "/v1/retirements") -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.post(sandbox.url + path, json=body, headers=headers) as response:
        return response.status, await response.json(content_type=None)


def fits(schema: str, value: object) -> bool:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": CONTRACT["components"]}
    return bool(jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid(value))


@pytest.mark.parametrize(
    ("path", "schema", "body"),
    [
        ("/v1/retirements", "RetirementAnswer", BODY),
        (
            "/v1/deductions",
            "DeductionsAnswer",
            {
                "name": "测试甲",
                "idType": "111",
                "idNumber": "500152199001010018",
                "spouseName": "测试乙",
                "spouseIdNumber": "500152198512310026",
                "marriageCertificateNumber": "J500152-2026-000001",
            },
        ),
        (
            "/v1/transfers/assessments",
            "TransferAnswer",
            {
                "sellerName": "测试甲",
                "sellerIdNumber": "500152199001010018",
                "sellerMaritalStatus": "20",
                "buyerName": "测试乙",
                "buyerIdNumber": "500152198512310026",
                "unitNumber": "5001520010010000010010001001"[:28],
                "certificateNumber": "渝(2018)潼南区不动产权第000000001号",
                "area": "89.50",
                "price": "650000.00",
                "contractNumber": "HT-1",
                "contractDate": "2026-11-20",
            },
        ),
        (
            "/v1/invoicing",
            "InvoicingAnswer",
            {
                "companyName": "测试公司",
                "uscc": "91500152MA0000007D",
                "representativeName": "测试甲",
                "representativeIdNumber": "500152199001010018",
                "taxpayerKind": "small",
            },
        ),
    ],
)
async def test_answers_as_the_contract_says(sandbox: TaxSandbox, path: str, schema: str, body: dict[str, str]) -> None:
    status, answer = await post(sandbox, signed(), body, path)
    assert status == 200
    assert answer["code"] == "00"
    assert fits(schema, answer)
    assert [entry.reference for entry in sandbox.ledger.effects] == [answer["data"]["receiptNumber"]]


async def test_a_repeated_key_gives_the_same_receipt_and_no_second_effect(sandbox: TaxSandbox) -> None:
    _, first = await post(sandbox, signed())
    _, again = await post(sandbox, signed())
    _, other = await post(sandbox, signed(key="k-2"))
    assert first == again != other
    assert len(sandbox.ledger.effects) == 2


@pytest.mark.parametrize("off", [-301, 302])
async def test_refuses_a_timestamp_that_is_off(sandbox: TaxSandbox, off: int) -> None:
    status, answer = await post(sandbox, signed(at=time.time() + off))
    assert (status, fits("Problem", answer)) == (401, True)
    assert sandbox.ledger.effects == []


async def test_refuses_a_wrong_signature_account_or_none_at_all(sandbox: TaxSandbox) -> None:
    assert (await post(sandbox, signed(token="another")))[0] == 401
    assert (await post(sandbox, {**signed(), "x-tif-paasid": "another"}))[0] == 401
    assert (await post(sandbox, {"Idempotency-Key": "k-1"}))[0] == 401
    assert (await post(sandbox, {**signed(), "x-tif-timestamp": "soon"}))[0] == 401
    assert sandbox.ledger.effects == []


async def test_refuses_a_nonce_used_before(sandbox: TaxSandbox) -> None:
    headers = signed()
    assert (await post(sandbox, headers))[0] == 200
    assert (await post(sandbox, headers))[0] == 401


async def test_names_everything_that_breaks_the_contract_and_no_value(sandbox: TaxSandbox) -> None:
    headers = signed()
    del headers["Idempotency-Key"]
    status, answer = await post(
        sandbox, headers, {"name": "", "idType": "abc", "idNumber": "500152199001010018", "retirementDate": "2026-02-30"}
    )
    assert (status, fits("Problem", answer)) == (400, True)
    pointers = {error["pointer"] for error in answer["errors"]}
    assert pointers == {"/header/Idempotency-Key", "/name", "/idType", "/retirementDate"}
    assert "2026-02-30" not in str(answer)
    assert (await post(sandbox, signed(), {**BODY, "more": 1}))[0] == 400
    assert (await post(sandbox, signed(), BODY, "/v1/nothing"))[0] == 404
    assert sandbox.ledger.effects == []


async def test_default_outcome_of_decide_is_answered_at_once(sandbox: TaxSandbox) -> None:
    order = {"outcome": "returned", "code": "52", "fields": ["retirementDate"]}
    assert (await post(sandbox, {}, order, "/_sandbox/decide"))[0] == 200
    status, answer = await post(sandbox, signed())
    assert (status, answer["code"], answer["fields"][0]["name"]) == (200, "52", "retirementDate")
    assert fits("Envelope", answer)
    assert sandbox.ledger.effects == []


async def test_forgets_nonces_that_are_too_old_to_be_taken(sandbox: TaxSandbox) -> None:
    assert sandbox._is_new("n", 1000.0)
    assert not sandbox._is_new("n", 1500.0)
    assert sandbox._is_new("m", 1601.0)
    assert list(sandbox._nonces) == ["m"]
