"""The administration's sandbox holds to its contract: who may ask, when, how often, and what it answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema_rs
import pytest
import time_machine
import yaml

from gateway.sdk.sandbox import CHINA, Decision
from plugins.exit_entry.sandbox import ExitEntrySandbox
from tests.plugins.conftest import Serve, a_fault

CONTRACT = yaml.safe_load((Path(__file__).parents[3] / "plugins/exit_entry/contract/openapi.yaml").read_text("utf-8"))
HEADERS = {"x-requester": "C90-50015200001", "x-service": "S90-50015200001", "Authorization": "Bearer t", "Idempotency-Key": "k-1"}
FAMILY = {
    "name": "测试甲",
    "idType": "111",
    "idNumber": "500152199001010018",
    "maritalStatus": "20",
    "spouseName": "测试乙",
    "marriageCertificateNumber": "J500152-2026-000001",
}
PASSPORT = {"name": "测试甲", "idType": "111", "idNumber": "500152199001010018", "mobile": "13800000000", "delivery": "PICK_UP"}
UNKNOWN = "CRJ20261123-999999"


@pytest.fixture
async def sandbox(serve: Serve) -> ExitEntrySandbox:
    started, _ = await serve(ExitEntrySandbox, secrets={"token": "t"}, settings={"decide_after_seconds": 3600})
    return started


async def post(sandbox: ExitEntrySandbox, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
    given = {name: value for name, value in {**HEADERS, **headers}.items() if value}
    async with aiohttp.ClientSession() as session, session.post(sandbox.url + path, json=body, headers=given) as reply:
        return reply.status, await reply.json(content_type=None), dict(reply.headers)


def fits(schema: str, value: object) -> bool:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": CONTRACT["components"]}
    return bool(jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid(value))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/family-status-updates", FAMILY),
        ("/passport-applications", PASSPORT),
        ("/passport-applications", {**PASSPORT, "delivery": "POST", "address": "x"}),
    ],
)
@pytest.mark.parametrize("outcome", ["approved", "rejected", "returned", "withdrawn", None])
async def test_answers_as_the_contract_says(sandbox: ExitEntrySandbox, path: str, body: dict[str, str], outcome: Any) -> None:
    status, receipt, _ = await post(sandbox, path, body)
    assert (status, fits("Receipt", receipt)) == (200, True)
    if outcome is not None:
        await sandbox.decide(sandbox.undecided()[0], Decision(outcome=outcome))
    status, progress, _ = await post(sandbox, "/progress", {"references": [UNKNOWN, receipt["reference"]]})
    assert (status, fits("Progress", progress)) == (200, True)
    assert [item["state"] for item in progress["items"]] == ["NOT_FOUND", (outcome or "processing").upper()]
    status, withdrawal, _ = await post(sandbox, f"/cases/{receipt['reference']}/withdrawal")
    assert (status, fits("Withdrawal", withdrawal)) == (200, True)
    assert withdrawal["result"] == ("WITHDRAWN" if outcome in {None, "withdrawn"} else "ALREADY_DECIDED")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-requester": ""},
        {"x-requester": "C90-1"},
        {"x-service": ""},
        {"x-service": "C90-50015200001"},
        {"Authorization": ""},
        {"Authorization": "t"},
        {"Authorization": "Bearer another"},
        {"Authorization": "Bearer t\u00e9"},
    ],
)
async def test_refuses_who_is_not_known(sandbox: ExitEntrySandbox, headers: dict[str, str]) -> None:
    status, answer, _ = await post(sandbox, "/family-status-updates", FAMILY, **headers)
    assert (status, fits("Problem", answer)) == (401, True)
    assert sandbox.ledger.effects == []


async def test_names_everything_that_breaks_the_contract_and_no_value(sandbox: ExitEntrySandbox) -> None:
    wrong = {**PASSPORT, "mobile": "500152199001010018", "idType": "card", "delivery": "POST"}
    status, answer, _ = await post(sandbox, "/passport-applications", wrong, **{"Idempotency-Key": ""})
    assert (status, fits("Problem", answer)) == (400, True)
    assert {error["pointer"] for error in answer["errors"]} == {"/header/Idempotency-Key", "/mobile", "/idType", ""}
    assert "500152199001010018" not in str(answer)
    assert (await post(sandbox, "/progress", {"references": []}))[0] == 400
    assert (await post(sandbox, "/progress", {"references": [UNKNOWN, UNKNOWN]}))[0] == 400
    assert (await post(sandbox, f"/cases/{UNKNOWN}/withdrawal"))[0] == 404
    assert sandbox.ledger.effects == []


async def test_office_hours_are_those_of_china(sandbox: ExitEntrySandbox) -> None:
    sandbox.change(sandbox.settings.model_copy(update={"office_hours": "09:00-17:00"}))
    with time_machine.travel(datetime(2026, 11, 23, 8, 59, 30, tzinfo=CHINA), tick=False):
        status, answer, headers = await post(sandbox, "/passport-applications", PASSPORT)
    assert (status, fits("Closed", answer)) == (429, True)
    assert (answer["code"], answer["openAt"], headers["Retry-After"]) == ("CLOSED", "2026-11-23T09:00:00+08:00", "30")
    with time_machine.travel(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False):
        assert (await post(sandbox, "/passport-applications", PASSPORT))[0] == 200
    with time_machine.travel(datetime(2026, 11, 23, 17, 0, tzinfo=CHINA), tick=False):
        _, answer, headers = await post(sandbox, "/passport-applications", PASSPORT)
        assert (answer["openAt"], headers["Retry-After"]) == ("2026-11-24T09:00:00+08:00", str(16 * 3600))
        assert (await post(sandbox, "/progress", {"references": [UNKNOWN]}))[0] == 200


async def test_the_quota_is_a_days_and_outlives_a_restart(sandbox: ExitEntrySandbox) -> None:
    sandbox.change(sandbox.settings.model_copy(update={"daily_quota": 2}))
    morning = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
    with time_machine.travel(morning, tick=False):
        for path, body in [("/passport-applications", PASSPORT), ("/family-status-updates", FAMILY)]:
            assert (await post(sandbox, path, body))[0] == 200
    await sandbox.stop()
    await sandbox.start()
    with time_machine.travel(morning, tick=False):
        status, answer, headers = await post(sandbox, "/passport-applications", PASSPORT)
    assert (status, fits("Closed", answer)) == (429, True)
    assert (answer["code"], answer["openAt"], headers["Retry-After"]) == ("QUOTA_USED", "2026-11-24T00:00:00+08:00", str(15 * 3600))
    with time_machine.travel(morning + timedelta(days=1), tick=False):
        assert (await post(sandbox, "/passport-applications", PASSPORT))[0] == 200


async def test_faults_answer_in_the_contracts_words(sandbox: ExitEntrySandbox) -> None:
    for fault, schema in [("business_error", "Refused"), ("returned", "SentBack"), ("too_many", "Closed")]:
        sandbox.faults.switch(a_fault(fault, times=1))
        assert fits(schema, (await post(sandbox, "/passport-applications", PASSPORT))[1])
