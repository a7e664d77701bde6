"""The field that carries the key is no part of a request; a client certificate that is demanded stands in the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gateway.model.department import DepartmentConfig, TlsSettings
from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.contract.description import http_address, take_key_fields
from gateway.scaffold.openapi import document as openapi
from gateway.scaffold.project import write
from gateway.scaffold.wsdl import document as wsdl
from tests.gateway.scaffold.projects import written

ROOT = Path(__file__).parents[4]
ZOO = Path(__file__).parents[1] / "zoo"


def test_it_is_taken_out_of_every_request_and_filled_in_by_the_adapter(tmp_path: Path) -> None:
    contract = wsdl.read(ROOT / "plugins/social_security/contract/social_security.wsdl", only=["retire", "queryCases"])
    take_key_fields(contract, ["BAZ001"])
    retire, query = contract.operations
    assert retire.key is not None
    assert (retire.key.wire, query.key) == ("BAZ001", None)
    assert "BAZ001" not in {one.wire for one in retire.request.fields}
    folder = write(contract, name="bureau", into=tmp_path / "x").folder
    text = (folder / "src/bureau_adapter/adapter.py").read_text("utf-8")
    assert '{"BAZ001": call.key, **wire_values(request, "python")}' in text


def test_a_parameter_of_what_acts_can_carry_it(tmp_path: Path) -> None:
    contract = openapi.read(ZOO / "permits-3.0.yaml", only=["DELETE /permits/{id}"])
    take_key_fields(contract, ["id"])
    folder = write(contract, name="permits", into=tmp_path / "x").folder
    text = (folder / "src/permits_adapter/adapter.py").read_text("utf-8")
    assert 'key="id"' in text
    assert 'in_path=frozenset({"id"})' in text


def test_what_is_looked_for_stays_where_it_is(tmp_path: Path) -> None:
    """The number of a case carries the key where a case is filed; who asks for it says which is meant."""
    file = tmp_path / "cases.yaml"
    number = "{name: number, in: path, required: true, schema: {type: string}}"
    put, get = (f"{method}: {{operationId: {method}Case, parameters: [{number}], responses: {{}}}}" for method in ("put", "get"))
    file.write_text(f"openapi: 3.1.0\npaths: {{'/cases/{{number}}': {{{put}, {get}}}}}\n")
    contract = openapi.read(file)
    take_key_fields(contract, ["number"])
    by_name = {one.name: one for one in contract.operations}
    assert by_name["put_case"].key is not None
    assert by_name["get_case"].key is None
    assert [one.wire for one in by_name["get_case"].request.fields] == ["number"]


def test_a_field_that_is_in_no_request_that_acts_is_refused() -> None:
    contract = openapi.read(ZOO / "permits-3.0.yaml", only=["getPart"])
    with pytest.raises(UnreadableContractError, match=r"no request that acts has a field nothing, part .* get_part only asks"):
        take_key_fields(contract, ["nothing", "part"])


POLICY = """
  <wsp:Policy xmlns:wsp="http://www.w3.org/ns/ws-policy" xmlns:sp="{namespace}">
    <sp:TransportBinding><wsp:Policy><sp:TransportToken><wsp:Policy>
      {token}
    </wsp:Policy></sp:TransportToken></wsp:Policy></sp:TransportBinding>
  </wsp:Policy>
"""
OASIS = "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702"
MICROSOFT = "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy"
NESTED = "<sp:HttpsToken><wsp:Policy><sp:RequireClientCertificate/></wsp:Policy></sp:HttpsToken>"


def with_policy(folder: Path, namespace: str, token: str) -> Path:
    text = (ZOO / "wrapped.wsdl").read_text("utf-8")
    at = text.index(">", text.index("definitions")) + 1
    file = folder / "wrapped.wsdl"
    file.write_text(text[:at] + POLICY.format(namespace=namespace, token=token) + text[at:], "utf-8")
    return file


def settings(project: Path) -> tuple[DepartmentConfig, str]:
    [file] = (project / "config" / "departments").glob("*.yaml")
    return DepartmentConfig(**yaml.safe_load(file.read_text("utf-8"))), file.read_text("utf-8")


@pytest.mark.parametrize(
    ("namespace", "token"),
    [
        (OASIS, NESTED),
        (MICROSOFT, '<sp:HttpsToken RequireClientCertificate="true"/>'),
        (MICROSOFT, '<sp:HttpsToken RequireClientCertificate="1"/>'),
    ],
)
def test_a_wsdl_that_demands_one_says_so(tmp_path: Path, namespace: str, token: str) -> None:
    project = written(with_policy(tmp_path, namespace, token), "x", tmp_path / "x")
    [gap] = [gap for gap in project.gaps if "client certificate" in gap.what]
    assert gap.where.startswith("wrapped.wsdl:")
    line = (tmp_path / "wrapped.wsdl").read_text().splitlines()[int(gap.where.partition(":")[2]) - 1]
    assert "ClientCertificate" in line
    assert f"- {gap.where}: it demands a client certificate" in (project.folder / "README.md").read_text("utf-8")
    config, text = settings(project.folder)
    assert config.tls == TlsSettings(certificate="tls_certificate", key="tls_key")
    assert f"demanded at {gap.where}" in text


@pytest.mark.parametrize(
    "token",
    [
        "<sp:HttpsToken/>",
        '<sp:HttpsToken RequireClientCertificate="false"/>',
        '<sp:HttpsToken><wsp:Policy><sp:RequireClientCertificate sp:Optional="true"/></wsp:Policy></sp:HttpsToken>',
    ],
)
def test_one_that_does_not_demand_it_says_nothing(tmp_path: Path, token: str) -> None:
    project = written(with_policy(tmp_path, OASIS, token), "x", tmp_path / "x")
    assert not [gap for gap in project.gaps if "client certificate" in gap.what]
    assert settings(project.folder)[0].tls is None


@pytest.mark.parametrize("demands", [True, False])
def test_an_openapi_document_that_demands_one_says_so(tmp_path: Path, demands: bool) -> None:  # noqa: FBT001  # a table
    file = tmp_path / "x.yaml"
    scheme = {"type": "mutualTLS"} if demands else {"type": "http", "scheme": "bearer"}
    operation = {"operationId": "file", "security": [{"them": []}], "responses": {"204": {"description": "done"}}}
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/x": {"post": operation}}}
    file.write_text(yaml.safe_dump({**document, "components": {"securitySchemes": {"them": scheme}}}))
    project = write(openapi.read(file), name="x", into=tmp_path / "out")
    found = [gap.where for gap in project.gaps if "client certificate" in gap.what]
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if text.strip() == "them:")
    assert found == ([f"x.yaml:{line}"] if demands else [])
    assert not [gap for gap in project.gaps if "cannot be generated" in gap.what]
    assert (settings(project.folder)[0].tls is not None) is demands


@pytest.mark.parametrize("address", ["https://example.org/api", "http://127.0.0.1:8080", "http://[::1]:80/x"])
def test_what_can_be_called_is_an_address(address: str) -> None:
    assert http_address(address) == address


@pytest.mark.parametrize(
    "address", ["", "/api", "https://[server]/x", "http://{host}/x", "ftp://h/x", "http://h:99999/", "http://", "REPLACE_ME", "http://h h/"]
)
def test_a_placeholder_is_none(address: str) -> None:
    assert http_address(address) == ""
