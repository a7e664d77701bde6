"""Replies in several parts are read as if they had come in one; broken ones are a doubt."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from gateway.model.errors import InDoubt
from gateway.sdk.soap import SoapClient
from gateway.sdk.soap.attachments import unpack
from gateway.sdk.soap.document import parse
from tests.gateway.sdk.soap.conftest import SOAP_11, SOAP_12, XSD, Answering, OpenClient, a_call, enveloped

XOP = 'xmlns:xop="http://www.w3.org/2004/08/xop/include"'
RELATED = 'multipart/related; type="application/xop+xml"; start="<root@t>"; start-info="text/xml"; boundary="b-1"'
PHOTO = b"\xff\xd8\r\n--b\n\x00\r"


def part(content: bytes, *headers: str) -> bytes:
    return b"\r\n".join([b"--b-1", *(one.encode() for one in headers), b"", content]) + b"\r\n"


def root(envelope: bytes, kind: str = 'application/xop+xml; charset=UTF-8; type="text/xml"') -> bytes:
    return part(envelope, f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit", "Content-ID: <root@t>")


def photo(content: bytes = PHOTO, encoding: str = "binary") -> bytes:
    return part(content, "Content-Type: image/jpeg", f"Content-Transfer-Encoding: {encoding}", "Content-ID: <photo 1@t>")


END = b"--b-1--\r\n"
INCLUDE = f'<t:photo><xop:Include {XOP} href="cid:photo%201@t"/></t:photo>'


def answer(photo: str = INCLUDE, text: str = "测试甲") -> str:
    return f"<t:askResponse><t:text>{text}</t:text>{photo}</t:askResponse>"


@pytest.fixture
async def photographed(with_photo: Path, client: OpenClient) -> SoapClient:  # the contract that the client opens
    """A client of that contract."""
    return await client()


@pytest.fixture
def with_photo(folder: Path) -> Path:
    """The contract with a photo in the reply."""
    after = '<xs:element name="photo" type="xs:base64Binary" minOccurs="0" maxOccurs="unbounded"/>'
    (folder / "t.xsd").write_text(XSD.replace('<xs:element name="count"', f'{after}<xs:element name="count"'))
    return folder


@pytest.mark.parametrize("name", ["document.wsdl", "document12.wsdl"])
@pytest.mark.parametrize("encoding", ["binary", "base64"])
async def test_what_came_in_parts_is_read_as_if_it_had_come_in_one(
    with_photo: Path, client: OpenClient, department: Answering, name: str, encoding: str
) -> None:
    soap = await client(name)
    envelope = enveloped(answer(), SOAP_12 if "12" in name else SOAP_11)
    department.content_type = RELATED
    content = PHOTO if encoding == "binary" else base64.encodebytes(PHOTO)
    department.body = b"preamble\r\n" + root(envelope) + photo(content, encoding) + END + b"epilogue"
    read = await soap.call(a_call(), "ask", {"name": "x"}, TypeAdapter(dict[str, object]))
    assert (read["text"], read["photo"]) == ("测试甲", [PHOTO])


async def test_attachments_that_are_only_referred_to_do_no_harm(client: OpenClient, department: Answering) -> None:
    soap = await client()
    department.content_type = 'multipart/related; type="text/xml"; boundary=b-1'  # no start: the first is the root
    department.body = root(enveloped(answer("", "cid:photo 1@t")), "text/xml; charset=GBK").replace("测试甲".encode(), b"") + photo() + END
    assert (await soap.call(a_call(), "ask", {"name": "x"}, TypeAdapter(dict[str, object])))["text"] == "cid:photo 1@t"


async def test_a_fault_may_come_in_parts_too(client: OpenClient, department: Answering) -> None:
    soap = await client()
    department.status, department.content_type = 500, RELATED
    department.body = root(enveloped("<e:Fault><faultcode>e:Client</faultcode><faultstring>no</faultstring></e:Fault>")) + END
    with pytest.raises(Exception, match="soap_fault"):
        await soap.call(a_call(), "ask", {"name": "x"}, TypeAdapter(dict[str, object]))


WHOLE = root(enveloped(answer())) + photo() + END


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (WHOLE.removesuffix(END), RELATED, "reply_multipart"),
        (WHOLE[:200], RELATED, "reply_multipart"),
        (b"", RELATED, "reply_multipart"),
        (END, RELATED, "reply_multipart"),
        (WHOLE, RELATED.replace("b-1", "b-2"), "reply_multipart"),
        (WHOLE, "multipart/related", "reply_multipart"),
        (root(enveloped(answer())) + END, RELATED, "reply_multipart"),
        (root(enveloped(answer(INCLUDE * 2))) + photo() + END, RELATED, "reply_multipart"),
        (root(enveloped(answer(INCLUDE.replace("cid:", "http:")))) + photo() + END, RELATED, "reply_multipart"),
        (root(enveloped(answer())) + photo(b"no base64!", "base64") + END, RELATED, "reply_multipart"),
        (root(enveloped(answer())) + photo(b"x", "x-uuencode") + END, RELATED, "reply_multipart"),
        (b"--b-1\r\nContent-Type: text/xml\r\n" + END, RELATED, "reply_multipart"),
        (root(enveloped(answer())) + photo() * 300 + END, RELATED, "reply_multipart"),
        (root(b"<a/>", "text/html") + END, RELATED, "reply_type"),
        (root(b"<a") + END, RELATED, "reply_xml"),
        (root(b"<!DOCTYPE a><a/>") + END, RELATED, "reply_dtd"),
        (root("<a>测</a>".encode("gbk")) + END, RELATED, "reply_charset"),
        (root(enveloped("<t:askResponse/>")) + END, RELATED, "reply_contract"),
    ],
)
async def test_what_is_broken_is_a_doubt(
    photographed: SoapClient, department: Answering, body: bytes, content_type: str, code: str
) -> None:
    department.body, department.content_type = body, content_type
    with pytest.raises(InDoubt) as raised:
        await photographed.call(a_call(), "ask", {"name": "x"}, TypeAdapter(dict[str, object]))
    assert raised.value.code == code


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["--b-1", "\r\n--b-1", "\n--b-", "\r\n\r\n", ""]), st.integers(0, 99))
def test_bytes_come_out_as_they_went_in(content: bytes, more: str, seed: int) -> None:
    content += more.encode().replace(b"--b-1", b"--b-10") + random.Random(seed).randbytes(3)
    package = unpack(root(enveloped(answer())) + photo(content) + END, RELATED)
    assert package.parts == {"photo 1@t": content}
    envelope = parse(package.envelope.decode())
    package.put_back(envelope)
    [holder] = envelope.iter("{urn:t}photo")
    assert base64.b64decode(holder.text or "") == content


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=4), st.integers(0, 9))
def test_whatever_comes_is_parts_or_a_doubt(at: int, inserted: bytes, cut: int) -> None:
    try:
        package = unpack(WHOLE[:at] + inserted + WHOLE[at + cut :], RELATED)
        package.put_back(parse(package.envelope.decode("utf-8", "replace")))
    except InDoubt:
        pass
