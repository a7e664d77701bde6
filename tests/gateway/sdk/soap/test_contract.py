"""The WSDL: read from its folder alone, requests by its schema, replies refused that are not the operation's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import responses
import zeep
from lxml import etree
from pydantic import SecretStr

from gateway.model.errors import InDoubt, Invalid
from gateway.sdk.soap.contract import FolderTransport, SoapContract
from gateway.sdk.soap.document import ContractError
from gateway.sdk.soap.envelope import UsernameToken
from tests.gateway.sdk.soap.conftest import SOAP_11, SOAP_12, enveloped, wsdl

PLUGINS = Path(__file__).parents[4] / "plugins"


@pytest.fixture
def nothing_fetched() -> Iterator[responses.RequestsMock]:
    """Fails a test in which zeep asks anything of the network."""
    with responses.RequestsMock() as mock:
        yield mock
        assert len(mock.calls) == 0


def opened(path: Path, schema: Path | None = None, **more: str) -> SoapContract:
    return SoapContract(path, schema=schema, service=more.get("service"), port=more.get("port"), security=None)


@pytest.mark.parametrize("name", ["social_security", "marriage"])
def test_the_built_in_contracts_are_read_without_fetching(name: str, nothing_fetched: responses.RequestsMock) -> None:
    contract = opened(PLUGINS / name / "contract" / f"{name}.wsdl")
    assert contract.path.startswith("/")


REMOTE = "http://elsewhere.invalid/t.xsd"


def test_a_schema_elsewhere_is_refused_and_not_fetched(folder: Path, nothing_fetched: responses.RequestsMock) -> None:
    (folder / "remote.wsdl").write_text(wsdl(schema_location=REMOTE))
    with pytest.raises(ContractError, match=r"remote\.wsdl"):
        opened(folder / "remote.wsdl")


def test_zeep_alone_would_have_fetched_it(folder: Path) -> None:
    """The control of the test above: it can fail."""
    (folder / "remote.wsdl").write_text(wsdl(schema_location=REMOTE))
    transport = zeep.Transport()  # type: ignore[no-untyped-call]  # zeep does not annotate it
    with responses.RequestsMock() as mock:
        with pytest.raises(requests.ConnectionError):
            zeep.Client(str(folder / "remote.wsdl"), transport=transport)  # type: ignore[no-untyped-call]  # as above
        assert [call.request.url for call in mock.calls] == [REMOTE]
    transport.session.close()


@pytest.mark.parametrize("location", ["../outside.xsd", "/etc/hostname", "file:///etc/hostname", "ftp://elsewhere.invalid/t.xsd"])
def test_a_document_outside_the_folder_is_refused(folder: Path, location: str, nothing_fetched: responses.RequestsMock) -> None:
    inner = folder / "contract"
    inner.mkdir()
    (folder / "outside.xsd").write_text((folder / "t.xsd").read_text())
    (inner / "t.wsdl").write_text(wsdl(schema_location=location))
    with pytest.raises(ContractError):
        opened(inner / "t.wsdl")
    with pytest.raises(ContractError):
        FolderTransport(inner).load(location)


def test_a_location_may_be_escaped_as_addresses_are(folder: Path) -> None:
    (folder / "my types.xsd").write_text((folder / "t.xsd").read_text())
    (folder / "t.xsd").unlink()
    (folder / "t.wsdl").write_text(wsdl(schema_location="my%20types.xsd"))
    opened(folder / "t.wsdl", folder / "t.wsdl").build("ask", {"name": "x"})


ZOO = Path(__file__).parents[2] / "scaffold" / "zoo"


def test_soap_encoding_is_read_from_our_copy(nothing_fetched: responses.RequestsMock) -> None:
    contract = opened(ZOO / "rpc_encoded.wsdl")
    body, _ = contract.build("transfer", {"deed": "d", "owners": [{"name": "甲", "share": 0.5}], "names": ["a", "b"], "sharers": []})
    message = etree.fromstring(body)[0][0]
    assert [item.text for item in message.iterfind("owners/item/name")] == ["甲"]
    assert [item.text for item in message.iterfind("names/item")] == ["a", "b"]
    assert [len(sharers) for sharers in message.iterfind("sharers")] == [0]


def test_a_message_without_parts_is_an_empty_body() -> None:
    body, _ = opened(ZOO / "bare.wsdl", ZOO / "bare.wsdl").build("ping", {})
    assert len(etree.fromstring(body)[0]) == 0


@pytest.mark.parametrize("by_plan", [True, False])
def test_a_message_may_be_a_single_text(by_plan: bool) -> None:  # noqa: FBT001  # two cases of one test
    contract = opened(ZOO / "bare.wsdl", ZOO / "bare.wsdl")
    if not by_plan:
        contract._operations["ask"].request = None
    body, _ = contract.build("ask", {"_value_1": "收件 & 1"})
    assert etree.fromstring(body)[0][0].text == "收件 & 1"
    for wrong in ({}, {"receipt": "x"}, {"_value_1": "x", "more": 1}, {"_value_1": {"a": 1}}):
        with pytest.raises(Invalid):
            contract.build("ask", wrong)


@pytest.mark.parametrize("content", ["", "<a/>", "no xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'])
def test_a_wsdl_that_cannot_be_used_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.wsdl").write_text(content)
    with pytest.raises(ContractError, match=r"bad\.wsdl"):
        opened(tmp_path / "bad.wsdl")
    with pytest.raises(ContractError, match=r"none\.wsdl"):
        opened(tmp_path / "none.wsdl")


def test_service_and_port_are_chosen_by_name(folder: Path) -> None:
    assert opened(folder / "document.wsdl", service="S", port="One").path == "/ask"
    with pytest.raises(ContractError):
        opened(folder / "document.wsdl", service="Other")
    with pytest.raises(ContractError):
        opened(folder / "document.wsdl", port="Other")


def test_requests_are_built_as_their_version_asks(folder: Path) -> None:
    body, headers = opened(folder / "document.wsdl", folder / "t.xsd").build("ask", {"name": "测试甲", "number": [1, 2]})
    assert headers == {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"urn:t#ask"'}
    message = etree.fromstring(body)[0][0]
    assert message.findtext("{urn:t}name") == "测试甲"
    body, headers = opened(folder / "document12.wsdl", folder / "t.xsd").build("ask", {"name": "x"})
    assert headers == {"Content-Type": 'application/soap+xml; charset=utf-8; action="urn:t#ask"'}
    assert etree.fromstring(body).tag == f"{{{SOAP_12}}}Envelope"


@pytest.mark.parametrize(
    "arguments",
    [{}, {"name": "x", "unheard_of": 1}, {"name": "x", "number": ["5001x"]}, {"name": "x\x00"}, {"name": ["a", "b"], "number": {"a": 1}}],
)
def test_arguments_that_break_the_contract_are_refused(folder: Path, arguments: dict[str, object]) -> None:
    with pytest.raises(Invalid) as raised:
        opened(folder / "document.wsdl", folder / "t.xsd").build("ask", arguments)
    assert raised.value.code == "request_contract"
    assert "5001x" not in str(raised.value)


def test_an_operation_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(Invalid, match="other"):
        opened(folder / "document.wsdl").build("other", {})


@pytest.mark.parametrize("digest", [True, False])
def test_the_token_is_of_the_profile_and_new_each_time(folder: Path, digest: bool) -> None:  # noqa: FBT001  # two cases of one test
    token = UsernameToken(username=SecretStr("u"), password=SecretStr("s3cret"), digest=digest)
    contract = SoapContract(folder / "document.wsdl", schema=folder / "t.xsd", service=None, port=None, security=token)
    first, second = (contract.build("ask", {"name": "x"})[0] for _ in range(2))
    assert b"UsernameToken" in first
    assert (b"s3cret" in first) is not digest
    assert (first != second) is digest
    assert "s3cret" not in repr(token)


GOOD = "<t:askResponse><t:text>x</t:text><t:count>2</t:count><t:item>a</t:item></t:askResponse>"


def test_a_reply_is_plain_values(folder: Path) -> None:
    contract = opened(folder / "document.wsdl", folder / "t.xsd")
    assert contract.read("ask", etree.fromstring(enveloped(GOOD))) == {"text": "x", "count": 2, "item": ["a"]}
    rpc = opened(folder / "rpc.wsdl")
    assert rpc.read("ask", etree.fromstring(enveloped("<t:askResponse><return>x</return></t:askResponse>"))) == "x"


@pytest.mark.parametrize("namespace", [SOAP_11, SOAP_12])
@pytest.mark.parametrize("by_plan", [True, False])
def test_soap_12_may_be_answered_in_an_envelope_of_11(folder: Path, namespace: str, by_plan: bool) -> None:  # noqa: FBT001  # two cases of one test
    """node-soap's habit."""
    contract = opened(folder / "document12.wsdl", folder / "t.xsd")
    if not by_plan:
        contract._operations["ask"].reply = None
    envelope = enveloped(GOOD, namespace).replace(b"<e:Body>", b"<e:Header><x/></e:Header><e:Body>")
    assert contract.read("ask", etree.fromstring(envelope)) == {"text": "x", "count": 2, "item": ["a"]}


