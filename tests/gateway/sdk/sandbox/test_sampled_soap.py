"""A SOAP sandbox that answers from sample files holds requests to the contract, remembers, refuses and misbehaves like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from lxml import etree

from gateway.sdk.sandbox import SampledSoapSandbox, SandboxContext

ROOT = Path(__file__).parents[4]
WSDL = ROOT / "plugins/social_security/contract/social_security.wsdl"
NS = "urn:onestop:social-security:1"
ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'
WITHDRAW = ENVELOPE.format(f'<withdrawCase xmlns="{NS}"><BAZ002>SB1</BAZ002></withdrawCase>')


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[SampledSoapSandbox]:
    for name in ("withdraw", "ask"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "reply.xml").write_text(f'<r xmlns="{NS}">{{{{reference}}}}</r>')
    (tmp_path / "withdraw/rejected.xml").write_text(
        '<e:Fault xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>e:Server</faultcode><faultstring>{{reason}}</faultstring></e:Fault>'
    )

    class Bureau(SampledSoapSandbox):
        adapter = "bureau"
        wsdl = WSDL
        samples = tmp_path
        path = "/bureau"
        messages = {f"{{{NS}}}withdrawCase": "withdraw", f"{{{NS}}}queryCases": "ask"}
        questions = frozenset({"ask"})

    sandbox = Bureau(SandboxContext(name="bureau", data=tmp_path))
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


async def said(sandbox: SampledSoapSandbox, body: str, kind: str = "text/xml; charset=utf-8") -> tuple[int, str]:
    headers = {"Content-Type": kind, "Idempotency-Key": "k"}
    async with aiohttp.ClientSession(sandbox.url) as session, session.post("/bureau", data=body.encode(), headers=headers) as reply:
        root = etree.fromstring(await reply.read())
        return reply.status, "".join(str(text) for text in root.itertext())


async def test_it_answers_as_the_sample_says_and_remembers_what_acts(bureau: SampledSoapSandbox) -> None:
    status, text = await said(bureau, WITHDRAW)
    assert (status, text) == (200, bureau.ledger.effects[0].reference)
    assert await said(bureau, ENVELOPE.format(f'<queryCases xmlns="{NS}"/>')) == (200, "")
    assert [(effect.key, effect.operation) for effect in bureau.ledger.effects] == [("k", "withdraw")]


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (WITHDRAW.replace("BAZ002", "BAZ003"), "text/xml", "does not fit the contract"),
        (WITHDRAW.replace("withdrawCase", "other"), "text/xml", "no such operation"),
        (WITHDRAW, "application/json", "not a SOAP 1.1 envelope"),
        ("<a", "text/xml", "not a SOAP 1.1 envelope"),
        ("<!DOCTYPE a><a/>", "text/xml", "not a SOAP 1.1 envelope"),
    ],
)
async def test_it_holds_requests_to_the_contract(bureau: SampledSoapSandbox, body: str, kind: str, why: str) -> None:
    status, text = await said(bureau, body, kind)
    assert status == 500
    assert why in text
    assert bureau.ledger.effects == []


async def test_it_refuses_as_the_sample_says(bureau: SampledSoapSandbox) -> None:
    async with aiohttp.ClientSession(bureau.url) as session:
        await session.post("/_sandbox/faults", json={"fault": "business_error", "operation": "withdraw", "reason": "a < b"})
    assert await said(bureau, WITHDRAW) == (500, "e:Servera < b")


async def test_it_gives_its_wsdl(bureau: SampledSoapSandbox) -> None:
    async with aiohttp.ClientSession(bureau.url) as session, session.get("/bureau") as reply:
        assert await reply.read() == WSDL.read_bytes()
