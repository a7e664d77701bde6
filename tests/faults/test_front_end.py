"""A front end that knows nothing but the OpenAPI document files every service's sample and follows it to its end."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from tests.faults.client import Client, calling
from tests.faults.installation import Installation, personal

SERVICES = {"company-start", "house-transfer", "housing-holdings", "newlywed", "passport", "retirement"}


class FrontEnd:
    """Finds every address and parameter in the document, by operationId."""

    def __init__(self, client: Client, document: dict[str, Any]) -> None:
        self._client = client
        self._operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "delete")
        }

    async def ask(self, operation_id: str, body: object = None, headers: dict[str, str] | None = None, **path: str) -> dict[str, Any]:
        """Call one operation, whose status must be one that the document names."""
        method, template, operation = self._operations[operation_id]
        wanted = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "header" and p.get("required")}
        assert wanted <= (headers or {}).keys()
        status, answer = await self._client.call(method, template.format(**path), body, headers)
        assert str(status) in operation["responses"], (status, answer)
        assert status < 400, answer
        return answer

    async def follow(self, application: str, last: str = "") -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Give the events of an application as they come, after ``last``."""
        method, template, operation = self._operations["followApplication"]
        assert "text/event-stream" in operation["responses"]["200"]["content"]
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        async with self._client.session.request(method, template.format(id=application), headers=headers) as stream:
            number = ""
            async for raw in stream.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "id":
                    number = value
                elif name == "data":
                    yield number, orjson.loads(value)


async def test_all_services_are_filed_and_followed_from_the_document_alone(installation: Installation) -> None:
    async with calling(installation) as client:
        document = await client.get("/openapi.json")
        front_end = FrontEnd(client, document)
        services = {item["code"] for item in (await front_end.ask("listServices"))["items"]}
        assert services == SERVICES
        for number, code in enumerate(sorted(services)):
            service = await front_end.ask("getService", code=code)
            assert set(service["form"]["required"]) <= set(service["sample"]["data"])
            headers = {"Idempotency-Key": str(uuid.uuid4())}
            if number % 2:
                filed = await front_end.ask("fileApplication", service["sample"], {**headers, "Prefer": "wait=30"})
            else:
                filed = await front_end.ask("fileApplication", service["sample"], headers)
                await _follow_with_breaks(front_end, filed["id"])
            installation.receipts[headers["Idempotency-Key"]] = {filed["id"]}
            ended = await front_end.ask("getApplication", id=filed["id"])
            assert ended["state"] == "approved", ended
            assert [delivery["state"] for delivery in ended["deliveries"]] == ["approved"] * len(service["steps"])
            assert re.fullmatch(r"11500152000000019R[0-9]{13}[0-9]{8}[0-9]{4,}", ended["number"])
            assert ended["form"]["data"] == service["sample"]["data"]
    async with calling(installation, "operator") as operator, operator.session.get("/metrics") as answer:
        assert answer.status == 200
        assert personal(await answer.text()) == []


async def _follow_with_breaks(front_end: FrontEnd, application: str) -> None:
    """Follow to the end, leaving after every second event and returning with Last-Event-ID. No event may be missed or repeated."""
    seen: list[int] = []
    last, state = "", None
    while state not in ("approved", "rejected"):
        count = 0
        async for number, event in front_end.follow(application, last):
            seen.append(event["no"])
            last, state = number, event["state"] or state
            count += 1
            if count == 2:
                break
        assert count, f"the stream of {application} ended at {state}"
    assert seen == list(range(1, len(seen) + 1))


@pytest.mark.parametrize("body", [{"service": "newlywed"}, {"service": "none", "channel": "counter", "applicant": {}, "data": {}}])
async def test_nothing_of_a_refused_body_is_left(installation: Installation, body: dict[str, Any]) -> None:
    async with calling(installation) as client:
        before = (await client.get("/v1/applications?limit=1"))["items"]
        status, problem = await client.file(body, "refused")
        assert status == 422
        assert problem["errors"]
        assert (await client.get("/v1/applications?limit=1"))["items"] == before
    assert installation.reconcile().wrong == []
