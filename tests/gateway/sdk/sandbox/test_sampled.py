"""A sandbox that answers from sample files, in either style, keeps to the contract, remembers, refuses and misbehaves like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from lxml import etree

from gateway.sdk.sandbox import Decision, Fault, SampledRestSandbox, SampledSoapSandbox, SampleReplies, SandboxContext

CONTRACT = """
openapi: 3.0.3
paths:
  /things/{thing-id}:
    post:
      operationId: makeThing
      parameters: [{name: thing-id, in: path, required: true, schema: {type: integer}}]
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [id, name], properties: {id: {readOnly: true}, name: {type: string}}}
    get:
      parameters:
        - {name: thing-id, in: path, required: true, schema: {type: string}}
        - {name: fields, in: query, schema: {type: array, items: {enum: [a, b]}}}
"""


@pytest.fixture
async def things(tmp_path: Path) -> AsyncIterator[SampledRestSandbox]:
    (tmp_path / "contract.yaml").write_text(CONTRACT)
    kept: dict[str, dict[str, object]] = {
        "make": {"reply": {"status": 201, "body": {"n": "{{reference}}"}}, "rejected": {"body": {"code": "{{code:41}}"}}},
        "ask": {"reply": {"status": 204}, "rejected": {"headers": {"Content-Type": "application/xml"}, "body": "<code>{{code:41}}</code>"}},
    }
    for name, files in kept.items():
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / f"{file}.json").write_bytes(orjson.dumps(content))

    class Things(SampledRestSandbox):
        adapter = "things"
        contract_file = tmp_path / "contract.yaml"
        samples = tmp_path
        operation_names = {"makeThing": "make", "GET /things/{thing-id}": "ask"}
        questions = frozenset({"ask"})

    sandbox = Things(SandboxContext(name="things", data=tmp_path))
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


async def test_it_answers_as_the_sample_says_and_remembers_what_acts(things: SampledRestSandbox) -> None:
    async with aiohttp.ClientSession(things.url) as session:
        made = await session.post("/things/7", json={"name": "x"}, headers={"Idempotency-Key": "k"})
        assert (made.status, await made.json()) == (201, {"n": things.ledger.effects[0].reference})
        asked = await session.get("/things/a-b", params=[("fields", "a"), ("fields", "b")])
        assert asked.status == 204
    assert [(effect.key, effect.operation) for effect in things.ledger.effects] == [("k", "make")]


async def test_it_says_that_its_system_failed_as_the_sample_does_where_there_is_one(things: SampledRestSandbox, tmp_path: Path) -> None:
    things.faults.switch(Fault(fault="system_error"))
    async with aiohttp.ClientSession(things.url) as session:
        assert (await session.post("/things/7", json={"name": "x"})).status == 500
        (tmp_path / "make" / "failed.json").write_bytes(b'{"body": {"code": "99", "fatal": true}}')
        said = await session.post("/things/7", json={"name": "x"})
        assert (said.status, await said.json()) == (200, {"code": "99", "fatal": True})
    assert things.ledger.effects == []


async def test_it_holds_requests_to_the_contract(things: SampledRestSandbox) -> None:
    async with aiohttp.ClientSession(things.url) as session:
        for reply in (
            await session.post("/things/x", json={"name": "x"}),
            await session.post("/things/7", json={}),
            await session.get("/things/7", params={"fields": "c"}),
        ):
            assert reply.status == 400
    assert things.ledger.effects == []


async def test_it_refuses_as_the_sample_says(things: SampledRestSandbox) -> None:
    async with aiohttp.ClientSession(things.url) as session:
        await session.post("/_sandbox/decide", json={"outcome": "rejected"})
        assert await (await session.post("/things/7", json={"name": "x"})).json() == {"code": "41"}
        await session.post("/_sandbox/faults", json={"fault": "business_error", "operation": "make", "code": "77"})
        assert await (await session.post("/things/7", json={"name": "x"})).json() == {"code": "77"}
    assert things.ledger.effects == []


async def test_a_sample_of_another_type_goes_out_as_it_is(things: SampledRestSandbox) -> None:
    refused = things.refusal(make_mocked_request("GET", "/things/7"), "ask", Decision(outcome="rejected", code="4&2"))
    assert isinstance(refused, web.Response)
    assert (refused.content_type, refused.body) == ("application/xml", b"<code>4&amp;2</code>")


@pytest.fixture
def replies(tmp_path: Path) -> SampleReplies:
    (tmp_path / "file").mkdir()
    (tmp_path / "file/reply.json").write_text('{"status": 201, "headers": {"X": "{{key}}"}, "body": {"n": ["{{reference}}"], "more": 1}}')
    (tmp_path / "file/rejected.xml").write_text("\n<a>{{code:E1}}: {{reason}}</a>\n")
    (tmp_path / "ask").mkdir()
    (tmp_path / "ask/reply.json").write_text('{"body": 7, "Status": 200}')
    return SampleReplies(tmp_path)


def test_json_is_filled_in(replies: SampleReplies) -> None:
    said = replies.json("file", "reply", {"key": "k", "reference": 'a"b'})
    assert (said.status, said.headers, said.body) == (201, {"X": "k"}, {"n": ['a"b'], "more": 1})


def test_xml_is_filled_in_and_stays_xml(replies: SampleReplies) -> None:
    assert replies.xml("file", "rejected", {"reason": "a < b"}) == "<a>E1: a &lt; b</a>"
    assert replies.xml("file", "rejected", {"code": "7"}) == "<a>7: </a>"


@pytest.mark.parametrize(
    ("kind", "reference", "is_text"),
    [("application/xml", "a &lt; b", True), ("text/plain", "a < b", True), ("application/json", "a < b", False)],
)
def test_a_text_under_a_type_of_its_own_is_filled_in_as_that_type_takes_it(
    tmp_path: Path, kind: str, reference: str, *, is_text: bool
) -> None:
    (tmp_path / "file").mkdir()
    (tmp_path / "file/reply.json").write_text(
        f'{{"headers": {{"content-type": "{kind}; charset=utf-8"}}, "body": "<n>{{{{reference}}}}</n>"}}'
    )
    said = SampleReplies(tmp_path).json("file", "reply", {"reference": "a < b"})
    assert (said.body, said.is_text) == (f"<n>{reference}</n>", is_text)


def test_what_nobody_wrote_is_not_there(replies: SampleReplies) -> None:
    assert replies.has("file", "rejected")
    assert not replies.has("file", "returned")
    with pytest.raises(FileNotFoundError):
        replies.json("file", "returned", {})


def test_a_file_of_another_shape_is_named(replies: SampleReplies) -> None:
    with pytest.raises(ValueError, match=r"ask/reply\.json"):
        replies.json("ask", "reply", {})


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


async def test_over_soap_it_answers_as_the_sample_says_and_remembers_what_acts(bureau: SampledSoapSandbox) -> None:
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
async def test_over_soap_it_holds_requests_to_the_contract(bureau: SampledSoapSandbox, body: str, kind: str, why: str) -> None:
    status, text = await said(bureau, body, kind)
    assert status == 500
    assert why in text
    assert bureau.ledger.effects == []


async def test_over_soap_it_refuses_as_the_sample_says(bureau: SampledSoapSandbox) -> None:
    async with aiohttp.ClientSession(bureau.url) as session:
        await session.post("/_sandbox/faults", json={"fault": "business_error", "operation": "withdraw", "reason": "a < b"})
    assert await said(bureau, WITHDRAW) == (500, "e:Servera < b")


async def test_it_gives_its_wsdl(bureau: SampledSoapSandbox) -> None:
    async with aiohttp.ClientSession(bureau.url) as session, session.get("/bureau") as reply:
        assert await reply.read() == WSDL.read_bytes()
