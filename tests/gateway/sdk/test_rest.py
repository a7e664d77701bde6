"""The REST client: JSON in and out, and what every other reply means."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import BaseModel, ValidationError

from gateway.model.errors import AuthFailed, InDoubt, Invalid, Unavailable
from gateway.sdk.rest import Reply, ReplyModel, RestClient, broken_contract, form, read_json, read_reply, read_value
from gateway.sdk.rest_xml import read_xml
from tests.gateway.sdk.conftest import Listen, call, connection, http, read_request, replies

JSON = "Content-Type: application/json; charset=utf-8"
PROBLEM = "Content-Type: application/problem+json"


class Receipt(ReplyModel):
    """What a department might answer."""

    number: str
    amount: Decimal


async def test_sends_json_and_gives_the_reply(listen: Listen) -> None:
    seen: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(http(201, '{"number": "甲1", "amount": "1.50", "new": null}'.encode(), JSON))

    async with RestClient(connection(await listen(script) + "/base")) as client:
        reply = await client.request(call(), "POST", "/things", json={"name": "测试甲"}, params={"page": "2"})
    assert read_reply(Receipt, reply) == Receipt(number="甲1", amount=Decimal("1.50"))
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /base/things?page=2 HTTP/1.1\r\n")
    assert b"Content-Type: application/json\r\n" in head + b"\r\n"
    assert body == '{"name":"测试甲"}'.encode()


@pytest.mark.parametrize("value", ["王\ud800", object(), {1: 2**70}, {"x": {1}}], ids=lambda value: type(value).__name__)
async def test_what_cannot_be_written_as_json_is_invalid_and_never_sent(value: object) -> None:
    async with RestClient(connection("http://127.0.0.1:1")) as client:
        with pytest.raises(Invalid, match="request_json") as refused:
            await client.request(call(), "POST", "/x", json=value)
    assert refused.value.__context__ is None  # which would hold the value


@pytest.mark.parametrize(
    ("raw", "error", "text"),
    [
        (http(400, b'{"title": "bad", "status": 400, "errors": [{"pointer": "/name"}]}', PROBLEM), Invalid, "bad: /name"),
        (http(404, b'{"title": "no such path", "status": 404}', PROBLEM), Invalid, "no such path"),
        (http(404, b"<h1>nginx</h1>", "Content-Type: text/html"), InDoubt, "http_404: nginx"),
        (http(422, b'{"status": 422}', PROBLEM), InDoubt, "http_422"),
        (http(401), AuthFailed, "http_401"),
        (http(503), Unavailable, "http_503"),
        (http(302, b"", "Location: /x"), InDoubt, "redirect"),
        (http(500, b"no. 500152199001010018", "Content-Type: text/plain"), InDoubt, "http_500: no. ##################"),
    ],
)
async def test_a_status_that_is_no_answer_raises_what_it_means(listen: Listen, raw: bytes, error: type[Exception], text: str) -> None:
    async with RestClient(connection(await listen(replies(raw)))) as client:
        with pytest.raises(error, match=text.replace("(", "\\(")):
            await client.request(call(), "POST", "/x", json={})


async def test_a_status_may_be_an_answer(listen: Listen) -> None:
    async with RestClient(connection(await listen(replies(http(404))))) as client:
        assert (await client.request(call(), "GET", "/x", accept={200, 404})).status == 404


async def test_the_contract_may_refuse_in_its_own_words(listen: Listen) -> None:
    class Refusal(BaseModel):
        errcode: int

    raw = http(400, b'{"errcode": 7}', JSON)
    async with RestClient(connection(await listen(replies(raw))), refusal=Refusal) as client:
        with pytest.raises(Invalid, match="breaks its contract"):
            await client.request(call(), "POST", "/x", json={})


async def test_the_contract_may_refuse_in_xml(listen: Listen) -> None:
    class Fault(ReplyModel):
        code: int

    raw = http(400, b"<fault><code>7</code></fault>", "Content-Type: application/xml")
    async with RestClient(connection(await listen(replies(raw, raw))), refusal=Fault, read_refusal=read_xml) as client:
        with pytest.raises(Invalid, match="breaks its contract"):
            await client.request(call(), "POST", "/x", body=form({"a": 1}))
    async with RestClient(connection(await listen(replies(raw))), refusal=Fault) as client:
        with pytest.raises(InDoubt, match="http_400"):
            await client.request(call(), "POST", "/x", body=form({"a": 1}))


def reply(body: bytes, content_type: str | None = "application/json") -> Reply:
    return Reply(200, CIMultiDictProxy(CIMultiDict({"Content-Type": content_type} if content_type else {})), body)


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"{}", "text/html", "reply_type"),
        (b'"x"', None, "reply_type"),
        (b"<p>{}</p>", None, "reply_type"),
        (b"7", "text/plain", "reply_type"),
        ('{"number": "甲乙"}'.encode(), "application/json; charset=GBK", "reply_charset"),
        (b"\xff\xff", "application/json; charset=GBK", "reply_charset"),
        (b'{"number": "\xe9"}', "application/json; charset=ISO-8859-1", "reply_charset"),
        (b"{}", "application/json; charset=utf-7", "reply_charset"),
        (b'{"number": ', None, "reply_json"),
        ('{"number": "甲"}'.encode("gbk"), "application/json", "reply_charset"),
        (b'{"number": ', "application/json", "reply_json"),
        (b"", "application/json", "reply_json"),
        (b"[" * 100_000 + b"]" * 100_000, "application/json", "reply_json"),
        (b'{"number": NaN}', "application/json", "reply_json"),
    ],
)
def test_what_is_not_json_is_in_doubt(body: bytes, content_type: str | None, code: str) -> None:
    with pytest.raises(InDoubt, match=code) as raised:
        read_json(reply(body, content_type))
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "application/vnd.bureau+json; charset=UTF-8",
        "text/json",
        "text/x-json",
        "text/plain",
        "application/octet-stream",
        "Application/JSON;charset=iso-8859-1",
        "application/json; charset=us-ascii",
        'application/json; charset="gb2312"',
    ],
)
def test_json_under_another_name_is_json(kind: str | None) -> None:
    assert read_json(reply(b" [1]", kind)) == [1]


@pytest.mark.parametrize("charset", ["GBK", "gb2312", "GB18030", "cp936"])
def test_json_in_the_charset_that_is_said(charset: str) -> None:
    for text in ("联通", "测试甲，已受理", "é"):
        assert read_json(reply(f'["{text}"]'.encode("gb18030"), f"application/json;charset={charset}")) == [text]


def test_json_with_a_byte_order_mark_is_json() -> None:
    assert read_json(reply('\ufeff{"number": "甲"}'.encode(), "application/json;charset=UTF-8")) == {"number": "甲"}


def test_two_types_that_contradict_each_other_are_none() -> None:
    def typed(*types: str) -> Reply:
        return Reply(200, CIMultiDictProxy(CIMultiDict([("Content-Type", one) for one in types])), '["甲"]'.encode())

    assert read_json(typed("application/json", "application/json; charset=utf-8")) == ["甲"]
    with pytest.raises(InDoubt, match="reply_type"):
        read_json(typed("application/json", "text/html"))
    with pytest.raises(InDoubt, match="reply_charset"):
        read_json(typed("application/json; charset=utf-8", "application/json; charset=gbk"))


def test_a_reply_that_breaks_its_contract_is_in_doubt_and_says_where_without_values() -> None:
    with pytest.raises(InDoubt, match="reply_contract: number: missing; amount: decimal_parsing") as raised:
        read_reply(Receipt, reply(b'{"amount": "500152199001010018x"}'))
    assert "500152" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    with pytest.raises(InDoubt, match="model_type"):
        read_value(Receipt, [])


def test_broken_contract_masks_names_that_the_department_chose() -> None:
    class Closed(BaseModel, extra="forbid"):
        pass

    with pytest.raises(ValidationError) as raised:
        Closed.model_validate({"500152199001010018": 1})
    assert str(broken_contract(raised.value)) == "reply_contract: ##################: extra_forbidden"
