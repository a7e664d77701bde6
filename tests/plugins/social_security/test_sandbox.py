"""The social security sandbox, spoken to without its adapter: it holds every request to the contract and its token."""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from gateway.sdk.sandbox import Decision
from plugins.social_security.adapter import SocialSecurity, SocialSecurityOptions
from plugins.social_security.sandbox import SocialSecuritySandbox
from tests.plugins.conftest import Open, Serve, a_call
from tests.plugins.social_security.conftest import REQUESTS, SECRETS

Both = tuple[SocialSecuritySandbox, SocialSecurity]
GOOD = "<s:queryCases><s:BAZ002>SB20260101000001</s:BAZ002></s:queryCases>"


def envelope(message: str, *, created: datetime | None = None, nonce: bytes | None = None, head: str = "") -> bytes:
    """A request with a digest token."""
    at = (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    raw = nonce or os.urandom(16)
    digest = base64.b64encode(hashlib.sha1(raw + at.encode() + SECRETS["password"].encode()).digest()).decode()  # noqa: S324  # the profile's
    utility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    secext = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    return (
        f'{head}<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="urn:onestop:social-security:1">'
        f'<e:Header><w:Security xmlns:w="{secext}"><w:UsernameToken><w:Username>{SECRETS["username"]}</w:Username>'
        f"<w:Password>{digest}</w:Password><w:Nonce>{base64.b64encode(raw).decode()}</w:Nonce>"
        f'<u:Created xmlns:u="{utility}">{at}</u:Created></w:UsernameToken></w:Security></e:Header><e:Body>{message}</e:Body></e:Envelope>'
    ).encode()


async def post(sandbox: SocialSecuritySandbox, body: bytes, kind: str = "text/xml") -> tuple[int, str]:
    """Status and text of the reply."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/services/Cases", data=body, headers={"Content-Type": kind}) as reply,
    ):
        return reply.status, await reply.text()


async def test_a_right_request_is_answered(both: Both) -> None:
    status, text = await post(both[0], envelope(GOOD))
    assert status == 200
    assert "queryCasesResponse" in text


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("<s:queryCases><s:BAZ002>no reference</s:BAZ002></s:queryCases>", "text/xml"),
        ("<s:queryCases><s:OTHER/></s:queryCases>", "text/xml"),
        ("<s:unheardOf/>", "text/xml"),
        ("<queryCases/>", "text/xml"),
        ("<s:queryCasesResponse/>", "text/xml"),
        (GOOD, "application/json"),
        (GOOD + GOOD, "text/xml"),
        ("", "text/xml"),
    ],
)
async def test_what_the_contract_does_not_allow_is_refused(both: Both, message: str, kind: str) -> None:
    status, text = await post(both[0], envelope(message), kind)
    assert status == 500
    assert "soap:Client" in text


async def test_a_dtd_is_refused(both: Both) -> None:
    status, text = await post(both[0], envelope(GOOD, head='<!DOCTYPE x [<!ENTITY a "b">]>'))
    assert (status, "soap:Client" in text) == (500, True)


async def test_a_token_counts_once_and_not_for_long(both: Both) -> None:
    body = envelope(GOOD)
    assert (await post(both[0], body))[0] == 200
    for refused in (body, envelope(GOOD, created=datetime.now(UTC) - timedelta(minutes=6)), body.replace(b"w:Security", b"w:Other")):
        status, text = await post(both[0], refused)
        assert status == 500
        assert "FailedAuthentication" in text


async def test_cases_are_decided_by_themselves(serve: Serve, opened: Open) -> None:
    sandbox, connection = await serve(
        SocialSecuritySandbox, secrets=SECRETS, options=SocialSecurityOptions(), settings={"decide_after_seconds": 0}
    )
    department = await opened(SocialSecurity, connection)
    await department.submit(a_call("retire"), REQUESTS["retire"])
    effect = sandbox.ledger.effects[0]
    while effect.decision is None:  # the sandbox says when
        await department.probe()
    assert effect.decision.outcome == "approved"


async def test_what_was_accepted_is_known_after_a_restart(both: Both) -> None:
    sandbox, department = both
    await department.submit(a_call("retire"), REQUESTS["retire"])
    await sandbox.decide(sandbox.ledger.effects[0], Decision(outcome="rejected"))
    port = sandbox.port
    await sandbox.stop()
    await sandbox.start(port)
    again = await department.submit(a_call("retire"), REQUESTS["retire"])
    assert again.kind == "rejected"
    assert len(sandbox.ledger.effects) == 1
    assert "500152199001010018" not in str(sandbox.ledger.effects)
