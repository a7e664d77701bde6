"""The marriage sandbox, spoken to without its adapter: it holds calls and the documents in them to the contract."""

from __future__ import annotations

from xml.sax.saxutils import escape

import aiohttp
import pytest

from plugins.marriage.adapter import Marriage
from plugins.marriage.sandbox import MarriageSandbox
from tests.plugins.conftest import a_call
from tests.plugins.marriage.conftest import REGISTER, SECRETS

Both = tuple[MarriageSandbox, Marriage]
GOOD = '<?xml version="1.0" encoding="GBK"?><singleRequest><name>测试甲</name><cert_num>500152199001010018</cert_num></singleRequest>'


def envelope(document: str, *, operation: str = "querySingle", arguments: str | None = None, head: str = "") -> bytes:
    """A call."""
    given = arguments or (
        f"<userName>{SECRETS['username']}</userName><passWord>{escape(SECRETS['password'])}</passWord><appmark>{SECRETS['appmark']}</appmark>"
    )
    return (
        f'{head}<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><m:{operation} xmlns:m="urn:onestop:marriage:1">'
        f"{given}<xmlData>{escape(document)}</xmlData></m:{operation}></e:Body></e:Envelope>"
    ).encode()


async def post(sandbox: MarriageSandbox, body: bytes, kind: str = "text/xml") -> tuple[int, str, bytes]:
    """Status, charset and bytes of the reply."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/hydj/services/Registry", data=body, headers={"Content-Type": kind}) as reply,
    ):
        return reply.status, reply.charset or "", await reply.read()


async def test_one_query_is_answered_in_gbk_that_only_the_header_tells(both: Both) -> None:
    status, charset, body = await post(both[0], envelope(GOOD))
    assert (status, charset) == (200, "GBK")
    assert not body.startswith(b"<?xml")
    assert "查询成功" in body.decode("gbk")
    assert escape("<code>0000</code>") in body.decode("gbk")


@pytest.mark.parametrize(
    "document",
    [
        "",
        "no xml",
        GOOD.replace("500152199001010018", "1"),
        GOOD.replace("singleRequest", "coupleRequest"),
        GOOD.replace("</name>", "</name><other/>"),
        GOOD.replace("<singleRequest>", "<!DOCTYPE x><singleRequest>"),
    ],
)
async def test_a_document_that_does_not_fit_is_refused(both: Both, document: str) -> None:
    status, _, body = await post(both[0], envelope(document))
    assert status == 200
    assert b"1002" in body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"no xml", "text/xml"),
        (envelope(GOOD), "application/soap+xml"),
        (envelope(GOOD, operation="unheardOf"), "text/xml"),
        (envelope(GOOD, arguments="<userName>onestop</userName>"), "text/xml"),
        (envelope(GOOD, head='<!DOCTYPE x [<!ENTITY a "b">]>'), "text/xml"),
        (envelope(GOOD).replace(b"urn:onestop:marriage:1", b"urn:other"), "text/xml"),
    ],
)
async def test_a_call_that_does_not_fit_is_a_client_fault(both: Both, body: bytes, kind: str) -> None:
    status, _, reply = await post(both[0], body, kind)
    assert status == 500
    assert b"soap:Client" in reply


async def test_registrations_are_known_after_a_restart_and_name_nobody(both: Both) -> None:
    sandbox, department = both
    first = await department.submit(a_call("register", "k-1"), REGISTER)
    port = sandbox.port
    await sandbox.stop()
    await sandbox.start(port)
    found = await department.find(a_call("register", "k-1"), REGISTER)
    assert found.outcome == first  # type: ignore[union-attr]  # anything but Found fails here
    assert "500152199001010018" not in str(sandbox.ledger.effects)
