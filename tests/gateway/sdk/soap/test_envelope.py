"""The envelope around a request is zeep's, its token too."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import time_machine
from lxml import etree
from pydantic import SecretStr

from gateway.model.errors import AuthFailed, DepartmentError, InDoubt, Invalid
from gateway.sdk.soap.contract import SoapContract
from gateway.sdk.soap.envelope import SoapFault, UsernameToken, find_fault
from tests.gateway.sdk.soap.conftest import SOAP_11, SOAP_12, enveloped


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


WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def fault_11(code: str, text: str = "x") -> str:
    return f"<e:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></e:Fault>"


def fault_12(code: str, *subcodes: str) -> str:
    nested = ""
    for subcode in reversed(subcodes):
        nested = f"<e:Subcode><e:Value>{subcode}</e:Value>{nested}</e:Subcode>"
    return f'<e:Fault><e:Code><e:Value>{code}</e:Value>{nested}</e:Code><e:Reason><e:Text xml:lang="en">x</e:Text></e:Reason></e:Fault>'


@pytest.mark.parametrize(
    ("body", "namespace", "error"),
    [
        (fault_11("e:Client"), SOAP_11, Invalid),
        (fault_11("Client"), SOAP_11, Invalid),
        (fault_11("soap:Client.BadRequest"), SOAP_11, Invalid),
        (fault_11("e:Server"), SOAP_11, InDoubt),
        (fault_11("soapenv:Server.userException"), SOAP_11, InDoubt),
        (fault_11("e:VersionMismatch"), SOAP_11, Invalid),
        (fault_11("e:MustUnderstand"), SOAP_11, Invalid),
        (fault_11("wsse:FailedAuthentication"), SOAP_11, AuthFailed),
        (fault_11("wsse:InvalidSecurityToken"), SOAP_11, AuthFailed),
        (fault_11("e:Client.Authentication"), SOAP_11, AuthFailed),
        (fault_11("ns1:SomethingOfTheirs"), SOAP_11, InDoubt),
        (fault_11("WSDL"), SOAP_11, InDoubt),
        (fault_11(""), SOAP_11, InDoubt),
        ("<e:Fault/>", SOAP_11, InDoubt),
        (fault_12("e:Sender"), SOAP_12, Invalid),
        (fault_12("e:Receiver"), SOAP_12, InDoubt),
        (fault_12("e:DataEncodingUnknown"), SOAP_12, Invalid),
        (fault_12("e:Sender", "wsse:FailedAuthentication"), SOAP_12, AuthFailed),
        (fault_12("e:Sender", "m:A", "m:B"), SOAP_12, Invalid),
        (fault_12("e:Sender"), SOAP_11, Invalid),  # node-soap: 1.2 style in a 1.1 envelope
        (f'<Fault xmlns="{SOAP_11}"><faultcode>Client</faultcode><faultstring>x</faultstring></Fault>', SOAP_11, Invalid),
    ],
)
def test_a_fault_is_the_right_one_of_the_five_errors(body: str, namespace: str, error: type[DepartmentError]) -> None:
    fault = find_fault(etree.fromstring(enveloped(body, namespace)))
    assert fault is not None
    assert type(fault.as_error()) is error


def test_of_its_texts_only_a_clean_piece_is_kept() -> None:
    detail = "<detail><stack>at com.example.Secret 500152199001010018</stack></detail>"
    text = "测试甲 (500152199001010018) failed &lt;b&gt;" + "y" * 500
    fault = find_fault(etree.fromstring(enveloped(fault_11("e:Server", text).replace("</e:Fault>", f"{detail}</e:Fault>"))))
    assert fault is not None
    said = str(fault.as_error())
    assert "5001521" not in said
    assert "测试甲" not in said
    assert "com.example" not in said
    assert len(said) < 200


def test_a_code_that_is_a_sentence_is_left_out() -> None:
    fault = find_fault(etree.fromstring(enveloped(fault_11("Person 500152199001010018 is unknown"))))
    assert fault == SoapFault((), "x")


def with_detail(code: str, detail: str) -> SoapFault:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    body = fault_11(code).replace("</e:Fault>", f"<detail {xsi}>{detail}</detail></e:Fault>")
    fault = find_fault(etree.fromstring(enveloped(body)))
    assert fault is not None
    return fault


@pytest.mark.parametrize(
    "detail", ["<t:no><t:code>E7</t:code><t:by><t:name>甲</t:name></t:by></t:no>", "<other/><no><code>E7</code><name>甲</name></no>"]
)
def test_a_declared_detail_is_a_refusal_with_what_it_says(detail: str) -> None:
    refusal = with_detail("e:Server", detail).as_refusal({"no"})
    assert refusal is not None
    assert (refusal.name, refusal.text, refusal.values) == ("no", "x", {"code": "E7", "name": "甲"})
    assert str(refusal) == "no"


@pytest.mark.parametrize("detail", ["<t:no/>", '<t:no xsi:nil="true"/>', "<no> \n</no>", "<yes><no>E7</no></yes>", ""])
def test_a_detail_that_says_nothing_is_no_refusal(detail: str) -> None:
    """PHP's, of a fault that it had no detail for."""
    fault = with_detail("e:Server", detail)
    assert fault.as_refusal({"no"}) is None
    assert isinstance(fault.as_error(), InDoubt)


@pytest.mark.parametrize("detail", ["<t:no>E7</t:no>", '<t:no code="E7"/>'])
def test_a_detail_may_say_it_in_other_ways(detail: str) -> None:
    assert with_detail("e:Server", detail).as_refusal({"no"}) is not None


def test_where_the_contract_has_nothing_to_say_the_name_is_enough() -> None:
    assert with_detail("e:Server", "<t:no/>").as_refusal({"no"}, bare={"no"}) is not None


def test_refused_credentials_are_no_refusal_whatever_else_is_said() -> None:
    assert with_detail("wsse:FailedAuthentication", "<t:no>E7</t:no>").as_refusal({"no"}) is None


@pytest.mark.parametrize("body", ["<a/>", "", "<t:askResponse/>"])
def test_where_there_is_none(body: str) -> None:
    assert find_fault(etree.fromstring(enveloped(body))) is None
    assert find_fault(etree.fromstring(f"<html><Body><Fault>{body.replace('t:', '')}</Fault></Body></html>")) is None
