"""Generated adapters against node-soap: SOAP 1.1, SOAP 1.2 answered in 1.1 as it does by itself, and in 1.2 as it can be told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.model.errors import DepartmentError
from gateway.sdk import Accepted, Approved, AuthFailed, InDoubt, Invalid, Rejected, Unavailable
from tests.foreign import contracts, programs
from tests.foreign.filled_in import RESIDENCE, Adapter, adapters
from tests.foreign.requests import company, residence
from tests.foreign.serving import serving

#: Getting node-soap takes its time, once.
pytestmark = pytest.mark.timeout(240)

_SCRIPT = Path(__file__).parent / "node" / "departments.js"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return contracts.lay_out(tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    try:
        program = programs.node()
    except programs.MissingError as error:
        programs.skip("node-soap", error)
    with serving(program, str(_SCRIPT), ready="listening", environment={"CONTRACTS": str(folder)}) as said:
        yield f"http://127.0.0.1:{int(said.rpartition(' ')[2])}"


@pytest.fixture(scope="module")
def made(folder: Path) -> Iterator[dict[str, Adapter]]:
    """The adapters, by their contracts."""
    with adapters(folder) as make:
        yield {
            "residence11": make(folder / "residence11.wsdl", "node11", RESIDENCE),
            "residence12": make(folder / "residence12.wsdl", "node12", RESIDENCE),
            "residence12only": make(folder / "residence12only.wsdl", "node12only", RESIDENCE),
            "rpc_literal": make(folder / "rpc_literal.wsdl", "node_rpc"),
        }


@pytest.fixture(params=["residence11", "residence12", "residence12only"])
def permits(request: pytest.FixtureRequest, made: dict[str, Adapter]) -> Adapter:
    """A document-style adapter, of either version."""
    return made[str(request.param)]


@pytest.mark.parametrize("wish", ["approve", "later: approve"])
async def test_approved_with_all_that_was_said(permits: Adapter, server: str, wish: str) -> None:
    outcome = await permits.submit(server, "register", residence(wish))
    assert isinstance(outcome, Approved)
    said = outcome.output.model_dump()
    assert said["number"].startswith("居-")
    assert (said["state"], said["note"], said["scan"]) == ("approved", None, b"\x00\xffabc")
    assert said["office"] == "一号窗口 414 1990-01-01 None 12.50 CNY [('身份证', 2), ('户口本', 9)]"


async def test_what_was_sent_is_understood(permits: Adapter, server: str) -> None:
    outcome = await permits.submit(server, "register", residence("repeat"))
    assert isinstance(outcome, Approved)
    heard = json.loads(outcome.output.model_dump()["note"])
    assert heard[:8] == ["renewal", "测试甲 & <乙>", "414", "1990-01-01", True, None, 12.5, "CNY"]
    assert heard[8:] == ["身份证 2", "户口本 9", "2026-03-02T01:30:00.000Z", "00ff616263"]


@pytest.mark.parametrize("documents", [[], [{"title": "护照", "pages": 1}]])
async def test_lists_of_none_and_one(permits: Adapter, server: str, documents: list[dict[str, object]]) -> None:
    outcome = await permits.submit(server, "register", residence("approve", document=documents))
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump()["office"].endswith(str([(one["title"], one["pages"]) for one in documents]))


@pytest.mark.parametrize("refusal", ["refusal", "new refusal", "later: refusal"])
async def test_answers_on_the_merits(permits: Adapter, server: str, refusal: str) -> None:
    """A refusal's detail has no namespace, or that of the envelope."""
    assert isinstance(await permits.submit(server, "register", residence("accept")), Accepted)
    assert await permits.submit(server, "register", residence("refuse")) == Rejected(code="refused", reason="")
    assert await permits.submit(server, "register", residence(refusal)) == Rejected(code="E7", reason="缺少身份证明")


@pytest.mark.parametrize(
    ("wish", "error", "code"),
    [
        ("fault of the server", InDoubt, "soap_fault"),
        ("later: fault of the server", InDoubt, "soap_fault"),
        ("fault of the client", Invalid, "soap_fault"),
        ("old fault of the client", Invalid, "soap_fault"),
        ("fault in 200", InDoubt, "soap_fault"),
        ("busy", Unavailable, "http_503"),
        ("security fault", AuthFailed, "soap_security_fault"),
        ("error", InDoubt, "soap_fault"),
        ("later: error", InDoubt, "soap_fault"),
        ("error in the callback", InDoubt, "reply_contract"),
        ("not in the contract", InDoubt, "reply_contract"),
        ("another order", InDoubt, "reply_contract"),
        ("large", InDoubt, "reply_too_large"),
    ],
)
async def test_every_other_end_is_the_right_error(
    permits: Adapter, server: str, wish: str, error: type[DepartmentError], code: str
) -> None:
    with pytest.raises(error) as raised:
        await permits.submit(server, "register", residence(wish))
    assert raised.value.code == code
    assert "测试甲" not in str(raised.value)
    assert "500152199001010018" not in str(raised.value)


async def test_wrong_credentials(permits: Adapter, server: str) -> None:
    with pytest.raises(AuthFailed):
        await permits.submit(server, "register", residence("approve"), password="other")


async def test_a_request_that_breaks_the_contract_never_leaves(permits: Adapter) -> None:
    with pytest.raises(Invalid):
        await permits.submit("http://127.0.0.1:1", "register", residence("a\x00b"))


async def test_rpc_literal(made: dict[str, Adapter], server: str) -> None:
    adapter = made["rpc_literal"]
    outcome = await adapter.submit(server, "enter", company("测试公司"))
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump() == {"number": "测试公司/1.50", "taken": False}
    outcome = await adapter.submit(server, "count", {})
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump() == {"count": 7}
    with pytest.raises(InDoubt):
        await adapter.submit(server, "enter", company("fault of the server"))