@pytest.mark.parametrize(
    "body",
    [
        "",
        GOOD + GOOD,
        "<t:other/>",
        "<t:askResponse/>",
        GOOD.replace("<t:count>2", "<t:count>many"),
        GOOD.replace("t:item", "t:unheardOf"),
        GOOD.replace("t:", ""),
        "<t:ask><t:name>x</t:name></t:ask>",
    ],
)
def test_what_is_not_the_operations_reply_is_a_doubt(folder: Path, body: str) -> None:
    contract = opened(folder / "document.wsdl", folder / "t.xsd")
    with pytest.raises(InDoubt) as raised:
        contract.read("ask", etree.fromstring(enveloped(body)))
    assert raised.value.code == "reply_contract"


@pytest.mark.parametrize("body", ["", "<t:otherResponse><return>x</return></t:otherResponse>"])
def test_so_it_is_in_rpc_style(folder: Path, body: str) -> None:
    with pytest.raises(InDoubt):
        opened(folder / "rpc.wsdl").read("ask", etree.fromstring(enveloped(body)))


def test_an_envelope_without_a_body_is_a_doubt(folder: Path) -> None:
    contract = opened(folder / "document.wsdl")
    with pytest.raises(InDoubt):
        contract.read("ask", etree.fromstring(enveloped(GOOD).replace(b"e:Body", b"e:Other")))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What reaches the root logger; ``caplog`` would listen to loggers that tell the root nothing, too."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(logging.Formatter().format(record))

    listener, root, names = Listener(), logging.getLogger(), ("zeep.xsd.types.simple", "zeep.transports", "zeep.wsdl.wsdl")
    root.addHandler(listener)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield said
    root.removeHandler(listener)
    for name in names:
        logging.getLogger(name).setLevel(logging.NOTSET)


UNREADABLE = GOOD.replace("<t:count>2", "<t:count>500152199001010018x")


def test_a_value_that_cannot_be_read_is_a_doubt_and_said_nowhere(folder: Path, lines: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    contract = opened(folder / "document.wsdl")
    with pytest.raises(InDoubt) as raised:  # there is no schema that would have found it
        contract.read("ask", etree.fromstring(enveloped(UNREADABLE)))
    assert str(raised.value) == "reply_contract: the reply does not fit the contract at count: no int"
    assert raised.value.__context__ is None
    assert lines == []
    assert "500152199001010018" not in capfd.readouterr().err


def test_zeep_left_alone_logs_the_value_and_gives_none(folder: Path, lines: list[str]) -> None:
    """The control of the test above: it can fail."""
    client = zeep.Client(str(folder / "document.wsdl"))  # type: ignore[no-untyped-call]  # zeep does not annotate it
    logging.getLogger("zeep").propagate = True
    read = client.service._binding.get("ask").process_reply(etree.fromstring(enveloped(UNREADABLE)))
    assert read["count"] is None
    assert "500152199001010018" in "".join(lines)
