"""The field that carries the key is no part of a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.scaffold import openapi, wsdl
from gateway.scaffold.contract_files import UnreadableContractError
from gateway.scaffold.key_field import take_key_fields
from gateway.scaffold.project import write

ROOT = Path(__file__).parents[3]


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


def test_a_parameter_can_carry_it(tmp_path: Path) -> None:
    contract = openapi.read(Path(__file__).parent / "zoo/permits-3.0.yaml", only=["getPart"])
    take_key_fields(contract, ["fields"])
    folder = write(contract, name="permits", into=tmp_path / "x").folder
    text = (folder / "src/permits_adapter/adapter.py").read_text("utf-8")
    assert 'key="fields"' in text
    assert '"fields"' in text[text.index("in_query=") :].splitlines()[0]


def test_a_field_that_is_in_no_request_is_refused() -> None:
    contract = openapi.read(Path(__file__).parent / "zoo/permits-3.0.yaml", only=["getPart"])
    with pytest.raises(UnreadableContractError, match="no request has a field nothing"):
        take_key_fields(contract, ["nothing", "part"])
