"""补正: a department sends one step back; the API says which field of the form is wrong, and only what is affected is sent again."""

from __future__ import annotations

from typing import Any

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


async def test_a_revision_cannot_change_what_a_department_has_decided_on(installation: Installation) -> None:
    order = {"fault": "returned", "times": 1, "operation": "update_deductions", "fields": ["spouseName"]}
    installation.sandbox("tax", "faults", order)
    body = sample("newlywed")
    async with calling(installation) as client:
        _, filed = await client.file(body, "wedding")
        returned = await client.until(filed["id"])
        assert returned["state"] == "returned"
        woman = {**body["data"]["woman"], "name": "王小芳"}
        changed = {"applicant": body["applicant"], "data": {**body["data"], "woman": woman}}
        path = f"/v1/applications/{filed['id']}/revisions"
        status, problem = await client.call("POST", path, changed, {"Idempotency-Key": "other"})
        assert status == 422
        assert {error["pointer"] for error in problem["errors"]} == {"/data/woman/name"}
        same = {"applicant": body["applicant"], "data": body["data"]}
        _, ended = await client.call("POST", path, same, {"Idempotency-Key": "same", "Prefer": "wait=30"})
        assert ended["state"] == "approved"
        sent = await _sent(client, ended)
    assert sent == {"marriage": [1], "social_security": [1], "tax": [1, 2], "real_estate": [1], "exit_entry": [1]}
    assert _done(installation, ended) == {**{name: [1] for name in sent}, "tax": [2]}
    assert installation.reconcile().wrong == []


def _done(installation: Installation, application: dict[str, Any]) -> dict[str, list[int]]:
    """The rounds that left an effect at their department, by step."""
    keys = {effect["key"] for effects in installation.ledgers().values() for effect in effects}
    ids = {one["step"]: one["id"].replace("-", "") for one in application["deliveries"]}
    return {name: [number for number in (1, 2, 3) if f"{key}-{number}" in keys] for name, key in ids.items()}


async def _sent(client: Client, application: dict[str, Any]) -> dict[str, list[int]]:
    """The round of each submit, by step."""
    return {one["step"]: [a["round"] for a in await client.attempts(one) if a["action"] == "submit"] for one in application["deliveries"]}
