"""Certificates of departments against real TLS servers that ask for them: used, renewed under load, refused with a reason."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from gateway.installation.secrets import Secrets
from gateway.installation.tls import DepartmentTls
from gateway.model.department import TlsSettings
from gateway.model.errors import AuthFailed, Unavailable
from gateway.sdk import Call, Connection, Options
from gateway.sdk.rest import RestClient, read_json
from gateway.texts.yaml_lines import ConfigError
from tests.certificates import Authority, Pair, Strict, demanding, keep, serving
from tests.patience import within

NAMES = TlsSettings(certificate="tls_certificate", key="tls_key", ca="tls_ca")
CALL = Call(operation="file", key="k", attempt=1, deadline=30, traceparent=f"00-{'0' * 31}1-{'0' * 15}1-01")


@pytest.fixture(scope="module")
def ca() -> Authority:
    return Authority()


def put(folder: Path, pair: Pair, ca: Authority | None = None) -> None:
    keep(folder, "tax", tls_certificate=pair.certificate, tls_key=pair.key, **({"tls_ca": ca.pem} if ca else {}))


def made(folder: Path, settings: TlsSettings = NAMES) -> DepartmentTls:
    return DepartmentTls("tax", settings, Secrets(folder, {}))


def connection(endpoint: str, tls: DepartmentTls | None) -> Connection:
    return Connection(
        name="tax", endpoint=endpoint, secrets={}, options=Options(), deadline=30, max_reply_bytes=100_000, concurrency=8, tls=tls
    )


async def call_once(endpoint: str, tls: DepartmentTls | None) -> int:
    async with RestClient(connection(endpoint, tls)) as client:
        return (await client.request(CALL, "POST", "/file", json={})).status


async def who(request: web.BaseRequest) -> web.Response:
    """Says by which certificate it was asked, after a while, so that calls are under way at any time."""
    transport = request.transport
    assert transport is not None
    serial = int(transport.get_extra_info("peercert")["serialNumber"], 16)
    await asyncio.sleep(0.01)
    return web.json_response({"serial": str(serial)})


async def test_a_certificate_is_renewed_under_load_and_no_call_is_lost(tmp_path: Path, ca: Authority) -> None:
    first, second = ca.issue(), ca.issue()
    put(tmp_path, first, ca)
    tls = made(tmp_path)
    seen: Counter[int] = Counter()
    enough, over = asyncio.Event(), asyncio.Event()

    async with (
        serving(demanding(tmp_path, ca.issue("localhost", server=True), ca), who) as endpoint,
        RestClient(connection(endpoint, tls)) as client,
        within(),
    ):

        async def go_on() -> None:
            while not over.is_set():
                reply = await client.request(CALL, "POST", "/file", json={})  # whatever it raises fails the test: no call is lost
                seen[int(read_json(reply)["serial"])] += 1
                if seen[first.serial] > 50:
                    enough.set()
                if seen[second.serial] > 50:
                    over.set()

        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(go_on())
            await enough.wait()
            put(tmp_path, second)
            assert await asyncio.to_thread(tls.renew)

    assert set(seen) == {first.serial, second.serial}


async def test_what_cannot_be_used_never_takes_the_place_of_what_works(tmp_path: Path, ca: Authority) -> None:
    good = ca.issue()
    put(tmp_path, good, ca)
    tls = made(tmp_path)
    context = tls.context
    home = tmp_path / "departments" / "tax"
    broken = {
        "tls_key": (ca.issue().key, "is not the key of the certificate"),
        "tls_certificate": (ca.issue(days=-1).certificate, "tls_key"),  # and so the key is another's
        "tls_ca": ("nothing of the kind", "is no certificate in PEM"),
    }
    for name, (text, says) in broken.items():
        before = (home / name).read_text()
        keep(tmp_path, "tax", **{name: text})
        assert not tls.renew()
        assert says in (tls.problem or ""), name
        assert str(home / name) in (tls.problem or "") or name == "tls_certificate"
        assert tls.context is context
        keep(tmp_path, "tax", **{name: before})
        assert not tls.renew()
        assert tls.problem is None
    put(tmp_path, ca.issue(days=-1))
    assert not tls.renew()
    assert "expired" in (tls.problem or "")
    (home / "tls_key").unlink()
    assert not tls.renew()
    assert "tls_key of tax is missing" in (tls.problem or "")
    assert tls.context is context


def test_everything_that_is_wrong_at_the_start_is_named_with_its_file(tmp_path: Path, ca: Authority) -> None:
    server = ca.issue("localhost", server=True)
    keep(tmp_path, "tax", tls_certificate=server.certificate, tls_key=ca.issue().key, tls_ca="-")
    with pytest.raises(ConfigError) as raised:
        made(tmp_path)
    said = {Path(problem.file).name: problem.detail for problem in raised.value.problems}
    assert set(said) == {"tls_certificate", "tls_key", "tls_ca"}
    assert "clientAuth" in said["tls_certificate"]
    assert "belong together" in said["tls_key"]
    keep(tmp_path, "tax", tls_key=ca.issue().key.replace("PRIVATE KEY", "SECRET"))
    with pytest.raises(ConfigError, match="no private key in PEM"):
        made(tmp_path)


def test_an_expired_one_is_taken_where_there_is_none_better_and_says_until_when(tmp_path: Path, ca: Authority) -> None:
    put(tmp_path, ca.issue(days=-2), ca)
    tls = made(tmp_path)
    assert tls.until["certificate"] < datetime.now(UTC) < tls.until["ca"]
    put(tmp_path, ca.issue(days=9))
    assert tls.renew()
    assert timedelta(days=8) < tls.until["certificate"] - datetime.now(UTC) < timedelta(days=10)


def test_secrets_may_come_from_variables(tmp_path: Path, ca: Authority) -> None:
    pair = ca.issue()
    given = {"GATEWAY_TAX_TLS_CERTIFICATE": pair.certificate, "GATEWAY_TAX_TLS_KEY": "no key", "GATEWAY_TAX_TLS_CA": ca.pem}
    with pytest.raises(ConfigError, match="GATEWAY_TAX_TLS_KEY"):
        DepartmentTls("tax", NAMES, Secrets(tmp_path, given))
    tls = DepartmentTls("tax", NAMES, Secrets(tmp_path, {**given, "GATEWAY_TAX_TLS_KEY": pair.key}))
    assert set(tls.until) == {"certificate", "ca"}


@pytest.mark.parametrize("highest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_refused_certificate_is_a_refused_credential_and_nothing_was_done(
    tmp_path: Path, ca: Authority, highest: ssl.TLSVersion
) -> None:
    put(tmp_path, Authority("another").issue(), ca)
    foreign = made(tmp_path)
    put(tmp_path, ca.issue(days=-1))
    expired = made(tmp_path)
    without = made(tmp_path, TlsSettings(ca="tls_ca"))
    with Strict(demanding(tmp_path, ca.issue("localhost", server=True), ca, highest=highest)) as server:
        for tls, says in ((foreign, "CA of our certificate"), (expired, "has expired")):
            with pytest.raises(AuthFailed, match=says) as refused:
                await call_once(server.endpoint, tls)
            assert refused.value.code == "tls_certificate"
        if highest is ssl.TLSVersion.TLSv1_3:
            with pytest.raises(AuthFailed, match="demands a client certificate"):
                await call_once(server.endpoint, without)
        else:  # told by an alert that has other reasons, too: no more is said than is known
            with pytest.raises(Unavailable):
                await call_once(server.endpoint, without)
        assert server.asked == 0
        put(tmp_path, ca.issue())
        assert expired.renew()
        assert await call_once(server.endpoint, expired) == 200


async def test_only_the_departments_own_ca_is_trusted_and_only_for_its_host(
    tmp_path: Path, ca: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = Authority("a public CA")
    (tmp_path / "public.pem").write_text(public.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))  # this machine trusts it
    put(tmp_path, ca.issue(), ca)
    tls = made(tmp_path)
    async with serving(demanding(tmp_path, public.issue("localhost", server=True), ca), who) as endpoint:
        with pytest.raises(Unavailable, match="TLS"):
            await call_once(endpoint, tls)
        keep(tmp_path, "tax", tls_ca=public.pem)
        assert tls.renew()
        assert await call_once(endpoint, tls) == 200
    async with serving(demanding(tmp_path, public.issue("tax.example", server=True), ca), who) as endpoint:
        with pytest.raises(Unavailable, match="TLS"):
            await call_once(endpoint, tls)
