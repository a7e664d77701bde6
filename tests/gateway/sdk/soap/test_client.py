"""Calls over real sockets: what goes out, and what each kind of reply means."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from gateway.model.errors import AuthFailed, Busy, InDoubt, Invalid, Unavailable
from gateway.sdk import Connection, Options
from gateway.sdk.soap import ReplyModel, SoapClient, SoapDepartment
from tests.gateway.sdk.conftest import call, connection
from tests.gateway.sdk.soap.conftest import SOAP_12, Answering, OpenClient, a_call, enveloped
from tests.patience import PATIENCE


class Answer(ReplyModel):
    """What the contract answers."""

    text: str
    count: int | None
    item: list[str]


ANSWER = TypeAdapter(Answer)
GOOD = "<t:askResponse><t:text>测试</t:text></t:askResponse>"
CLIENT_FAULT = "<e:Fault><faultcode>e:Client</faultcode><faultstring>x</faultstring></e:Fault>"
SERVER_FAULT = CLIENT_FAULT.replace("Client", "Server")


@pytest.mark.parametrize(
    ("name", "content_type", "namespace"),
    [
        ("document.wsdl", "text/xml; charset=utf-8", None),
        ("document.wsdl", None, None),
        ("document12.wsdl", "application/soap+xml", SOAP_12),
    ],
)
async def test_a_call_carries_the_key_and_the_trace_and_gives_values(
    department: Answering, client: OpenClient, name: str, content_type: str | None, namespace: str | None
) -> None:
    department.body = enveloped(GOOD, namespace) if namespace else enveloped(GOOD)
    department.content_type = content_type or "application/xml"
    soap = await client(name)
    assert await soap.call(a_call(), "ask", {"name": "测试甲"}, ANSWER) == Answer(text="测试", count=None, item=[])
    [(path, headers, body)] = department.seen
    assert path == "/ask"
    assert headers["Idempotency-Key"] == "k-1"
    assert headers["traceparent"] == a_call().traceparent
    assert "测试甲" in body.decode()
    assert not any("测试" in value for value in headers.values())


async def test_rpc_style(department: Answering, client: OpenClient) -> None:
    department.body = enveloped("<t:askResponse><return>测试</return></t:askResponse>")
    soap = await client("rpc.wsdl")
    assert await soap.call(a_call(), "ask", {"name": "x"}, TypeAdapter(str)) == "测试"
    assert b"<name>x</name>" in department.seen[0][2]


async def test_gbk_that_only_the_header_tells(department: Answering, client: OpenClient) -> None:
    department.body = enveloped(GOOD).decode().encode("gbk")
    department.content_type = "text/xml; charset=GBK"
    assert (await (await client()).call(a_call(), "ask", {"name": "x"}, ANSWER)).text == "测试"


@pytest.mark.parametrize("status", [201, 202])
async def test_an_envelope_is_an_answer_under_another_status_of_success(department: Answering, client: OpenClient, status: int) -> None:
    department.status, department.headers, department.body = status, {"Location": "/elsewhere"}, enveloped(GOOD)
    assert (await (await client()).call(a_call(), "ask", {"name": "x"}, ANSWER)).text == "测试"


@pytest.mark.parametrize(
    ("reply", "error", "code"),
    [
        ((200, b"", "text/xml"), InDoubt, "reply_xml"),
        ((201, b"", "text/xml"), InDoubt, "http_201"),
        ((202, b"", None), InDoubt, "http_202"),
        ((202, b"<html><body>x</body></html>", "text/html"), InDoubt, "reply_type"),
        ((202, enveloped(CLIENT_FAULT), "text/xml"), Invalid, "soap_fault"),
        ((203, enveloped(GOOD), "text/xml"), InDoubt, "http_203"),
        ((200, enveloped(""), "text/xml"), InDoubt, "reply_contract"),
        ((200, enveloped(GOOD)[:-5], "text/xml"), InDoubt, "reply_xml"),
        ((200, b"<html><body>x</body></html>", "text/html"), InDoubt, "reply_type"),
        ((200, b"<html><body>x</body></html>", "text/xml"), InDoubt, "reply_contract"),
        ((200, enveloped(GOOD), "multipart/mixed; boundary=b"), InDoubt, "reply_type"),
        ((200, enveloped(GOOD), "multipart/related"), InDoubt, "reply_multipart"),
        ((200, enveloped(GOOD, SOAP_12), "text/xml"), InDoubt, "reply_contract"),
        ((200, enveloped(GOOD.replace("<t:text>", "<t:other>").replace("</t:text>", "</t:other>")), "text/xml"), InDoubt, "reply_contract"),
        ((200, enveloped(CLIENT_FAULT), "text/xml"), Invalid, "soap_fault"),
        ((200, enveloped(SERVER_FAULT), "text/xml"), InDoubt, "soap_fault"),
        ((500, enveloped(CLIENT_FAULT), "text/xml"), Invalid, "soap_fault"),
        ((400, enveloped(CLIENT_FAULT), "text/xml"), Invalid, "soap_fault"),
        ((500, enveloped(SERVER_FAULT), "text/xml"), InDoubt, "soap_fault"),
        ((500, enveloped(GOOD), "text/xml"), InDoubt, "http_500"),
        ((500, b"", None), InDoubt, "http_500"),
        ((500, b"<a>", "text/xml"), InDoubt, "http_500"),
        ((502, b"<html><body>502</body></html>", "text/xml"), InDoubt, "http_502"),
        ((502, b"<html><body>502</body></html>", "text/html"), InDoubt, "http_502"),
        ((404, b"none", "text/plain"), InDoubt, "http_404"),
        ((302, b"", None), InDoubt, "redirect"),
        ((401, b"", None), AuthFailed, "http_401"),
        ((403, enveloped(SERVER_FAULT), "text/xml"), AuthFailed, "http_403"),
        ((429, b"", None), Unavailable, "http_429"),
        ((503, enveloped(SERVER_FAULT), "text/xml"), Unavailable, "http_503"),
    ],
)
async def test_each_reply_is_the_right_one_of_the_five_errors(
    department: Answering, client: OpenClient, reply: tuple[int, bytes, str | None], error: type[Exception], code: str
) -> None:
    status, department.body, department.content_type = reply
    department.status = status
    department.headers = {"Location": "/elsewhere"} if status == 302 else {}
    with pytest.raises(error) as raised:
        await (await client()).call(a_call(), "ask", {"name": "x"}, ANSWER)
    assert getattr(raised.value, "code", None) == code
    assert len(department.seen) == 1


async def test_retry_after_is_passed_on(department: Answering, client: OpenClient) -> None:
    department.status, department.headers = 503, {"Retry-After": "17"}
    with pytest.raises(Busy) as raised:
        await (await client()).call(a_call(), "ask", {"name": "x"}, ANSWER)
    assert raised.value.retry_after == 17


async def test_a_value_that_the_model_refuses_is_not_repeated(department: Answering, client: OpenClient) -> None:
    department.body = enveloped("<t:askResponse><t:text>500152199001010018</t:text></t:askResponse>")
    with pytest.raises(InDoubt) as raised:
        await (await client()).call(a_call(), "ask", {"name": "x"}, TypeAdapter(dict[str, int]))
    assert raised.value.code == "reply_contract"
    assert "5001" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


async def test_nobody_there_is_unavailable(client: OpenClient, department: Answering) -> None:
    soap = await client()
    soap._endpoint = "http://127.0.0.1:1"
    with pytest.raises(Unavailable):
        await soap.call(a_call(), "ask", {"name": "x"}, ANSWER)


async def test_a_large_reply_is_read_beside_the_loop(department: Answering, client: OpenClient) -> None:
    items = "".join(f"<t:item>{n}</t:item>" for n in range(20_000))
    department.body = enveloped(f"<t:askResponse><t:text>x</t:text>{items}</t:askResponse>")
    soap = await client()
    loops, whole = time.thread_time(), time.process_time()
    assert len((await soap.call(a_call(), "ask", {"name": "x"}, ANSWER)).item) == 20_000
    loops, whole = time.thread_time() - loops, time.process_time() - whole
    assert loops < whole / 2, "the loop's own thread does the smaller part of it"


async def test_tasks_do_not_get_each_others_values(department: Answering, client: OpenClient) -> None:
    department.body = enveloped(GOOD)
    soap = await client()
    await asyncio.gather(*(soap.call(a_call(), "ask", {"name": f"n{n}"}, ANSWER) for n in range(50)))
    sent = {body.decode().partition("name>")[2].partition("<")[0] for _, _, body in department.seen}
    assert sent == {f"n{n}" for n in range(50)}


async def test_it_opens_again_after_closing_and_not_before_opening(department: Answering, client: OpenClient) -> None:
    department.body = enveloped(GOOD)
    soap = await client()
    await soap.close()
    with pytest.raises(RuntimeError, match="not open"):
        await soap.call(a_call(), "ask", {"name": "x"}, ANSWER)
    await soap.open()
    assert (await soap.call(a_call(), "ask", {"name": "x"}, ANSWER)).text == "测试"


async def test_the_endpoint_may_have_a_path(department: Answering, folder: Path) -> None:
    department.body = enveloped(GOOD)
    connection = Connection(
        name="t", endpoint=f"{department.url}/zone", secrets={}, options=Options(), deadline=PATIENCE, max_reply_bytes=4096, concurrency=1
    )
    async with SoapClient(connection, wsdl=folder / "document.wsdl") as other:
        await other.call(a_call(), "ask", {"name": "x"}, ANSWER)
    assert department.seen[0][0] == "/zone/ask"


async def test_a_service_that_answers_with_a_long_description_is_reached(department: Answering, client: OpenClient) -> None:
    soap = await client()
    department.body = b"<definitions>" + b" " * (3 * 2**20)
    await soap.reach(a_call())
    for status, error in ((500, InDoubt), (401, AuthFailed)):
        department.status, department.body = status, b"no"
        with pytest.raises(error):
            await soap.reach(a_call())


async def test_the_client_is_opened_and_closed_with_the_adapter(department: Answering, folder: Path) -> None:
    department.body = enveloped("<t:askResponse><return>测试</return></t:askResponse>")
    made = SoapDepartment(connection(department.url))
    made.soap = SoapClient(made.connection, wsdl=folder / "rpc.wsdl")
    for _ in range(2):
        await made.open()
        assert await made.soap.call(call(), "ask", {"name": "x"}, TypeAdapter(str)) == "测试"
        await made.close()
    with pytest.raises(RuntimeError, match="not open"):
        await made.soap.call(call(), "ask", {"name": "x"}, TypeAdapter(str))
