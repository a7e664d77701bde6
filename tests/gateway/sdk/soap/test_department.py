"""A SOAP adapter's client lives as long as the adapter does."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from gateway.sdk.soap import SoapClient, SoapDepartment
from tests.gateway.sdk.conftest import call, connection
from tests.gateway.sdk.soap.conftest import Answering, enveloped


async def test_the_client_is_opened_and_closed_with_the_adapter(department: Answering, folder: Path) -> None:
    department.body = enveloped("<t:askResponse><return>测试</return></t:askResponse>")
    made = SoapDepartment(connection(department.url))
    made.soap = SoapClient(made.connection, wsdl=folder / "rpc.wsdl")
    for _ in range(2):
        await made.open()
        assert await made.soap.call(call(), "ask", {"name": "x"}, TypeAdapter(str)) == "测试"
        await made.close()
    with pytest.raises(RuntimeError, match="not open"):
        await made.soap.call(call(), "ask", {"name": "x"}, TypeAdapter(str))
