"""The envelope around a request is zeep's, its token too."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import time_machine
from lxml import etree
from pydantic import SecretStr

from gateway.model.errors import Invalid
from gateway.sdk.soap.contract import SoapContract
from gateway.sdk.soap.envelope import UsernameToken


def requests(wsdl: Path, security: UsernameToken | None, *, by_plan: bool) -> list[bytes]:
    """Two requests in canonical XML, with nonces that can be told in advance."""
    contract = SoapContract(wsdl, schema=None, service=None, port=None, security=security)
    if not by_plan:
        contract._operations["ask"].request = None
    numbers = itertools.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.urandom", lambda size: next(numbers).to_bytes(size, "big"))
        bodies = [contract.build("ask", {"name": "x"})[0] for _ in range(2)]
    return [etree.tostring(etree.fromstring(body), method="c14n") for body in bodies]


@time_machine.travel("2026-11-26T08:00:00+08:00", tick=False)
@pytest.mark.parametrize("wsdl", ["document.wsdl", "document12.wsdl", "rpc.wsdl"])
@pytest.mark.parametrize("digest", [None, False, True])
@pytest.mark.parametrize("username", ["u", "市局 <&>\"'", "2000-01-01T00:00:00Z", ""])
def test_it_is_zeeps(folder: Path, wsdl: str, digest: bool | None, username: str) -> None:  # noqa: FBT001  # three cases of one test
    token = None if digest is None else UsernameToken(username=SecretStr(username), password=SecretStr("密 <&>\"'\r"), digest=digest)
    first, second = requests(folder / wsdl, token, by_plan=True)
    assert [first, second] == requests(folder / wsdl, token, by_plan=False)
    assert (b"UsernameToken" in first) is (token is not None)
    assert (first != second) is bool(digest)


@pytest.mark.parametrize("digest", [False, True])
def test_a_token_that_xml_cannot_hold_is_refused_at_each_call(folder: Path, digest: bool) -> None:  # noqa: FBT001  # two cases of one test
    token = UsernameToken(username=SecretStr("u\x00"), password=SecretStr("s3cret"), digest=digest)
    contract = SoapContract(folder / "document.wsdl", schema=None, service=None, port=None, security=token)
    for _ in range(2):
        with pytest.raises(Invalid, match="cannot be built") as raised:
            contract.build("ask", {"name": "x"})
        assert "s3cret" not in str(raised.value)
