"""补正: a department sends one step back. The API names the wrong field of the form, and only affected steps are sent again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.faults.client import Client, calling, reaches, states, step
from tests.faults.installation import Installation, sample


async def test_only_what_a_return_touches_is_sent_again(installation: Installation) -> None:
    order = {"fault": "returned", "times": 1, "operation": "assess_transfer", "code": "51", "fields": ["price"]}
    installation.sandbox("tax", "faults", order)
    body = sample("house-transfer")
    async with calling(installation) as client:
        _, filed = await client.file(body, "transfer")
        returned = await client.until(filed["id"], reaches("tax", "returned"))
        assert returned["state"] == "returned"
        assert not returned["needs_attention"]
        assert states(returned) == {"marital_status": "approved", "tax": "returned", "real_estate": "waiting"}
        outcome = step(returned, "tax")["outcome"]
        assert (outcome["kind"], outcome["code"]) == ("returned", "51")
        assert [error["pointer"] for error in outcome["errors"]] == ["/data/price"]
        assert outcome["errors"][0]["detail"]

        corrected = {"applicant": body["applicant"], "data": {**body["data"], "price": "630000.00"}}
        path = f"/v1/applications/{filed['id']}/revisions"
        for repeated in (False, True):
            status, revised = await client.call("POST", path, corrected, {"Idempotency-Key": "revision", "Prefer": "wait=30"})
            assert status == 200, (repeated, revised)
        assert revised["revision"] == 2
        assert revised["state"] == "approved"
        assert states(revised) == {"marital_status": "approved", "tax": "approved", "real_estate": "approved"}
        assert await _sent(client, revised) == {"marital_status": [1], "tax": [1, 2], "real_estate": [1]}
        assert step(revised, "tax")["outcome"]["output"]["amount"] == "6300.00"
    assert _done(installation, revised) == {"marital_status": [], "tax": [2], "real_estate": [1]}
    assert installation.reconcile().wrong == []
    assert installation.verify().ok


async def test_what_a_department_asks_for_is_answered_although_others_granted_it(installation: Installation) -> None:
    order = {"fault": "returned", "times": 1, "operation": "update_deductions", "fields": ["spouseName"]}
    installation.sandbox("tax", "faults", order)
    body = sample("newlywed")
    async with calling(installation) as client:
        _, filed = await client.file(body, "wedding", wait=30)
        assert "returned" in states(filed).values(), "the wait ended with what the applicant must correct"
        returned = await client.until(filed["id"])
        path = f"/v1/applications/{filed['id']}/revisions"

        async def revise(key: str, **changes: str) -> tuple[int, dict[str, Any]]:
            data = {**body["data"], "woman": {**body["data"]["woman"], **changes}}
            revision = {"applicant": body["applicant"], "data": data, "service": "newlywed"}
            return await client.call("POST", path, revision, {"Idempotency-Key": key, "Prefer": "wait=30"})

        status, problem = await revise("other", name="王小芳", id_number="999999198802290025")
        assert status == 422
        assert {error["pointer"] for error in problem["errors"]} == {"/data/woman/id_number"}
        _, ended = await revise("corrected", name="王小芳")
        assert (ended["state"], ended["told_otherwise"]) == ("approved", True)
        told = {one["step"] for one in ended["deliveries"] if one["told_otherwise"]}
        assert told == {"marriage", "social_security"}
        marriage = (await client.call("GET", f"/v1/deliveries/{step(returned, 'marriage')['id']}"))[1]
        assert "/data/woman/name" in marriage["why"]["zh"]
        sent = await _sent(client, ended)
    assert sent == {"marriage": [1], "social_security": [1], "tax": [1, 2], "real_estate": [1], "exit_entry": [1]}
    assert _done(installation, ended) == {**{name: [1] for name in sent}, "tax": [2]}
    assert installation.reconcile().wrong == []
    assert installation.verify().ok


@pytest.mark.slow("a gateway with five sandboxes; cases/test_revisions.py proves it of the journal")
async def test_a_case_held_for_its_data_is_corrected_by_a_revision(installation: Installation) -> None:
    installation.sandbox("marriage", "faults", {"fault": "soap_fault", "times": 1, "code": "Client", "operation": "register"})
    body = sample("newlywed")
    async with calling(installation) as client:
        _, filed = await client.file(body, "held", wait=30)
        held = step(filed, "marriage")
        assert (held["state"], held["correctable"], filed["needs_attention"]) == ("held", True, True)
        corrected = {**body, "data": {**body["data"], "registered_on": "2026-11-20"}}
        path = f"/v1/applications/{filed['id']}/revisions"
        status, ended = await client.call("POST", path, corrected, {"Idempotency-Key": "held 2", "Prefer": "wait=30"})
        assert (status, ended["state"]) == (200, "approved")
    assert installation.reconcile().wrong == []


@pytest.mark.slow("a gateway with five sandboxes; cases/test_revisions.py proves it of the journal")
async def test_the_applicant_is_corrected_and_never_another(installation: Installation) -> None:
    installation.sandbox("exit_entry", "faults", {"fault": "returned", "times": 1, "fields": ["name"]})
    body = sample("passport")
    async with calling(installation) as client:
        _, filed = await client.file(body, "misspelt", wait=30)
        assert [one["pointer"] for one in step(filed, "exit_entry")["outcome"]["errors"]] == ["/applicant/name"]
        path = f"/v1/applications/{filed['id']}/revisions"
        other = {**body["applicant"], "name": "王小芳", "id_number": sample("newlywed")["data"]["man"]["id_number"]}
        status, problem = await client.call("POST", path, {**body, "applicant": other}, {"Idempotency-Key": "another"})
        assert status == 422, problem
        assert {one["pointer"] for one in problem["errors"]} == {"/applicant/name", "/applicant/id_number"}
        corrected = {**body, "applicant": {**body["applicant"], "name": "王小芳"}}
        await client.call("POST", path, corrected, {"Idempotency-Key": "misspelt 2"})
        events = (await client.get(f"/v1/applications/{filed['id']}/events"))["items"]
        assert [one["result"] for one in events if one["event"] == "revision_filed"] == ["applicant_name_corrected"]


@pytest.mark.slow("a gateway with five sandboxes; cases/test_revisions.py proves it of the journal")
async def test_taken_back_twice_it_is_answered_alike_at_once_and_after_its_end(installation: Installation) -> None:
    installation.sandbox("tax", "faults", {"fault": "returned", "times": 1, "operation": "assess_transfer", "fields": ["price"]})
    async with calling(installation) as client:
        _, filed = await client.file(sample("house-transfer"), "taken back", wait=30)
        assert filed["state"] == "returned"
        path = f"/v1/applications/{filed['id']}/withdrawal"
        answers = [*await asyncio.gather(*(client.call("POST", path) for _ in range(3))), await client.call("POST", path)]
        assert {status for status, _ in answers} == {202}
        assert [answer for _, answer in answers] == [answers[0][1]] * 4
        assert (answers[0][1]["state"], answers[0][1]["withdrawal_asked"]) == ("withdrawn", True)


def _done(installation: Installation, application: dict[str, Any]) -> dict[str, list[int]]:
    """Give the rounds that left an effect at their department, by step."""
    keys = {effect["key"] for effects in installation.ledgers().values() for effect in effects}
    ids = {one["step"]: one["id"].replace("-", "") for one in application["deliveries"]}
    return {name: [number for number in (1, 2, 3) if f"{key}-{number}" in keys] for name, key in ids.items()}


async def _sent(client: Client, application: dict[str, Any]) -> dict[str, list[int]]:
    """Give the round of each submit, by step."""
    return {one["step"]: [a["round"] for a in await client.attempts(one) if a["action"] == "submit"] for one in application["deliveries"]}
