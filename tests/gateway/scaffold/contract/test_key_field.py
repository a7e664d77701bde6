"""The field that carries the key is no part of a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.contract.key_field import take_key_fields
from gateway.scaffold.openapi import document as openapi
from gateway.scaffold.project import write
from gateway.scaffold.wsdl import document as wsdl

ROOT = Path(__file__).parents[4]
ZOO = Path(__file__).parents[1] / "zoo/permits-3.0.yaml"


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
    contract = openapi.read(ZOO, only=["DELETE /permits/{id}"])
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
    contract = openapi.read(ZOO, only=["getPart"])
    with pytest.raises(UnreadableContractError, match=r"no request that acts has a field nothing, part .* get_part only asks"):
        take_key_fields(contract, ["nothing", "part"])
